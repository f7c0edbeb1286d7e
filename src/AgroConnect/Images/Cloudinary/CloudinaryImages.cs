using System.Security.Cryptography;

namespace AgroConnect.Images.Cloudinary;

/// <summary>Pictures at Cloudinary: our own encoding is uploaded, smaller ones are made there on demand.</summary>
internal sealed class CloudinaryImages(CloudinaryClient cloudinary) : IImageBackend
{
    public const string StoreName = "cloudinary";

    public string Name => StoreName;

    public string NewKey() => "agroconnect/" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public async Task<long> WriteAsync(string key, EncodedImage image, CancellationToken ct) =>
        (await cloudinary.UploadAsync(key, image.Page, ct)).Version;

    public Task DeleteAsync(string key, CancellationToken ct) => cloudinary.DestroyAsync(key, ct);
}
