using System.Globalization;
using System.Text;

namespace AgroConnect.Products.Search;

internal enum LetterRole
{
    BetweenWords,
    InWord,
    Apostrophe,
    Ignored,
}

/// <summary>What a character of compatibility-decomposed text (NFKD) is for searching, and which letter it counts as.</summary>
internal static class LetterFolding
{
    public static LetterRole RoleOf(Rune letter) => letter.Value switch
    {
        '\'' or 0x2018 or 0x2019 or 0x02BB or 0x02BC => LetterRole.Apostrophe,
        0x0640 => LetterRole.Ignored, // tatweel, which only stretches a line
        < 128 => Rune.IsLetterOrDigit(letter) ? LetterRole.InWord : LetterRole.BetweenWords,
        _ => RoleOf(letter.Value, Rune.GetUnicodeCategory(letter)),
    };

    /// <returns>How many characters were written: one or two.</returns>
    public static int Fold(Rune letter, Span<char> destination)
    {
        var lower = letter.IsAscii ? (Rune)char.ToLowerInvariant((char)letter.Value) : Rune.ToLowerInvariant(letter);
        if (lower.IsAscii)
        {
            destination[0] = (char)lower.Value;
            return 1;
        }

        if (Pair(lower.Value) is { } pair)
        {
            pair.CopyTo(destination);
            return pair.Length;
        }

        return Single(lower).EncodeToUtf16(destination);
    }

    private static LetterRole RoleOf(int value, UnicodeCategory category) => category switch
    {
        UnicodeCategory.LowercaseLetter or UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.DecimalDigitNumber
            or UnicodeCategory.SpacingCombiningMark => LetterRole.InWord,

        // In Indic scripts these are vowels and the virama: without them दाल (pulses) and दिल (heart) would be one word.
        UnicodeCategory.NonSpacingMark => IsAccent(value) ? LetterRole.Ignored : LetterRole.InWord,
        UnicodeCategory.EnclosingMark or UnicodeCategory.Format => LetterRole.Ignored,
        _ => LetterRole.BetweenWords,
    };

    private static bool IsAccent(int value) => value is
        (>= 0x0300 and <= 0x036F) or (>= 0x1AB0 and <= 0x1AFF) or (>= 0x1DC0 and <= 0x1DFF) or (>= 0x20D0 and <= 0x20FF) or (>= 0xFE00 and <= 0xFE2F)
        or (>= 0x0591 and <= 0x05C7) // Hebrew points
        or (>= 0x0610 and <= 0x061A) or (>= 0x064B and <= 0x065F) or 0x0670 or (>= 0x06D6 and <= 0x06ED) or (>= 0x08CA and <= 0x08FF) // harakat
        or 0x093C or 0x09BC or 0x0A3C or 0x0ABC or 0x0B3C; // nukta: बाज़ार is also written बाजार

    private static string? Pair(int value) => value switch
    {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ø' => "o",
        'ł' => "l",
        'đ' or 'ð' => "d",
        'ı' => "i",
        _ => null,
    };

    // Keyboards for Arabic, Persian and Urdu send different code points for what readers take as one letter.
    private static Rune Single(Rune letter) => letter.Value switch
    {
        'ي' or 'ى' => (Rune)'ی',
        'ك' or 'ڪ' => (Rune)'ک',
        'ه' or 'ة' or 'ۃ' or 'ە' => (Rune)'ہ',
        'ٱ' => (Rune)'ا',
        0x0901 => (Rune)0x0902, // गेहूँ is also written गेहूं
        _ when Rune.GetNumericValue(letter) is >= 0 and <= 9 and var digit && Rune.IsDigit(letter) => (Rune)('0' + (int)digit),
        _ => letter,
    };
}
