using System.Collections.Frozen;
using AgroConnect.Products.Search;

namespace AgroConnect.Assistant.Knowledge;

/// <summary>What text is made of for finding articles: stems in six languages, and words that say nothing.</summary>
internal static class QuestionText
{
    private static readonly FrozenSet<string> StopWords = FrozenSet.Create(
    [
        "how", "what", "when", "where", "which", "who", "why", "do", "does", "did", "can", "could", "should", "would", "will", "shall", "may", "have", "has", "had",
        "am", "was", "were", "been", "being", "there", "they", "them", "these", "those", "he", "she", "his", "her", "him", "us", "if", "then", "than", "but",
        "not", "no", "so", "too", "very", "just", "also", "about", "please", "tell", "give", "know", "need", "get", "got", "make", "use", "used", "using", "good",
        "best", "better", "way", "ways", "many", "much", "more", "most", "some", "any", "all", "after", "before", "during", "up", "out", "off", "over", "under",
        "only", "own", "same", "such", "again", "once", "here", "now", "hello", "hi", "dear", "sir", "madam", "plz", "pls", "kindly", "want", "like", "help",
        "thing", "things", "something", "question", "answer", "explain", "information", "info", "advice", "suggest", "recommend", "meaning", "mean", "means",
        "other", "others", "turn", "turning", "turned", "become", "becomes", "becoming", "getting", "look", "looks", "looking", "seen", "seeing", "im", "ive", "dont", "cant", "isnt", "doesnt", "s", "t", "one", "two", "let", "going", "it", "lot", "really", "happen", "happening", "happens", "problem", "problems",
        "como", "que", "cual", "cuales", "cuando", "donde", "quien", "cuanto", "cuanta", "es", "son", "se", "mi", "mis", "su", "sus", "tu", "me", "lo", "le", "les",
        "si", "no", "hay", "tiene", "tienen", "puedo", "debo", "hacer", "hago", "mas", "muy", "este", "esta", "estas", "estos", "esa", "ese", "sobre", "sin", "e",
        "comment", "quand", "quel", "quelle", "quels", "quelles", "quoi", "ou", "est", "sont", "ce", "cet", "cette", "ces", "mon", "ma", "mes", "ses", "son", "sa",
        "je", "il", "elle", "on", "nous", "vous", "ils", "ne", "pas", "plus", "dans", "sur", "sous", "faire", "fait", "faut", "dois", "peut", "que", "qui", "se", "si",
        "jinsi", "gani", "vipi", "nini", "lini", "wapi", "je", "kama", "ili", "au", "kwenye", "katika", "ya", "wa", "za", "la", "cha", "vya", "na", "ni", "kwa", "yangu",
        "wangu", "zangu", "langu", "naweza", "nifanye", "nifanyeje", "hii", "hizi", "hiyo", "hivi", "sana", "gani", "ngapi", "kuna", "ninaweza", "natakiwa", "pia", "yanakuwa", "inakuwa", "zinakuwa", "wanakuwa", "kuwa", "ana", "wana", "nina", "yana", "ina", "zina", "mimi", "yake", "wake", "wao", "yao",
        "ka", "ki", "ke", "ko", "me", "mein", "mai", "main", "hai", "hain", "he", "h", "ho", "kya", "kaise", "kaisay", "kese", "kab", "kitna", "kitni", "kitne", "kyu", "kyon",
        "kyun", "kare", "karen", "karein", "karna", "kar", "karte", "se", "par", "pe", "aur", "ya", "liye", "lie", "mera", "mere", "meri", "hum", "kaun", "konsa", "konsi",
        "kaunsa", "kaunsi", "raha", "rahe", "rahi", "gaya", "gaye", "gayi", "jaye", "jata", "hota", "hoti", "batao", "bataye", "bataiye", "chahiye", "kis", "kahan", "wala", "wali", "bhi", "tha", "the",
        "کیا", "کیسے", "کب", "کہاں", "کون", "کونسا", "کونسی", "کتنا", "کتنی", "کتنے", "کیوں", "کریں", "کرنا", "کر", "ہو", "ہوں", "رہا", "رہی", "رہے", "گیا", "گئی", "گئے", "لیے",
        "لئے", "میرا", "میری", "میرے", "یہ", "وہ", "تو", "بھی", "ہی", "نہیں", "بتائیں", "چاہیے", "جا", "جاتا", "جائے", "کس", "تک", "ہوتا", "ہوتی", "کرتے", "ہم", "پھر", "والا", "والی", "والے", "کوئی", "طریقہ",
        "क्या", "कैसे", "कब", "कहां", "कहाँ", "कौन", "कौनसा", "कितना", "कितनी", "कितने", "क्यों", "करें", "करे", "करना", "कर", "हो", "हूं", "रहा", "रही", "रहे", "गया", "गई", "गए", "लिए",
        "मेरा", "मेरी", "मेरे", "यह", "वह", "तो", "भी", "ही", "नहीं", "बताएं", "बताइए", "चाहिए", "जाता", "जाए", "किस", "तक", "होता", "होती", "करते", "हम", "पर", "ने", "या", "सा", "सी", "वाला", "वाली", "कोई", "तरीका", "जा", "एक",
    ]);

    private static readonly string[] DevanagariEndings =
        ["ियों", "ियां", "ियाँ", "ाओं", "ाएं", "ाएँ", "ुओं", "ों", "ें", "ीं", "ां", "ाँ", "ओं", "एं", "ा", "ी", "े", "ि", "ु", "ू", "ो"];

    private static readonly string[] ArabicEndings = ["یوں", "یاں", "ؤں", "وں", "یں", "ات", "ے", "ا", "ی", "ہ"];

    /// <summary>Whether a word cannot tell one article from another.</summary>
    public static bool IsStopWord(string foldedWord) => StopWords.Contains(foldedWord) || SearchText.IsStopWord(foldedWord) || foldedWord.Length == 1 && !char.IsDigit(foldedWord[0]);

    /// <summary>The form under which a word of a language is indexed.</summary>
    /// <param name="foldedWord">Of <see cref="SearchText.Words"/>.</param>
    /// <param name="language">Of <see cref="Languages.All"/>.</param>
    /// <param name="stem">Its form by <see cref="SearchText.Stem"/>.</param>
    public static string Stem(string foldedWord, string language, string stem) => foldedWord[0] switch
    {
        >= 'a' and <= 'z' when language == "es" => Spanish(foldedWord),
        >= 'a' and <= 'z' when language == "fr" => French(foldedWord),
        >= 'a' and <= 'z' when language == "sw" => foldedWord,
        >= '\u0900' and <= '\u097F' => WithoutEnding(foldedWord, DevanagariEndings),
        >= '\u0600' and <= '\u06FF' => WithoutEnding(foldedWord, ArabicEndings),
        _ => stem,
    };

    public static string Stem(string foldedWord, string language) => Stem(foldedWord, language, SearchText.Stem(foldedWord));

    /// <summary>Every form under which a word of a question may be indexed, the likeliest first.</summary>
    /// <param name="foldedWord">Of <see cref="SearchText.Words"/>.</param>
    /// <param name="language">Of <see cref="Languages.All"/>.</param>
    /// <param name="english">Its form by <see cref="SearchText.Stem"/>.</param>
    public static IEnumerable<string> Stems(string foldedWord, string language, string english)
    {
        var stem = Stem(foldedWord, language, english);
        return foldedWord[0] is >= 'a' and <= 'z' && language is "es" or "fr" or "sw" && english != stem ? [stem, english] : [stem];
    }

    /// <summary>The stem of each word, by <see cref="SearchText.Stem"/>.</summary>
    public static string[] EnglishStems(IReadOnlyList<string> foldedWords)
    {
        var stems = new string[foldedWords.Count];
        for (var i = 0; i < stems.Length; i++)
        {
            stems[i] = SearchText.Stem(foldedWords[i]);
        }

        return stems;
    }

    private static string Spanish(string word)
    {
        var stem = word.EndsWith("ces", StringComparison.Ordinal) && word.Length > 4 ? word[..^3] + "z" : word.Length > 4 ? word.TrimEnd('s') : word;
        return stem.Length > 4 && stem[^1] is 'a' or 'o' or 'e' ? stem[..^1] : stem;
    }

    private static string French(string word)
    {
        var stem = word.Length > 4 ? word.TrimEnd('s', 'x') : word;
        return stem.Length > 4 && stem[^1] == 'e' ? stem.TrimEnd('e') : stem;
    }

    private static string WithoutEnding(string word, string[] endings)
    {
        foreach (var ending in endings)
        {
            if (word.Length - ending.Length >= 2 && word.EndsWith(ending, StringComparison.Ordinal))
            {
                return word[..^ending.Length];
            }
        }

        return word;
    }
}
