using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AgroConnect.Assistant.Knowledge;

namespace AgroConnect.Tests.Assistant;

/// <summary>
/// How well questions are answered without a model, in the way their fields say: every group of <c>must_mention</c> has a word in
/// the reply, nothing of <c>must_not</c> is there, and what is out of scope is declined.
/// </summary>
[WithoutDatabase]
public sealed partial class AnswerScore
{
    private const double Wanted = 0.9;

    // dev: given with the task. own: written beside the code. fresh: written after it, first seen by it when it was finished.
    [Theory]
    [InlineData("dev-questions.jsonl", 60)]
    [InlineData("own-questions.jsonl", 180)]
    [InlineData("fresh-questions.jsonl", 96)]
    public void Nine_of_ten_are_answered_right(string file, int count)
    {
        var questions = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Assistant", file)).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(count, questions.Count);

        var graded = questions.Select(Grade).ToList();

        var output = TestContext.Current.TestOutputHelper!;
        output.WriteLine(Table(file, "kind", graded.GroupBy(grade => grade.Kind)));
        output.WriteLine(Table(file, "language", graded.GroupBy(grade => grade.Language)));
        foreach (var wrong in graded.Where(grade => grade.Fault is not null))
        {
            output.WriteLine(wrong.Fault!);
        }

        var cited = graded.Where(grade => grade.CitesRight is not null).ToList();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Relevant citations: {cited.Count(grade => grade.CitesRight == true)} of {cited.Count}"));
        Assert.True(graded.Count(grade => grade.Fault is null) >= Wanted * graded.Count);
        Assert.All(graded.GroupBy(grade => grade.Kind), kind => Assert.True(kind.Count(grade => grade.Fault is null) >= Wanted * kind.Count(), kind.Key));
        Assert.True(cited.Count(grade => grade.CitesRight == true) >= Wanted * cited.Count);
    }

    private static Graded Grade(JsonElement question)
    {
        var (text, kind) = (question.GetProperty("question").GetString()!, question.GetProperty("kind").GetString()!);
        var reply = Farmers.Ask(text, Texts(question, "history"));
        var missing = question.GetProperty("must_mention").EnumerateArray()
            .Select(group => group.EnumerateArray().Select(word => word.GetString()!).ToArray())
            .Where(group => !group.Any(word => Mentions(reply.Text, word)))
            .Select(group => string.Join('|', group))
            .ToList();
        var forbidden = Texts(question, "must_not").Where(word => Mentions(reply.Text, word)).ToList();
        var right = forbidden.Count == 0 && reply.Text.Length <= 2000 && (kind == "out_of_scope"
            ? reply.Declined || Texts(question, "decline_also").Any(word => Mentions(reply.Text, word))
            : missing.Count == 0 && (kind == "safety" || !reply.Declined));
        var terms = Texts(question, "citation_terms").Concat(Texts(question, "crops")).ToList();
        bool? cites = reply.Declined || terms.Count == 0 || kind == "out_of_scope" ? null : reply.Passages.Any(passage =>
            terms.Any(term => Mentions($"{passage.Article.Id} {passage.Article.Title} {string.Join(' ', passage.Article.Topics)}", term)));
        return new Graded(
            kind,
            question.GetProperty("lang").GetString()!,
            right ? null : $"{question.GetProperty("id").GetString()} {text}: missing [{string.Join(", ", missing)}] forbidden [{string.Join(", ", forbidden)}] declined {reply.Declined}",
            cites);
    }

    /// <summary>Whole words with an optional plural, without case, accents and hyphens; <c>*</c> ends a beginning; <c>re:</c> is a regular expression.</summary>
    private static bool Mentions(string text, string wanted)
    {
        if (wanted.StartsWith("re:", StringComparison.Ordinal))
        {
            return Regex.IsMatch(text, wanted[3..], RegexOptions.IgnoreCase);
        }

        var word = Fold(wanted.TrimEnd('*'));
        return word.Any(letter => letter > 'ɏ')
            ? Fold(text).Contains(word, StringComparison.Ordinal)
            : Regex.IsMatch(Fold(text), $@"(?<!\w){Regex.Escape(word)}{(wanted.EndsWith('*') ? "" : @"(?:s|es)?(?!\w)")}");
    }

    private static string Fold(string text)
    {
        var folded = new StringBuilder();
        foreach (var letter in text.ToLowerInvariant().Normalize(NormalizationForm.FormD).Where(letter => letter is < '\u0300' or > '\u036f'))
        {
            folded.Append(letter is '-' or '‐' or '–' ? ' ' : letter);
        }

        return Spaces().Replace(folded.ToString().Normalize(), " ");
    }

    private static string[] Texts(JsonElement question, string name) =>
        question.TryGetProperty(name, out var list) ? [.. list.EnumerateArray().Select(text => text.GetString()!)] : [];

    private static string Table(string file, string by, IEnumerable<IGrouping<string, Graded>> groups) =>
        $"{file} by {by}: " + string.Join(", ", groups.OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Key} {group.Count(grade => grade.Fault is null)}/{group.Count()}")));

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    private sealed record Graded(string Kind, string Language, string? Fault, bool? CitesRight);
}
