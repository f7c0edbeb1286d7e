using AgroConnect.Images.Cloudinary;
using AgroConnect.Web;

namespace AgroConnect.Images;

internal static class ImagesModule
{
    public static void AddImages(this WebApplicationBuilder builder)
    {
        ImagesOptions.Add(builder);
        builder.Services.AddSingleton<ImagePipeline>();
        builder.Services.AddSingleton<ImageSignature>();
        builder.Services.AddSingleton<ImageUrls>();
        builder.Services.AddSingleton<ImageForm>();
        builder.Services.AddSingleton<ImageStore>();
        builder.Services.AddSingleton<LocalImages>();
        builder.Services.AddSingleton<IImageBackend>(services => services.GetRequiredService<LocalImages>());
        builder.Services.AddSingleton<ImageSweeper>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ImageSweeper>());
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ImagesJson.Default));

        // Also with local images, as long as the account is named: pictures from before may be there.
        if (CloudinaryAccount.Parse(builder.Configuration["Images:Cloudinary:Url"] ?? "") is { } account)
        {
            CloudinaryClient.Add(builder, account);
            CloudinaryDelivery.Add(builder);
            builder.Services.AddSingleton<CloudinaryUploads>();
            builder.Services.AddSingleton<IImageBackend, CloudinaryImages>();
            builder.Services.AddSingleton<CloudinaryHealth>();
            builder.Services.AddHealthChecks().AddCheck<CloudinaryHealth>("cloudinary");
        }
    }

    public static void MapImages(this WebApplication app)
    {
        app.MapGet("/media/{name}", MediaFiles.Get).AllowAnonymous().DisableRateLimiting()
            .Produces(StatusCodes.Status200OK, contentType: "image/webp").WithTags("Images").WithSummary("A picture of the local store");
        app.MapGet("/media/private/{name}", PrivateMedia.GetAsync).AllowAnonymous().DisableRateLimiting()
            .Produces(StatusCodes.Status200OK, contentType: "image/webp").Produces<ErrorBody>(StatusCodes.Status403Forbidden)
            .WithTags("Images").WithSummary("A picture that only some may see").WithDescription("Addresses are signed and expire; whatever shows the picture has a fresh one.");
    }
}
