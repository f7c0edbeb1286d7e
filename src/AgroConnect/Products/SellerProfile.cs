using AgroConnect.Data;
using AgroConnect.Images;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Products;

/// <summary>What everybody may know of a user (api.md, Accounts): never an address or a phone number.</summary>
public sealed record SellerProfileView(
    long Id, string Name, string Bio, string? PictureUrl, string Role, PlaceView? Location, DateTimeOffset MemberSince, RatingView Rating, int ProductCount);

public sealed record PlaceView(string Name);

/// <summary><c>GET /api/users/{id}/</c>.</summary>
internal static class SellerProfile
{
    public static async Task<IResult> GetAsync(long id, HttpRequest request, AppDbContext db, ImageUrls urls, CancellationToken ct)
    {
        var products = db.Products;
        var found = await db.Users.AsNoTracking().Where(user => user.Id == id && user.IsActive && user.DeletedAt == null)
            .Select(user => new
            {
                User = user,
                Count = products.Count(product => product.SellerId == id && product.IsActive),
                Reviews = products.Where(product => product.SellerId == id).Sum(product => product.RatingCount),
                Stars = products.Where(product => product.SellerId == id).Sum(product => product.RatingAverage * product.RatingCount) ?? 0,
            })
            .SingleOrDefaultAsync(ct);
        if (found is null)
        {
            return TypedResults.NotFound();
        }

        var user = found.User;
        return new PublicJson<SellerProfileView>(
            new SellerProfileView(
                user.Id, user.PublicName, user.Bio, user.Picture is { } picture ? urls.Page(picture, request.BaseUrl()) : null, user.Role.Name(),
                user.LocationName is { } place ? new PlaceView(place) : null, user.DateJoined,
                new RatingView(found.Reviews > 0 ? Math.Round(found.Stars / found.Reviews, 1) : null, found.Reviews), found.Count),
            ProductsJson.Wire.SellerProfileView);
    }
}
