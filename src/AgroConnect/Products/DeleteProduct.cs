using AgroConnect.Data;
using AgroConnect.Images;
using AgroConnect.Products.Search;
using AgroConnect.Users;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Products;

/// <summary><c>DELETE /api/products/{id}/</c>: the listing, its place in the search index and its pictures go together.</summary>
internal static class DeleteProduct
{
    public static async Task<IResult> HandleAsync(
        long id, CurrentUser me, AppDbContext db, ImageStore images, CancellationToken ct)
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

        await ProductIndex.RemoveAsync(db, id, ct);
        db.Products.Remove(product!);
        await db.SaveChangesAsync(ct);
        await images.DoomAsync(db, product!.Images.Select(image => image.Image), ct);
        await transaction.CommitAsync(ct);
        images.Sweep();
        return TypedResults.NoContent();
    }
}
