using System.Globalization;
using AgroConnect.Images.Cloudinary;
using AgroConnect.Web;
using Microsoft.Net.Http.Headers;

namespace AgroConnect.Images;

/// <summary>
/// <c>/media/private/*.webp?expires=…&amp;signature=…</c>: pictures that only some may see, wherever they are kept. Those at Cloudinary
/// are passed on, since its own signed addresses never expire.
/// </summary>
internal static class PrivateMedia
{
    public static async Task<IResult> GetAsync(
        string name, HttpRequest request, ImageSignature signature, LocalImages local, IServiceProvider services, CancellationToken ct)
    {
        if (signature.LifetimeOf(name, request.Query["expires"], request.Query["signature"]) is not { } lifetime)
        {
            return new ErrorResult(StatusCodes.Status403Forbidden, "This address has expired, or was changed. Read again what showed the picture.", "bad_signature");
        }

        var headers = request.HttpContext.Response.Headers;
        var cacheControl = string.Create(CultureInfo.InvariantCulture, $"private, max-age={(long)lifetime.TotalSeconds}, immutable");
        if (local.Find(name, isPrivate: true) is { } file)
        {
            headers.CacheControl = cacheControl;
            return TypedResults.PhysicalFile(
                file.FullName, "image/webp", lastModified: file.LastWriteTimeUtc, entityTag: new EntityTagHeaderValue($"\"{name}\""), enableRangeProcessing: true);
        }

        if (services.GetService<CloudinaryDelivery>() is not { } cloudinary)
        {
            return TypedResults.NotFound();
        }

        try
        {
            if (await cloudinary.OpenAsync(name, ct) is not { } picture)
            {
                return TypedResults.NotFound();
            }

            request.HttpContext.Response.RegisterForDispose(picture);
            headers.CacheControl = cacheControl;
            return TypedResults.Stream(await picture.Content.ReadAsStreamAsync(ct), "image/webp");
        }
        catch (CloudinaryException)
        {
            return new ErrorResult(StatusCodes.Status503ServiceUnavailable, "The image service does not answer. Try again later.", "images_unavailable");
        }
    }
}
