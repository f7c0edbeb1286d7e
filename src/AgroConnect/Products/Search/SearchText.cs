using System.Collections.Frozen;
using System.Text;

namespace AgroConnect.Products.Search;

/// <summary>
/// Turns text into the words that both search indexes store. The same code runs for products and for queries,
/// so SQLite and PostgreSQL find the same things and neither database's own analyser matters.
/// </summary>
internal static class SearchText
{
    // PostgreSQL refuses lexemes above 2 KB; whoever pastes a key or an image as text still gets their product saved.
    private const int MaxWordLength = 64;

    private static readonly FrozenDictionary<string, string> Irregular = new Dictionary<string, string>
    {
        ["leaves"] = "leaf",
        ["calves"] = "calf",
        ["halves"] = "half",
        ["loaves"] = "loaf",
        ["sheaves"] = "sheaf",
        ["hooves"] = "hoof",
        ["knives"] = "knife",
        ["geese"] = "goos",
        ["oxen"] = "ox",
        ["chilli"] = "chili",
        ["chillis"] = "chili",
        ["chillies"] = "chili",
        ["chilies"] = "chili",
        ["chile"] = "chili",
        ["chiles"] = "chili",

        // The fruit is always plural here: "date" is the day of a harvest or a delivery.
        ["dates"] = "dates",

        // French maize (and "but"), not May or an Urdu "I".
        ["mais"] = "mais",
    }.ToFrozenDictionary();

    // In folded form. "fresh", "organic" and the like stay searchable.
    private static readonly FrozenSet<string> StopWords = FrozenSet.Create(
    [
        "a", "an", "and", "any", "are", "as", "at", "be", "buy", "by", "for", "from", "i", "in", "into", "is", "it", "its", "me", "my", "near",
        "of", "on", "or", "our", "per", "some", "that", "the", "their", "this", "to", "want", "we", "with", "you", "your",
        "al", "con", "de", "del", "el", "en", "la", "las", "los", "o", "para", "por", "un", "una", "y",
        "au", "aux", "avec", "des", "du", "et", "le", "les", "ou", "pour", "une",
        "cha", "kwa", "la", "na", "ni", "vya", "wa", "ya", "za",
        "اور", "سے", "میں", "نے", "پر", "کا", "کو", "کی", "کے", "ہے", "ہیں",
        "और", "का", "की", "के", "को", "में", "से", "है", "हैं",
    ]);

    /// <summary>
    /// What tokens that no text contains begin with: <see cref="Words"/> leaves such words out, so that nobody can plant
    /// a token in a product.
    /// </summary>
    public const string TokenPrefix = "zzz";

    /// <summary>Splits a text of any script into words without case, accents or spelling variants of the same letter.</summary>
    /// <returns>The words in order, of letters and digits (and vowel signs) only, each at most 64 characters.</returns>
    public static IReadOnlyList<string> Words(string text)
    {
        var words = new List<string>(text.Length / 6 + 1);
        var word = new FoldedWord(stackalloc char[MaxWordLength]);

        foreach (var letter in Decompose(text).EnumerateRunes())
        {
            switch (LetterFolding.RoleOf(letter))
            {
                case LetterRole.InWord:
                    word.Append(letter);
                    break;
                case LetterRole.Apostrophe:
                    word.Apostrophe();
                    break;
                case LetterRole.BetweenWords:
                    Add(words, ref word);
                    break;
            }
        }

        Add(words, ref word);
        return words;
    }

    /// <param name="word">A word from <see cref="Words"/>.</param>
    /// <returns>The form that its English singular and plural share; words of other alphabets come back as they are.</returns>
    public static string Stem(string word)
    {
        if (word.AsSpan().ContainsAnyExceptInRange('a', 'z'))
        {
            return word;
        }

        return Irregular.TryGetValue(word, out var stem) ? stem : EnglishStemmer.Stem(word);
    }

    /// <summary>Whether a word says nothing about a product. A query of nothing else is for the caller to notice.</summary>
    public static bool IsStopWord(string foldedWord) => StopWords.Contains(foldedWord);

    private static void Add(List<string> words, ref FoldedWord word)
    {
        var letters = word.Letters;
        if (!letters.IsEmpty && !letters.StartsWith(TokenPrefix))
        {
            words.Add(letters.ToString());
        }

        word.Clear();
    }

    private static string Decompose(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text;
        }

        // Normalize throws for half a surrogate pair, as a client can cut it, and for U+FFFE. UTF-8 makes U+FFFD of the first.
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\uFFFE', ' ').Normalize(NormalizationForm.FormKD);
    }
}
