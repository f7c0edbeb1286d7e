using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AgroConnect.Users;

/// <summary>Makes and reads our JSON Web Tokens, with the claims and the messages of SimpleJWT (auth.md, 2 and 3).</summary>
internal sealed class Tokens(SigningKey key, IOptions<AuthOptions> options, TimeProvider clock)
{
    public const string Access = "access";
    public const string Refresh = "refresh";

    /// <summary>So many tokens are known again; a power of two.</summary>
    private const int Known = 1024;

    /// <summary>Tokens that we signed, by their SHA-256, each in the place that it gives: whoever comes sends the same one with every request.</summary>
    private readonly SignedToken?[] _known = new SignedToken?[Known];

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false, MapInboundClaims = false };

    private readonly TokenValidationParameters _signature = new()
    {
        IssuerSigningKey = key.Credentials.Key,
        // The one algorithm of our key: "none", or an RSA key taken for an HMAC secret, is no choice of the sender.
        ValidAlgorithms = [key.Credentials.Algorithm],
        ValidateIssuer = false,
        ValidateAudience = false,
        // Expiry is checked below: SimpleJWT has no leeway, and tells missing from past.
        ValidateLifetime = false,
        RequireExpirationTime = false,
    };

    public TimeSpan RefreshLifetime => options.Value.RefreshTokenLifetime;

    public static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>A signed token.</summary>
    /// <param name="type"><see cref="Access"/> or <see cref="Refresh"/>.</param>
    /// <param name="id">Its <c>jti</c>.</param>
    /// <param name="userId">Whom it is for.</param>
    public string Sign(string type, string id, long userId)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var lifetime = type == Access ? options.Value.AccessTokenLifetime : options.Value.RefreshTokenLifetime;
        var claims = new JsonObject
        {
            ["token_type"] = type,
            ["exp"] = now + (long)lifetime.TotalSeconds,
            ["iat"] = now,
            ["jti"] = id,
            ["user_id"] = userId.ToString(CultureInfo.InvariantCulture),
        };
        return _handler.CreateToken(claims.ToJsonString(), key.Credentials);
    }

    /// <summary>Checks a token.</summary>
    /// <param name="token">As it came.</param>
    /// <param name="type">The type it must have; null takes any, and none.</param>
    public async Task<TokenReading> ReadAsync(string token, string? type)
    {
        var hash = SHA256.HashData(MemoryMarshal.AsBytes(token.AsSpan()));
        var place = BinaryPrimitives.ReadUInt16LittleEndian(hash) & (Known - 1);
        if (Volatile.Read(ref _known[place]) is { } known && hash.AsSpan().SequenceEqual(known.Hash))
        {
            return Judge(known.Claims, type);
        }

        var result = await _handler.ValidateTokenAsync(token, _signature);
        if (!result.IsValid || result.SecurityToken is not JsonWebToken jwt)
        {
            return new TokenReading("Token is invalid");
        }

        var claims = ClaimsOf(jwt);
        Volatile.Write(ref _known[place], new SignedToken(hash, claims));
        return Judge(claims, type);
    }

    private TokenReading Judge(TokenClaims claims, string? type)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000d;
        var error = claims.NotBefore > now ? "Token is invalid"
            : claims.Expires <= now ? "Token is expired"
            : claims.Expires is null ? "Token has no 'exp' claim"
            : claims.Id is null ? "Token has no id"
            : type is null ? null
            : claims.Type is null ? "Token has no type"
            : claims.Type != type ? "Token has wrong type"
            : null;
        return new TokenReading(error)
        {
            Id = claims.Id ?? "",
            Type = claims.Type ?? "",
            ExpiresAt = claims.Expires is >= 0 and < 253_402_300_799 ? DateTimeOffset.FromUnixTimeMilliseconds((long)(claims.Expires.Value * 1000)) : null,
            UserId = claims.UserId,
        };
    }

    /// <summary>Read here, since the library keeps the claims that it knows in types of its own.</summary>
    private static TokenClaims ClaimsOf(JsonWebToken token)
    {
        using var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload));
        var claims = payload.RootElement;
        return new TokenClaims(
            Number(claims, "nbf"), Number(claims, "exp"), Text(claims, "jti"), Text(claims, "token_type"),
            long.TryParse(Text(claims, "user_id"), NumberStyles.None, CultureInfo.InvariantCulture, out var userId) ? userId : null);
    }

    private static double? Number(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    /// <summary>The text of a claim, or of its number: older tokens have the user's id as one.</summary>
    private static string? Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? value.ToString() : null;

    private sealed record TokenClaims(double? NotBefore, double? Expires, string? Id, string? Type, long? UserId);

    private sealed record SignedToken(byte[] Hash, TokenClaims Claims);
}

/// <summary>What a token says, or why it is not usable.</summary>
/// <param name="Error">SimpleJWT's message; null for a good token.</param>
internal sealed record TokenReading(string? Error)
{
    public string Id { get; init; } = "";

    public string Type { get; init; } = "";

    /// <summary>Null when it says none that is a time.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Null when the token names nobody.</summary>
    public long? UserId { get; init; }
}
