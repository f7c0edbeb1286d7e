using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AgroConnect.Orders.Documents;

/// <summary>
/// Text in the order and the forms in which it stands on paper, for a writer of PDF that puts one letter after the other: Arabic letters
/// join and run from the right, the vowel sign i of Devanagari stands before its consonants. It is no full layout engine: Urdu comes in the
/// plain (naskh) style, Devanagari conjuncts with a visible virama, numbers within Arabic text keep their own direction.
/// </summary>
internal static partial class VisualText
{
    private const char Lam = '\u0644';

    /// <summary>Letters to their forms: alone, at the end, at the beginning, in the middle; the last two are 0 for those that don't join on.</summary>
    private static readonly Dictionary<string, char[]> Forms = ReadForms();

    public static string Of(string text) => text.AsSpan().ContainsAnyInRange('\u0590', '\u08FF') ? Reorder(text)
        : text.AsSpan().ContainsAnyInRange('\u0900', '\u097F') ? VowelI().Replace(text, "\u093F$1")
        : text;

    public static bool IsRightToLeft(char letter) =>
        letter is (>= '\u0590' and <= '\u08FF' and not (>= '\u0660' and <= '\u0669') and not (>= '\u06F0' and <= '\u06F9')) or (>= '\uFB1D' and <= '\uFDFF') or (>= '\uFE70' and <= '\uFEFC');

    private static string Reorder(string text)
    {
        var runs = new List<(bool Right, StringBuilder Letters)>();
        var right = text.FirstOrDefault(char.IsLetter) is var first && IsRightToLeft(first);
        var startsRight = right;
        foreach (var letter in text)
        {
            // What has no direction goes with what stands before it.
            right = IsRightToLeft(letter) || (!char.IsLetterOrDigit(letter) && right);
            if (runs.Count == 0 || runs[^1].Right != right)
            {
                runs.Add((right, new StringBuilder()));
            }

            runs[^1].Letters.Append(letter);
        }

        var shown = runs.Select(run => run.Right ? Mirror(Join(run.Letters.ToString())) : VowelI().Replace(run.Letters.ToString(), "\u093F$1"));
        return string.Concat(startsRight ? shown.Reverse() : shown);
    }

    private static string Join(string text)
    {
        var joined = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            var letter = at + 1 < text.Length && text[at] == Lam && Forms.ContainsKey(text.Substring(at, 2)) ? text.Substring(at, 2) : text[at].ToString();
            if (Forms.TryGetValue(letter, out var forms))
            {
                var before = Neighbour(text, at - 1, -1) is { } previous && Forms.TryGetValue(previous.ToString(), out var its) && its[2] != 0
                    && !(previous == Lam && letter.Length == 2);
                var after = forms[2] != 0 && Neighbour(text, at + letter.Length, 1) is { } next && Forms.TryGetValue(next.ToString(), out var theirs) && theirs[1] != 0;
                joined.Append(forms[(before ? 1 : 0) + (after ? 2 : 0)] is var form and not '\0' ? form : forms[0]);
                at += letter.Length - 1;
            }
            else
            {
                joined.Append(text[at]);
            }
        }

        return joined.ToString();
    }

    /// <summary>The next letter, past marks that stand above and below.</summary>
    private static char? Neighbour(string text, int at, int step)
    {
        while (at >= 0 && at < text.Length && CharUnicodeInfo.GetUnicodeCategory(text[at]) == UnicodeCategory.NonSpacingMark)
        {
            at += step;
        }

        return at >= 0 && at < text.Length ? text[at] : null;
    }

    private static string Mirror(string text)
    {
        var letters = StringInfo.GetTextElementEnumerator(text);
        var mirrored = new List<string>();
        while (letters.MoveNext())
        {
            var letter = letters.GetTextElement();
            mirrored.Add(letter switch { "(" => ")", ")" => "(", "[" => "]", "]" => "[", "«" => "»", "»" => "«", _ => letter });
        }

        mirrored.Reverse();
        return string.Concat(mirrored);
    }

    /// <summary>Unicode lists the forms of a letter one after the other, and says by decomposition whose they are.</summary>
    private static Dictionary<string, char[]> ReadForms()
    {
        var forms = new Dictionary<string, char[]>();
        foreach (var (first, last) in new[] { ('\uFB50', '\uFBB1'), ('\uFBD3', '\uFBE9'), ('\uFBFC', '\uFBFF'), ('\uFE80', '\uFEFC') })
        {
            for (var form = first; form <= last; form++)
            {
                var letter = form.ToString().Normalize(NormalizationForm.FormKC);
                var known = forms.TryGetValue(letter, out var there) ? there : forms[letter] = new char[4];
                var free = Array.IndexOf(known, '\0');
                if (free >= 0)
                {
                    known[free] = form;
                }
            }
        }

        return forms;
    }

    [GeneratedRegex("((?:[\u0915-\u0939\u0958-\u095F]\u093C?\u094D)*[\u0915-\u0939\u0958-\u095F]\u093C?)\u093F")]
    private static partial Regex VowelI();
}
