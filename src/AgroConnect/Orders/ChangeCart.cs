using AgroConnect.Data;
using AgroConnect.Products;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Orders;

/// <summary><c>/api/orders/cart/</c>: what a buyer puts in, changes and takes out.</summary>
internal static class ChangeCart
{
    private const int MostLines = 100;

    /// <summary>As many digits as keep any line's price an exact number.</summary>
    private static readonly Quantity Most = new(999_999_999);

    public sealed record AddRequest(long Product, decimal Quantity);

    public sealed record QuantityRequest(decimal Quantity);

    public static async Task<IResult> GetAsync(HttpRequest request, CurrentUser me, Carts carts, CancellationToken ct) =>
        TypedResults.Ok(await carts.ViewAsync(me.Id, request.BaseUrl(), ct));

    public static async Task<IResult> AddAsync(
        HttpRequest request, CurrentUser me, AppDbContext db, Carts carts, ProductLoader products, TimeProvider clock, CancellationToken ct)
    {
        var fields = await Fields.ReadAsync(request, ct);
        var (id, quantity) = (fields.Id("product"), fields.Quantity("quantity", min: 0.001m));
        var row = id is { } known ? await products.FindAsync(known) : null;
        if (id is { } wanted && fields.IsGood("product"))
        {
            if (row is not { Product.IsActive: true })
            {
                fields.NoSuchId("product", wanted);
            }
            else if (row.Product.SellerId == me.Id)
            {
                fields.Error("product", "You cannot buy your own product.");
            }
        }

        if (row is not null && fields.IsGood("quantity"))
        {
            Check(fields, row.Product, quantity, least: Quantity.Zero);
        }

        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.LockCartAsync(me.Id, now, ct);
        var lines = await carts.ReadAsync(me.Id, ct);
        if (lines.Find(line => line.Product.Id == id) is { } there)
        {
            there.Item.Quantity += quantity;
            quantity = there.Item.Quantity;
        }
        else
        {
            // The product is not attached: it is shown, not changed.
            var item = new CartItem { UserId = me.Id, ProductId = id!.Value, Quantity = quantity };
            db.CartItems.Add(item);
            lines.Add(new CartLine(item, row!.Product, row.SellerName));
        }

        Check(fields, row!.Product, quantity, row.Product.MinOrderQuantity);
        if (lines.Count > MostLines)
        {
            fields.Error("product", $"A cart holds at most {MostLines} products.");
        }

        if (fields.Problem is { } refusal)
        {
            return refusal;
        }

        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException gone) when (gone.IsForeignKeyViolation())
        {
            fields.NoSuchId("product", id!.Value);
            return fields.Problem!;
        }

        await transaction.CommitAsync(ct);
        return TypedResults.Json(carts.View(lines, now, request.BaseUrl()), OrdersJson.Wire.CartView, statusCode: StatusCodes.Status201Created);
    }

    public static async Task<IResult> UpdateAsync(
        long id, HttpRequest request, CurrentUser me, AppDbContext db, Carts carts, TimeProvider clock, CancellationToken ct)
    {
        var fields = await Fields.ReadAsync(request, ct);
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.LockCartAsync(me.Id, now, ct);
        var lines = await carts.ReadAsync(me.Id, ct);
        if (lines.Find(line => line.Item.Id == id) is not { } line)
        {
            return TypedResults.NotFound();
        }

        var quantity = fields.Quantity("quantity", min: 0.001m, fields.Has("quantity") ? null : line.Item.Quantity);
        if (fields.Has("quantity") && fields.IsGood("quantity"))
        {
            Check(fields, line.Product, quantity, line.Product.MinOrderQuantity);
        }

        if (fields.Problem is { } problem)
        {
            return problem;
        }

        line.Item.Quantity = quantity;
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return TypedResults.Ok(carts.View(lines, now, request.BaseUrl()));
    }

    public static async Task<IResult> RemoveAsync(long id, CurrentUser me, AppDbContext db, TimeProvider clock, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.LockCartAsync(me.Id, clock.GetUtcNow(), ct);
        if (await db.CartItems.Where(item => item.Id == id && item.UserId == me.Id).ExecuteDeleteAsync(ct) == 0)
        {
            return TypedResults.NotFound();
        }

        await transaction.CommitAsync(ct);
        return TypedResults.NoContent();
    }

    public static async Task<IResult> EmptyAsync(CurrentUser me, AppDbContext db, TimeProvider clock, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.LockCartAsync(me.Id, clock.GetUtcNow(), ct);
        await db.CartItems.Where(item => item.UserId == me.Id).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
        return TypedResults.NoContent();
    }

    private static void Check(Fields fields, Product product, Quantity quantity, Quantity least)
    {
        if (!quantity.IsMultipleOf(product.QuantityStep))
        {
            fields.Error("quantity", FormattableString.Invariant($"Ensure this value is a multiple of {product.QuantityStep.ToDecimal():0.###}."));
        }
        else if (quantity < least)
        {
            fields.Error("quantity", FormattableString.Invariant($"Ensure this value is greater than or equal to {least.ToDecimal():0.###}."));
        }
        else if (quantity > Most)
        {
            fields.Error("quantity", FormattableString.Invariant($"Ensure this value is less than or equal to {Most.ToDecimal():0.###}."));
        }
    }
}
