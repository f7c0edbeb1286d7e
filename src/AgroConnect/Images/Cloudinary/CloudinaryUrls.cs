using System.Globalization;
using System.Text.RegularExpressions;

namespace AgroConnect.Images.Cloudinary;

/// <summary>
/// Delivery URLs. Two fixed transformations, since each new one costs credits, and signed, so that the account's strict
/// mode can refuse every other.
/// </summary>
internal sealed partial class CloudinaryUrls(CloudinaryAccount account, string deliveryUrl)
{
    private const string PageSize = "c_limit,h_1600,w_1600/f_auto,q_auto";
    private const string ThumbnailSize = "c_limit,h_400,w_400/f_auto,q_auto";

    // What we pass on is kept under one address: it cannot depend on who asks.
    private const string PrivateThumbnailSize = "c_limit,h_400,w_400/f_webp,q_auto";

    private readonly string _base = $"{deliveryUrl.TrimEnd('/')}/{account.Cloud}/image";

    public string Page(StoredImage image) => Build(image.Key, image.Version, PageSize);

    public string Thumbnail(StoredImage image) => Build(image.Key, image.Version, ThumbnailSize);

    /// <summary>Where this server fetches a private picture. Such an address never ends, and so is told to nobody.</summary>
    public string Private(string publicId, bool isThumbnail) =>
        Build(publicId, version: 0, isThumbnail ? PrivateThumbnailSize : "", type: CloudinaryClient.Authenticated);

    /// <summary>Any delivery URL.</summary>
    /// <param name="publicId">With an extension to ask for that format.</param>
    /// <param name="version">0 when it is not known.</param>
    /// <param name="transformation">Components with sorted keys, chained with slashes; or empty.</param>
    /// <param name="signed">Whether it carries our signature.</param>
    /// <param name="type"><c>upload</c> for public assets.</param>
    public string Build(string publicId, long version, string transformation, bool signed = true, string type = "upload")
    {
        var id = string.Join('/', publicId.Split('/').Select(Encode));
        var path = transformation.Length > 0 ? $"{transformation}/{id}" : id;
        var signature = signed ? CloudinarySignature.OfDelivery(path, account) + "/" : "";
        var versionPart = (version, id.Contains('/', StringComparison.Ordinal) && !StartsWithVersion().IsMatch(id)) switch
        {
            ( > 0, _) => string.Create(CultureInfo.InvariantCulture, $"v{version}/"),

            // A first folder could be taken for a transformation.
            (_, true) => "v1/",
            _ => "",
        };
        return $"{_base}/{type}/{signature}{(transformation.Length > 0 ? transformation + "/" : "")}{versionPart}{id}";
    }

    private static string Encode(string segment) => Uri.EscapeDataString(segment).Replace("%3A", ":", StringComparison.Ordinal);

    [GeneratedRegex("^v[0-9]+")]
    private static partial Regex StartsWithVersion();
}
