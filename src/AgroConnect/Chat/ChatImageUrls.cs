using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AgroConnect.Images;
using AgroConnect.Users;

namespace AgroConnect.Chat;

/// <summary>Addresses of private pictures. Only members of a conversation are given one; whoever has it may fetch the picture until it expires.</summary>
internal sealed class ChatImageUrls(SigningKey key, TimeProvider clock)
{
    /// <summary>As a client needs it to show what it has just read.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(6);

    public const string Page = "page";
    public const string Thumbnail = "thumbnail";

    private readonly byte[] _key = key.Derive("chat images");

    public ChatImageView View(long id, StoredImage picture, string baseUrl) =>
        new(id, Address(id, Page, baseUrl), Address(id, Thumbnail, baseUrl), picture.Width, picture.Height);

    /// <summary><c>{base}/api/chat/images/{id}/{variant}.webp?expires=…&amp;signature=…</c></summary>
    public string Address(long id, string variant, string baseUrl)
    {
        var expires = (clock.GetUtcNow() + Lifetime).ToUnixTimeSeconds();
        return string.Create(CultureInfo.InvariantCulture, $"{baseUrl}/api/chat/images/{id}/{variant}.webp?expires={expires}&signature={Sign(id, variant, expires)}");
    }

    /// <summary>Whether we made this address, and it has not expired.</summary>
    public bool IsGenuine(long id, string variant, long expires, string signature) =>
        expires > clock.GetUtcNow().ToUnixTimeSeconds()
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Sign(id, variant, expires)), Encoding.UTF8.GetBytes(signature));

    private string Sign(long id, string variant, long expires) => Base64Url.EncodeToString(
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}/{variant}/{expires}"))));
}
