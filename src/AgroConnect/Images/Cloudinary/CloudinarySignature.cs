using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AgroConnect.Images.Cloudinary;

/// <summary>
/// Cloudinary's signatures: a plain hash of a text and the API secret after it, in lower-case hex; no HMAC.
/// See "Generating authentication signatures" in Cloudinary's documentation; known answers are in the tests.
/// </summary>
internal static class CloudinarySignature
{
    private static readonly TimeSpan WebhookLifetime = TimeSpan.FromHours(2);

    /// <summary>Signs a request: all its parameters but <c>file</c>, <c>api_key</c>, <c>cloud_name</c> and <c>resource_type</c>.</summary>
    public static string Sign(IEnumerable<KeyValuePair<string, string?>> parameters, CloudinaryAccount account) =>
        Hash(StringToSign(parameters), account.Secret, account.Algorithm);

    /// <summary>Signature version 2: a value cannot smuggle in a parameter, since an ampersand inside is written <c>%26</c>.</summary>
    public static string StringToSign(IEnumerable<KeyValuePair<string, string?>> parameters) => string.Join('&', parameters
        .Where(parameter => !string.IsNullOrEmpty(parameter.Value))
        .OrderBy(parameter => parameter.Key, StringComparer.Ordinal)
        .Select(parameter => $"{parameter.Key}={parameter.Value}".Replace("&", "%26", StringComparison.Ordinal)));

    /// <summary>Whether an upload's answer is Cloudinary's own: always version 1 and SHA-1, over these two alone.</summary>
    public static bool IsResponse(string publicId, long version, string signature, CloudinaryAccount account) => AreEqual(
        signature,
        Hash(string.Create(CultureInfo.InvariantCulture, $"public_id={publicId}&version={version}"), account.Secret, HashAlgorithmName.SHA1));

    /// <summary>Whether a notification is Cloudinary's, and not an old one sent again.</summary>
    /// <param name="body">The bytes of the request as they came.</param>
    /// <param name="timestamp">Header <c>X-Cld-Timestamp</c>, Unix seconds.</param>
    /// <param name="signature">Header <c>X-Cld-Signature</c>.</param>
    public static bool IsWebhook(string body, long timestamp, string signature, CloudinaryAccount account, DateTimeOffset now) =>
        Math.Abs(now.ToUnixTimeSeconds() - (decimal)timestamp) <= (decimal)WebhookLifetime.TotalSeconds
        && AreEqual(signature, Hash(string.Create(CultureInfo.InvariantCulture, $"{body}{timestamp}"), account.Secret, account.Algorithm));

    /// <summary>The <c>s--…--</c> component of a signed delivery URL: short with SHA-1, long with SHA-256.</summary>
    /// <param name="path">Transformation and percent-encoded id; the version is not signed.</param>
    public static string OfDelivery(string path, CloudinaryAccount account)
    {
        var length = account.Algorithm == HashAlgorithmName.SHA256 ? 32 : 8;
        var hash = CryptographicOperations.HashData(account.Algorithm, Encoding.UTF8.GetBytes(path + account.Secret));
        return $"s--{Convert.ToBase64String(hash)[..length].Replace('/', '_').Replace('+', '-')}--";
    }

    private static string Hash(string text, string secret, HashAlgorithmName algorithm) =>
        Convert.ToHexStringLower(CryptographicOperations.HashData(algorithm, Encoding.UTF8.GetBytes(text + secret)));

    private static bool AreEqual(string left, string right) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right));
}
