using AgroConnect.Data;
using AgroConnect.Users;
using AgroConnect.Web;
using AgroConnect.Web.OpenApi;
using Microsoft.EntityFrameworkCore;
using Microsoft.OpenApi;

namespace AgroConnect.Products;

/// <summary>What a list of products is narrowed to and how it is ordered, read from the query string (api.md, Catalogue).</summary>
internal sealed record ProductFilter
{
    public static readonly QueryParameter[] Parameters =
    [
        new("search", "Words in any order; prefixes, stems, small misspellings and other names of a crop count. Best match first."),
        new("category", "Id or slug; its descendants count too.", Repeatable: true),
        new("min_price", "Lowest price.", JsonSchemaType.Number),
        new("max_price", "Highest price.", JsonSchemaType.Number),
        new("in_stock", "Whether there is any.", JsonSchemaType.Boolean),
        new("organic", "Whether it is organic.", JsonSchemaType.Boolean),
        new("seller", "Id of the seller.", JsonSchemaType.Integer),
        new("unit", "One of " + string.Join(", ", Product.Units) + ".", Repeatable: true),
        new("available_on", "A date on which it is in season."),
        new("near", "Latitude and longitude in degrees: -1.03,37.07."),
        new("radius_km", "Around near; 25.", JsonSchemaType.Number),
        new("is_active", "For sellers (with seller=) and staff: true, false or all."),
        new("ordering", "price, name, created_at, rating, distance or relevance; - in front reverses."),
        new("facets", "true counts categories, units and prices of what is found.", JsonSchemaType.Boolean),
    ];

    private static readonly string[] Orderings = ["price", "name", "created_at", "rating", "distance", "relevance"];

    public string Search { get; private init; } = "";

    /// <summary>Null: all categories.</summary>
    public IReadOnlyList<long>? CategoryIds { get; private init; }

    public Money? MinPrice { get; private init; }

    public Money? MaxPrice { get; private init; }

    public bool? InStock { get; private init; }

    public bool? Organic { get; private init; }

    public long? SellerId { get; private init; }

    public IReadOnlyList<string> Units { get; private init; } = [];

    public DateOnly? AvailableOn { get; private init; }

    public Near? Near { get; private init; }

    /// <summary>Null: active and inactive ones.</summary>
    public bool? IsActive { get; private init; } = true;

    public string Ordering { get; private init; } = "";

    public bool Descending { get; private init; }

    public bool Facets { get; private init; }

    /// <summary>The same text for filters that find the same products, whatever their order.</summary>
    public string Canonical => FormattableString.Invariant(
        $"{IsActive} {InStock} {Organic} {SellerId} {MinPrice?.Minor} {MaxPrice?.Minor} {AvailableOn:O} {Near} [{string.Join(',', CategoryIds ?? [])}] [{string.Join(',', Units)}] {Search}");

    /// <summary>Whether all active products are searched, best first: what the search index answers by itself.</summary>
    public bool IsSearchAlone => Canonical == new ProductFilter { Search = Search }.Canonical && Ordering is "" or "relevance" && !Descending;

    public static ProductFilter Read(Fields query, CategoryTree tree, Currency currency, CurrentUser me)
    {
        var ordering = query.Text("ordering", max: 40, otherwise: "", blank: true);
        var near = Products.Near.Read(query);
        var seller = query.Id("seller", nullable: true);
        var filter = new ProductFilter
        {
            Search = query.Text("search", max: 200, otherwise: "", blank: true),
            CategoryIds = Categories(query, tree),
            MinPrice = Price(query, "min_price", currency),
            MaxPrice = Price(query, "max_price", currency),
            InStock = Flag(query, "in_stock"),
            Organic = Flag(query, "organic"),
            SellerId = seller,
            Units = UnitsOf(query),
            AvailableOn = query.Date("available_on"),
            Near = near,
            IsActive = Activity(query, me, seller),
            Ordering = ordering.TrimStart('-'),
            Descending = ordering.StartsWith('-'),
            Facets = query.Boolean("facets", otherwise: false),
        };
        if (ordering.Length > 0 && !Orderings.Contains(ordering.StartsWith('-') ? ordering[1..] : ordering))
        {
            query.Error("ordering", $"\"{ordering}\" is not a valid choice.");
        }
        else if (filter.Ordering == "distance" && near is null)
        {
            query.Error("ordering", "Ordering by distance needs near.");
        }

        if (filter.MinPrice is { } min && filter.MaxPrice is { } max && min > max)
        {
            query.Error("min_price", "Ensure this value is less than or equal to max_price.");
        }

        return filter;
    }

    /// <summary>The narrowed set, but for the search words.</summary>
    public IQueryable<Product> Apply(IQueryable<Product> products)
    {
        if (IsActive is { } isActive)
        {
            // Written so that partial indexes on is_active apply.
            products = isActive ? products.Where(p => p.IsActive) : products.Where(p => !p.IsActive);
        }

        if (IsActive != true)
        {
            products = products.Where(p => p.DeletedAt == null);
        }

        if (CategoryIds is [var only])
        {
            products = products.Where(p => p.CategoryId == only);
        }
        else if (CategoryIds is { } categories)
        {
            products = products.Where(p => categories.Contains(p.CategoryId));
        }

        products = MinPrice is { } min ? products.Where(p => p.Price >= min) : products;
        products = MaxPrice is { } max ? products.Where(p => p.Price <= max) : products;
        products = Organic is { } organic ? products.Where(p => p.Organic == organic) : products;
        products = SellerId is { } seller ? products.Where(p => p.SellerId == seller) : products;
        products = Units.Count > 0 ? products.Where(p => Units.Contains(p.Unit)) : products;
        if (InStock is { } inStock)
        {
            products = inStock ? products.Where(p => p.Stock > Quantity.Zero) : products.Where(p => p.Stock <= Quantity.Zero);
        }

        if (AvailableOn is { } day)
        {
            products = products.Where(p => (p.AvailableFrom == null || p.AvailableFrom <= day) && (p.AvailableUntil == null || p.AvailableUntil >= day));
        }

        return Near is { } near ? near.Within(products) : products;
    }

    private static List<long>? Categories(Fields query, CategoryTree tree)
    {
        var wanted = query.All("category").Where(value => value.Length > 0).ToList();
        if (wanted.Count == 0)
        {
            return null;
        }

        var ids = new HashSet<long>();
        foreach (var value in wanted)
        {
            if (tree.Find(value) is { } category)
            {
                ids.UnionWith(tree.WithDescendants(category.Id));
            }
            else
            {
                query.Error("category", $"Select a valid choice. \"{value}\" is not one of the available choices.");
            }
        }

        return [.. ids.Order()];
    }

    private static Money? Price(Fields query, string name, Currency currency) =>
        query.Decimal(name, digits: 16, currency.Places, min: 0, max: decimal.MaxValue, nullable: true) is { } price && query.Problem is null
            ? currency.FromDecimal(price)
            : null;

    private static bool? Flag(Fields query, string name) => query.Has(name) ? query.Boolean(name) : null;

    private static List<string> UnitsOf(Fields query)
    {
        var units = query.All("unit").Where(unit => unit.Length > 0).Distinct().ToList();
        foreach (var unknown in units.Where(unit => !Product.Units.Contains(unit)))
        {
            query.Error("unit", $"\"{unknown}\" is not a valid choice.");
        }

        return units;
    }

    /// <summary>Inactive products are for their seller and staff; for others the parameter does nothing.</summary>
    private static bool? Activity(Fields query, CurrentUser me, long? seller)
    {
        var wanted = query.Choice("is_active", ["true", "false", "all"], otherwise: "true");
        return seller is { } id && me.Owns(id) || me.IsStaff
            ? wanted switch { "all" => null, "false" => false, _ => true }
            : true;
    }
}
