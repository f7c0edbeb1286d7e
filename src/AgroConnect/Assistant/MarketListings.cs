using System.Linq.Expressions;
using AgroConnect.Data;
using AgroConnect.Products;
using AgroConnect.Products.Search;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Assistant;

/// <summary>Listings that everybody sees and that are in stock, as the assistant reads them.</summary>
internal sealed class MarketListings(AppDbContext db, ProductSearch search, CategoryTrees trees, CatalogueVersionReader versions, Site site)
{
    private static readonly Expression<Func<Product, Row>> FromProduct = product => new Row(
        product.Id, product.Name, product.Price, product.PriceUnit ?? product.Unit, product.Stock, product.Organic, product.Seller.PublicName, product.LocationName);

    private static readonly Func<AppDbContext, long[], IAsyncEnumerable<Row>> Load = EF.CompileAsyncQuery((AppDbContext db, long[] ids) =>
        db.Set<Product>().Where(product => ids.Contains(product.Id) && product.IsActive).Select(FromProduct));

    /// <summary>Best match first.</summary>
    /// <param name="words">As a user searches.</param>
    /// <param name="maxPrice">Of one unit.</param>
    /// <param name="most">So many at most.</param>
    /// <param name="ct">Stops between statements.</param>
    public async Task<List<MarketTools.Goods.Listing>> FindAsync(string words, decimal? maxPrice, int most, CancellationToken ct)
    {
        var version = await versions.ReadAsync();
        if (await search.UnderstandAsync(db, words, isTyping: false, await trees.AtAsync(version, ct), version, ct) is not { } query)
        {
            return [];
        }

        var products = db.Products.Where(product => product.IsActive && product.Stock > Quantity.Zero);
        if (maxPrice is { } highest)
        {
            var limit = site.Currency.FromDecimal(Math.Round(highest, site.Currency.Places));
            products = products.Where(product => product.Price <= limit);
        }

        var rows = await ProductSearch.Ranked(db, products, query, inactiveToo: false)
            .OrderByDescending(found => found.Score).ThenByDescending(found => found.Product.Id).Take(most)
            .Select(found => found.Product).Select(FromProduct).ToListAsync(ct);
        return [.. rows.Select(View)];
    }

    /// <summary>Those of these that are still for sale, in the same order.</summary>
    public async Task<List<MarketTools.Goods.Listing>> ReadAsync(long[] ids)
    {
        var rows = ids.Length == 0 ? [] : await Load(db, ids).ToDictionaryAsync(row => row.Id);
        return [.. ids.Where(id => rows.TryGetValue(id, out var row) && row.Stock > Quantity.Zero).Select(id => View(rows[id]))];
    }

    private MarketTools.Goods.Listing View(Row row) => new(
        row.Id, MarketTools.Short(row.Name), site.Currency.Format(row.Price), site.Currency.Code, row.Unit, row.Stock.ToDecimal(), row.Organic,
        MarketTools.Short(row.Seller), row.Place is { } place ? MarketTools.Short(place) : null);

    private sealed record Row(long Id, string Name, Money Price, string Unit, Quantity Stock, bool Organic, string Seller, string? Place);
}
