using System.Collections.Concurrent;
using System.Collections.Frozen;
using AgroConnect.Products.Search;

namespace AgroConnect.Assistant.Knowledge;

/// <summary>Finds the sections that answer a question.</summary>
internal sealed class Retrieval
{
    private const int SectionsOfOne = 3;
    private const int Candidates = 25;
    private const double Enough = 0.4;
    private const double EnoughForFollowUp = 0.3;
    private const double NearlySame = 0.6;

    private static readonly (string[] Words, string[] Topics)[] Intents =
    [
        (["pest", "caterpillar", "borer", "holes", "aphid", "whitefly", "thrips", "mite", "termite", "jassid", "mealybug", "fruitfly", "bollworm", "armyworm"], ["pest", "ipm"]),
        (["disease", "spots", "rot", "fungus", "virus", "blight", "wilt", "curl", "rust", "smut", "powderymildew", "downymildew"], ["disease"]),
        (["fertiliser", "urea", "potassium", "phosphorus"], ["nutrient", "fertiliser"]),
        (["water", "drip"], ["irrigation"]),
        (["seedrate", "spacing", "seed", "sow"], ["seed", "sowing", "nursery", "crop-guide"]),
        (["season"], ["season", "sowing", "crop-guide"]),
        (["grow", "variety"], ["crop-guide", "variety", "livestock"]),
        (["harvest"], ["harvest", "post-harvest"]),
        (["store", "weevil", "drygrain"], ["storage", "post-harvest"]),
        (["weed"], ["weed"]),
        (["price", "sell"], ["market", "price", "selling"]),
        (["scheme"], ["scheme", "finance"]),
        (["flowerdrop"], ["flower-drop"]),
        (["feed", "milk"], ["feed", "dairy"]),
        (["platform"], ["platform"]),
        (["soil"], ["soil"]),
        (["record"], ["finance"]),
    ];

    // The stages and topics of a question, and the headings under which articles answer them.
    private static readonly (string[] Asks, string[] Headings)[] Headings =
    [
        (["recognise"], ["recognise", "signs", "problems", "look"]),
        (["prevent"], ["prevent", "avoid"]),
        (["treat", "control", "medicine"], ["now", "treat"]),
        (["pesticide"], ["spray", "must"]),
        (["seedrate", "spacing", "sow", "seed", "season"], ["sowing", "planting", "nursery", "spacing", "seed", "figures"]),
        (["fertiliser", "urea", "phosphorus", "potassium", "manure"], ["feeding", "feed", "now", "figures"]),
        (["water"], ["water", "figures"]),
        (["harvest", "store", "drygrain"], ["harvest", "storage", "drying", "curing"]),
        (["pest", "disease", "caterpillar", "spots"], ["recognise", "now", "pests"]),
    ];

    // What a term asks for: topics and headings, as bits.
    private static readonly FrozenDictionary<string, (ulong Topics, int Headings)> Wishes = ReadWishes();

    private static readonly ulong CropGuide = TopicBit("crop-guide");

    private static readonly Lazy<Retrieval> Own = new(() => new Retrieval(KnowledgeBase.BuiltInIndex));

    // With a first question, for which the lists of words are read.
    private static readonly Lazy<Task> Loading = new(() => Task.Run(() => Own.Value.Search(new Question("rust of wheat", Languages.English, []), 1)));

    private readonly KnowledgeIndex _index;
    private readonly Traits[] _traits;
    private readonly int[] _headings;
    private readonly ConcurrentBag<Scratch> _scratches = [];
    private readonly ConcurrentDictionary<Section, Line[]> _lines = new(ReferenceEqualityComparer.Instance);

    private Retrieval(KnowledgeIndex index)
    {
        _index = index;
        _traits = [.. _index.Articles.Select(article => Traits.Of(article.Article))];
        _headings = new int[_index.SectionCount];
        foreach (var section in _index.Articles.SelectMany(article => article.Sections))
        {
            _headings[section.Number] = HeadingBits(section.Section.Heading);
        }
    }

    /// <summary>Over the articles that are built into the program.</summary>
    public static Retrieval BuiltIn => Own.Value;

    /// <summary>Until <see cref="BuiltIn"/> is there at once; the first call begins to read the articles.</summary>
    public static Task LoadAsync() => Loading.Value;

    /// <summary>The best sections, best first; none when no article is about it.</summary>
    public IReadOnlyList<Passage> Search(Question question, int count)
    {
        var (terms, articles) = Understand(question);
        return articles.Count == 0 || !IsKnown(terms, articles) ? [] : Passages(articles, terms, count);
    }

    /// <summary>The articles that a search is about, best first: not only as sure as an answer must be.</summary>
    public IEnumerable<Article> Articles(Question question)
    {
        var ranked = Understand(question).Articles;
        return ranked.TakeWhile(article => article.Score >= ranked[0].Score * 0.25).Select(article => article.Article);
    }

    /// <summary>The language in which to answer.</summary>
    /// <param name="text">The message.</param>
    /// <param name="preferred">What the user asked for, which wins when it is one of <see cref="Languages.All"/>.</param>
    public string LanguageOf(WrittenText text, string? preferred) =>
        preferred is not null && Languages.All.Contains(preferred) ? preferred : text.Guess ?? _index.LanguageOf(text.Words) ?? Languages.English;

    /// <inheritdoc cref="LanguageOf(WrittenText, string?)"/>
    public string LanguageOf(string text, string? preferred) => LanguageOf(new WrittenText(text), preferred);

    /// <summary>A question as the index reads it, and the articles that share words with it.</summary>
    public Understanding Understand(Question question)
    {
        if (question.Understanding is null)
        {
            var terms = QuestionTerms.Of(question, _index);
            question.Understanding = new Understanding(terms, Rank(terms, question.Region));
        }

        return question.Understanding;
    }

    private List<RankedArticle> Rank(QuestionTerms question, string? region)
    {
        // Clean again at the end; after an exception it is left to the collector.
        var scratch = _scratches.TryTake(out var used) ? used : new Scratch(_index.Articles.Count, _index.Entries.Count);
        AddScores(question, scratch);
        var best = BestArticles(question, region, scratch.Scores);
        AddCloseness(question, scratch);
        var ranked = new List<RankedArticle>(best.Count);
        foreach (var (article, score) in best)
        {
            InsertByScore(ranked, Weighed(_index.Articles[article], score, scratch.Closeness[article], question));
        }

        scratch.Clear();
        _scratches.Add(scratch);
        return ranked;
    }

    /// <summary>The best sections of the best articles, best first.</summary>
    public IReadOnlyList<Passage> Passages(IReadOnlyList<RankedArticle> articles, QuestionTerms question, int count)
    {
        if (articles.Count == 0)
        {
            return [];
        }

        var enough = articles[0].Score * 0.45;
        return
        [
            .. articles.TakeWhile(article => article.Score >= enough)
                .SelectMany(article => Sections(article, question).Take(SectionsOfOne))
                .OrderByDescending(passage => passage.Score)
                .Take(count),
        ];
    }

    /// <summary>One article among others, also when it shares no word with the question.</summary>
    public RankedArticle? Rated(string id, IReadOnlyList<RankedArticle> ranked) =>
        ranked.FirstOrDefault(article => article.Article.Id == id)
        ?? _index.Articles.Where(article => article.Article.Id == id).Select(article => new RankedArticle(article, 1, 0)).FirstOrDefault();

    /// <summary>An article's sections, the most fitting first.</summary>
    public IReadOnlyList<Passage> Sections(RankedArticle article, QuestionTerms question)
    {
        var headings = Wish(question).Headings;
        var rated = article.Indexed.Sections.Select((section, i) => (section.Section, Score: Rate(section, question, headings) * (i == 0 ? 0.9 : 1))).ToList();
        var highest = Math.Max(rated.Max(section => section.Score), double.Epsilon);
        return
        [
            .. rated.OrderByDescending(section => section.Score)
                .Select(section => new Passage(article.Article, section.Section, article.Score * (0.6 + (0.4 * section.Score / highest)))),
        ];
    }

    /// <summary>A section's lines with their stems; read when they are first asked for.</summary>
    public IReadOnlyList<Line> Lines(Section section) => _lines.GetOrAdd(section, static of =>
        [.. of.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => new Line(line, QuestionText.EnglishStems(SearchText.Words(line))))]);

    /// <summary>
    /// Whether the best article is about what was asked, not only about a word of it. The limits are measured: see docs/assistant.md.
    /// </summary>
    public bool IsKnown(QuestionTerms question, IReadOnlyList<RankedArticle> articles)
    {
        if (articles.Count == 0)
        {
            return false;
        }

        var (share, anchors) = Coverage(question, articles[0]);
        var confidence = (share + articles[0].Closeness) / 2;
        return (anchors > 0 || articles[0].Closeness >= NearlySame) && confidence >= (question.IsFollowUp ? EnoughForFollowUp : Enough);
    }

    /// <returns>The share of the question that the article is about, by rarity; and how many of its words name what it is about.</returns>
    private (double Share, int Anchors) Coverage(QuestionTerms question, RankedArticle article)
    {
        var (known, all, anchors) = (0.0, 0.0, 0);
        foreach (var unit in question.Units)
        {
            var rarity = unit.Kind == UnitKind.Unknown ? _index.HighestRarity : unit.Rarity;
            var weight = rarity * unit.Weight * (unit.Kind == UnitKind.Generic ? 0.5 : 1);
            all += weight;
            if (unit.IsIn(article.Indexed.Strong))
            {
                known += weight;
                anchors += unit.Kind is UnitKind.Word or UnitKind.Subject ? 1 : 0;
            }
            else if (IsInText(unit, article.Indexed.Sections))
            {
                known += 0.6 * weight;
            }
        }

        return (all == 0 ? 0 : known / all, anchors);
    }

    private static bool IsInText(QuestionUnit unit, IReadOnlyList<KnowledgeIndex.IndexedSection> sections)
    {
        foreach (var section in sections)
        {
            foreach (var term in unit.Terms)
            {
                if (section.Terms.TryGetValue(term.Number, out var found) && found.InText > 0)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>What each word says about each article; of the terms that a word may stand for, the best.</summary>
    private void AddScores(QuestionTerms question, Scratch scratch)
    {
        foreach (var unit in question.Units)
        {
            foreach (var term in unit.Terms)
            {
                foreach (var (article, score) in _index.ArticlesWith(term.Number))
                {
                    scratch.Best[article] = Math.Max(scratch.Best[article], score * term.Sureness);
                }
            }

            var weight = unit.Kind == UnitKind.Generic ? 0.6 : 1;
            foreach (var term in unit.Terms)
            {
                foreach (var (article, _) in _index.ArticlesWith(term.Number))
                {
                    scratch.Scores[article] += scratch.Best[article] * unit.Weight * weight;
                    scratch.Best[article] = 0;
                }
            }
        }
    }

    private List<(int Article, double Score)> BestArticles(QuestionTerms question, string? region, double[] scores)
    {
        var topics = Wish(question).Topics;
        var best = new List<(int Article, double Score)>(Candidates + 1);
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i] == 0)
            {
                continue;
            }

            var score = scores[i] * Fit(_traits[i], question, topics, region);
            if (best.Count == Candidates && score <= best[^1].Score)
            {
                continue;
            }

            var place = best.Count;
            while (place > 0 && best[place - 1].Score < score)
            {
                place--;
            }

            best.Insert(place, (i, score));
            if (best.Count > Candidates)
            {
                best.RemoveAt(Candidates);
            }
        }

        return best;
    }

    private static void InsertByScore(List<RankedArticle> ranked, RankedArticle article)
    {
        var place = ranked.Count;
        while (place > 0 && ranked[place - 1].Score < article.Score)
        {
            place--;
        }

        ranked.Insert(place, article);
    }

    private static double Fit(Traits article, QuestionTerms question, ulong topics, string? region)
    {
        var fit = article.IsFactSheet ? 0.62 : 1;
        if (question.Subjects.Count > 0)
        {
            fit *= article.IsAboutOne(question.Subjects) ? 1.3
                : article.IsAboutAll ? 1
                : 0.6;
        }

        if ((article.Topics & topics) != 0)
        {
            fit *= 1.2;
        }

        // Guides name every pest of their crop; the pest's own article knows more.
        if (topics != 0 && (article.Topics & CropGuide) != 0 && (topics & CropGuide) == 0)
        {
            fit *= 0.85;
        }

        return region is not null && article.Regions.Contains(region) ? fit * 1.05 : fit;
    }

    /// <summary>How near each article's nearest title, name, symptom or question is.</summary>
    private void AddCloseness(QuestionTerms question, Scratch scratch)
    {
        var all = 0.0;
        for (var number = 0; number < question.Units.Count; number++)
        {
            var unit = question.Units[number];
            var rarity = RarityOf(unit);
            all += rarity;
            foreach (var term in unit.Terms)
            {
                if (term.Sureness < 0.6)
                {
                    continue;
                }

                foreach (var entry in _index.EntriesWith(term.Number))
                {
                    if (scratch.LastUnit[entry] == number + 1)
                    {
                        continue;
                    }

                    if (scratch.LastUnit[entry] == 0)
                    {
                        scratch.Touched.Add(entry);
                    }

                    scratch.LastUnit[entry] = number + 1;
                    scratch.Shared[entry] += rarity;
                    scratch.Matched[entry]++;
                }
            }
        }

        foreach (var number in scratch.Touched)
        {
            var entry = _index.Entries[number];
            var close = all == 0 ? 0 : scratch.Shared[number] / all * Math.Sqrt(Math.Min(1, 1.5 * scratch.Matched[number] / entry.Length));
            scratch.Closeness[entry.Article] = Math.Max(scratch.Closeness[entry.Article], close);
        }
    }

    private static double RarityOf(QuestionUnit unit) => unit.Weight * (unit.Kind == UnitKind.Unknown ? 3 : unit.Rarity);

    private static RankedArticle Weighed(KnowledgeIndex.IndexedArticle indexed, double score, double closest, QuestionTerms question)
    {
        var titled = false;
        foreach (var unit in question.Units)
        {
            titled |= unit.Kind == UnitKind.Word && unit.Weight == 1 && unit.IsIn(indexed.Titles, 0.8);
        }

        return new RankedArticle(indexed, score * (1 + (0.8 * closest)) * (titled ? 1.15 : 1), closest);
    }

    private double Rate(KnowledgeIndex.IndexedSection section, QuestionTerms question, int headings)
    {
        var score = 0.0;
        foreach (var unit in question.Units)
        {
            var best = 0.0;
            foreach (var term in unit.Terms)
            {
                if (section.Terms.TryGetValue(term.Number, out var found))
                {
                    best = Math.Max(best, term.Sureness * _index.Rarity(term.Number) * found.Counts / (found.Counts + 0.6 + (0.6 * section.Length / 80.0)));
                }
            }

            score += unit.Weight * best;
        }

        for (var wanted = _headings[section.Number] & headings; wanted != 0; wanted &= wanted - 1)
        {
            score += 1.2;
        }

        return score + 0.01;
    }

    /// <summary>Topics and headings that the question's own words ask for.</summary>
    private static (ulong Topics, int Headings) Wish(QuestionTerms question)
    {
        var (topics, headings) = (0ul, 0);
        foreach (var unit in question.Units)
        {
            foreach (var term in unit.Terms)
            {
                if (unit.Weight == 1 && Wishes.TryGetValue(term.Term, out var wish))
                {
                    (topics, headings) = (topics | wish.Topics, headings | wish.Headings);
                }
            }
        }

        return (topics, headings);
    }

    private static FrozenDictionary<string, (ulong Topics, int Headings)> ReadWishes()
    {
        var wishes = new Dictionary<string, (ulong Topics, int Headings)>();
        foreach (var (words, topics) in Intents)
        {
            foreach (var token in words.Select(Term.TokenOf))
            {
                var (known, headings) = wishes.GetValueOrDefault(token);
                wishes[token] = (topics.Aggregate(known, (bits, topic) => bits | TopicBit(topic)), headings);
            }
        }

        for (var i = 0; i < Headings.Length; i++)
        {
            foreach (var token in Headings[i].Asks.Select(Term.TokenOf))
            {
                var (topics, known) = wishes.GetValueOrDefault(token);
                wishes[token] = (topics, known | (1 << i));
            }
        }

        return wishes.ToFrozenDictionary();
    }

    private static int HeadingBits(string heading)
    {
        var bits = 0;
        for (var i = 0; i < Headings.Length; i++)
        {
            bits |= Headings[i].Headings.Any(word => heading.Contains(word, StringComparison.OrdinalIgnoreCase)) ? 1 << i : 0;
        }

        return bits;
    }

    private static ulong TopicBit(string topic) => 1ul << KnowledgeBase.Topics.Index().First(known => known.Item == topic).Index;

    /// <summary>A line of a section.</summary>
    /// <param name="Text">As it stands there.</param>
    /// <param name="Stems">Of its words.</param>
    internal sealed record Line(string Text, string[] Stems);

    /// <summary>What of an article decides how well it fits a question.</summary>
    private sealed record Traits(string[] Subjects, bool IsAboutAll, ulong Topics, string[] Regions, bool IsFactSheet)
    {
        public static Traits Of(Article article) => new(
            [.. article.Crops, .. article.Animals], article.Crops.Concat(article.Animals).Any(subject => subject is "all" or "all-animals"),
            article.Topics.Aggregate(0ul, (bits, topic) => bits | TopicBit(topic)), [.. article.Regions], article.IsFactSheet);

        public bool IsAboutOne(IReadOnlyList<string> subjects)
        {
            foreach (var subject in Subjects)
            {
                for (var i = 0; i < subjects.Count; i++)
                {
                    if (subjects[i] == subject)
                    {
                        return true;
                    }
                }
            }

            return false;
        }
    }

    /// <summary>What ranking counts in: numbers of each article and of each entry.</summary>
    private sealed class Scratch(int articles, int entries)
    {
        public double[] Scores { get; } = new double[articles];

        public double[] Best { get; } = new double[articles];

        public double[] Closeness { get; } = new double[articles];

        public double[] Shared { get; } = new double[entries];

        public int[] Matched { get; } = new int[entries];

        public int[] LastUnit { get; } = new int[entries];

        public List<int> Touched { get; } = [];

        public void Clear()
        {
            Array.Clear(Scores);
            Array.Clear(Closeness);
            foreach (var entry in Touched)
            {
                (Shared[entry], Matched[entry], LastUnit[entry]) = (0, 0, 0);
            }

            Touched.Clear();
        }
    }
}

/// <param name="Closeness">How near one of its titles, names, symptoms or questions is to the question: 0 to 1.</param>
internal sealed record RankedArticle(KnowledgeIndex.IndexedArticle Indexed, double Score, double Closeness)
{
    public Article Article => Indexed.Article;
}
