using AgroConnect.Data;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Products;

/// <summary>
/// How stock is taken and given back, inside the caller's transaction. Whoever takes or gives back several products does it
/// by their ids: two baskets that lock the same rows in opposite order would wait for each other.
/// </summary>
internal static class StockReservation
{
    /// <summary>
    /// Adds the conditional statement that takes goods: whatever runs at the same time, stock never goes below zero. Where there is
    /// less, or it is not for sale, the statement fails, and the transaction with it: no stock is without a number.
    /// </summary>
    public static void Take(RoundTrip trip, IReadOnlyDictionary<long, Quantity> goods) => trip.Execute(
        $"""
        UPDATE products SET stock = CASE WHEN is_active AND stock >= goods.quantity THEN stock - goods.quantity END
        FROM {trip.Rows("goods", ("product_id", [.. goods.Keys]), ("quantity", [.. goods.Values.Select(quantity => quantity.Thousandths)]))}
        WHERE id = goods.product_id
        """);

    /// <summary>Puts goods back on the shelf, also of a product that is no longer for sale.</summary>
    public static Task ReturnAsync(AppDbContext db, long productId, Quantity quantity, CancellationToken ct) =>
        db.Products.Where(product => product.Id == productId)
            .ExecuteUpdateAsync(set => set.SetProperty(product => product.Stock, product => product.Stock + quantity), ct);
}
