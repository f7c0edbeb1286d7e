using AgroConnect.Data;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Products;

/// <summary>What the found products are made of, for the filters beside a list.</summary>
public sealed record FacetsView(IReadOnlyList<CategoryFacet> Categories, IReadOnlyList<UnitFacet> Units, PriceFacet Price);

public sealed record CategoryFacet(long Id, string Name, string Slug, int Count);

public sealed record UnitFacet(string Unit, int Count);

public sealed record PriceFacet(string? Min, string? Max);

internal static class ProductFacets
{
    public static async Task<FacetsView> ReadAsync(IQueryable<Found> found, CategoryTree tree, CategoryTrees trees, Currency currency, CancellationToken ct)
    {
        // One statement: few groups, and both facets and the price range are sums over them.
        var groups = await found
            .GroupBy(match => new { match.Product.CategoryId, match.Product.Unit })
            .Select(group => new
            {
                group.Key.CategoryId,
                group.Key.Unit,
                Count = group.Count(),
                Min = group.Min(match => match.Product.Price),
                Max = group.Max(match => match.Product.Price),
            })
            .ToListAsync(ct);
        tree = await trees.CoveringAsync(groups.Select(group => group.CategoryId), tree, ct);
        return new FacetsView(
            [.. groups.GroupBy(group => group.CategoryId)
                .Select(group => (Category: tree.Find(group.Key)!, Count: group.Sum(row => row.Count)))
                .OrderByDescending(facet => facet.Count).ThenBy(facet => facet.Category.Name, StringComparer.Ordinal)
                .Select(facet => new CategoryFacet(facet.Category.Id, facet.Category.Name, facet.Category.Slug, facet.Count))],
            [.. groups.GroupBy(group => group.Unit)
                .Select(group => new UnitFacet(group.Key, group.Sum(row => row.Count)))
                .OrderByDescending(facet => facet.Count).ThenBy(facet => facet.Unit, StringComparer.Ordinal)],
            groups.Count == 0
                ? new PriceFacet(null, null)
                : new PriceFacet(currency.Format(groups.Min(group => group.Min)), currency.Format(groups.Max(group => group.Max))));
    }
}
