using AgroConnect.Products.Search;
using AgroConnect.Web;
using AgroConnect.Web.OpenApi;

namespace AgroConnect.Assistant.Knowledge;

/// <summary><c>GET /api/knowledge/</c>: the articles, found by words, topic, and crop or animal.</summary>
internal static class ListArticles
{
    public static readonly QueryParameter[] Parameters =
    [
        new("search", "A question or some words, in any of the languages; best first."),
        new("topic", "One of the topics that articles have."),
        new("crop", "A crop or animal, by its key or any of its names: `maize`, `mahindi`."),
        new("language", "Titles and summaries in `en`, `ur`, `hi`, `sw`, `es` or `fr`."),
    ];

    private const int LongestSearch = 200;

    public static IResult Handle(HttpRequest request, KnowledgeBase knowledge, Retrieval retrieval)
    {
        var query = Fields.FromQuery(request);
        var page = PageRequest.Read(request, query);
        var search = query.Text("search", max: LongestSearch, otherwise: "", blank: true).Trim();
        var topic = request.Query["topic"] is [{ Length: > 0 }, ..] ? query.Choice("topic", KnowledgeBase.Topics) : null;
        var language = query.Choice("language", Languages.All, otherwise: Languages.English);
        var crops = Crops(query);
        if (query.Problem is { } problem)
        {
            return problem;
        }

        var articles = (search.Length == 0 ? knowledge.Articles : retrieval.Articles(new Question(search, retrieval.LanguageOf(search, null), [])))
            .Where(article => topic is null || article.Topics.Contains(topic))
            .Where(article => crops.Count == 0 || article.Crops.Concat(article.Animals).Any(crops.Contains))
            .ToList();
        if (!page.Exists(articles.Count))
        {
            return PageRequest.Invalid();
        }

        var rows = articles.Skip((int)page.Offset).Take(page.Size).Select(article => ArticleRow.Of(article, language)).ToList();
        return new PublicJson<Page<ArticleRow>>(page.Of(request, articles.Count, rows), KnowledgeJson.Wire.PageArticleRow);
    }

    private static List<string> Crops(Fields query)
    {
        if (!query.Has("crop") || query.Text("crop", max: 100, otherwise: "", blank: true) is not { Length: > 0 } name)
        {
            return [];
        }

        if (KnowledgeBase.IsSubject(name))
        {
            return [name];
        }

        var named = Lexicon.Meant(Lexicon.Find(new WrittenText(name).Stems, LanguageGuess.Of(name) ?? Languages.English))
            .Where(match => match.Value.IsSubject).Select(match => match.Value.Key).ToList();
        if (named.Count == 0)
        {
            query.Error("crop", $"\"{name}\" is not a crop or animal that is known here.");
        }

        return named;
    }
}

/// <summary>An article in a list.</summary>
/// <param name="Id">Its key, and the end of its URL.</param>
/// <param name="Title">In <paramref name="Language"/>.</param>
/// <param name="Summary">One or two sentences, in <paramref name="Language"/>.</param>
/// <param name="Language">Of title and summary: the one asked for, or English where there is no translation.</param>
/// <param name="Topics">Tags.</param>
/// <param name="Crops">Keys of crops, or <c>all</c>.</param>
/// <param name="Animals">Keys of animals, or <c>all-animals</c>.</param>
/// <param name="FactSheet">Whether it is a sheet of figures made from a table.</param>
/// <param name="Url">Its path.</param>
public sealed record ArticleRow(
    string Id,
    string Title,
    string Summary,
    string Language,
    IReadOnlyList<string> Topics,
    IReadOnlyList<string> Crops,
    IReadOnlyList<string> Animals,
    bool FactSheet,
    string Url)
{
    internal static ArticleRow Of(Article article, string language)
    {
        var translation = article.Translations.GetValueOrDefault(language);
        return new ArticleRow(
            article.Id,
            translation?.Title ?? article.Title,
            translation?.Summary ?? article.Summary,
            translation is null ? Languages.English : language,
            article.Topics,
            article.Crops,
            article.Animals,
            article.IsFactSheet,
            ArticleView.UrlOf(article.Id));
    }
}
