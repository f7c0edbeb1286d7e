using AgroConnect.Data;
using AgroConnect.Products;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Orders;

/// <summary><c>/api/orders/cart/</c>: what a buyer changes and takes out; <see cref="AddToCart"/> puts in.</summary>
internal static class ChangeCart
{
    public sealed record QuantityRequest(decimal Quantity);

    public static async Task<IResult> GetAsync(HttpRequest request, CurrentUser me, Carts carts, CancellationToken ct) =>
        TypedResults.Ok(await carts.ViewAsync(me.Id, request.BaseUrl(), ct));

    public static async Task<IResult> UpdateAsync(
        long id, HttpRequest request, CurrentUser me, AppDbContext db, Carts carts, TimeProvider clock, CancellationToken ct)
    {
        var fields = await Fields.ReadAsync(request, ct);
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.LockCartAsync(me.Id, now, ct);
        List<CartLine> lines = [.. await carts.ReadAsync(me.Id, ct)];
        var index = lines.FindIndex(line => line.Id == id);
        if (index < 0)
        {
            return TypedResults.NotFound();
        }

        var line = lines[index];
        var quantity = fields.Quantity("quantity", min: 0.001m, fields.Has("quantity") ? null : line.Quantity);
        if (fields.Has("quantity") && fields.IsGood("quantity") && Wrong(quantity, line.QuantityStep, line.MinOrderQuantity) is { } wrong)
        {
            fields.Error("quantity", wrong);
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

    /// <summary>What is wrong with so much of a product, in words; null when nothing is.</summary>
    internal static string? Wrong(Quantity quantity, Quantity step, Quantity least) =>
        !quantity.IsMultipleOf(step) ? FormattableString.Invariant($"Ensure this value is a multiple of {step.ToDecimal():0.###}.")
        : quantity < least ? FormattableString.Invariant($"Ensure this value is greater than or equal to {least.ToDecimal():0.###}.")
        : quantity > CartItem.Most ? FormattableString.Invariant($"Ensure this value is less than or equal to {CartItem.Most.ToDecimal():0.###}.")
        : null;
}
