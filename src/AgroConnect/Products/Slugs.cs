using System.Globalization;
using System.Text;

namespace AgroConnect.Products;

/// <summary>Names as they stand in addresses.</summary>
internal static class Slugs
{
    /// <summary>In UTF-16 units, without a number: decomposed letters of some scripts take several.</summary>
    private const int Longest = 100;

    /// <summary>Lower-case letters and digits of any script, without accents on Latin ones, joined by hyphens.</summary>
    /// <param name="name">What people read.</param>
    /// <param name="fallback">For a name without a letter or digit.</param>
    public static string Of(string name, string fallback)
    {
        var slug = new StringBuilder();

        // Normalize throws for U+FFFE.
        foreach (var rune in name.Replace('\uFFFE', ' ').Normalize(NormalizationForm.FormD).EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark && rune.Value > 0x36F))
            {
                slug.Append(Rune.ToLowerInvariant(rune));
            }
            else if (slug.Length > 0 && slug[^1] != '-' && rune.Value is < 0x300 or > 0x36F && rune.Value != '\'' && rune.Value != '’')
            {
                slug.Append('-');
            }
        }

        var text = Cut(slug.ToString().Normalize(NormalizationForm.FormC)).Trim('-');
        return text.Length > 0 ? text : fallback;
    }

    /// <summary>The slug itself, or with the next free number at its end, found in a logarithm of how many there are.</summary>
    public static async Task<string> FreeAsync(string slug, Func<string, Task<bool>> isTaken)
    {
        if (!await isTaken(slug))
        {
            return slug;
        }

        long taken = 1, free = 2;
        while (await isTaken(Numbered(free)))
        {
            (taken, free) = (free, free * 2);
        }

        while (free - taken > 1)
        {
            var middle = taken + ((free - taken) / 2);
            (taken, free) = await isTaken(Numbered(middle)) ? (middle, free) : (taken, middle);
        }

        return Numbered(free);

        string Numbered(long number) => string.Create(CultureInfo.InvariantCulture, $"{slug}-{number}");
    }
    private static string Cut(string text) =>
        text.Length <= Longest ? text : text[..(char.IsHighSurrogate(text[Longest - 1]) ? Longest - 1 : Longest)];
}
