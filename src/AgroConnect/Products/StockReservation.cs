using System.Text.Json;
using AgroConnect.Data;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Products;

/// <summary>
/// How stock is taken and given back, inside the caller's transaction. Whoever takes or gives back several products does it
/// by their ids: two baskets that lock the same rows in opposite order would wait for each other.
/// </summary>
internal static class StockReservation
{
    /// <summary>The products as they are until the transaction ends: nobody else changes them, or their stock.</summary>
    public static Task<Dictionary<long, Product>> LockAsync(AppDbContext db, IReadOnlyCollection<long> productIds, CancellationToken ct)
    {
        long[] ids = [.. productIds.Order()];

        // SQLite's transaction keeps every other writer out from its beginning. FOR UPDATE would also keep out carts, which only refer to the row.
        return (db is PostgresDbContext
            ? db.Products.FromSql($"SELECT * FROM products WHERE id = ANY ({ids}) ORDER BY id FOR NO KEY UPDATE")
            : db.Products.Where(product => ids.Contains(product.Id))).AsNoTracking().ToDictionaryAsync(product => product.Id, ct);
    }

    /// <summary>
    /// The conditional statement that takes goods: whatever runs at the same time, stock never goes below zero. When it changes fewer
    /// rows than there are goods, there was less of one, and the transaction is to be undone.
    /// </summary>
    public static FormattableString Take(AppDbContext db, IReadOnlyDictionary<long, Quantity> goods)
    {
        long[] ids = [.. goods.Keys], quantities = [.. goods.Values.Select(quantity => quantity.Thousandths)];
        return db is PostgresDbContext
            ? $"""
            UPDATE products SET stock = stock - goods.quantity FROM unnest({ids}, {quantities}) AS goods (product_id, quantity)
            WHERE id = goods.product_id AND is_active AND stock >= goods.quantity
            """
            : (FormattableString)$"""
            UPDATE products SET stock = stock - goods.quantity
            FROM (SELECT i.value AS product_id, q.value AS quantity FROM json_each({Json(ids)}) AS i JOIN json_each({Json(quantities)}) AS q ON q.key = i.key) AS goods
            WHERE id = goods.product_id AND is_active AND stock >= goods.quantity
            """;
    }

    /// <summary>Puts goods back on the shelf, also of a product that is no longer for sale.</summary>
    public static Task ReturnAsync(AppDbContext db, long productId, Quantity quantity, CancellationToken ct) =>
        db.Products.Where(product => product.Id == productId)
            .ExecuteUpdateAsync(set => set.SetProperty(product => product.Stock, product => product.Stock + quantity), ct);

    private static string Json(long[] numbers) => JsonSerializer.Serialize(numbers);
}
