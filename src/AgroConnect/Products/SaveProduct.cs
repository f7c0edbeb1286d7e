using AgroConnect.Data;
using AgroConnect.Products.Search;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Products;

/// <summary><c>POST</c>, <c>PUT</c> and <c>PATCH</c> of a product; the search index is written in the same transaction.</summary>
internal static class SaveProduct
{
    private const int LongestDescription = 20_000;

    /// <summary>The fields that may be written (api.md, Catalogue); others are ignored.</summary>
    public sealed record Request(
        string Name, string Price, long Category, decimal Stock, string? Description = null, string? Unit = null,
        string? PriceUnit = null, decimal? UnitWeight = null, decimal? QuantityStep = null, decimal? MinOrderQuantity = null, bool? IsActive = null, bool? Organic = null,
        DateOnly? HarvestedOn = null, DateOnly? AvailableFrom = null, DateOnly? AvailableUntil = null, Location? Location = null);

    public static async Task<IResult> CreateAsync(
        HttpRequest request, CurrentUser me, AppDbContext db, Site site,
        ProductViews views, TimeProvider clock, CancellationToken ct)
    {
        var seller = await db.Users.SingleAsync(user => user.Id == me.Id, ct);
        var fields = await Fields.ReadAsync(request, ct);
        var now = clock.GetUtcNow();
        var product = new Product { SellerId = seller.Id, CreatedAt = now, UpdatedAt = now };
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await CatalogueLock.TakeAsync(db, ct);

        // By this connection: with as many writers as there are connections, waiting for a second one would be for ever.
        var tree = await CategoryTree.LoadAsync(db, ct);
        Read(fields, product, seller.Location, tree, site.Currency);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        product.Slug = await Slugs.FreeAsync(Slugs.Of(product.Name, "product"), slug => db.Products.AnyAsync(p => p.Slug == slug, ct));
        db.Products.Add(product);
        await db.SaveChangesAsync(ct);
        await ProductIndex.WriteAsync(db, product, ct);
        await transaction.CommitAsync(ct);
        var view = views.Of(new ProductRow(product, seller, tree.Find(product.CategoryId)!), request.BaseUrl());
        return TypedResults.Created($"{request.BaseUrl()}/api/products/{product.Id}/", view);
    }

    public static async Task<IResult> UpdateAsync(
        long id, HttpRequest request, CurrentUser me, AppDbContext db, Site site,
        ProductViews views, TimeProvider clock, CancellationToken ct)
    {
        var product = await db.Products.Include(p => p.Seller).SingleOrDefaultAsync(p => p.Id == id, ct);
        if (ProductsModule.Refusal(product, me) is { } refusal)
        {
            return refusal;
        }

        var fields = await Fields.ReadAsync(request, ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (!await LockAsync(db, product!, ct))
        {
            return TypedResults.NotFound();
        }

        var (price, stock) = (product!.Price, product.Stock);
        var tree = await CategoryTree.LoadAsync(db, ct);
        Read(fields, product, product.Seller.Location, tree, site.Currency);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        product.UpdatedAt = clock.GetUtcNow();
        if (product.Price != price)
        {
            db.Audit(me.Id, "product.price", "product", id, product.UpdatedAt, ("price", site.Currency.Format(price), site.Currency.Format(product.Price)));
        }

        if (product.Stock != stock)
        {
            db.Audit(me.Id, "product.stock", "product", id, product.UpdatedAt, ("stock", stock.ToDecimal(), product.Stock.ToDecimal()));
        }

        await db.SaveChangesAsync(ct);
        await ProductIndex.WriteAsync(db, product, ct);
        await transaction.CommitAsync(ct);
        return TypedResults.Ok(views.Of(new ProductRow(product, product.Seller, tree.Find(product.CategoryId)!), request.BaseUrl()));
    }

    /// <summary>Checks the fields and writes them into a product; what is wrong is told to <paramref name="fields"/>.</summary>
    public static void Read(Fields fields, Product product, Location? sellers, CategoryTree tree, Currency currency)
    {
        var isNew = product.Id == 0;
        var required = isNew || !fields.Partial;
        product.Name = fields.Text("name", max: 200, required ? null : product.Name);
        product.Price = fields.Money("price", currency, required ? null : product.Price);
        product.Stock = fields.Quantity("stock", min: 0, required ? null : product.Stock);
        if (fields.Id("category", required ? null : product.CategoryId) is { } category)
        {
            product.CategoryId = category;
            if (tree.Find(category) is null)
            {
                fields.NoSuchId("category", category);
            }
        }

        product.Description = fields.Text("description", LongestDescription, product.Description, blank: true);
        product.Unit = fields.Choice("unit", Product.Units, product.Unit);
        ReadWeight(fields, product);
        product.QuantityStep = fields.Quantity("quantity_step", min: 0.001m, product.QuantityStep);
        product.MinOrderQuantity = fields.Quantity("min_order_quantity", min: 0.001m, product.MinOrderQuantity);
        product.IsActive = fields.Boolean("is_active", product.IsActive);
        if (product is { IsActive: true, DeletedAt: not null })
        {
            fields.Error("is_active", "A deleted product stays inactive.");
        }

        product.Organic = fields.Boolean("organic", product.Organic);
        product.HarvestedOn = fields.Date("harvested_on", product.HarvestedOn);
        product.AvailableFrom = fields.Date("available_from", product.AvailableFrom);
        product.AvailableUntil = fields.Date("available_until", product.AvailableUntil);
        if (product.AvailableUntil < product.AvailableFrom)
        {
            fields.Error("available_until", "Ensure this date is not before available_from.");
        }

        product.Locate(Location.Read(fields, "location", product.HasOwnLocation ? product.Location : null), sellers);
    }

    /// <summary>Goods that are ordered by the piece and priced by weight say what a piece weighs.</summary>
    private static void ReadWeight(Fields fields, Product product)
    {
        product.PriceUnit = fields.Choice("price_unit", [.. Product.PriceUnits, ""], product.PriceUnit ?? "", nullable: true) is { Length: > 0 } unit && unit != product.Unit ? unit : null;
        var weight = fields.OptionalQuantity("unit_weight", min: 0.001m, product.UnitWeight);
        if (fields.IsGood("price_unit") && fields.IsGood("unit_weight") && product.PriceUnit is not null && weight is null)
        {
            fields.Error("unit_weight", "What is priced by weight needs the usual weight of one unit.");
        }

        product.UnitWeight = product.PriceUnit is null ? null : weight;
    }

    /// <summary>Brings a product up to date, as it stays until the transaction ends.</summary>
    /// <returns>False when it has been deleted since it was read.</returns>
    public static async Task<bool> LockAsync(AppDbContext db, Product product, CancellationToken ct)
    {
        await CatalogueLock.TakeAsync(db, ct);

        // Locks the row on PostgreSQL: an order at the same time takes stock before or after this change, not in the midst of it.
        await db.Products.Where(p => p.Id == product.Id).ExecuteUpdateAsync(set => set.SetProperty(p => p.Stock, p => p.Stock), ct);
        await db.Entry(product).ReloadAsync(ct);
        return db.Entry(product).State != EntityState.Detached;
    }
}
