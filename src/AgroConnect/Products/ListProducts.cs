using System.Linq.Expressions;
using AgroConnect.Data;
using AgroConnect.Products.Search;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Products;

/// <summary><c>GET /api/products/</c>: three statements for a page of any size (version, count, rows); none for the count while the catalogue stands still.</summary>
internal static class ListProducts
{
    public static async Task<IResult> HandleAsync(
        HttpRequest request, CurrentUser me, AppDbContext db, Site site, CatalogueVersionReader versions, CategoryTrees trees,
        CatalogueCache cache, ProductPages pages, CancellationToken ct)
    {
        var version = await versions.ReadAsync();
        var address = new PageAddress(request);
        var key = new CatalogueCache.Key(version, address.BaseUrl, address.Path, address.Query);
        var isShared = !request.Query.ContainsKey("is_active");
        if (isShared && cache.Find<ProductPage>(key) is { } known)
        {
            return known;
        }

        var tree = await trees.AtAsync(version, ct);
        var query = Fields.FromQuery(request);
        var page = PageRequest.Read(request, query);
        var filter = ProductFilter.Read(query, tree, site.Currency, me);
        if (query.Problem is { } problem)
        {
            return problem;
        }

        if (filter.SellerId is { } seller && !await db.Users.AnyAsync(user => user.Id == seller, ct))
        {
            return FieldErrors.Of("seller", $"Select a valid choice. \"{seller}\" is not one of the available choices.");
        }

        var asked = new ProductPages.Request(version, tree, filter, page, address);
        var answer = isShared ? await cache.MakeAsync(key, (at, stop) => pages.ReadAsync(at, asked, stop), ct) : await pages.ReadAsync(db, asked, ct);
        return answer is null ? PageRequest.Invalid() : answer;
    }
}

/// <summary>Reads pages of products.</summary>
internal sealed class ProductPages(Site site, CategoryTrees trees, CatalogueCache cache, ProductSearch search, ProductViews views)
{
    /// <param name="Version">Of the catalogue.</param>
    /// <param name="Tree">The categories at that version.</param>
    /// <param name="Filter">What is looked for.</param>
    /// <param name="Page">Which page of it.</param>
    /// <param name="Address">For links to other pages and to pictures.</param>
    public sealed record Request(long Version, CategoryTree Tree, ProductFilter Filter, PageRequest Page, PageAddress Address);

    /// <returns>Null when there is no such page.</returns>
    public async Task<PublicJson<ProductPage>?> ReadAsync(AppDbContext db, Request request, CancellationToken ct)
    {
        var (version, tree, filter, page, address) = request;
        var products = filter.Apply(db.Products);
        var words = filter.Search.Length > 0 ? await search.UnderstandAsync(db, filter.Search, isTyping: false, tree, version, ct) : null;
        var found = filter.Search.Length == 0 ? products.Select(product => new Found { Product = product })
            : words is null ? products.Where(_ => false).Select(product => new Found { Product = product })
            : ProductSearch.Matches(db, products, words, filter.IsActive != true);

        var searchesAll = words is not null && filter.IsSearchAlone;
        var count = await cache.CountAsync(
            version, filter.Canonical, filter.InStock is not null, () => searchesAll ? ProductSearch.CountAsync(db, words!, ct) : found.LongCountAsync(ct));
        if (!page.Exists(count))
        {
            return null;
        }

        var rows = count == 0 ? []
            : words is null ? await ReadPageAsync(db, found, filter, page, ct)
            : searchesAll ? await ProductSearch.ReadPageAsync(db, words, count, page, CountLevelAsync, ct)
            : await ReadRankedPageAsync(ProductSearch.Ranked(db, products, words, filter.IsActive != true), filter, page, ct);
        if (rows.Count == 0 && page.Number > 1)
        {
            return null;
        }

        // The rows were read after the count: what came or went in between shows in them alone.
        var end = page.Offset + rows.Count;
        count = rows.Count < page.Size ? end : Math.Max(count, end);
        var results = rows.Select(row => views.Of(row, address.BaseUrl, filter.Near)).ToList();
        var facets = filter.Facets ? await ProductFacets.ReadAsync(found, tree, trees, site.Currency, ct) : null;
        var plain = page.Of(address, count, results);
        return new PublicJson<ProductPage>(
            new ProductPage(plain.Count, plain.Next, plain.Previous, plain.Results, facets), ProductsJson.Wire.ProductPage);

        ValueTask<long> CountLevelAsync(int level, Func<Task<long>> countIt) => cache.CountAsync(version, $"level {level} {filter.Canonical}", false, countIt);
    }

    /// <summary>The ids of the page come from an index alone; only its rows are then read whole.</summary>
    private static async Task<List<ProductRow>> ReadPageAsync(
        AppDbContext db, IQueryable<Found> found, ProductFilter filter, PageRequest page, CancellationToken ct)
    {
        // Captured variables become parameters of the statement; written outside of a lambda they would be part of its text.
        var (offset, size) = ((int)Math.Min(page.Offset, int.MaxValue), page.Size);
        var ordered = Order(found, filter).Select(match => match.Product.Id);
        var rows = Order(
            db.Products.Where(product => ordered.Skip(offset).Take(EF.Constant(size)).Contains(product.Id)).Select(product => new Found { Product = product }), filter);
        return await rows.Select(match => match.Product).Select(ProductRow.FromProduct).AsNoTracking().ToListAsync(ct);
    }

    private static async Task<List<ProductRow>> ReadRankedPageAsync(IQueryable<Found> ranked, ProductFilter filter, PageRequest page, CancellationToken ct) =>
        await Order(ranked, filter).Skip((int)Math.Min(page.Offset, int.MaxValue)).Take(page.Size)
            .Select(match => match.Product).Select(ProductRow.FromProduct).AsNoTracking().ToListAsync(ct);

    private static IOrderedQueryable<Found> Order(IQueryable<Found> found, ProductFilter filter) => filter.Ordering switch
    {
        "price" => By(found, filter, match => match.Product.Price),
        "name" => By(found, filter, match => match.Product.Name),
        "created_at" => By(found, filter, match => match.Product.CreatedAt),
        "rating" => By(found, filter, match => match.Product.RatingAverage ?? 0),
        "distance" => By(found, filter, OfProduct(filter.Near!.Value.SquaredChord())),
        "relevance" when filter is { Search.Length: > 0, Descending: true } => found.OrderBy(match => match.Score).ThenBy(match => match.Product.Id),
        _ when filter.Search.Length > 0 => found.OrderByDescending(match => match.Score).ThenByDescending(match => match.Product.Id),
        _ => found.OrderByDescending(match => match.Product.CreatedAt).ThenByDescending(match => match.Product.Id),
    };

    private static IOrderedQueryable<Found> By<T>(IQueryable<Found> found, ProductFilter filter, Expression<Func<Found, T>> by) => filter.Descending
        ? found.OrderByDescending(by).ThenByDescending(match => match.Product.Id)
        : found.OrderBy(by).ThenBy(match => match.Product.Id);

    private static Expression<Func<Found, T>> OfProduct<T>(Expression<Func<Product, T>> by)
    {
        var found = Expression.Parameter(typeof(Found), "match");
        var product = Expression.Property(found, nameof(Found.Product));
        var body = new Replace(by.Parameters[0], product).Visit(by.Body);
        return Expression.Lambda<Func<Found, T>>(body, found);
    }

    private sealed class Replace(ParameterExpression parameter, Expression with) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == parameter ? with : node;
    }
}

/// <summary>A product of the list, and how well it matches the search words.</summary>
internal sealed class Found
{
    public required Product Product { get; init; }

    public double Score { get; init; }
}

/// <summary>A page of products, with the facets when they were asked for.</summary>
public sealed record ProductPage(
    long Count, string? Next, string? Previous, IReadOnlyList<ProductView> Results,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    FacetsView? Facets = null);
