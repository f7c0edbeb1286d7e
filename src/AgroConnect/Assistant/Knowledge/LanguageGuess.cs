using System.Collections.Frozen;
using AgroConnect.Products.Search;

namespace AgroConnect.Assistant.Knowledge;

/// <summary>Which language a text is in: by its letters, else by its commonest words.</summary>
internal static class LanguageGuess
{
    private static readonly FrozenDictionary<string, FrozenSet<string>> Common = new Dictionary<string, FrozenSet<string>>
    {
        ["en"] = Set("the is are in of to and how what when which why do does can my i it for with on a an at from should not after before have has be or they this that there much many"),
        ["hi"] = Set("ka ki ke ko ne me mein hai hain kya kaise kese kab kitna kitni kitne kyu kyon kyun kare karen karein karna se aur liye mera mere meri konsa konsi kaunsa raha rahe rahi gaya gaye batao bataye chahiye nahi nahin wala ko par fasal khad khaad dawa ilaj pani kheti gay gaay bhains murgi bakri doodh keeda keede rog beej gehu gehun dhan makka kapas upay badhaye badhayen lagaye dale dalen mandi bhav"),
        ["sw"] = Set("ya wa za la cha vya na ni kwa jinsi gani vipi nini lini je kwenye katika yangu wangu zangu langu naweza nifanye nifanyeje ninaweza hii sana dawa mbegu mbolea shamba mahindi kuku ng'ombe ngombe mbuzi maji wadudu ugonjwa magonjwa mimea majani kupanda kuvuna kulima kufuga nyanya maharage viazi muhogo ndizi kahawa samaki nyuki kuhifadhi maziwa mmea udongo kuzuia kutibu wakati"),
        ["es"] = Set("el la los las de del en y que como cuando cual para por con mi mis una un se es son hay tiene puedo debo donde cuanto cuanta al lo qué cómo cuándo cuál mis hojas plantas maiz tomate control sembrar riego abono plaga gusano vaca vacas gallinas cabras leche semilla suelo cultivo"),
        ["fr"] = Set("le la les de des du et en un une que qui comment quand quel quelle pour par avec mon ma mes est sont dans sur au aux il faut je ne pas plants feuilles mais culture semer engrais chevres vache vaches poules lait sol traiter lutter contre maladie tomates"),
    }.ToFrozenDictionary();

    private static readonly string[] Order = ["en", "sw", "es", "fr", "hi"];

    /// <returns>One of <see cref="Languages.All"/>, or null when the text gives no hint.</returns>
    public static string? Of(string text)
    {
        var (arabic, devanagari, latin) = (0, 0, 0);
        foreach (var letter in text)
        {
            arabic += letter is >= '\u0600' and <= '\u06FF' or >= '\uFB50' and <= '\uFEFC' ? 1 : 0;
            devanagari += letter is >= '\u0900' and <= '\u097F' ? 1 : 0;
            latin += char.IsAsciiLetter(letter) ? 1 : 0;
        }

        if (arabic + devanagari > 0 && 2 * (arabic + devanagari) >= latin)
        {
            return arabic >= devanagari ? "ur" : "hi";
        }

        var words = SearchText.Words(text);
        var best = Order
            .Select(language => (Language: language, Hits: words.Count(word => Common[language].Contains(word) || Lexicon.WordsOfOneLanguage()[language].Contains(word)) + Marks(text, language)))
            .MaxBy(guess => guess.Hits);
        return best.Hits == 0 || (best.Hits == 1 && words.Count > 4) && best.Language != "en" ? null : best.Language;
    }

    private static int Marks(string text, string language) => language switch
    {
        "es" => text.Count(letter => letter is '¿' or '¡' or 'ñ' or 'Ñ' or 'á' or 'í' or 'ó' or 'ú'),
        "fr" => text.Count(letter => letter is 'è' or 'ê' or 'à' or 'ç' or 'ù' or 'û' or 'î' or 'ô' or 'œ' or 'â' or 'ë' or 'ï'),
        _ => 0,
    };

    private static FrozenSet<string> Set(string words) => FrozenSet.Create([.. words.Split(' ').SelectMany(SearchText.Words)]);
}
