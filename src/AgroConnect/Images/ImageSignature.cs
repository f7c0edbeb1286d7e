using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AgroConnect.Images;

/// <summary>What signs the addresses of private pictures: the same on every node.</summary>
internal sealed record ImageSecret(byte[] Key);

/// <summary>
/// Signs addresses of private pictures: HMAC-SHA256 over name and time, in lower-case hex. Whoever holds such an address sees
/// the picture until it expires; it is made anew for each reading.
/// </summary>
internal sealed class ImageSignature(ImageSecret secret, TimeProvider clock)
{
    private const long Hour = 3600;

    /// <summary>
    /// <c>expires=…&amp;signature=…</c>, good for one to two hours. Within an hour a picture keeps its address, so that a
    /// browser fetches it once.
    /// </summary>
    public string QueryFor(string name)
    {
        var expires = ((clock.GetUtcNow().ToUnixTimeSeconds() / Hour) + 2) * Hour;
        return string.Create(CultureInfo.InvariantCulture, $"expires={expires}&signature={Sign(name, expires)}");
    }

    /// <returns>For how long the address is still good; null when it has expired, or is none of ours.</returns>
    public TimeSpan? LifetimeOf(string name, string? expires, string? signature)
    {
        if (signature is null || !long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(Sign(name, seconds))))
        {
            return null;
        }

        var left = seconds - clock.GetUtcNow().ToUnixTimeSeconds();
        return left > 0 ? TimeSpan.FromSeconds(left) : null;
    }

    private string Sign(string name, long expires) => Convert.ToHexStringLower(
        HMACSHA256.HashData(secret.Key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{name}\n{expires}"))));
}
