using AgroConnect.Web;

namespace AgroConnect.Assistant.Knowledge;

/// <summary><c>GET /api/knowledge/{id}/</c>.</summary>
internal static class GetArticle
{
    public static IResult Handle(string id, KnowledgeBase knowledge) => knowledge.Find(id) is { } article
        ? new PublicJson<ArticleView>(ArticleView.Of(article), KnowledgeJson.Wire.ArticleView)
        : TypedResults.NotFound();
}

/// <summary>An article as the API shows it.</summary>
/// <param name="Id">Its key, and the end of its URL.</param>
/// <param name="Title">In English.</param>
/// <param name="Summary">One or two sentences, in English.</param>
/// <param name="Topics">Tags.</param>
/// <param name="Crops">Keys of crops, or <c>all</c>.</param>
/// <param name="Animals">Keys of animals, or <c>all-animals</c>.</param>
/// <param name="Regions">Where its figures hold; <c>global</c> for everywhere.</param>
/// <param name="Season">Stages of crop or year, or <c>any</c>.</param>
/// <param name="Symptoms">What a farmer sees.</param>
/// <param name="Synonyms">Other names, by language.</param>
/// <param name="Questions">That it answers.</param>
/// <param name="Safety">What to be warned of: <c>none</c>, <c>pesticide</c>, <c>animal-medicine</c>, <c>fumigant</c>, <c>food</c> or <c>emergency</c>.</param>
/// <param name="Sections">The text, as Markdown, in English.</param>
/// <param name="Sources">Where its figures are from.</param>
/// <param name="SeeAlso">Ids of related articles.</param>
/// <param name="Translations">By language: title, summary, symptoms and questions.</param>
/// <param name="LastReviewed">When it was last checked.</param>
/// <param name="FactSheet">Whether it is a sheet of figures made from a table.</param>
/// <param name="Url">Its path.</param>
public sealed record ArticleView(
    string Id,
    string Title,
    string Summary,
    IReadOnlyList<string> Topics,
    IReadOnlyList<string> Crops,
    IReadOnlyList<string> Animals,
    IReadOnlyList<string> Regions,
    IReadOnlyList<string> Season,
    IReadOnlyList<string> Symptoms,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Synonyms,
    IReadOnlyList<string> Questions,
    string Safety,
    IReadOnlyList<ArticleView.SectionView> Sections,
    IReadOnlyList<Source> Sources,
    IReadOnlyList<string> SeeAlso,
    IReadOnlyDictionary<string, ArticleView.TranslationView> Translations,
    DateOnly LastReviewed,
    bool FactSheet,
    string Url)
{
    /// <param name="Heading">Plain text.</param>
    /// <param name="Text">Markdown: paragraphs and bullets.</param>
    public sealed record SectionView(string Heading, string Text);

    /// <param name="Title">Of the article.</param>
    /// <param name="Summary">One or two sentences.</param>
    /// <param name="Symptoms">What a farmer sees.</param>
    /// <param name="Questions">That it answers.</param>
    public sealed record TranslationView(string Title, string Summary, IReadOnlyList<string> Symptoms, IReadOnlyList<string> Questions);

    /// <summary>The path of an article.</summary>
    internal static string UrlOf(string id) => $"/api/knowledge/{id}/";

    internal static ArticleView Of(Article article) => new(
        article.Id,
        article.Title,
        article.Summary,
        article.Topics,
        article.Crops,
        article.Animals,
        article.Regions,
        article.Season,
        article.Symptoms,
        article.Synonyms,
        article.Questions,
        article.Safety,
        [.. article.Sections.Select(section => new SectionView(section.Heading, section.Text))],
        article.Sources,
        article.SeeAlso,
        article.Translations.ToDictionary(
            translation => translation.Key,
            translation => new TranslationView(translation.Value.Title, translation.Value.Summary, translation.Value.Symptoms, translation.Value.Questions)),
        article.LastReviewed,
        article.IsFactSheet,
        UrlOf(article.Id));
}
