using System.Collections.Frozen;
using AgroConnect.Products.Search;

namespace AgroConnect.Assistant.Knowledge;

/// <summary>What a phrase of <c>terms.csv</c> tells about the message that it stands in.</summary>
[Flags]
internal enum Signals
{
    None = 0,

    /// <summary>Says little by itself: plant, disease, control.</summary>
    Generic = 1 << 0,
    Pesticide = 1 << 1,
    ActiveIngredient = 1 << 2,
    Banned = 1 << 3,
    Fumigant = 1 << 4,
    AnimalMedicine = 1 << 5,
    Dose = 1 << 6,
    Poison = 1 << 7,
    Collapse = 1 << 8,
    Exposure = 1 << 9,
    Person = 1 << 10,
    Emergency = 1 << 11,
    AnimalEmergency = 1 << 12,
    SelfHarm = 1 << 13,
    Price = 1 << 14,
    Weather = 1 << 15,
    Forecast = 1 << 16,
    Now = 1 << 17,
    Platform = 1 << 18,
    Greeting = 1 << 19,
    Injection = 1 << 20,
    OffTopic = 1 << 21,
    Hard = 1 << 22,
    HumanHealth = 1 << 23,

    /// <summary>A crop or an animal.</summary>
    Subject = 1 << 24,

    /// <summary>Must be noticed in every language, whatever language the text was taken for.</summary>
    Urgent = SelfHarm | Emergency | AnimalEmergency | Collapse | Exposure | Banned | Fumigant | Injection | Hard,

    /// <summary>Terms that say something about the kind of message, not about farming.</summary>
    NotFarming = Greeting | Injection | OffTopic | Person | Now | SelfHarm | Exposure | Collapse | Dose,
}

/// <summary>A thing that farmers name in many words and languages.</summary>
/// <param name="Key">Its row in <c>terms.csv</c>; for a crop or animal, what articles call it.</param>
/// <param name="Signals">Its flags there.</param>
/// <param name="Token">The word that stands for it in the index.</param>
internal sealed record Term(string Key, Signals Signals, string Token)
{
    public bool IsSubject => Signals == Signals.Subject;

    /// <summary>The index's word for a row of <c>terms.csv</c>.</summary>
    public static string TokenOf(string key) => SearchText.TokenPrefix + "term" + key;
}

/// <summary>Words of farming, and of what the assistant must notice, in six languages and romanised Hindi and Urdu (<c>terms.csv</c>).</summary>
internal static class Lexicon
{
    // What the catalogue sells under another key than the articles write about.
    private static readonly FrozenDictionary<string, string> Kinds = new Dictionary<string, string>
    {
        ["bell-pepper"] = "chilli",
        ["green-bean"] = "common-bean",
        ["lima-bean"] = "common-bean",
        ["spring-onion"] = "onion",
        ["chinese-cabbage"] = "cabbage",
        ["brussels-sprouts"] = "cabbage",
        ["tilapia"] = "fish",
        ["catfish"] = "fish",
        ["carp"] = "fish",
        ["trout"] = "fish",
        ["goat-meat"] = "goat",
        ["sheep-meat"] = "sheep",
        ["beef"] = "cattle",
        ["pork"] = "pig",
        ["honey"] = "bees",
        ["beeswax"] = "bees",
        ["african-eggplant"] = "eggplant",
        ["pomelo"] = "grapefruit",
        ["sponge-gourd"] = "ridge-gourd",
        ["snake-cucumber"] = "cucumber",
        ["ivy-gourd"] = "bitter-gourd",
        ["pointed-gourd"] = "bottle-gourd",
        ["tinda"] = "bottle-gourd",
        ["chayote"] = "squash",
        ["malabar-spinach"] = "spinach",
        ["black-nightshade"] = "amaranth",
        ["spider-plant"] = "amaranth",
        ["jute-mallow"] = "amaranth",
        ["swede"] = "turnip",
        ["quail"] = "chicken",
        ["egg"] = "chicken",
        ["shallot"] = "onion",
        ["adzuki-bean"] = "mung-bean",
        ["moth-bean"] = "mung-bean",
        ["horse-gram"] = "mung-bean",
        ["carnation"] = "rose",
        ["nectarine"] = "peach",
    }.ToFrozenDictionary();

    private static readonly FrozenSet<string> Goods = FrozenSet.Create(
        "animal-feed", "azolla", "biochar", "bran", "butter", "buttermilk", "charcoal", "cheese", "compost", "cream", "fertilizer", "firewood", "fodder", "ghee",
        "hay", "hide", "jaggery", "manure", "milk", "mineral-lick", "omena", "seedling", "silage", "snail", "straw", "sugar", "timber", "wool", "yoghurt", "neem",
        "clover", "seaweed");

    // Stems of names from other languages that are everyday words of English: and (eggs), many (groundnuts), lin (linseed).
    private static readonly FrozenSet<string> EverydayWords = FrozenSet.Create("and", "mani", "tini", "lin", "liki", "mate", "sem", "sen");

    // Last of the fields: it is made from those above.
    private static readonly FrozenDictionary<string, PhraseTree<Term>> Trees = Load();

    /// <summary>Names and phrases in a text, also within each other.</summary>
    /// <param name="stems">Of each word of <see cref="SearchText.Words"/>, by <see cref="SearchText.Stem"/>.</param>
    /// <param name="language">Spanish, French and Swahili words are only known in their own texts: <c>son</c> is no child in Spanish.</param>
    public static IReadOnlyList<PhraseMatch<Term>> Find(IReadOnlyList<string> stems, string language) => Tree(language).Find(stems);

    /// <summary>All that the phrases tell together.</summary>
    public static Signals SignalsOf(IReadOnlyList<PhraseMatch<Term>> found)
    {
        var signals = Signals.None;
        foreach (var match in found)
        {
            signals |= match.Value.Signals;
        }

        return signals;
    }

    /// <summary>Whether a name or phrase begins with the word of this stem.</summary>
    public static bool Knows(string stem, string language) => Tree(language).Begins(stem);

    /// <summary>
    /// What of the matches is meant: of names of crops the longest, for "sweet potato" names no potato; of phrases the longest
    /// that are not within each other or a crop's name.
    /// </summary>
    public static IReadOnlyList<PhraseMatch<Term>> Meant(IReadOnlyList<PhraseMatch<Term>> matches)
    {
        var meant = new List<PhraseMatch<Term>>();
        AddLongest(meant, matches, match => match.Value.IsSubject);
        var names = meant.Count;
        AddLongest(meant, matches, match => !match.Value.IsSubject && !IsWithinName(match));
        return meant;

        bool IsWithinName(PhraseMatch<Term> match)
        {
            for (var i = 0; i < names; i++)
            {
                if (match.Start < meant[i].Start + meant[i].Length && meant[i].Start < match.Start + match.Length && match.Length <= meant[i].Length)
                {
                    return true;
                }
            }

            return false;
        }
    }

    // Matches come in the order of their beginnings, and the longest of one beginning last.
    private static void AddLongest(List<PhraseMatch<Term>> meant, IReadOnlyList<PhraseMatch<Term>> matches, Func<PhraseMatch<Term>, bool> fits)
    {
        var (end, first) = (0, meant.Count);
        foreach (var match in matches)
        {
            if (!fits(match))
            {
                continue;
            }

            if (meant.Count > first && meant[^1].Start == match.Start && match.Length > meant[^1].Length)
            {
                meant.RemoveAll(other => other.Start == match.Start && other.Value.IsSubject == match.Value.IsSubject);
            }
            else if (match.Start < end && !(meant.Count > first && meant[^1].Start == match.Start && meant[^1].Length == match.Length))
            {
                continue;
            }

            meant.Add(match);
            end = match.Start + match.Length;
        }
    }

    /// <summary>Latin words of the table that only one language has, to tell it by; romanised Hindi and Urdu count as Hindi.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> WordsOfOneLanguage()
    {
        var byLanguage = Languages.All.ToDictionary(language => language, _ => new HashSet<string>());
        var (columns, rows) = Table();
        foreach (var cells in rows)
        {
            for (var i = 0; i < columns.Length; i++)
            {
                byLanguage[columns[i] == "ur" ? "hi" : columns[i]].UnionWith(SearchText.Words(cells[i + 2]).Where(word => word.Length > 3 && word.All(char.IsAsciiLetterLower)));
            }
        }

        return byLanguage.ToDictionary(
            words => words.Key,
            words => (IReadOnlyList<string>)[.. words.Value.Where(word => byLanguage.Values.Count(other => other.Contains(word)) == 1)]);
    }

    private static string Kind(string crop) => Kinds.GetValueOrDefault(crop, crop);

    private static PhraseTree<Term> Tree(string language) => Trees.TryGetValue(language, out var tree) ? tree : Trees[Languages.English];

    // No cell of the table needs quotes, so splitting is parsing.
    private static (string[] Columns, IEnumerable<string[]> Rows) Table()
    {
        using var stream = typeof(Lexicon).Assembly.GetManifestResourceStream("AgroConnect.Assistant.Knowledge.terms.csv")!;
        using var reader = new StreamReader(stream);
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return (lines[0].Split(',')[2..], lines.Skip(1).Select(line => line.Split(',')));
    }

    private static FrozenDictionary<string, PhraseTree<Term>> Load()
    {
        var (columns, rows) = Table();
        var trees = Languages.All.ToDictionary(language => language, _ => new PhraseTree<Term>());
        foreach (var cells in rows)
        {
            var signals = cells[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Aggregate(Signals.None, (all, flag) => all | Flag(flag));
            var term = new Term(cells[0], signals, Term.TokenOf(cells[0]));
            for (var i = 0; i < columns.Length; i++)
            {
                var known = trees.Where(tree => columns[i] is "en" or "ur" or "hi" || columns[i] == tree.Key || (signals & Signals.Urgent) != 0).ToList();
                foreach (var phrase in cells[i + 2].Split('|', StringSplitOptions.RemoveEmptyEntries))
                {
                    Add(known, phrase, term);
                }
            }
        }

        foreach (var crop in CropNames.All.Where(crop => !Goods.Contains(crop)))
        {
            var subject = new Term(Kind(crop), Signals.Subject, CropNames.Token(Kind(crop)));
            foreach (var name in CropNames.Names(crop))
            {
                Add(trees, name, subject);
            }
        }

        return trees.ToFrozenDictionary();
    }

    private static void Add(IEnumerable<KeyValuePair<string, PhraseTree<Term>>> trees, string phrase, Term term)
    {
        var stems = SearchText.Words(phrase).Select(SearchText.Stem).ToArray();
        foreach (var (language, tree) in trees)
        {
            if (stems is not [var word] || language is "es" or "fr" or "sw" || !EverydayWords.Contains(word))
            {
                tree.Add(stems, term);
            }
        }
    }

    private static Signals Flag(string flag) => flag switch
    {
        "generic" => Signals.Generic,
        "pesticide" => Signals.Pesticide,
        "active" => Signals.ActiveIngredient,
        "banned" => Signals.Banned,
        "fumigant" => Signals.Fumigant,
        "medicine" => Signals.AnimalMedicine,
        "dose" => Signals.Dose,
        "poison" => Signals.Poison,
        "collapse" => Signals.Collapse,
        "exposure" => Signals.Exposure,
        "person" => Signals.Person,
        "emergency" => Signals.Emergency,
        "animalemergency" => Signals.AnimalEmergency,
        "selfharm" => Signals.SelfHarm,
        "price" => Signals.Price,
        "weather" => Signals.Weather,
        "forecast" => Signals.Forecast,
        "now" => Signals.Now,
        "platform" => Signals.Platform,
        "greeting" => Signals.Greeting,
        "injection" => Signals.Injection,
        "offtopic" => Signals.OffTopic,
        "hard" => Signals.Hard,
        "human" => Signals.HumanHealth,
        _ => throw new InvalidDataException($"terms.csv: unknown flag '{flag}'"),
    };
}
