using System.Text.Json.Serialization;
using AgroConnect.Users;
using AgroConnect.Web;
using AgroConnect.Web.OpenApi;

namespace AgroConnect.Orders.Reviews;

internal static class ReviewsModule
{
    public static void AddReviews(this WebApplicationBuilder builder)
    {
        builder.Services.AddScoped<ReviewMails>();
        builder.Services.AddSingleton<IPersonalData, AuthorsReviews>();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ReviewsJson.Wire));
    }

    public static void MapReviews(this WebApplication app)
    {
        var reviews = app.MapGroup("/api/products/{id:long}/reviews").WithTags("Reviews");
        reviews.MapGet("/", ListReviews.HandleAsync).Produces<Page<ReviewView>>().Produces<ErrorBody>(StatusCodes.Status404NotFound).WithPages()
            .WithSummary("What buyers say of a product");
        reviews.MapPost("/", WriteReview.HandleAsync).RequireAuthorization().WithBody<WriteReview.Request>().Produces<ReviewView>()
            .Produces<ReviewView>(StatusCodes.Status201Created).Produces<ErrorBody>(StatusCodes.Status403Forbidden).WithSummary("Rate a product that one has received");
        reviews.MapPost("/{review:long}/reply/", ReplyToReview.HandleAsync).RequireAuthorization().WithBody<ReplyToReview.Request>().Produces<ReviewView>()
            .Produces<ReviewView>(StatusCodes.Status201Created).Produces<ErrorBody>(StatusCodes.Status403Forbidden).WithSummary("Answer a review, as the seller");
        reviews.MapDelete("/{review:long}/", DeleteReview.HandleAsync).RequireAuthorization().Produces(StatusCodes.Status204NoContent)
            .Produces<ErrorBody>(StatusCodes.Status403Forbidden).WithSummary("Take a review away");
    }
}

[JsonSerializable(typeof(ReviewView))]
[JsonSerializable(typeof(Page<ReviewView>))]
internal sealed partial class ReviewsJson : JsonSerializerContext
{
    /// <summary>As the API writes it; the generated default knows none of our settings.</summary>
    public static readonly ReviewsJson Wire = new(JsonSettings.Create());
}
