using AgroConnect.Data;
using AgroConnect.Images;
using AgroConnect.Products.Search;
using AgroConnect.Users;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Products;

/// <summary>
/// <c>DELETE /api/products/{id}/</c>: the listing, its place in the search index and its pictures go together. One that orders or
/// carts have stays for them, inactive for good.
/// </summary>
internal static class DeleteProduct
{
    public static async Task<IResult> HandleAsync(
        long id, CurrentUser me, AppDbContext db, ImageStore images, TimeProvider clock, CancellationToken ct)
    {
        var product = await db.Products.SingleOrDefaultAsync(p => p.Id == id, ct);
        if (ProductsModule.Refusal(product, me) is { } refusal)
        {
            return refusal;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (!await SaveProduct.LockAsync(db, product!, ct))
        {
            return TypedResults.NotFound();
        }

        var now = clock.GetUtcNow();
        await ProductIndex.RemoveAsync(db, id, ct);
        if (await RemoveAsync(db, product!, ct))
        {
            await images.DoomAsync(db, product!.Images.Select(image => image.Image), ct);
        }
        else
        {
            product!.Delete(now);
        }

        db.Audit(me.Id, "product.deleted", "product", id, now, ("name", product.Name, null));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        images.Sweep();
        return TypedResults.NoContent();
    }

    /// <returns>False when something refers to it: whoever does so says it by a foreign key.</returns>
    private static async Task<bool> RemoveAsync(AppDbContext db, Product product, CancellationToken ct)
    {
        db.Products.Remove(product);
        try
        {
            await db.SaveChangesAsync(ct);
            return true;
        }
        catch (DbUpdateException referred) when (referred.IsForeignKeyViolation())
        {
            // Saving rolled back to its own savepoint; the transaction goes on.
            foreach (var entry in db.ChangeTracker.Entries().Where(entry => entry.State != EntityState.Unchanged).ToList())
            {
                entry.State = EntityState.Unchanged;
            }

            return false;
        }
    }
}
