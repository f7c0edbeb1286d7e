using AgroConnect.Images;
using AgroConnect.Products;
using AgroConnect.Users;

namespace AgroConnect.Orders.Reviews;

/// <summary>A review on the wire (api.md, Catalogue).</summary>
public sealed record ReviewView(
    long Id, int Rating, string Text, SellerLink Author, ReplyView? Reply, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    internal static ReviewView Of(Review review, User author, ImageUrls urls, string baseUrl) => new(
        review.Id, review.Rating, review.Text,
        new SellerLink(author.Id, author.PublicName, author.Picture is { } picture ? urls.Thumbnail(picture, baseUrl) : null),
        review.Reply is null ? null : new ReplyView(review.Reply, review.RepliedAt!.Value), review.CreatedAt, review.UpdatedAt);
}

public sealed record ReplyView(string Text, DateTimeOffset CreatedAt);
