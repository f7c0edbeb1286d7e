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
        if (fields.Problem is not null || quantity > Most)
        {
            await CheckAsync(fields, id, quantity, me, products);
            return fields.Problem!;
        }

        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        try
        {
            await db.AddToCartAsync(me.Id, id!.Value, quantity, now, ct);
        }
        catch (Exception gone) when (gone.IsForeignKeyViolation())
        {
            fields.NoSuchId("product", id!.Value);
            return fields.Problem!;
        }

        // What is wrong with it shows now that it is in; leaving here takes it out again.
        var lines = await carts.ReadAsync(me.Id, ct);
        var line = lines.Find(line => line.ProductId == id)!;
        CheckProduct(fields, id.Value, line.IsActive, line.SellerId, me);
        CheckQuantity(fields, quantity, line.QuantityStep, least: Quantity.Zero);
        CheckQuantity(fields, line.Quantity, line.QuantityStep, line.MinOrderQuantity);
        if (lines.Count > MostLines)
        {
            fields.Error("product", $"A cart holds at most {MostLines} products.");
        }

        if (fields.Problem is { } problem)
        {
            return problem;
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
        var index = lines.FindIndex(line => line.Id == id);
        if (index < 0)
        {
            return TypedResults.NotFound();
        }

        var line = lines[index];
        var quantity = fields.Quantity("quantity", min: 0.001m, fields.Has("quantity") ? null : line.Quantity);
        if (fields.Has("quantity"))
        {
            CheckQuantity(fields, quantity, line.QuantityStep, line.MinOrderQuantity);
        }

        if (fields.Problem is { } problem)
        {
            return problem;
        }

        await db.CartItems.Where(item => item.Id == id).ExecuteUpdateAsync(set => set.SetProperty(item => item.Quantity, quantity), ct);
        await transaction.CommitAsync(ct);
        lines[index] = line with { Quantity = quantity };
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

    /// <summary>All that is wrong with what can't be put in, when a part of it is known to be.</summary>
    private static async Task CheckAsync(Fields fields, long? id, Quantity quantity, CurrentUser me, ProductLoader products)
    {
        if (id is not { } wanted || !fields.IsGood("product"))
        {
            return;
        }

        var product = (await products.FindAsync(wanted))?.Product;
        CheckProduct(fields, wanted, product is { IsActive: true }, product?.SellerId, me);
        if (product is not null)
        {
            CheckQuantity(fields, quantity, product.QuantityStep, least: Quantity.Zero);
        }
    }

    private static void CheckProduct(Fields fields, long id, bool isActive, long? sellerId, CurrentUser me)
    {
        if (!isActive)
        {
            fields.NoSuchId("product", id);
        }
        else if (sellerId == me.Id)
        {
            fields.Error("product", "You cannot buy your own product.");
        }
    }

    private static void CheckQuantity(Fields fields, Quantity quantity, Quantity step, Quantity least)
    {
        if (!fields.IsGood("quantity"))
        {
            return;
        }

        if (!quantity.IsMultipleOf(step))
        {
            fields.Error("quantity", FormattableString.Invariant($"Ensure this value is a multiple of {step.ToDecimal():0.###}."));
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
