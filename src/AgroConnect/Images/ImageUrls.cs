using AgroConnect.Images.Cloudinary;
using Microsoft.Extensions.Options;

namespace AgroConnect.Images;

/// <summary>The addresses of pictures: for ever, or signed and expiring when they are private.</summary>
internal sealed class ImageUrls(IOptions<ImagesOptions> options, ImageSignature signature)
{
    private readonly CloudinaryUrls? _cloudinary =
        CloudinaryAccount.Parse(options.Value.Cloudinary.Url) is { } account ? new CloudinaryUrls(account, options.Value.Cloudinary.DeliveryUrl) : null;

    /// <summary>At most 1600 pixels on the long side.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="baseUrl">Where clients reach us, without a slash at the end.</param>
    public string Page(StoredImage image, string baseUrl) =>
        image.IsPrivate ? Signed(image.Name + ".webp", baseUrl)
        : IsRemote(image) ? _cloudinary!.Page(image)
        : $"{baseUrl}/media/{image.Key}.webp";

    /// <summary>At most 400 pixels on the long side.</summary>
    /// <inheritdoc cref="Page"/>
    public string Thumbnail(StoredImage image, string baseUrl) =>
        image.IsPrivate ? Signed(image.Name + ".t.webp", baseUrl)
        : IsRemote(image) ? _cloudinary!.Thumbnail(image)
        : $"{baseUrl}/media/{image.Key}.t.webp";

    private string Signed(string name, string baseUrl) => $"{baseUrl}/media/private/{name}?{signature.QueryFor(name)}";

    // Pictures of an account that is no longer configured lead to a 404 of ours.
    private bool IsRemote(StoredImage image) => image.Store == CloudinaryImages.StoreName && _cloudinary is not null;
}
