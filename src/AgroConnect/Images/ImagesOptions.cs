using System.ComponentModel.DataAnnotations;
using AgroConnect.Images.Cloudinary;
using AgroConnect.Web;

namespace AgroConnect.Images;

/// <summary>Settings under <c>Images:</c>.</summary>
public sealed class ImagesOptions
{
    public const string Section = "Images";

    /// <summary>Where new pictures go: <c>local</c> or <c>cloudinary</c>. Those that are there already stay where they are.</summary>
    [AllowedValues("local", "cloudinary")]
    public string Provider { get; set; } = "local";

    /// <summary>Largest file that is accepted.</summary>
    [Range(1, 1 << 30)]
    public int MaxBytes { get; set; } = 10 * 1024 * 1024;

    /// <summary>Largest picture that is decoded, width times height: a small file can hold a very large one.</summary>
    [Range(1, 1_000_000_000)]
    public int MaxPixels { get; set; } = 50_000_000;

    /// <summary>How long a picture may wait to be shown somewhere before it is deleted.</summary>
    public TimeSpan PendingLifetime { get; set; } = TimeSpan.FromDays(1);

    public CloudinaryOptions Cloudinary { get; set; } = new();

    public bool IsCloudinary => Provider == "cloudinary";

    internal static void Add(WebApplicationBuilder builder)
    {
        builder.AddValidatedOptions<ImagesOptions>(Section)
            .Validate(
                images => images.PendingLifetime >= CloudinaryUploads.SignatureLifetime,
                $"Images:PendingLifetime is '{builder.Configuration["Images:PendingLifetime"]}': accepted is one hour or more, such as '1.00:00:00'.")
            .Validate(
                images => !images.IsCloudinary || images.Cloudinary.Url.Length > 0,
                "Images:Cloudinary:Url is empty: with Images:Provider=cloudinary it names the account, as 'cloudinary://KEY:SECRET@CLOUD'.")
            .Validate(
                images => images.Cloudinary.Url.Length == 0 || CloudinaryAccount.Parse(images.Cloudinary.Url) is not null,
                "Images:Cloudinary:Url holds something else (not shown, it may be secret): accepted is 'cloudinary://KEY:SECRET@CLOUD'.")
            .Validate(
                images => IsAddress(images.Cloudinary.ApiUrl),
                $"Images:Cloudinary:ApiUrl is '{builder.Configuration["Images:Cloudinary:ApiUrl"]}': accepted is an absolute address, such as 'https://api.cloudinary.com'.")
            .Validate(
                images => IsAddress(images.Cloudinary.DeliveryUrl),
                $"Images:Cloudinary:DeliveryUrl is '{builder.Configuration["Images:Cloudinary:DeliveryUrl"]}': accepted is an absolute address, such as 'https://res.cloudinary.com'.");
    }

    private static bool IsAddress(string url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https";
}

/// <summary>Settings under <c>Images:Cloudinary:</c>; needed for as long as pictures are there.</summary>
public sealed class CloudinaryOptions
{
    /// <summary><c>cloudinary://KEY:SECRET@CLOUD</c>; <c>?signature_algorithm=sha256</c> after it for accounts set to that.</summary>
    public string Url { get; set; } = "";

    public string ApiUrl { get; set; } = "https://api.cloudinary.com";

    public string DeliveryUrl { get; set; } = "https://res.cloudinary.com";
}
