using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace AgroConnect.Users.Social;

/// <summary>Google, by OpenID Connect: authorization code with PKCE and nonce; who it is stands in the signed ID token.</summary>
internal sealed class GoogleSignIn(
    HttpClient http, GoogleDiscovery discovery, IOptions<SocialOptions> options, TimeProvider clock, ILogger<GoogleSignIn> log) : ISocialProvider
{
    private const string Issuer = "https://accounts.google.com";
    private const long Skew = 5 * 60;

    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    private readonly GoogleOptions _client = options.Value.Google;

    public string Name => "google-oauth2";

    public bool IsOn => _client.ClientId.Length > 0;

    public async Task<string> AuthorizationUrlAsync(string state, SocialState row, CancellationToken ct) => QueryHelpers.AddQueryString(
        (await discovery.ReadAsync(ct)).AuthorizationEndpoint,
        new Dictionary<string, string?>
        {
            ["client_id"] = _client.ClientId,
            ["redirect_uri"] = row.RedirectUri,
            ["response_type"] = "code",
            ["scope"] = "openid email profile",
            ["state"] = state,
            ["nonce"] = row.Nonce,
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(row.CodeVerifier))),
            ["code_challenge_method"] = "S256",
        });

    public async Task<SocialIdentity?> RedeemAsync(string code, SocialState row, CancellationToken ct)
    {
        var google = await discovery.ReadAsync(ct);
        using var request = new HttpRequestMessage(HttpMethod.Post, google.TokenEndpoint)
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "authorization_code",
                ["code"] = code,
                ["client_id"] = _client.ClientId,
                ["client_secret"] = _client.ClientSecret,
                ["redirect_uri"] = row.RedirectUri,
                ["code_verifier"] = row.CodeVerifier,
            }),
        };
        var answer = await http.AskAsync(request, ct);
        if (answer.Status == HttpStatusCode.BadRequest)
        {
            log.LogInformation("Google refused a code: {Error}.", ErrorOf(answer));
            return null;
        }

        if (answer.Status != HttpStatusCode.OK)
        {
            throw new ProviderException($"its token endpoint answered {(int)answer.Status} ({ErrorOf(answer)}); are Social:Google:ClientId and ClientSecret right?");
        }

        var claims = await ReadIdTokenAsync(answer.Body.Text("id_token") ?? throw new ProviderException("it gave no ID token"), google, ct);
        return WrongClaim(claims, google.Issuer, row.Nonce, answer.Body.Text("access_token")) is { } wrong
            ? throw new ProviderException($"the claim '{wrong}' of its ID token is not what it must be")
            : IdentityOf(claims);
    }

    /// <summary>The claims of a token whose signature is good.</summary>
    private async Task<JsonElement> ReadIdTokenAsync(string token, OpenIdConnectConfiguration google, CancellationToken ct)
    {
        var result = await VerifyAsync(token, google);
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException)
        {
            // Keys rotate, sometimes before their time.
            discovery.Forget(google);
            result = await VerifyAsync(token, await discovery.ReadAsync(ct));
        }

        return result is { IsValid: true, SecurityToken: JsonWebToken jwt }
            ? ProviderCalls.ReadObject(Base64UrlEncoder.DecodeBytes(jwt.EncodedPayload)) ?? throw new ProviderException("its ID token holds no claims")
            : throw new ProviderException($"its ID token is not signed by it ({result.Exception?.GetType().Name})");
    }

    private static Task<TokenValidationResult> VerifyAsync(string token, OpenIdConnectConfiguration google) => Handler.ValidateTokenAsync(
        token,
        new TokenValidationParameters
        {
            IssuerSigningKeys = google.SigningKeys,
            TryAllIssuerSigningKeys = false,

            // "none", or the public key taken for an HMAC secret, is no choice of the sender.
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],

            // The rest is checked below, by our clock.
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
            RequireExpirationTime = false,
        });

    /// <summary>OpenID Connect Core, 3.1.3.7.</summary>
    /// <returns>The claim that is wrong; null when all are good.</returns>
    private string? WrongClaim(JsonElement claims, string issuer, string nonce, string? accessToken)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var foundIssuer = claims.Text("iss");
        return foundIssuer != issuer && !(issuer == Issuer && foundIssuer == "accounts.google.com") ? "iss"
            : !IsForUsAlone(claims) ? "aud"
            : claims.TryGetProperty("azp", out _) && claims.Text("azp") != _client.ClientId ? "azp"
            : !(Time(claims, "exp") > now - Skew) ? "exp"
            : !(Time(claims, "iat") <= now + Skew) ? "iat"
            : claims.Text("nonce") != nonce ? "nonce"
            : claims.Text("sub") is not { Length: > 0 and <= 255 } ? "sub"
            : claims.TryGetProperty("at_hash", out _) && claims.Text("at_hash") != HashOf(accessToken) ? "at_hash"
            : null;
    }

    private bool IsForUsAlone(JsonElement claims) => claims.TryGetProperty("aud", out var audience)
        && (audience.ValueKind == JsonValueKind.Array
            ? audience.GetArrayLength() > 0 && audience.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String && one.ValueEquals(_client.ClientId))
            : audience.ValueKind == JsonValueKind.String && audience.ValueEquals(_client.ClientId));

    private static double? Time(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    /// <summary>The left half of the access token's hash.</summary>
    private static string HashOf(string? accessToken) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken ?? "")).AsSpan(0, 16));

    private SocialIdentity IdentityOf(JsonElement claims)
    {
        var email = claims.Text("email");
        var isVerified = claims.TryGetProperty("email_verified", out var verified)
            && (verified.ValueKind == JsonValueKind.True || (verified.ValueKind == JsonValueKind.String && verified.ValueEquals("true")));

        // Of other addresses Google has checked once that somebody could read the mail; it may be another by now.
        var isGooglesOwn = email?.Trim().EndsWith("@gmail.com", StringComparison.OrdinalIgnoreCase) == true || claims.Text("hd") is { Length: > 0 };
        return new SocialIdentity(Name, claims.Text("sub")!)
            .WithEmail(email, isVerified && isGooglesOwn)
            .WithNames(claims.Text("given_name"), claims.Text("family_name"), claims.Text("name"));
    }

    /// <summary>The error's name for the log, if it is a word; never its description.</summary>
    private static string ErrorOf(ProviderAnswer answer) =>
        answer.Body.Text("error") is { Length: > 0 and <= 40 } error && error.All(c => char.IsAsciiLetterLower(c) || c == '_') ? error : "no reason given";
}
