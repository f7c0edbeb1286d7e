using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;
using AgroConnect.Products.Search;

namespace AgroConnect.Assistant.Knowledge;

/// <summary>What kind of message it is, before anything is looked up.</summary>
internal enum Concern
{
    /// <summary>Nothing that changes the answer.</summary>
    None,

    /// <summary>A person is in danger: poisoning, snake bite, heat stroke. The notice is the answer; no model is asked.</summary>
    Emergency,

    /// <summary>Somebody may harm themselves. The notice is the answer, with no word of products; no model is asked.</summary>
    SelfHarm,

    /// <summary>An animal may die: the vet first, then the answer.</summary>
    AnimalEmergency,

    /// <summary>A product that is banned or highly hazardous is named. No model is asked.</summary>
    BannedProduct,

    /// <summary>Asks for a dose, mixture or number of sprays of a pesticide. No model is asked.</summary>
    PesticideDose,

    /// <summary>Asks for a dose of an animal's medicine. No model is asked.</summary>
    AnimalMedicine,

    /// <summary>Asks for tomorrow's weather, which nobody here knows: a decline.</summary>
    WeatherNow,

    /// <summary>Asks for a market price of today or later: a decline that points to the catalogue.</summary>
    PriceNow,

    /// <summary>Nothing to do with farming, or against the rules: a decline; no model is asked.</summary>
    OutOfScope,

    /// <summary>A greeting or thanks.</summary>
    Greeting,
}

/// <param name="Concern">What kind of message it is.</param>
/// <param name="Notice">What must stand first in the answer, in the question's language, or be the whole of it; null when nothing must.</param>
/// <param name="ArticleId">The article that goes with it, when the rule knows it better than any ranking.</param>
internal sealed record Verdict(Concern Concern, string? Notice = null, string? ArticleId = null)
{
    /// <summary>Whether a model must not be asked: the answer without one is safer.</summary>
    public bool IsFinal => Concern is not (Concern.None or Concern.AnimalEmergency or Concern.Greeting or Concern.PriceNow);
}

/// <summary>Rules that hold with and without a model.</summary>
internal static partial class Guardrails
{
    private static readonly FrozenSet<string> Animals = FrozenSet.Create(
        "cattle", "buffalo", "goat", "sheep", "chicken", "duck", "pig", "rabbit", "fish", "bees", "goose", "turkey", "camel", "donkey", "horse", "guinea-fowl", "silkworm");

    private static readonly FrozenSet<string> FieldWork = FrozenSet.Create(
        "pesticide", "sow", "harvest", "water", "fertiliser", "drygrain", "flood", "drought", "frost", "seed", "urea", "silage", "store", "heatwave", "manure");

    // Whoever asks how to find or make a price asks something that articles answer.
    private static readonly FrozenSet<string> HowTo = FrozenSet.Create(
        "how", "where", "find", "check", "set", "decide", "why", "app", "calculate", "fix", "negotiate", "better", "higher", "kaise", "kahan", "kidhar", "como", "donde",
        "comment", "trouver", "fixer", "jinsi", "wapi", "کیسے", "کہاں", "कैसे", "कहां", "कहाँ");

    /// <summary>What kind of message it is. The rules know all six languages, and never depend on a ranking.</summary>
    public static Verdict Judge(Question question)
    {
        var words = question.Written.Words;
        var found = Lexicon.Find(question.Written.Stems, question.Written.Guess ?? question.Language);
        var signals = Lexicon.SignalsOf(found);
        bool Has(Signals signal) => (signals & signal) != 0;
        bool Says(string term) => found.Any(match => match.Value.Key == term);
        var ofAnimals = found.Any(match => match.Value.IsSubject && Animals.Contains(match.Value.Key));
        var ofCrops = found.Any(match => match.Value.IsSubject && !Animals.Contains(match.Value.Key));
        var product = Has(Signals.Pesticide | Signals.Poison | Signals.Fumigant);

        if (Has(Signals.SelfHarm))
        {
            return new Verdict(Concern.SelfHarm, Phrases.Say("self_harm", question.Language));
        }

        if (Has(Signals.Emergency) && (Has(Signals.Person) || !ofAnimals))
        {
            return new Verdict(Concern.Emergency, Phrases.Say(Says("snakebite") ? "snake_bite" : "heat_stroke", question.Language), "human-health-heat");
        }

        if ((Has(Signals.Person) || !ofAnimals) && (
            (product && Has(Signals.Collapse | Signals.Exposure))
            || (Has(Signals.Poison) && (Has(Signals.Person) || Says("emergencyword")))
            || (Says("emergencyword") && product)
            || (Has(Signals.Collapse) && Has(Signals.Person) && Fainted().IsMatch(question.Text))))
        {
            return new Verdict(Concern.Emergency, Phrases.Say("emergency", question.Language), "poisoning-first-aid");
        }

        if (Has(Signals.Hard))
        {
            return new Verdict(Concern.OutOfScope, Phrases.Say("out_of_scope", question.Language));
        }

        if (Has(Signals.Banned))
        {
            var name = found.First(match => match.Value.Signals.HasFlag(Signals.Banned));
            return new Verdict(Concern.BannedProduct, Phrases.Say("banned", question.Language, NameOf(name, words, question.Language)), "banned-pesticides");
        }

        if (Has(Signals.Fumigant))
        {
            return new Verdict(Concern.BannedProduct, Phrases.Say("fumigant", question.Language), "grain-storage");
        }

        if (!ofCrops && (Has(Signals.AnimalMedicine) || (ofAnimals && Has(Signals.Dose) && (Says("medicine") || Says("worms") || (Says("vaccine") && Says("unit"))))))
        {
            return new Verdict(Concern.AnimalMedicine, Phrases.Say("animal_medicine", question.Language), "animal-medicine");
        }

        if (ofAnimals && (Has(Signals.AnimalEmergency | Signals.Collapse | Signals.Emergency) || (product && Has(Signals.Exposure | Signals.Poison))))
        {
            return new Verdict(Concern.AnimalEmergency, Phrases.Say("animal_emergency", question.Language));
        }

        if (Has(Signals.HumanHealth) && !ofAnimals && !ofCrops)
        {
            return new Verdict(Concern.OutOfScope, Phrases.Say("human_health", question.Language));
        }

        var waits = Says("interval") || (Has(Signals.Pesticide) && (Says("harvest") || Says("sell") || Eats().IsMatch(question.Text)) && Waits().IsMatch(question.Text));
        if (waits && !ofAnimals)
        {
            return new Verdict(Concern.None, null, "pre-harvest-interval");
        }

        var feeds = Says("fertiliser") || Says("urea") || Says("potassium") || Says("phosphorus") || Says("manure") || Says("neem") || Says("seed") || Says("label");
        if (Has(Signals.ActiveIngredient)
            || (Has(Signals.Dose) && !feeds && !ofAnimals && (Has(Signals.Pesticide) || (Says("medicine") && (ofCrops || Says("pest") || Says("disease") || Says("crop")))))
            || (Says("unit") && !ofAnimals && !feeds && (ofCrops || Says("pest"))))
        {
            return new Verdict(Concern.PesticideDose, Phrases.Say("pesticide_dose", question.Language));
        }

        var later = found.Any(match => match.Value.Key == "now") || LaterYear(question);
        if (Has(Signals.Forecast) || (Has(Signals.Weather) && later && !found.Any(match => FieldWork.Contains(match.Value.Key)) && !ofCrops && !ofAnimals))
        {
            if (!found.Any(match => match.Value.Key is "pesticide" or "sow" or "harvest" or "fertiliser" or "drygrain"))
            {
                return new Verdict(Concern.WeatherNow, Phrases.Say("weather_now", question.Language));
            }
        }

        var rate = words.Any(word => word is "rate" or "rates" or "ریٹ" or "रेट") && !Says("seedrate") && (later || Says("sell"));
        if ((Has(Signals.Price) || rate) && !words.Any(HowTo.Contains) && !Has(Signals.Platform) && (later || ofCrops || ofAnimals || Says("milk") || Says("urea") || Says("fertiliser")))
        {
            return new Verdict(Concern.PriceNow, Phrases.Say("price_now", question.Language));
        }

        var farming = found.Any(match => match.Value.IsSubject || (match.Value.Signals & (Signals.NotFarming | Signals.Generic | Signals.Weather)) == 0);
        if (Has(Signals.OffTopic | Signals.Injection) && !farming)
        {
            return new Verdict(Concern.OutOfScope, Phrases.Say("out_of_scope", question.Language));
        }

        return Has(Signals.Greeting) && words.Count <= 6 && !farming && !Has(Signals.Generic & ~Signals.Greeting)
            ? new Verdict(Concern.Greeting, Phrases.Say("greeting", question.Language))
            : new Verdict(Concern.None);
    }

    /// <summary>The caution that goes with these passages, in a language; null when none is needed.</summary>
    public static string? SafetyNotice(IReadOnlyList<Passage> passages, string language) =>
        (passages is [var first, ..] ? first.Article.Safety : null) switch
        {
            "pesticide" => Phrases.Say("notice_pesticide", language),
            "animal-medicine" => Phrases.Say("notice_medicine", language),
            "fumigant" => Phrases.Say("notice_fumigant", language),
            "food" => Phrases.Say("notice_food", language),
            "emergency" => Phrases.Say("notice_emergency", language),
            _ => null,
        };

    /// <summary>Why a model's reply must not be shown; empty when it may.</summary>
    /// <param name="reply">The reply; citations as <c>[article-id]</c>.</param>
    /// <param name="given">The passages that the model was given.</param>
    /// <param name="other">Other text that its figures may come from: catalogue rows, the user's messages.</param>
    public static IReadOnlyList<string> Faults(string reply, IReadOnlyList<Passage> given, string other = "") =>
        [.. StrangeCitations(reply, given), .. StrangeFigures(reply, new KnownFigures(given, () => other)), .. ProductFaults(reply)];

    /// <summary>Citations of what was not given.</summary>
    public static IEnumerable<string> StrangeCitations(string reply, IReadOnlyList<Passage> given) =>
        Citation().Matches(reply).Select(citation => citation.Groups[1].Value).Where(id => given.All(passage => passage.Article.Id != id)).Select(id => $"cites '{id}', which was not given");

    /// <summary>Figures that stand nowhere.</summary>
    public static IEnumerable<string> StrangeFigures(string reply, KnownFigures known) =>
        Figures(reply).Distinct().Where(figure => !known.Contains(figure)).Select(figure => $"says '{figure}', which no passage says");

    /// <summary>Doses of products, and products that must not be named; of each sentence by itself.</summary>
    public static IEnumerable<string> ProductFaults(string reply)
    {
        foreach (var sentence in Sentences(reply))
        {
            var written = new WrittenText(sentence);
            var found = Lexicon.Find(written.Stems, written.Guess ?? Languages.English);
            if (found.FirstOrDefault(match => match.Value.Signals.HasFlag(Signals.Banned)) is { Value: not null } product && !Warns().IsMatch(sentence))
            {
                yield return $"names '{string.Join(' ', written.Words.Skip(product.Start).Take(product.Length))}' without saying that it is banned";
            }

            if (found.Any(match => (match.Value.Signals & (Signals.Pesticide | Signals.AnimalMedicine)) != 0) && Amount().Match(sentence) is { Success: true } amount)
            {
                yield return $"gives a dose: '{amount.Value}'";
            }
        }
    }

    /// <returns>Where the last sentence of a text begins, which may not be at its end yet; the text's length when nothing is open.</returns>
    public static int LastSentence(string text)
    {
        var begin = 0;
        foreach (var end in SentenceEnd().EnumerateMatches(text))
        {
            begin = end.Index + end.Length;
        }

        return begin;
    }

    /// <summary>The figures that a reply may say: read when the first is asked for, those of other texts each time that the passages have not got one.</summary>
    /// <param name="given">The passages that the model was given.</param>
    /// <param name="others">Whatever else they may come from; may grow meanwhile.</param>
    internal sealed class KnownFigures(IReadOnlyList<Passage> given, Func<string> others)
    {
        private HashSet<string>? _ofPassages;

        public bool Contains(string figure)
        {
            _ofPassages ??= [.. given.SelectMany(passage => Figures(passage.Article.Summary).Concat(Figures(passage.Section.Text)))];
            return _ofPassages.Contains(figure) || Figures(others()).Contains(figure);
        }
    }

    /// <summary>Leaves out every line or sentence with an amount of something: next to a product it could be taken for its dose.</summary>
    public static string WithoutAmounts(string text) =>
        string.Join('\n', text.Split('\n').Select(line => string.Join(' ', Sentences(line).Where(sentence => !Amount().IsMatch(sentence)))).Where(line => line.Length > 0));

    /// <summary>Numbers with a unit, in one form: <c>2.5 kg</c>, however it was written.</summary>
    private static IEnumerable<string> Figures(string text) =>
        Figure().Matches(text.Normalize(System.Text.NormalizationForm.FormKC).Replace(',', '.'))
            .SelectMany(match => new[] { match.Groups["from"], match.Groups["to"] }.Where(number => number.Success)
                .Select(number => $"{decimal.Parse(number.Value, CultureInfo.InvariantCulture).ToString("0.###", CultureInfo.InvariantCulture)} {Unit(match.Groups["unit"].Value)}"));

    private static string Unit(string unit) => unit.ToLowerInvariant() switch
    {
        "millilitre" or "milliliter" or "millilitres" or "milliliters" or "cc" => "ml",
        "litre" or "liter" or "litres" or "liters" => "l",
        "gram" or "grams" or "gm" or "grammes" => "g",
        "kilo" or "kilos" or "kilogram" or "kilograms" or "kgs" => "kg",
        "percent" => "%",
        "days" => "day",
        "acres" => "acre",
        "hectare" or "hectares" => "ha",
        var other => other,
    };

    private static IEnumerable<string> Sentences(string text) => SentenceEnd().Split(text).Select(sentence => sentence.Trim()).Where(sentence => sentence.Length > 0);

    private static bool LaterYear(Question question) =>
        question.Today is { } today && Year().Matches(question.Text).Any(year => int.Parse(year.Value, CultureInfo.InvariantCulture) > today.Year)
        || question.Today is null && Year().IsMatch(question.Text);

    private static string NameOf(PhraseMatch<Term> match, IReadOnlyList<string> words, string language)
    {
        var name = string.Join(' ', words.Skip(match.Start).Take(match.Length));
        return name.Contains("banned", StringComparison.Ordinal) ? Phrases.Say("this_product", language) : char.ToUpperInvariant(name[0]) + name[1..];
    }

    [GeneratedRegex(@"\[([a-z0-9]+(?:-[a-z0-9]+)*)\]")]
    private static partial Regex Citation();

    [GeneratedRegex(@"(?<![\w.])(?<from>\d+(?:\.\d+)?)(?:\s*(?:-|–|to)\s*(?<to>\d+(?:\.\d+)?))?\s*(?<unit>ml|cc|millilit(?:re|er)s?|mg|gm|g|grams?|grammes|kgs?|kilos?|kilograms?|l|lit(?:re|er)s?|%|percent|ppm|iu)(?![\w])", RegexOptions.IgnoreCase)]
    private static partial Regex Figure();

    [GeneratedRegex(@"\d\s*(?:ml|cc|mg|gm|g|kg|l|grams?|lit(?:re|er)s?|millilit(?:re|er)s?|tablets?|bags?)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Amount();

    [GeneratedRegex(@"(?<=[.!?؟।۔])\s+|\n+")]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"\b(?:ban\w*|not|never|prohibit\w*|restrict\w*|illegal|hazard\w*|avoid\w*|prohibid\w*|interdit\w*|marufuku)\b|ممنوع|प्रतिबंधित|نہ |न ", RegexOptions.IgnoreCase)]
    private static partial Regex Warns();

    [GeneratedRegex(@"\b(?:unconscious|faint\w*|collapsed|convuls\w*|can'?t breathe|cannot breathe|évanoui\w*|inconscient\w*|inconsciente|desmay\w*|amezimia|amezirai|behosh)\b|بے ہوش|بیہوش|बेहोश", RegexOptions.IgnoreCase)]
    private static partial Regex Fainted();

    [GeneratedRegex(@"\b(?:eat|eating|pick|safe|enter|comer|manger|kula|khana)\b|کھانا|کھا سکتے|खाना|खा सकते", RegexOptions.IgnoreCase)]
    private static partial Regex Eats();

    [GeneratedRegex(@"\b(?:after|days?|wait\w*|how long|when can|hours?|yesterday|later|baada|siku|después|días|après|jours|baad|din)\b|بعد|دن|बाद|दिन", RegexOptions.IgnoreCase)]
    private static partial Regex Waits();

    [GeneratedRegex(@"\b20[2-9]\d\b")]
    private static partial Regex Year();
}
