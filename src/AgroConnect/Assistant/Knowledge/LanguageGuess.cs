using System.Collections.Frozen;
using AgroConnect.Products.Search;

namespace AgroConnect.Assistant.Knowledge;

/// <summary>Which language a text is in: by its letters, else by its commonest words.</summary>
internal static class LanguageGuess
{
    private static readonly Dictionary<string, IReadOnlyList<string>> Common = new()
    {
        ["en"] = Set("the is are in of to and how what when which why do does can my i it for with on a an at from should not after before have has be or they this that there much many"),
        ["hi"] = Set("ka ki ke ko ne me mein hai hain kya kaise kese kab kitna kitni kitne kyu kyon kyun kare karen karein karna se aur liye mera mere meri konsa konsi kaunsa raha rahe rahi gaya gaye batao bataye chahiye nahi nahin wala ko par fasal khad khaad dawa ilaj pani kheti gay gaay bhains murgi bakri doodh keeda keede rog beej gehu gehun dhan makka kapas upay badhaye badhayen lagaye dale dalen mandi bhav"),
        ["sw"] = Set("ya wa za la cha vya na ni kwa jinsi gani vipi nini lini je kwenye katika yangu wangu zangu langu naweza nifanye nifanyeje ninaweza hii sana dawa mbegu mbolea shamba mahindi kuku ng'ombe ngombe mbuzi maji wadudu ugonjwa magonjwa mimea majani kupanda kuvuna kulima kufuga nyanya maharage viazi muhogo ndizi kahawa samaki nyuki kuhifadhi maziwa mmea udongo kuzuia kutibu wakati"),
        ["es"] = Set("el la los las de del en y que como cuando cual para por con mi mis una un se es son hay tiene puedo debo donde cuanto cuanta al lo qué cómo cuándo cuál mis hojas plantas maiz tomate control sembrar riego abono plaga gusano vaca vacas gallinas cabras leche semilla suelo cultivo"),
        ["fr"] = Set("le la les de des du et en un une que qui comment quand quel quelle pour par avec mon ma mes est sont dans sur au aux il faut je ne pas plants feuilles mais culture semer engrais chevres vache vaches poules lait sol traiter lutter contre maladie tomates"),
    };

    private static readonly string[] Order = ["en", "sw", "es", "fr", "hi"];

    // Of each word, the languages that know it, as bits in the order of Order: as one of their commonest, or as one of terms.csv that no other has.
    private static readonly FrozenDictionary<string, int> Known = Load();

    /// <returns>One of <see cref="Languages.All"/>, or null when the text gives no hint.</returns>
    public static string? Of(string text) => Of(new WrittenText(text));

    /// <inheritdoc cref="Of(string)"/>
    public static string? Of(WrittenText text)
    {
        var (arabic, devanagari, latin) = (0, 0, 0);
        foreach (var letter in text.Text)
        {
            arabic += letter is >= '\u0600' and <= '\u06FF' or >= '\uFB50' and <= '\uFEFC' ? 1 : 0;
            devanagari += letter is >= '\u0900' and <= '\u097F' ? 1 : 0;
            latin += char.IsAsciiLetter(letter) ? 1 : 0;
        }

        if (arabic + devanagari > 0 && 2 * (arabic + devanagari) >= latin)
        {
            return arabic >= devanagari ? "ur" : "hi";
        }

        Span<int> hits = stackalloc int[Order.Length];
        foreach (var word in text.Words)
        {
            var languages = Known.GetValueOrDefault(word);
            for (var i = 0; languages != 0; i++, languages >>= 1)
            {
                hits[i] += languages & 1;
            }
        }

        var best = 0;
        for (var i = 0; i < hits.Length; i++)
        {
            hits[i] += Marks(text.Text, Order[i]);
            best = hits[i] > hits[best] ? i : best;
        }

        return hits[best] == 0 || (hits[best] == 1 && text.Words.Count > 4) && Order[best] != "en" ? null : Order[best];
    }

    private static FrozenDictionary<string, int> Load()
    {
        var known = new Dictionary<string, int>();
        for (var i = 0; i < Order.Length; i++)
        {
            foreach (var word in Common[Order[i]].Concat(Lexicon.WordsOfOneLanguage()[Order[i]]))
            {
                known[word] = known.GetValueOrDefault(word) | (1 << i);
            }
        }

        return known.ToFrozenDictionary();
    }

    private static int Marks(string text, string language) => language switch
    {
        "es" => text.Count(letter => letter is '¿' or '¡' or 'ñ' or 'Ñ' or 'á' or 'í' or 'ó' or 'ú'),
        "fr" => text.Count(letter => letter is 'è' or 'ê' or 'à' or 'ç' or 'ù' or 'û' or 'î' or 'ô' or 'œ' or 'â' or 'ë' or 'ï'),
        _ => 0,
    };

    private static IReadOnlyList<string> Set(string words) => [.. words.Split(' ').SelectMany(SearchText.Words).Distinct()];
}
