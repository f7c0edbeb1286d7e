using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace AgroConnect.Images.Cloudinary;

/// <summary>An account, as <c>cloudinary://KEY:SECRET@CLOUD</c> names it. A class and no record: nothing may print the secret.</summary>
internal sealed partial class CloudinaryAccount
{
    private CloudinaryAccount(string cloud, string apiKey, string secret, HashAlgorithmName algorithm) =>
        (Cloud, ApiKey, Secret, Algorithm) = (cloud, apiKey, secret, algorithm);

    public string Cloud { get; }

    public string ApiKey { get; }

    public string Secret { get; }

    /// <summary>What the account is set to: SHA-1, or SHA-256.</summary>
    public HashAlgorithmName Algorithm { get; }

    /// <returns>Null when the text is no account.</returns>
    public static CloudinaryAccount? Parse(string url) => AccountUrl().Match(url) is { Success: true, Groups: var groups }
        ? new CloudinaryAccount(
            groups["cloud"].Value, groups["key"].Value, groups["secret"].Value,
            groups["algorithm"].Value == "sha256" ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1)
        : null;

    [GeneratedRegex(
        @"\Acloudinary://(?<key>[^:@/?#\s]+):(?<secret>[^:@/?#\s]+)@(?<cloud>[A-Za-z0-9_-]+)/?(\?signature_algorithm=(?<algorithm>sha1|sha256))?\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex AccountUrl();
}
