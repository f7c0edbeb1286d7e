using System.Text;
using System.Text.RegularExpressions;
using AgroConnect.Assistant.Knowledge;

namespace AgroConnect.Assistant;

/// <summary>
/// A model's reply on its way to the reader. Text is let through a sentence at a time, after it has been checked: a dose that
/// stands nowhere is never shown, not even for a moment. Citations are taken out of it and collected.
/// </summary>
/// <param name="given">The passages that the model was given.</param>
/// <param name="others">Whatever else figures may come from; may grow meanwhile.</param>
internal sealed partial class CheckedReply(IReadOnlyList<Passage> given, Func<string> others)
{
    private readonly StringBuilder _waiting = new();
    private readonly StringBuilder _raw = new();
    private readonly StringBuilder _shown = new();
    private readonly List<string> _cited = [];
    private readonly Guardrails.KnownFigures _figures = new(given, others);
    private string _blank = "";
    private string _open = "";

    /// <summary>What has been let through.</summary>
    public string Text => _shown.ToString();

    /// <summary>Whether it says of itself that it declines.</summary>
    public bool IsDeclined { get; private set; }

    /// <summary>What is wrong with it; nothing more is let through then.</summary>
    public string? Fault { get; private set; }

    /// <summary>The passages it names, in the order in which it does; the first of each article.</summary>
    public IReadOnlyList<Passage> Cited => [.. _cited.Select(id => given.First(passage => passage.Article.Id == id))];

    /// <returns>What of it may be shown now; the empty text when a sentence is not complete.</returns>
    public string Add(string piece)
    {
        _waiting.Append(piece);
        var end = EndOfSentences(_waiting);
        return end == 0 ? "" : Release(end);
    }

    /// <summary>The rest.</summary>
    public string Finish() => Release(_waiting.Length);

    private string Release(int length)
    {
        if (Fault is not null)
        {
            return "";
        }

        var sentences = _waiting.ToString(0, length);
        _waiting.Remove(0, length);
        if (_raw.Length == 0 && sentences.TrimStart().StartsWith(Instructions.Decline, StringComparison.OrdinalIgnoreCase))
        {
            IsDeclined = true;
            sentences = sentences.TrimStart()[Instructions.Decline.Length..];
        }

        _raw.Append(sentences);

        // With what it continues: a sentence that has no end yet may have named the product, and the dose comes now.
        _open += sentences;
        Fault = Link().IsMatch(sentences) ? "a link"
            : Ids(sentences).Any(id => given.All(passage => passage.Article.Id != id)) ? "a citation that was not given"
            : Guardrails.StrangeCitations(_open, given).Concat(Guardrails.StrangeFigures(_raw.ToString(), _figures)).Concat(Guardrails.ProductFaults(_open)).FirstOrDefault();
        _open = _open[Guardrails.LastSentence(_open)..];
        return Fault is null ? Show(sentences) : "";
    }

    private string Show(string sentences)
    {
        _cited.AddRange(Ids(sentences).Except(_cited).ToList());
        var text = Citation().Replace(sentences, "");

        // Blanks at its ends wait for what follows, so that the pieces together are the reply.
        var whole = _blank + text;
        whole = _shown.Length == 0 ? whole.TrimStart() : whole;
        var shown = whole.TrimEnd();
        _blank = whole[shown.Length..];
        _shown.Append(shown);
        return shown;
    }

    private static IEnumerable<string> Ids(string text) =>
        Citation().Matches(text).SelectMany(citation => citation.Groups[1].Value.Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries));

    /// <returns>How much of it is whole sentences, with the citations that follow them; 0 when none is.</returns>
    private static int EndOfSentences(StringBuilder waiting)
    {
        var text = waiting.ToString();
        for (var i = text.Length - 2; i >= 0; i--)
        {
            // A citation that belongs to it may be on its way.
            if (IsEnd(text[i], text[i + 1]) && text.AsSpan(i + 1).TrimStart() is var after && (after.IsEmpty ? text[i] == '\n' : after[0] != '['))
            {
                return i + 1;
            }
        }

        return 0;
    }

    private static bool IsEnd(char mark, char next) => mark switch
    {
        '\n' or '।' or '۔' or '؟' => true,
        '.' or '!' or '?' => char.IsWhiteSpace(next),
        ']' => char.IsWhiteSpace(next),
        _ => false,
    };

    [GeneratedRegex(@"[ \t]*\[((?:[a-z0-9]+(?:-[a-z0-9]+)*)(?:[,; ]+[a-z0-9]+(?:-[a-z0-9]+)*)*)\]", RegexOptions.CultureInvariant)]
    private static partial Regex Citation();

    /// <summary>The model has been given none, so one could only lead away from here.</summary>
    [GeneratedRegex(@"https?://|www\.|\]\(|!\[", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Link();
}
