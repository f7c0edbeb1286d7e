using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace AgroConnect.Users;

/// <summary>What a mailed link is for. A token of one purpose is none of another.</summary>
internal enum LinkPurpose
{
    Activation,
    PasswordReset,
    EmailReset,
}

/// <summary>
/// The uid and token of mailed links (auth.md, 6, Links). A token is a signature over the account as it was: it dies by itself
/// when the password, the address or the last log-in changes, and needs no table.
/// </summary>
internal sealed class AccountLinks(SigningKey key, IOptions<AuthOptions> options, TimeProvider clock)
{
    private readonly byte[] _secret = key.Derive("account links");

    /// <summary>base64url of the id's digits.</summary>
    public static string Uid(User user) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(user.Id.ToString(CultureInfo.InvariantCulture)));

    /// <returns>Null for anything that is no uid.</returns>
    public static long? ReadUid(string uid)
    {
        try
        {
            var digits = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(uid));
            return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    public string Token(User user, LinkPurpose purpose)
    {
        var seconds = clock.GetUtcNow().ToUnixTimeSeconds();
        return $"{seconds:x}-{Sign(user, purpose, seconds)}";
    }

    public bool IsGood(User user, LinkPurpose purpose, string token)
    {
        var dash = token.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0 || !long.TryParse(token.AsSpan(0, dash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var seconds))
        {
            return false;
        }

        var age = clock.GetUtcNow().ToUnixTimeSeconds() - seconds;
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(token[(dash + 1)..]), Encoding.ASCII.GetBytes(Sign(user, purpose, seconds)))
            && age >= 0 && age <= options.Value.PasswordResetTimeout.TotalSeconds;
    }

    private string Sign(User user, LinkPurpose purpose, long seconds)
    {
        // Microseconds: what both databases keep of a time.
        var login = user.LastLogin is { } at ? at.UtcTicks / 10 : 0;
        var state = FormattableString.Invariant($"{purpose}\n{user.Id}\n{user.PasswordHash}\n{user.NormalizedEmail}\n{login}\n{seconds}");
        return Convert.ToHexStringLower(HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes(state)))[..40];
    }
}
