using System.Security.Cryptography;

namespace AgroConnect.Images.Cloudinary;

/// <summary>Pictures at Cloudinary: our own encoding is uploaded, smaller ones are made there on demand.</summary>
internal sealed class CloudinaryImages(CloudinaryClient cloudinary) : IImageBackend
{
    public const string StoreName = "cloudinary";

    /// <summary>Folders of the account; the second one's assets are of the type <c>authenticated</c>.</summary>
    private const string Folder = "agroconnect/";
    private const string Private = Folder + StoredImage.PrivateFolder;

    public string Name => StoreName;

    public string NewKey(bool isPrivate) => (isPrivate ? Private : Folder) + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public async Task<long> WriteAsync(string key, EncodedImage image, CancellationToken ct) =>
        (await cloudinary.UploadAsync(key, image.Page, TypeOf(key), ct)).Version;

    public Task DeleteAsync(string key, CancellationToken ct) => cloudinary.DestroyAsync(key, TypeOf(key), ct);

    /// <summary>The public id of a private picture.</summary>
    public static string PrivateKey(string name) => Private + name;

    private static string? TypeOf(string key) => key.StartsWith(Private, StringComparison.Ordinal) ? CloudinaryClient.Authenticated : null;
}
