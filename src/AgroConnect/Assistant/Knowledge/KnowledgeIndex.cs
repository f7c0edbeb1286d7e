using System.Collections.Concurrent;
using System.Numerics;
using AgroConnect.Products.Search;

namespace AgroConnect.Assistant.Knowledge;

/// <summary>
/// The words of all articles, weighted by where they stand (BM25F: Robertson, Zaragoza, Taylor 2004). Built once;
/// everything is in memory, 200 articles are no size.
/// </summary>
internal sealed class KnowledgeIndex
{
    // How fast more occurrences stop counting; in units of the weights below, of which the largest is 7.
    private const double Saturation = 5;

    // So many times in a section's text is a word that stands in its heading.
    private const int HeadingCounts = 3;

    public const int NoTerm = -1;

    private static readonly ConcurrentDictionary<string, string> Stems = new();

    private readonly Dictionary<string, int> _numbers = [];
    private readonly List<TermUse> _terms = [];
    private readonly Dictionary<string, WordUse> _words = [];
    private readonly List<IndexedArticle> _articles = [];
    private readonly List<Entry> _entries = [];
    private readonly ILookup<(int Length, char First), WordUse> _wordsByLook;

    public KnowledgeIndex(IReadOnlyList<Article> articles)
    {
        var lengths = new Dictionary<Field, (long Words, int Articles)>();
        var fields = articles.AsParallel().AsOrdered().Select(Fields).ToList();
        foreach (var (field, terms) in fields.SelectMany(article => article.Terms))
        {
            var (words, count) = lengths.GetValueOrDefault(field);
            lengths[field] = (words + terms.Count, count + 1);
        }

        for (var i = 0; i < articles.Count; i++)
        {
            Add(i, articles[i], fields[i], lengths);
        }

        foreach (var term in _terms)
        {
            term.Seal();
        }

        _wordsByLook = ByLook(_words.Values);
    }

    /// <param name="articles">Those that it was made of.</param>
    /// <param name="saved">Of <see cref="Save"/>.</param>
    public KnowledgeIndex(IReadOnlyList<Article> articles, SavedIndex saved)
    {
        foreach (var term in saved.Terms)
        {
            _numbers.Add(term.Text, _terms.Count);
            _terms.Add(new TermUse(term));
        }

        foreach (var word in saved.Words)
        {
            var use = new WordUse(word.Text);
            use.Add(word.Uses, word.Groups);
            _words.Add(word.Text, use);
        }

        _entries.AddRange(saved.Entries);
        foreach (var article in saved.Articles)
        {
            var number = _articles.Count;
            _articles.Add(new IndexedArticle(
                articles[number], number, [.. article.Strong], [.. article.Titles],
                [.. article.Sections.Select((section, i) => new IndexedSection(articles[number].Sections[i], SectionCount++, section.ToDictionary(), section.Length))]));
        }

        _wordsByLook = ByLook(_words.Values);
    }

    private enum Field
    {
        Title,
        Subjects,
        Synonyms,
        Symptoms,
        Questions,
        Summary,
        Topics,
        Headings,
        Body,
    }

    public IReadOnlyList<IndexedArticle> Articles => _articles;

    /// <summary>Every title, name, symptom and question of all articles.</summary>
    public IReadOnlyList<Entry> Entries => _entries;

    public int SectionCount { get; private set; }

    /// <summary>What a term that no article has would weigh.</summary>
    public double HighestRarity => Math.Log(1 + _articles.Count);

    public bool HasTerm(string term) => _numbers.ContainsKey(term);

    /// <summary>A term's number; <see cref="NoTerm"/> for one that no article has.</summary>
    public int NumberOf(string term) => _numbers.TryGetValue(term, out var number) ? number : NoTerm;

    /// <summary>How rare a term is, as a logarithm; 0 for one that no article has.</summary>
    public double Rarity(int term) => term == NoTerm ? 0 : _terms[term].Rarity;

    /// <summary>The articles with a term, and how much it says about each: 0 to its rarity.</summary>
    public ReadOnlySpan<ArticleScore> ArticlesWith(int term) => term == NoTerm ? [] : _terms[term].Scores;

    /// <summary>The entries with a term, by number.</summary>
    public ReadOnlySpan<int> EntriesWith(int term) => term == NoTerm ? [] : _terms[term].Entries;

    /// <summary>Whether some article uses this very word.</summary>
    public bool HasWord(string foldedWord) => _words.ContainsKey(foldedWord);

    /// <summary>Swahili, Spanish or French, when most words of a text are only in articles' words of that language.</summary>
    public string? LanguageOf(IReadOnlyList<string> foldedWords)
    {
        foreach (var language in new[] { "sw", "es", "fr" })
        {
            if (2 * foldedWords.Count(word => _words.TryGetValue(word, out var use) && use.Groups == WordUse.GroupOf(language)) > foldedWords.Count)
            {
                return language;
            }
        }

        return null;
    }

    /// <summary>The word that was probably meant by one that no article uses; null when none is near enough.</summary>
    /// <param name="word">Folded.</param>
    /// <param name="language">Only words of texts in it are tried; English, Hindi and Urdu are written among each other.</param>
    public string? Correct(string word, string language)
    {
        var furthest = word.Length switch
        {
            < 4 => 0,
            < 5 => word[0] is >= 'a' and <= 'z' ? 0 : 1,
            < 8 => 1,

            // Swahili verbs begin and end alike.
            _ => language == "sw" ? 1 : 2,
        };
        var letters = WordUse.LettersOf(word);
        var group = WordUse.GroupOf(language);
        var (best, distance, uses) = ((string?)null, furthest + 1, 0);
        for (var length = word.Length - furthest; furthest > 0 && length <= word.Length + furthest; length++)
        {
            foreach (var candidate in _wordsByLook[(length, word[0])])
            {
                // Letters that differ are edits.
                if ((candidate.Groups & group) == 0
                    || BitOperations.PopCount(candidate.Letters ^ letters) > 2 * Math.Min(furthest, distance))
                {
                    continue;
                }

                var between = EditDistance.Between(word, candidate.Word, Math.Min(furthest, distance));
                if (between < distance || (between == distance && between <= furthest && candidate.Uses > uses))
                {
                    (best, distance, uses) = (candidate.Word, between, candidate.Uses);
                }
            }
        }

        return best;
    }

    /// <summary>All of it but the articles, as plain numbers and words.</summary>
    public SavedIndex Save() => new(
        [.. _numbers.OrderBy(term => term.Value).Select(term => _terms[term.Value].Save(term.Key))],
        [.. _words.Values.Select(use => new SavedWord(use.Word, use.Uses, use.Groups))],
        [.. _entries],
        [.. _articles.Select(article => new SavedArticle([.. article.Strong], [.. article.Titles], [.. article.Sections.Select(section => SavedSection.Of(section.Terms, section.Length))]))]);

    // A first letter is rarely mistyped.
    private static ILookup<(int Length, char First), WordUse> ByLook(IEnumerable<WordUse> words) => words.ToLookup(use => (use.Word.Length, use.Word[0]));

    private static FieldTerms Fields(Article article)
    {
        var fields = new FieldTerms();
        fields.Entry(Field.Title, article.Title, Languages.English);
        foreach (var subject in article.Crops.Concat(article.Animals).Where(subject => subject is not ("all" or "all-animals")))
        {
            fields.Token(Field.Subjects, CropNames.Token(subject));
        }

        foreach (var (language, names) in article.Synonyms)
        {
            fields.Entries(Field.Synonyms, names, language);
        }

        fields.Entries(Field.Symptoms, article.Symptoms, Languages.English);
        fields.Entries(Field.Questions, article.Questions, Languages.English);
        fields.Text(Field.Summary, article.Summary, Languages.English);
        fields.Text(Field.Topics, string.Join(' ', article.Topics), Languages.English);
        foreach (var section in article.Sections)
        {
            fields.Section(section);
        }

        foreach (var (language, translation) in article.Translations)
        {
            fields.Entry(Field.Title, translation.Title, language);
            fields.Entries(Field.Symptoms, translation.Symptoms, language);
            fields.Entries(Field.Questions, translation.Questions, language);
            fields.Text(Field.Summary, translation.Summary, language);
        }

        return fields;
    }

    private void Add(int number, Article article, FieldTerms fields, Dictionary<Field, (long Words, int Articles)> lengths)
    {
        var weights = new Dictionary<string, double>();
        foreach (var (field, terms) in fields.Terms)
        {
            var (words, count) = lengths[field];
            var (weight, lengthMatters) = Weight(field);
            var shortness = weight / (1 - lengthMatters + (lengthMatters * terms.Count * count / Math.Max(words, 1)));
            foreach (var term in terms)
            {
                weights[term] = weights.GetValueOrDefault(term) + shortness;
            }
        }

        foreach (var (term, weight) in weights)
        {
            _terms[Number(term)].Add(number, weight);
        }

        foreach (var ((word, group), uses) in fields.Words)
        {
            if (!_words.TryGetValue(word, out var use))
            {
                _words.Add(word, use = new WordUse(word));
            }

            use.Add(uses, group);
        }

        foreach (var terms in fields.EntryTerms)
        {
            foreach (var term in terms)
            {
                _terms[Number(term)].AddEntry(_entries.Count);
            }

            _entries.Add(new Entry(number, terms.Length));
        }

        _articles.Add(new IndexedArticle(
            article, number, fields.Strong.Select(Number).ToHashSet(), fields.Titles.Select(Number).ToHashSet(),
            [.. fields.Sections.Select(section => new IndexedSection(section.Section, SectionCount++, Numbered(section), section.Length))]));
    }

    private int Number(string term)
    {
        if (!_numbers.TryGetValue(term, out var number))
        {
            _numbers.Add(term, number = _terms.Count);
            _terms.Add(new TermUse());
        }

        return number;
    }

    private Dictionary<int, SectionTerm> Numbered(SectionTerms section)
    {
        var terms = section.Counts.ToDictionary(term => Number(term.Key), term => new SectionTerm(term.Value, term.Value));
        foreach (var term in section.Heading)
        {
            var number = Number(term);
            var inText = terms.GetValueOrDefault(number).InText;
            terms[number] = new SectionTerm(inText, inText + HeadingCounts);
        }

        return terms;
    }

    private static (double Weight, double LengthMatters) Weight(Field field) => field switch
    {
        Field.Title => (6, 0.2),
        Field.Subjects => (5, 0.4),
        Field.Synonyms => (4, 0.3),
        Field.Symptoms => (4, 0.3),
        Field.Questions => (4, 0.3),
        Field.Summary => (2.5, 0.3),
        Field.Topics => (2, 0.3),
        Field.Headings => (1.5, 0.5),
        _ => (0.7, 0.6),
    };

    /// <summary>The terms of a text as they are indexed: stems, and the tokens of crops and farming words.</summary>
    private static List<string> Analyse(IReadOnlyList<string> words, string language)
    {
        var stems = words.Select(Stem).ToArray();
        var terms = new List<string>(words.Count + 4);
        for (var i = 0; i < stems.Length; i++)
        {
            if (!QuestionText.IsStopWord(words[i]))
            {
                terms.Add(QuestionText.Stem(words[i], language, stems[i]));
            }
        }

        foreach (var match in Lexicon.Meant(Lexicon.Find(stems, language)))
        {
            if ((match.Value.Signals & Signals.NotFarming) == 0)
            {
                terms.Add(match.Value.Token);
            }
        }

        return terms;
    }

    // The same few thousand words make up all articles.
    private static string Stem(string word) => Stems.GetOrAdd(word, SearchText.Stem);

    private sealed class TermUse
    {
        private readonly List<(int Article, double Weight)> _articles = [];
        private readonly List<int> _entries = [];

        public TermUse()
        {
        }

        public TermUse(SavedTerm saved) => (Rarity, Scores, Entries) = (saved.Rarity, saved.Scores, saved.Entries);

        public double Rarity { get; private set; }

        public ArticleScore[] Scores { get; private set; } = [];

        public int[] Entries { get; private set; } = [];

        public void Add(int article, double weight)
        {
            _articles.Add((article, weight));

            // Of the articles so far, of which fact sheets come last: they are many and alike, and make nothing common.
            Rarity = Math.Log(1 + ((Math.Max(article + 1, 195) - _articles.Count + 0.5) / (_articles.Count + 0.5)));
        }

        public void AddEntry(int entry) => _entries.Add(entry);

        public SavedTerm Save(string text) => new(text, Rarity, Scores, Entries);

        /// <summary>Nothing is added any more.</summary>
        public void Seal()
        {
            Scores = [.. _articles.Select(use => new ArticleScore(use.Article, Rarity * use.Weight / (Saturation + use.Weight)))];
            Entries = [.. _entries];
            _articles.Clear();
            _entries.Clear();
            _articles.TrimExcess();
            _entries.TrimExcess();
        }
    }

    private sealed class WordUse(string word)
    {
        public string Word { get; } = word;

        /// <summary>Which letters it has, roughly: two words that are near have nearly the same.</summary>
        public uint Letters { get; } = LettersOf(word);

        public int Uses { get; private set; }

        /// <summary>In texts of which languages.</summary>
        public int Groups { get; private set; }

        public static uint LettersOf(string word)
        {
            var letters = 0u;
            foreach (var letter in word)
            {
                letters |= 1u << (letter & 31);
            }

            return letters;
        }

        public static int GroupOf(string language) => language switch
        {
            "sw" => 2,
            "es" => 4,
            "fr" => 8,
            _ => 1,
        };

        public void Add(int uses, int group) => (Uses, Groups) = (Uses + uses, Groups | group);
    }

    private sealed class FieldTerms
    {
        public Dictionary<Field, List<string>> Terms { get; } = [];

        public Dictionary<(string Word, int Group), int> Words { get; } = [];

        /// <summary>Terms of what says what the article is about.</summary>
        public HashSet<string> Strong { get; } = [];

        public HashSet<string> Titles { get; } = [];

        public List<string[]> EntryTerms { get; } = [];

        public List<SectionTerms> Sections { get; } = [];

        public void Section(Section section)
        {
            var terms = Text(Field.Body, section.Text, Languages.English);
            var counts = new Dictionary<string, int>();
            foreach (var term in terms)
            {
                counts[term] = counts.GetValueOrDefault(term) + 1;
            }

            Sections.Add(new SectionTerms(section, counts, Text(Field.Headings, section.Heading, Languages.English).ToHashSet(), terms.Count));
        }

        public void Entries(Field field, IEnumerable<string> texts, string language)
        {
            foreach (var text in texts)
            {
                Entry(field, text, language);
            }
        }

        public void Entry(Field field, string text, string language) => EntryTerms.Add([.. Text(field, text, language).Distinct()]);

        public List<string> Text(Field field, string text, string language)
        {
            var words = SearchText.Words(text);
            foreach (var word in words)
            {
                var key = (word, WordUse.GroupOf(language));
                Words[key] = Words.GetValueOrDefault(key) + 1;
            }

            var terms = Analyse(words, language);
            In(field).AddRange(terms);
            if (field is not (Field.Body or Field.Headings))
            {
                Strong.UnionWith(terms);
            }

            if (field == Field.Title)
            {
                Titles.UnionWith(terms);
            }

            return terms;
        }

        public void Token(Field field, string token)
        {
            In(field).Add(token);
            Strong.Add(token);
        }

        private List<string> In(Field field)
        {
            if (!Terms.TryGetValue(field, out var terms))
            {
                Terms.Add(field, terms = []);
            }

            return terms;
        }
    }

    private sealed record SectionTerms(Section Section, IReadOnlyDictionary<string, int> Counts, IReadOnlySet<string> Heading, int Length);

    /// <param name="Article">The article, by number.</param>
    /// <param name="Score">What a term says about it: 0 to the term's rarity.</param>
    internal readonly record struct ArticleScore(int Article, double Score);

    /// <param name="Article">Whose title, name, symptom or question it is, by number.</param>
    /// <param name="Length">Of how many different terms it is.</param>
    internal readonly record struct Entry(int Article, int Length);

    /// <param name="Article">The article.</param>
    /// <param name="Number">Its place in <see cref="Articles"/>.</param>
    /// <param name="Strong">Terms of title, names, symptoms, questions and summary.</param>
    /// <param name="Titles">Terms of the title in all languages.</param>
    /// <param name="Sections">In order.</param>
    internal sealed record IndexedArticle(Article Article, int Number, HashSet<int> Strong, HashSet<int> Titles, IReadOnlyList<IndexedSection> Sections);

    /// <param name="Section">The section.</param>
    /// <param name="Number">Its place among those of all articles.</param>
    /// <param name="Terms">Of text and heading.</param>
    /// <param name="Length">Of its text, in terms.</param>
    internal sealed record IndexedSection(Section Section, int Number, Dictionary<int, SectionTerm> Terms, int Length);

    /// <param name="InText">How often it stands in the text.</param>
    /// <param name="Counts">For how often that goes, with the heading.</param>
    internal readonly record struct SectionTerm(int InText, int Counts);
}
