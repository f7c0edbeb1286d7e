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

    private static readonly Lazy<Retrieval> Own = new(() => new Retrieval(KnowledgeBase.BuiltIn));

    private readonly KnowledgeIndex _index;

    public Retrieval(KnowledgeBase knowledge) => _index = new KnowledgeIndex(knowledge.Articles);

    /// <summary>Over the articles that are built into the program.</summary>
    public static Retrieval BuiltIn => Own.Value;

    /// <summary>The best sections, best first; none when no article is about it.</summary>
    public IReadOnlyList<Passage> Search(Question question, int count)
    {
        var terms = QuestionTerms.Of(question, _index);
        var articles = Rank(terms, question.Region);
        return articles.Count == 0 || !IsKnown(terms, articles) ? [] : Passages(articles, terms, count);
    }

    /// <summary>The articles that a search is about, best first: not only as sure as an answer must be.</summary>
    public IEnumerable<Article> Articles(Question question)
    {
        var ranked = Rank(QuestionTerms.Of(question, _index), question.Region);
        return ranked.TakeWhile(article => article.Score >= ranked[0].Score * 0.25).Select(article => article.Article);
    }

    /// <summary>The language in which to answer.</summary>
    /// <param name="text">The message.</param>
    /// <param name="preferred">What the user asked for, which wins when it is one of <see cref="Languages.All"/>.</param>
    public string LanguageOf(string text, string? preferred) =>
        preferred is not null && Languages.All.Contains(preferred) ? preferred : LanguageGuess.Of(text) ?? _index.LanguageOf(SearchText.Words(text)) ?? Languages.English;

    /// <summary>A question as the index reads it.</summary>
    public QuestionTerms Read(Question question) => QuestionTerms.Of(question, _index);

    /// <summary>The articles that share words with a question, best first.</summary>
    public IReadOnlyList<RankedArticle> Rank(QuestionTerms question, string? region)
    {
        var topics = IntentTopics(question).ToHashSet();
        var scores = new double[_index.Articles.Count];
        foreach (var unit in question.Units)
        {
            var best = new Dictionary<int, double>();
            foreach (var (term, sureness) in unit.Terms)
            {
                foreach (var (article, score) in _index.Find(term))
                {
                    best[article] = Math.Max(best.GetValueOrDefault(article), score * sureness);
                }
            }

            foreach (var (article, score) in best)
            {
                scores[article] += score * unit.Weight * (unit.Kind == UnitKind.Generic ? 0.6 : 1);
            }
        }

        return
        [
            .. Enumerable.Range(0, scores.Length)
                .Where(i => scores[i] > 0)
                .Select(i => (Article: i, Score: scores[i] * Fit(_index.Articles[i].Article, question, topics, region)))
                .OrderByDescending(article => article.Score)
                .Take(Candidates)
                .Select(article => Weighed(_index.Articles[article.Article], article.Score, question))
                .OrderByDescending(article => article.Score),
        ];
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
        var rated = article.Indexed.Sections.Select((section, i) => (section.Section, Score: Rate(section, question) * (i == 0 ? 0.9 : 1))).ToList();
        var highest = Math.Max(rated.Max(section => section.Score), double.Epsilon);
        return
        [
            .. rated.OrderByDescending(section => section.Score)
                .Select(section => new Passage(article.Article, section.Section, article.Score * (0.6 + (0.4 * section.Score / highest)))),
        ];
    }

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
    public (double Share, int Anchors) Coverage(QuestionTerms question, RankedArticle article)
    {
        var (known, all, anchors) = (0.0, 0.0, 0);
        foreach (var unit in question.Units)
        {
            var rarity = unit.Kind == UnitKind.Unknown ? _index.HighestRarity : unit.Terms.Max(term => _index.Rarity(term.Term));
            var weight = rarity * unit.Weight * (unit.Kind == UnitKind.Generic ? 0.5 : 1);
            all += weight;
            if (unit.Terms.Any(term => article.Indexed.Strong.Contains(term.Term)))
            {
                known += weight;
                anchors += unit.Kind is UnitKind.Word or UnitKind.Subject ? 1 : 0;
            }
            else if (unit.Terms.Any(term => article.Indexed.Sections.Any(section => section.Terms.ContainsKey(term.Term))))
            {
                known += 0.6 * weight;
            }
        }

        return (all == 0 ? 0 : known / all, anchors);
    }

    private static double Fit(Article article, QuestionTerms question, HashSet<string> topics, string? region)
    {
        var fit = article.IsFactSheet ? 0.62 : 1;
        if (question.Subjects.Count > 0)
        {
            var subjects = article.Crops.Concat(article.Animals);
            fit *= subjects.Any(question.Subjects.Contains) ? 1.3
                : subjects.Any(subject => subject is "all" or "all-animals") ? 1
                : 0.6;
        }

        if (article.Topics.Any(topics.Contains))
        {
            fit *= 1.2;
        }

        // Guides name every pest of their crop; the pest's own article knows more.
        if (topics.Count > 0 && article.Topics.Contains("crop-guide") && !topics.Contains("crop-guide"))
        {
            fit *= 0.85;
        }

        return region is not null && article.Regions.Contains(region) ? fit * 1.05 : fit;
    }

    private static IEnumerable<string> IntentTopics(QuestionTerms question) =>
        Intents.Where(intent => intent.Words.Any(word => Asks(question, word))).SelectMany(intent => intent.Topics);

    private static bool Asks(QuestionTerms question, string term) =>
        question.Units.Any(unit => unit.Weight == 1 && unit.Terms.Any(candidate => candidate.Term == Term.TokenOf(term)));

    private RankedArticle Weighed(KnowledgeIndex.IndexedArticle indexed, double score, QuestionTerms question)
    {
        var all = question.Units.Sum(Rarity);
        var closest = all == 0 ? 0 : indexed.Entries.Max(entry =>
        {
            var (shared, matched) = (0.0, 0);
            foreach (var unit in question.Units)
            {
                if (unit.Terms.Any(term => term.Sureness >= 0.6 && entry.Contains(term.Term)))
                {
                    shared += Rarity(unit);
                    matched++;
                }
            }

            return entry.Length == 0 ? 0 : shared / all * Math.Sqrt(Math.Min(1, 1.5 * matched / entry.Length));
        });
        var titled = question.Units.Where(unit => unit.Kind == UnitKind.Word && unit.Weight == 1).Any(unit => unit.Terms.Any(term => term.Sureness >= 0.8 && indexed.Titles.Contains(term.Term)));
        return new RankedArticle(indexed, score * (1 + (0.8 * closest)) * (titled ? 1.15 : 1), closest);

        double Rarity(QuestionUnit unit) => unit.Weight * (unit.Kind == UnitKind.Unknown ? 3 : unit.Terms.Max(term => _index.Rarity(term.Term)));
    }

    private double Rate(KnowledgeIndex.IndexedSection section, QuestionTerms question)
    {
        var score = 0.0;
        foreach (var unit in question.Units)
        {
            score += unit.Weight * unit.Terms.Select(term =>
            {
                var times = section.Terms.GetValueOrDefault(term.Term) + (section.Heading.Contains(term.Term) ? 3 : 0);
                return times == 0 ? 0 : term.Sureness * _index.Rarity(term.Term) * times / (times + 0.6 + (0.6 * section.Length / 80.0));
            }).DefaultIfEmpty(0).Max();
        }

        var heading = section.Section.Heading.ToLowerInvariant();
        foreach (var (asks, headings) in Headings)
        {
            if (headings.Any(word => heading.Contains(word, StringComparison.Ordinal)) && asks.Any(ask => Asks(question, ask)))
            {
                score += 1.2;
            }
        }

        return score + 0.01;
    }
}

/// <param name="Closeness">How near one of its titles, names, symptoms or questions is to the question: 0 to 1.</param>
internal sealed record RankedArticle(KnowledgeIndex.IndexedArticle Indexed, double Score, double Closeness)
{
    public Article Article => Indexed.Article;
}
