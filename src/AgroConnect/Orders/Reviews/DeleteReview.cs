using AgroConnect.Data;
using AgroConnect.Products;
using AgroConnect.Users;
using AgroConnect.Web;

namespace AgroConnect.Orders.Reviews;

/// <summary><c>DELETE /api/products/{id}/reviews/{review}/</c>: its author takes it back, or staff take it away.</summary>
internal static class DeleteReview
{
    public static async Task<IResult> HandleAsync(long id, long review, CurrentUser me, AppDbContext db, TimeProvider clock, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await CatalogueLock.TakeAsync(db, ct);
        var row = await ReplyToReview.FindAsync(db, id, review, me, ct);
        if (row is null)
        {
            return TypedResults.NotFound();
        }

        if (!me.Owns(row.AuthorId))
        {
            return ErrorResult.Forbidden();
        }

        row.Product.Rate(row.Rating, null);
        db.Remove(row);
        db.Audit(me.Id, "review.deleted", "review", review, clock.GetUtcNow(), ("product", id, null), ("rating", row.Rating, null), ("text", row.Text, null));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return TypedResults.NoContent();
    }
}
