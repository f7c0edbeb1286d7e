using AgroConnect.Data;
using AgroConnect.Images;
using AgroConnect.Products;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Orders.Reviews;

/// <summary><c>GET /api/products/{id}/reviews/</c>: a page, newest first, for everybody who sees the product.</summary>
internal static class ListReviews
{
    public static async Task<IResult> HandleAsync(
        long id, HttpRequest request, CurrentUser me, AppDbContext db, ImageUrls urls, CancellationToken ct)
    {
        var query = Fields.FromQuery(request);
        var page = PageRequest.Read(request, query);
        if (query.Problem is { } problem)
        {
            return problem;
        }

        var product = await db.Products.AsNoTracking().SingleOrDefaultAsync(product => product.Id == id, ct);
        if (product is null || !ProductsModule.IsSeenBy(product, me))
        {
            return TypedResults.NotFound();
        }

        // Kept with the product: nobody counts reviews to read them.
        var count = product.RatingCount;
        if (!page.Exists(count))
        {
            return PageRequest.Invalid();
        }

        var rows = await db.Reviews.AsNoTracking().Where(review => review.ProductId == id).Include(review => review.Author)
            .OrderByDescending(review => review.Id).Skip((int)page.Offset).Take(page.Size).ToListAsync(ct);
        return new PublicJson<Page<ReviewView>>(
            page.Of<ReviewView>(request, count, [.. rows.Select(row => ReviewView.Of(row, row.Author, urls, request.BaseUrl()))]), ReviewsJson.Wire.PageReviewView);
    }
}
