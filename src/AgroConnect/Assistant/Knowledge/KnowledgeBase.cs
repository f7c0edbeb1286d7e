using System.Collections.Frozen;
using AgroConnect.Products.Search;

namespace AgroConnect.Assistant.Knowledge;

/// <summary>All articles, read from the program itself: there is nothing to install or to lose.</summary>
internal sealed class KnowledgeBase
{
    private const string Folder = "AgroConnect.Assistant.Knowledge/";
    private readonly FrozenDictionary<string, Article> _byId;

    private static readonly Lazy<(KnowledgeBase Base, KnowledgeIndex Index)> Own = new(Load);

    /// <param name="files">Name and content of each Markdown file.</param>
    /// <exception cref="InvalidDataException">An article breaks the rules; the message has every file and line.</exception>
    public KnowledgeBase(IEnumerable<KeyValuePair<string, string>> files)
    {
        var (articles, problems) = Read(files);
        if (problems.Count > 0)
        {
            throw new InvalidDataException(string.Join(Environment.NewLine, problems));
        }

        (Articles, _byId) = (articles, ById(articles));
    }

    private KnowledgeBase(IReadOnlyList<Article> articles) => (Articles, _byId) = (articles, ById(articles));

    /// <summary>The articles that are built into the program, read when they are first asked for: like its code, one for the process.</summary>
    public static KnowledgeBase BuiltIn => Own.Value.Base;

    /// <summary>Of <see cref="BuiltIn"/>.</summary>
    public static KnowledgeIndex BuiltInIndex => Own.Value.Index;

    /// <summary>The closed list of tags.</summary>
    public static IReadOnlyList<string> Topics { get; } =
    [
        "crop-guide", "sowing", "seed", "variety", "nursery", "season", "harvest", "soil", "nutrient", "fertiliser", "organic", "conservation", "irrigation",
        "weather", "pest", "disease", "weed", "ipm", "diagnosis", "flower-drop", "post-harvest", "storage", "livestock", "dairy", "poultry", "goat-sheep",
        "fish", "bees", "feed", "animal-health", "market", "price", "selling", "finance", "scheme", "platform", "safety", "emergency", "machinery",
    ];

    /// <summary>What a reader of an article must be warned of.</summary>
    public static IReadOnlyList<string> SafetyClasses { get; } = ["none", "pesticide", "animal-medicine", "fumigant", "food", "emergency"];

    /// <summary>In the order of their ids, fact sheets last.</summary>
    public IReadOnlyList<Article> Articles { get; }

    public Article? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Whether an article can be about it: a crop or animal of <c>crop-names.csv</c>, or all of them.</summary>
    public static bool IsSubject(string id) => id is "all" or "all-animals" or "silkworm" || CropNames.All.Contains(id);

    private static FrozenDictionary<string, Article> ById(IReadOnlyList<Article> articles) => articles.ToFrozenDictionary(article => article.Id);

    private static (KnowledgeBase Base, KnowledgeIndex Index) Load()
    {
        if (SavedKnowledge.Read() is { } saved)
        {
            return (new KnowledgeBase(saved.Articles), new KnowledgeIndex(saved.Articles, saved.Index));
        }

        var read = new KnowledgeBase(Files());
        return (read, new KnowledgeIndex(read.Articles));
    }

    /// <returns>The articles, and everything that is wrong with them as <c>file(line): what</c>.</returns>
    public static (IReadOnlyList<Article> Articles, IReadOnlyList<string> Problems) Read(IEnumerable<KeyValuePair<string, string>> files)
    {
        var read = files.AsParallel().AsOrdered().Select(file =>
        {
            var problems = new List<string>();
            return (Name: file.Key, Article: ArticleFile.Read(file.Key, file.Value, problems), Problems: problems);
        }).ToList();
        var found = read.SelectMany(file => file.Problems).ToList();
        var articles = read.Where(file => file.Article is not null).Select(file => file.Article!).OrderBy(article => article.Id, StringComparer.Ordinal).ToList();
        articles.AddRange(CropFacts.Articles(articles));

        var ids = new HashSet<string>();
        foreach (var article in articles.Where(article => !ids.Add(article.Id)))
        {
            found.Add($"{article.Id}.md(1): the id '{article.Id}' is taken");
        }

        foreach (var (name, article, _) in read)
        {
            found.AddRange((article?.SeeAlso ?? []).Where(id => !ids.Contains(id)).Select(id => $"{name}(1): see also '{id}', which is no article"));
        }

        return (articles, found);
    }

    /// <summary>The Markdown files that are built into the program.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Files()
    {
        var assembly = typeof(KnowledgeBase).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return KeyValuePair.Create(name[Folder.Length..], reader.ReadToEnd());
        }
    }
}
