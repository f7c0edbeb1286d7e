using System.Globalization;
using System.Text.RegularExpressions;
using AgroConnect.Products.Search;

namespace AgroConnect.Assistant.Knowledge;

/// <summary>Answers from the articles alone, guardrails included.</summary>
internal sealed partial class KnowledgeAnswer(KnowledgeBase knowledge, Retrieval retrieval)
{
    // What fits on a telephone, and what somebody reads.
    private const int LongestText = 1500;
    private const int LongestSection = 560;
    private const int PassagesGiven = 4;

    /// <summary>The whole answer: what to know, what to do and where it stands; or whom to call, or that it is not known.</summary>
    public KnowledgeReply Answer(Question question) => Answer(question, Guardrails.Judge(question));

    /// <inheritdoc cref="Answer(Question)"/>
    public KnowledgeReply Answer(Question question, Verdict verdict) =>
        verdict.Concern switch
        {
            Concern.SelfHarm => new(verdict.Notice!, question.Language, Grounded: false, Declined: false, verdict.Notice, []),
            Concern.Emergency => Emergency(question, verdict),
            Concern.BannedProduct or Concern.PesticideDose or Concern.AnimalMedicine => Refusal(question, verdict),
            Concern.WeatherNow or Concern.PriceNow or Concern.OutOfScope => Decline(verdict.Notice!, question.Language),
            Concern.Greeting => new(verdict.Notice!, question.Language, Grounded: false, Declined: false, null, []),
            _ => FromArticles(question, verdict),
        };

    private static KnowledgeReply Decline(string text, string language) => new(text, language, Grounded: false, Declined: true, null, []);

    private KnowledgeReply Emergency(Question question, Verdict verdict)
    {
        var article = knowledge.Find(verdict.ArticleId!)!;
        var text = new List<string> { verdict.Notice! };
        if (article.Id == "poisoning-first-aid")
        {
            text.Add(SummaryIn(article, question.Language));
        }

        var passages = article.Sections.Where(section => section.Heading is "What to do now" or "Short answer").Select(section => new Passage(article, section, 1)).ToList();
        return new(string.Join("\n\n", text.Append(SourcesOf([article], question.Language))), question.Language, Grounded: true, Declined: false, verdict.Notice, passages);
    }

    /// <summary>No dose, but everything else that helps: the referral, and what can be done without the product.</summary>
    private KnowledgeReply Refusal(Question question, Verdict verdict)
    {
        var (terms, ranked) = retrieval.Understand(question);
        var articles = new List<Article>();
        if (verdict.ArticleId is { } id && knowledge.Find(id) is { } ruled)
        {
            articles.Add(ruled);
        }

        // Something about the pest or animal itself, when the question names it.
        var other = ranked.Take(5).FirstOrDefault(article => article.Article.Id != verdict.ArticleId && !article.Article.IsFactSheet && article.Closeness > 0.25
            && article.Article.Topics.Any(topic => verdict.Concern == Concern.AnimalMedicine ? topic is "animal-health" or "livestock" : topic is "pest" or "disease" or "weed" or "ipm" or "storage"));
        if (other is not null)
        {
            articles.Add(other.Article);
        }

        if (articles.Count == 0)
        {
            articles.Add(knowledge.Find(verdict.Concern == Concern.AnimalMedicine ? "animal-medicine" : "ipm-principles")!);
        }

        if (verdict.Concern == Concern.PesticideDose && knowledge.Find("pesticide-label") is { } label)
        {
            articles.Add(label);
        }

        var text = new List<string> { verdict.Notice! };
        foreach (var article in articles.Where(article => article.Id != "pesticide-label"))
        {
            text.Add(Guardrails.WithoutAmounts(SummaryIn(article, question.Language)));
            if (article.Id != verdict.ArticleId && article.Sections.FirstOrDefault(section => section.Heading is "What to do now") is { } now)
            {
                text.Add(Guardrails.WithoutAmounts(Shortened(now, terms)));
            }
        }

        var passages = articles.Select(article => new Passage(article, article.Sections[0], 1)).ToList();
        text.Add(SourcesOf(articles.Take(2), question.Language));
        return new(string.Join("\n\n", text.Where(part => part.Length > 0)), question.Language, Grounded: true, Declined: false,
            Phrases.Say(verdict.Concern == Concern.AnimalMedicine ? "notice_medicine" : "notice_pesticide", question.Language), passages);
    }

    private KnowledgeReply FromArticles(Question question, Verdict verdict)
    {
        var (terms, ranked) = retrieval.Understand(WithoutOrders(question));
        if (verdict.ArticleId is { } id && retrieval.Rated(id, ranked) is { } ruled)
        {
            ranked = [ruled, .. ranked.Where(article => article.Article.Id != id)];
        }
        else if (UnknownName(terms, ranked) is { } name)
        {
            return Decline(Phrases.Say("unknown_name", question.Language, name), question.Language);
        }
        else if (!retrieval.IsKnown(terms, ranked) || (terms.Signals.HasFlag(Signals.OffTopic) && ranked[0].Closeness < 0.5))
        {
            return verdict.Concern == Concern.AnimalEmergency
                ? new(verdict.Notice!, question.Language, Grounded: false, Declined: false, verdict.Notice, [])
                : terms.Signals.HasFlag(Signals.OffTopic) || terms.Signals.HasFlag(Signals.Injection) || !IsFarming(terms)
                    ? Decline(Phrases.Say("out_of_scope", question.Language), question.Language)
                    : Decline(Phrases.Say("unknown", question.Language), question.Language);
        }

        var passages = retrieval.Passages(ranked, terms, PassagesGiven);
        if (passages[0].Article.Id != ranked[0].Article.Id)
        {
            passages = [.. retrieval.Sections(ranked[0], terms).Take(1), .. passages.Take(PassagesGiven - 1)];
        }

        var (text, used) = Compose(ranked[0], terms, question, verdict);
        var given = used.Concat(passages.Where(passage => !used.Any(mine => mine.Article.Id == passage.Article.Id && mine.Section.Heading == passage.Section.Heading)))
            .Take(PassagesGiven).ToList();
        var notice = verdict.Concern == Concern.AnimalEmergency ? verdict.Notice : Guardrails.SafetyNotice(given, question.Language);
        return new(text, question.Language, Grounded: true, Declined: false, notice, given);
    }

    private (string Text, IReadOnlyList<Passage> Used) Compose(RankedArticle best, QuestionTerms terms, Question question, Verdict verdict)
    {
        var article = best.Article;
        var parts = new List<string>();
        if (verdict.Concern == Concern.AnimalEmergency)
        {
            parts.Add(verdict.Notice!);
        }

        parts.Add(SummaryIn(article, question.Language));
        var translated = question.Language != Languages.English;
        if (translated)
        {
            if (article.Translations.TryGetValue(question.Language, out var translation) && translation.Symptoms.Count > 0)
            {
                parts.Add(Phrases.Say("signs", question.Language, string.Join(question.Language == "ur" ? "، " : ", ", translation.Symptoms)));
            }

            parts.Add(Phrases.Say("details_in_english", question.Language));
        }

        var used = Chosen(best, terms, question);
        foreach (var passage in used.OrderBy(passage => IndexOf(article, passage.Section)))
        {
            parts.Add($"**{passage.Section.Heading}**\n{Shortened(passage.Section, terms)}");
        }

        if (AsksBack(article, terms, question))
        {
            parts.Add(Phrases.Say(article.Animals.Count > 0 && article.Crops.Count == 0 ? "ask_animal" : "ask_crop", question.Language));
        }

        parts.Add(SourcesOf([article], question.Language));
        while (parts.Sum(part => part.Length + 2) > LongestText && used.Count > 1)
        {
            var last = used[^1];
            parts.RemoveAll(part => part.StartsWith($"**{last.Section.Heading}**", StringComparison.Ordinal));
            used = used[..^1];
        }

        return (string.Join("\n\n", parts), used);
    }

    /// <summary>The section that fits best, and what to do now when the article says so.</summary>
    private List<Passage> Chosen(RankedArticle best, QuestionTerms terms, Question question)
    {
        var sections = retrieval.Sections(best, terms);
        if (Defines().IsMatch(question.Text))
        {
            return [.. sections.OrderByDescending(passage => passage.Section.Heading == "Short answer").Take(2)];
        }

        // The summary, which stands first, says most of what the short answer says.
        var chosen = sections.Where(passage => passage.Section.Heading != "Short answer").Take(2).ToList();
        if (sections.FirstOrDefault(passage => passage.Section.Heading == "What to do now") is { } now && !chosen.Contains(now))
        {
            chosen = [chosen[0], now];
        }

        return chosen.Count > 0 ? chosen : [sections[0]];
    }

    /// <summary>A section as it stands, or its introduction and the points that fit the question best.</summary>
    private string Shortened(Section section, QuestionTerms terms)
    {
        if (section.Text.Length <= LongestSection)
        {
            return section.Text;
        }

        var lines = retrieval.Lines(section);
        var words = terms.Units.SelectMany(unit => unit.Terms).Select(term => term.Term).ToHashSet();
        var left = LongestSection;
        var kept = lines.Select((line, i) => (Line: line.Text, Number: i, Fit: i == 0 ? double.MaxValue : line.Stems.Count(words.Contains) - (0.1 * i)))
            .OrderByDescending(line => line.Fit)
            .TakeWhile(line => (left -= line.Line.Length) >= 0 || line.Number == 0)
            .OrderBy(line => line.Number)
            .Select(line => line.Line)
            .ToList();
        return string.Join('\n', kept);
    }

    private static bool AsksBack(Article article, QuestionTerms terms, Question question) =>
        terms.Subjects.Count == 0 && question.Earlier.Count == 0
        && (article.Crops.Contains("all") || article.Crops.Count > 1 || article.Animals.Count > 1)
        && article.Topics.Any(topic => topic is "diagnosis" or "disease" or "pest" or "nutrient" or "animal-health" or "flower-drop")
        && !question.Written.Words.Any(word => word is "what" or "meaning" or "define" or "which" or "how");

    /// <summary>A disease, pest or variety that nobody has heard of: the word that no article has, beside words that say nothing by themselves.</summary>
    private static string? UnknownName(QuestionTerms terms, IReadOnlyList<RankedArticle> ranked)
    {
        var unknown = terms.Units.Where(unit => unit.Kind == UnitKind.Unknown && unit.Weight == 1).ToList();
        var names = terms.Units.Where(unit => unit.Weight == 1 && unit.Kind == UnitKind.Word).ToList();
        var generic = terms.Units.Any(unit => unit.Kind == UnitKind.Generic) || terms.Subjects.Count > 0;
        return unknown.Count > 0 && generic && ranked.Count > 0 && ranked[0].Closeness < 0.5
            && !names.Exists(unit => unit.IsIn(ranked[0].Indexed.Strong, 0.8))
            ? string.Join(' ', unknown.Select(unit => unit.Word).Take(3))
            : null;
    }

    private static bool IsFarming(QuestionTerms terms) => terms.Units.Any(unit => unit.Kind is UnitKind.Subject or UnitKind.Generic);

    /// <summary>A message that tries to change the rules: what else it asks is a question like any other.</summary>
    private static Question WithoutOrders(Question question)
    {
        var parts = question.Text.Split(['.', '!', '?', ';', ':', ',', '\n', '؟', '۔', '।'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var kept = parts.Where(part => !Lexicon.Find(new WrittenText(part).Stems, question.Language).Any(match => match.Value.Signals.HasFlag(Signals.Injection))).ToList();
        return kept.Count == parts.Length ? question : question.With(string.Join(". ", kept));
    }

    private static string SummaryIn(Article article, string language) =>
        article.Translations.TryGetValue(language, out var translation) ? $"**{translation.Title}**\n{translation.Summary}" : article.Summary;

    private static string SourcesOf(IEnumerable<Article> articles, string language) => Phrases.Say(
        "sources",
        language,
        string.Join("; ", articles.SelectMany(article => article.Sources).Select(source => source.Year is { } year ? $"{source.Name} ({year.ToString(CultureInfo.InvariantCulture)})" : source.Name).Distinct().Take(4)));

    private static int IndexOf(Article article, Section section) => article.Sections.Index().First(entry => entry.Item == section).Index;

    [GeneratedRegex(@"^\s*(?:what (?:is|are|does)|define|meaning of|qué es|qu'est-ce|nini maana|.* (?:meaning|kya hai|kya hota hai)\s*\??$)|क्या है|کیا ہے", RegexOptions.IgnoreCase)]
    private static partial Regex Defines();
}
