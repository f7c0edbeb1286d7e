using AgroConnect.Data;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Products;

/// <summary>
/// How stock is taken and given back, inside the caller's transaction. Whoever takes or gives back several products does it
/// by their ids: two baskets that lock the same rows in opposite order would wait for each other.
/// </summary>
internal static class StockReservation
{
    /// <summary>Takes goods in one conditional statement: whatever runs at the same time, stock never goes below zero.</summary>
    /// <returns>The product as it is from now on until the transaction ends; null when it is not for sale, or there is too little.</returns>
    public static async Task<Product?> TakeAsync(AppDbContext db, long productId, Quantity quantity, CancellationToken ct)
    {
        var rows = await db.Products
            .FromSql($"UPDATE products SET stock = stock - {quantity.Thousandths} WHERE id = {productId} AND is_active AND stock >= {quantity.Thousandths} RETURNING *")
            .AsNoTracking().ToListAsync(ct);
        return rows.SingleOrDefault();
    }

    /// <summary>Puts goods back on the shelf, also of a product that is no longer for sale.</summary>
    public static Task ReturnAsync(AppDbContext db, long productId, Quantity quantity, CancellationToken ct) =>
        db.Products.Where(product => product.Id == productId)
            .ExecuteUpdateAsync(set => set.SetProperty(product => product.Stock, product => product.Stock + quantity), ct);
}
