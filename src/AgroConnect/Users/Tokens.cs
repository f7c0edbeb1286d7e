using System.Globalization;
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
    /// <param name="type">The type it must have; null takes any.</param>
    public async Task<TokenReading> ReadAsync(string token, string? type)
    {
        var result = await _handler.ValidateTokenAsync(token, _signature);
        if (!result.IsValid || result.SecurityToken is not JsonWebToken jwt)
        {
            return new TokenReading("Token is invalid");
        }

        var expires = Claim(jwt, "exp");
        if (expires is { ValueKind: JsonValueKind.Number } && expires.Value.GetDouble() <= clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000d)
        {
            return new TokenReading("Token is expired");
        }

        var error = expires is not { ValueKind: JsonValueKind.Number } ? "Token has no 'exp' claim"
            : Claim(jwt, "jti") is not { ValueKind: JsonValueKind.String } ? "Token has no id"
            : Claim(jwt, "token_type") is not { ValueKind: JsonValueKind.String } found ? "Token has no type"
            : type is not null && found.GetString() != type ? "Token has wrong type"
            : null;
        return new TokenReading(error)
        {
            Id = Claim(jwt, "jti")?.ToString() ?? "",
            Type = Claim(jwt, "token_type")?.ToString() ?? "",
            UserId = long.TryParse(Claim(jwt, "user_id")?.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null,
        };
    }

    /// <summary>From the payload itself: the library has turned its numbers into claims of other types.</summary>
    private static JsonElement? Claim(JsonWebToken jwt, string name)
    {
        using var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(jwt.EncodedPayload));
        return payload.RootElement.TryGetProperty(name, out var value) ? value.Clone() : null;
    }
}

/// <summary>What a token says, or why it is not usable.</summary>
/// <param name="Error">SimpleJWT's message; null for a good token.</param>
internal sealed record TokenReading(string? Error)
{
    public string Id { get; init; } = "";

    public string Type { get; init; } = "";

    /// <summary>Null when the token names nobody.</summary>
    public long? UserId { get; init; }
}
