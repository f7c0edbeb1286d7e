using AgroConnect.Data;
using AgroConnect.Products.Search;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Products;

/// <summary>A completion of what is being typed.</summary>
/// <param name="Type"><c>product</c> or <c>category</c>.</param>
/// <param name="Id">Its id.</param>
/// <param name="Text">Its name.</param>
public sealed record Suggestion(string Type, long Id, string Text);

/// <summary><c>GET /api/products/suggest/?q=tom</c>: at most ten, categories first.</summary>
internal static class SuggestProducts
{
    private const int Most = 10;
    private const int MostCategories = 3;

    public static async Task<IResult> HandleAsync(
        HttpRequest request, CatalogueVersionReader versions, CategoryTrees trees, CatalogueCache cache, ProductSearch search, CancellationToken ct)
    {
        var version = await versions.ReadAsync();
        var fields = Fields.FromQuery(request);
        var text = fields.Text("q", max: 200, otherwise: "", blank: true);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var key = new CatalogueCache.Key(version, "", "/api/products/suggest/", text);
        if (cache.Find<IReadOnlyList<Suggestion>>(key) is { } known)
        {
            return known;
        }

        var tree = await trees.AtAsync(version, ct);
        return (await cache.MakeAsync(key, async (db, stop) => new PublicJson<IReadOnlyList<Suggestion>>(
            await CompleteAsync(db, text, tree, search, version, stop), ProductsJson.Wire.IReadOnlyListSuggestion), ct))!;
    }

    private static async Task<List<Suggestion>> CompleteAsync(AppDbContext db, string text, CategoryTree tree, ProductSearch search, long version, CancellationToken ct)
    {
        var words = SearchText.Words(text);
        var suggestions = words.Count == 0 ? [] : tree.All
            .Where(category => SearchText.Words(category.Name).Any(word => word.StartsWith(words[0], StringComparison.Ordinal)))
            .Take(MostCategories)
            .Select(category => new Suggestion("category", category.Id, category.Name))
            .ToList();
        if (await search.UnderstandAsync(db, text, isTyping: true, tree, version, ct) is { } query)
        {
            // Listings of one name are one suggestion: the newest of them.
            var names = await ProductSearch.Named(db, db.Products.Where(product => product.IsActive), query)
                .GroupBy(found => found.Product.Name)
                .Select(listings => new { Name = listings.Key, Id = listings.Max(found => found.Product.Id), Score = listings.Max(found => found.Score) })
                .OrderByDescending(name => name.Score).ThenByDescending(name => name.Id)
                .Take(Most)
                .ToListAsync(ct);
            suggestions.AddRange(names.Take(Most - suggestions.Count).Select(product => new Suggestion("product", product.Id, product.Name)));
        }

        return suggestions;
    }
}
