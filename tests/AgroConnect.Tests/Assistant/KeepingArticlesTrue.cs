using AgroConnect.Assistant.Knowledge;

namespace AgroConnect.Tests.Assistant;

/// <summary>What a new or changed article is held to before it ships.</summary>
[WithoutDatabase]
public sealed class KeepingArticlesTrue
{
    private const string Good =
        """
        ---
        id: leek-rust
        title: Rust of leek
        summary: "Orange spots on leek are rust."
        crops: [leek]
        animals: []
        topics: [disease]
        regions: [global]
        season: [any]
        symptoms: [orange spots]
        synonyms:
          en: [leek rust]
        questions: [orange spots on leek]
        translations:
          ur: {title: "a", summary: "b", symptoms: [], questions: ["c"]}
          hi: {title: "a", summary: "b", symptoms: [], questions: ["c"]}
          sw: {title: "a", summary: "b", symptoms: [], questions: ["c"]}
          es: {title: "a", summary: "b", symptoms: [], questions: ["c"]}
          fr: {title: "a", summary: "b", symptoms: [], questions: ["c"]}
        safety: none
        sources:
          - {name: FAO, title: Leeks, year: 2019}
        last_reviewed: 2026-11-22
        reviewer: founders
        ---
        ## Short answer
        Rust of leek is orange. Rotate.
        See also: `leek-rust`.
        """;

    [Fact]
    public void Every_article_that_ships_keeps_the_rules()
    {
        var (articles, problems) = KnowledgeBase.Read(KnowledgeBase.Files());

        Assert.Empty(problems);
        Assert.True(articles.Count(article => !article.IsFactSheet) >= 150);
        Assert.Equal(146, articles.Count(article => article.IsFactSheet));
        Assert.All(articles, article => Assert.True(article.LastReviewed > new DateOnly(2024, 1, 1)));
    }

    [Fact]
    public void What_the_build_saved_is_what_the_files_say()
    {
        var anew = Path.GetTempFileName();
        Assert.Equal(0, SavedKnowledge.Write(anew));

        Assert.NotNull(SavedKnowledge.Read());
        Assert.True(File.ReadAllBytes(anew).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "knowledge.bin"))));
        File.Delete(anew);
    }

    [Fact]
    public void A_good_article_has_no_problems() => Assert.Empty(Problems(Good));

    [Theory]
    [InlineData("id: leek-rust", "id: leek", "leek-rust.md(2): the id 'leek' is not the file's name")]
    [InlineData("crops: [leek]", "crops: [unicorn]", "leek-rust.md(5): unknown crop 'unicorn'")]
    [InlineData("topics: [disease]", "topics: [gossip]", "leek-rust.md(7): unknown tag 'gossip' in topics")]
    [InlineData("safety: none", "safety: some", "leek-rust.md(20): unknown safety class 'some'")]
    [InlineData(", year: 2019", "", "leek-rust.md(22): no source with a year")]
    [InlineData("  fr: {", "  de: {", "leek-rust.md(19): unknown language 'de'")]
    [InlineData("questions: [orange spots on leek]", "questions: orange", "leek-rust.md(13): questions is no list of texts")]
    [InlineData("season: [any]", "seasons: [any]", "leek-rust.md(9): unknown key 'seasons'")]
    [InlineData("last_reviewed: 2026-11-22", "last_reviewed: soon", "leek-rust.md(23): last_reviewed is no date (yyyy-MM-dd)")]
    [InlineData("Rust of leek is orange. Rotate.", "", "leek-rust.md(26): section 'Short answer' is empty")]
    [InlineData("Rotate.", "Spray 2 ml per litre.", "leek-rust.md(27): '2 ml per litre' reads like the dose of a pesticide or medicine")]
    [InlineData("`leek-rust`.", "`leek-rot`.", "leek-rust.md(1): see also 'leek-rot', which is no article")]
    [InlineData("title: Rust of leek", "title: [", "leek-rust.md(")]
    [InlineData("## Short answer", "# Short answer", "leek-rust.md(26): text stands in sections under '## ' headings")]
    public void What_is_wrong_is_named_with_file_and_line(string good, string bad, string problem) =>
        Assert.Contains(Problems(Good.Replace(good, bad, StringComparison.Ordinal)), found => found.StartsWith(problem, StringComparison.Ordinal));

    [Fact]
    public void A_section_that_is_too_long_to_be_quoted_is_refused() =>
        Assert.Contains(
            Problems(Good.Replace("Rotate.", string.Concat(Enumerable.Repeat("Rotate. ", 121)), StringComparison.Ordinal)),
            problem => problem.StartsWith("leek-rust.md(26): section 'Short answer' has 126 words", StringComparison.Ordinal));

    [Fact]
    public void Two_articles_cannot_have_one_id() =>
        Assert.Contains(
            KnowledgeBase.Read([new("wheat-facts.md", Good.Replace("id: leek-rust", "id: wheat-facts", StringComparison.Ordinal).Replace("`leek-rust`", "`wheat-facts`", StringComparison.Ordinal))]).Problems,
            problem => problem.EndsWith("the id 'wheat-facts' is taken", StringComparison.Ordinal));

    [Fact]
    public void A_knowledge_base_with_a_broken_article_does_not_start() =>
        Assert.Contains("leek-rust.md(20)", Assert.Throws<InvalidDataException>(() => new KnowledgeBase([new("leek-rust.md", Good.Replace("safety: none", "safety: x", StringComparison.Ordinal))])).Message, StringComparison.Ordinal);

    [Fact]
    public void Every_phrase_is_there_in_every_language() =>
        Assert.All(Phrases.Names, name => Assert.All(Languages.All, language => Assert.NotEmpty(Phrases.Say(name, language, "x"))));

    private static IReadOnlyList<string> Problems(string article) => KnowledgeBase.Read([new("leek-rust.md", article.ReplaceLineEndings("\n"))]).Problems;
}
