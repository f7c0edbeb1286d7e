using System.Text.Json.Nodes;
using AgroConnect.Data;
using AgroConnect.Products;
using AgroConnect.Users;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Orders.Reviews;

/// <summary>What reviews know of a person: what they wrote of products, and what they answered.</summary>
internal sealed class AuthorsReviews : IPersonalData
{
    public string Section => "reviews";

    public async Task<JsonNode?> ExportAsync(AppDbContext db, long userId, CancellationToken ct)
    {
        var rows = new JsonArray();
        var reviews = db.Reviews.AsNoTracking().Include(review => review.Product)
            .Where(review => review.AuthorId == userId || (review.Product.SellerId == userId && review.Reply != null)).OrderBy(review => review.Id);
        await foreach (var review in reviews.AsAsyncEnumerable().WithCancellation(ct))
        {
            // A seller gets back their answer, not what somebody else wrote.
            rows.Add(review.AuthorId == userId
                ? new JsonObject
                {
                    ["product"] = review.Product.Name,
                    ["rating"] = review.Rating,
                    ["text"] = review.Text,
                    ["created_at"] = review.CreatedAt.UtcDateTime,
                    ["updated_at"] = review.UpdatedAt.UtcDateTime,
                }
                : new JsonObject { ["product"] = review.Product.Name, ["reply"] = review.Reply, ["created_at"] = review.RepliedAt!.Value.UtcDateTime });
        }

        return rows;
    }

    /// <summary>Stars stay, words go.</summary>
    public async Task ForgetAsync(AppDbContext db, long userId, CancellationToken ct)
    {
        // As whoever writes a review: this first, then rows.
        await CatalogueLock.TakeAsync(db, ct);
        await db.Reviews.Where(review => review.AuthorId == userId).ExecuteUpdateAsync(set => set.SetProperty(review => review.Text, ""), ct);
        await db.Reviews.Where(review => review.Product.SellerId == userId).ExecuteUpdateAsync(
            set => set.SetProperty(review => review.Reply, (string?)null).SetProperty(review => review.RepliedAt, (DateTimeOffset?)null), ct);
    }
}
