using System.Text.Json;
using System.Text.Json.Serialization;
using AgroConnect.Images.Cloudinary;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace AgroConnect.Images;

/// <summary>A picture that the image store keeps, as a row that shows it remembers it (a product's gallery, a profile).</summary>
/// <param name="Id">Its number, unique among all pictures.</param>
/// <param name="Store">Where it is: <c>local</c> or <c>cloudinary</c>.</param>
/// <param name="Key">Its name there, without extension; never reused, so that its addresses can be cached for ever.</param>
/// <param name="Width">In pixels, upright; 0 when a browser uploaded it straight to Cloudinary and did not say.</param>
/// <param name="Height">Like <paramref name="Width"/>.</param>
/// <param name="Version">Cloudinary's version, else 0.</param>
public sealed record StoredImage(long Id, string Store, string Key, int Width, int Height, long Version = 0)
{
    /// <summary>Whoever knows the address of any other picture sees it; those in here need one that we signed.</summary>
    public const string PrivateFolder = "private/";

    /// <summary>Whether it is shown to some people alone, at addresses that expire.</summary>
    [JsonIgnore]
    public bool IsPrivate => Key.Contains(PrivateFolder, StringComparison.Ordinal);

    /// <summary>The last part of <see cref="Key"/>.</summary>
    [JsonIgnore]
    public string Name => Key[(Key.LastIndexOf('/') + 1)..];
}

/// <summary>Kept as a JSON text in both databases.</summary>
public sealed class StoredImageConverter() : ValueConverter<StoredImage?, string?>(
    image => image == null ? null : JsonSerializer.Serialize(image, ImagesJson.Default.StoredImage),
    json => json == null ? null : JsonSerializer.Deserialize(json, ImagesJson.Default.StoredImage));

[JsonSerializable(typeof(StoredImage))]
[JsonSerializable(typeof(BrowserUpload))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class ImagesJson : JsonSerializerContext;
