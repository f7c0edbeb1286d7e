using AgroConnect.Data;
using AgroConnect.Email;
using AgroConnect.Images;
using AgroConnect.Products;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Orders.Reviews;

/// <summary><c>POST /api/products/{id}/reviews/{review}/reply/</c>: the product's seller, and nobody in their name, answers a review.</summary>
internal static class ReplyToReview
{
    public sealed record Request(string Text);

    public static async Task<IResult> HandleAsync(
        long id, long review, HttpRequest request, CurrentUser me, AppDbContext db, ReviewMails mails, Outbox outbox, ImageUrls urls, TimeProvider clock,
        CancellationToken ct)
    {
        var fields = await Fields.ReadAsync(request, ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await CatalogueLock.TakeAsync(db, ct);
        var row = await FindAsync(db, id, review, me, ct);
        if (row is null)
        {
            return TypedResults.NotFound();
        }

        if (row.Product.SellerId != me.Id)
        {
            return ErrorResult.Forbidden();
        }

        var text = fields.Text("text", Review.LongestText);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var isNew = row.Reply is null;
        row.Answer(text, clock.GetUtcNow());
        if (isNew)
        {
            mails.Answered(row);
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        outbox.Wake();
        return TypedResults.Json(
            ReviewView.Of(row, row.Author, urls, request.BaseUrl()), ReviewsJson.Wire.ReviewView,
            statusCode: isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    /// <returns>Null when there is none, or none of a product that they see.</returns>
    public static async Task<Review?> FindAsync(AppDbContext db, long product, long review, CurrentUser me, CancellationToken ct) =>
        await db.Reviews.Include(row => row.Author).Include(row => row.Product).ThenInclude(listing => listing.Seller)
            .SingleOrDefaultAsync(row => row.Id == review && row.ProductId == product, ct) is { } found && ProductsModule.IsSeenBy(found.Product, me)
            ? found
            : null;
}
