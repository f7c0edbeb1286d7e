using AgroConnect.Data;
using AgroConnect.Email;
using AgroConnect.Images;
using AgroConnect.Products;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Orders.Reviews;

/// <summary>
/// <c>POST /api/products/{id}/reviews/</c>: a buyer who received the product rates it, or changes what they said. The product's
/// average is brought up to date in the same transaction.
/// </summary>
internal static class WriteReview
{
    /// <param name="Rating">1 to 5.</param>
    /// <param name="Text">What to say; a change without it keeps the text.</param>
    public sealed record Request(int Rating, string? Text = null);

    public static async Task<IResult> HandleAsync(
        long id, HttpRequest request, CurrentUser me, AppDbContext db, ReviewMails mails, Outbox outbox, ImageUrls urls, TimeProvider clock, CancellationToken ct)
    {
        var fields = await Fields.ReadAsync(request, ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);

        // Reviewers come one after the other, so that each average counts the one before; and lists see it at the next read.
        await CatalogueLock.TakeAsync(db, ct);
        var product = await db.Products.Include(product => product.Seller).SingleOrDefaultAsync(product => product.Id == id, ct);
        if (product is null || !ProductsModule.IsSeenBy(product, me))
        {
            return TypedResults.NotFound();
        }

        if (product.SellerId == me.Id || !await HasReceivedAsync(db, me.Id, id, ct))
        {
            return ErrorResult.Forbidden();
        }

        var review = await db.Reviews.SingleOrDefaultAsync(review => review.ProductId == id && review.AuthorId == me.Id, ct);
        var rating = (int)(fields.Integer("rating", min: 1, max: 5) ?? 0);
        var text = fields.Text("text", Review.LongestText, review?.Text ?? "", blank: true);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var (now, isNew) = (clock.GetUtcNow(), review is null);
        product.Rate(review?.Rating, rating);
        review ??= db.Add(new Review { ProductId = id, AuthorId = me.Id, CreatedAt = now, UpdatedAt = now }).Entity;
        (review.Rating, review.Text, review.UpdatedAt) = (rating, text, now);
        var author = await db.Users.SingleAsync(user => user.Id == me.Id, ct);
        if (isNew)
        {
            mails.Written(review, product, author);
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        outbox.Wake();
        return TypedResults.Json(
            ReviewView.Of(review, author, urls, request.BaseUrl()), ReviewsJson.Wire.ReviewView,
            statusCode: isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    /// <summary>Whether some of the product was delivered to them.</summary>
    private static Task<bool> HasReceivedAsync(AppDbContext db, long buyer, long product, CancellationToken ct) =>
        db.OrderItems.AnyAsync(
            item => item.ProductId == product && item.Fulfilment.Order.BuyerId == buyer
                && item.Fulfilment.Status == FulfilmentStatus.Delivered && item.Quantity != item.CancelledQuantity, ct);
}
