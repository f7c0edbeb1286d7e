using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace AgroConnect.Images;

/// <summary><c>/media/*.webp</c>: the files of the local store. A name never gets other bytes, so clients may keep them for ever.</summary>
internal static class MediaFiles
{
    public static Results<PhysicalFileHttpResult, NotFound> Get(string name, LocalImages images, HttpResponse response)
    {
        if (images.Find(name) is not { } file)
        {
            return TypedResults.NotFound();
        }

        response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return TypedResults.PhysicalFile(
            file.FullName, "image/webp", lastModified: file.LastWriteTimeUtc, entityTag: new EntityTagHeaderValue($"\"{name}\""), enableRangeProcessing: true);
    }
}
