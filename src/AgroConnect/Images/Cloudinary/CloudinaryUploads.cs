using System.Globalization;
using AgroConnect.Web;

namespace AgroConnect.Images.Cloudinary;

/// <summary>
/// What a browser posts to <c>https://api.cloudinary.com/v1_1/{cloud_name}/image/upload</c>, exactly so and with the
/// <c>file</c>: only what is signed is bound, and a field that is added or changed is refused there. All are texts, so that
/// none is written in another way than it was signed.
/// </summary>
internal sealed record BrowserUpload(
    string CloudName, string ApiKey, string Timestamp, string PublicId, string AllowedFormats, string Overwrite, string Transformation, string Signature);

/// <summary>What the browser reports after the upload, from Cloudinary's answer. Width and height are its word alone, 0 when it has none.</summary>
internal sealed record BrowserReport(string PublicId, long Version, string Signature, int Width, int Height)
{
    public static BrowserReport Read(Fields fields) => new(
        fields.Text("public_id", max: 255),
        fields.Integer("version", min: 1, max: long.MaxValue) ?? 0,
        fields.Text("signature", max: 128),
        (int)(fields.Integer("width", min: 0, max: ImagePipeline.PageSide, nullable: true) ?? 0),
        (int)(fields.Integer("height", min: 0, max: ImagePipeline.PageSide, nullable: true) ?? 0));
}

/// <summary>Signs uploads that browsers make by themselves. Nothing of what is signed comes from the browser.</summary>
internal sealed class CloudinaryUploads(CloudinaryAccount account, TimeProvider clock)
{
    /// <summary>For so long Cloudinary takes one signature, any number of times.</summary>
    public static readonly TimeSpan SignatureLifetime = TimeSpan.FromHours(1);

    /// <summary>The incoming transformation: Cloudinary re-encodes before it stores, and drops the metadata.</summary>
    private static readonly string Limit =
        string.Create(CultureInfo.InvariantCulture, $"c_limit,h_{ImagePipeline.PageSide},w_{ImagePipeline.PageSide}");

    public BrowserUpload Sign(string publicId)
    {
        var upload = new BrowserUpload(
            account.Cloud, account.ApiKey, clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), publicId,
            AllowedFormats: "jpg,png,webp,avif", Overwrite: "false", Transformation: Limit, Signature: "");
        return upload with
        {
            Signature = CloudinarySignature.Sign(
                [
                    new("allowed_formats", upload.AllowedFormats),
                    new("overwrite", upload.Overwrite),
                    new("public_id", upload.PublicId),
                    new("timestamp", upload.Timestamp),
                    new("transformation", upload.Transformation),
                ],
                account),
        };
    }

    public bool IsGenuine(BrowserReport report) =>
        CloudinarySignature.IsResponse(report.PublicId, report.Version, report.Signature, account);
}
