using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace AgroConnect.Tests.Fakes;

/// <summary>
/// An OpenID Connect provider in the shape of Google's on a loopback port, strict about what the real one is strict about:
/// client, redirect, scope, PKCE, secret, one use of a code. Written from the specifications (RFC 6749, RFC 7636, OpenID
/// Connect Core and Discovery); shares no code with our client.
/// </summary>
internal sealed class OpenIdProvider : IAsyncDisposable
{
    public const string ClientId = "1234-agroconnect.apps.example";
    public const string ClientSecret = "GOCSPX-secret-of-the-fake-google";
    private const string SessionCookie = "fake_session";

    private static readonly Dictionary<string, string[]> Abilities = new()
    {
        ["response_types_supported"] = ["code"],
        ["subject_types_supported"] = ["public"],
        ["id_token_signing_alg_values_supported"] = ["RS256"],
        ["code_challenge_methods_supported"] = ["plain", "S256"],
    };

    private static readonly Lazy<Key> Foreign = new(() => new Key());

    private readonly WebApplication _app;
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<string, Grant> _codes = new();
    private Key _key = new();

    private OpenIdProvider(WebApplication app, TimeProvider clock) => (_app, _clock) = (app, clock);

    public string Address => _app.Urls.First();

    /// <summary>What it calls itself; its own address unless a test says otherwise.</summary>
    public string Issuer { get => field ?? Address; set; }

    /// <summary>Redirects registered for the client.</summary>
    public List<string> Redirects { get; } = [];

    /// <summary>Claims of everybody who has an account, by <c>sub</c>.</summary>
    public ConcurrentDictionary<string, JsonObject> People { get; } = new();

    /// <summary>Everything that must never be in a log of ours.</summary>
    public ConcurrentBag<string> Secrets { get; } = [ClientSecret];

    public int TokenCalls { get; private set; }

    public int KeyReads { get; private set; }

    /// <summary>Calls to where a redirect of the token endpoint led.</summary>
    public int Strays { get; private set; }

    /// <summary>Changes the claims of the next ID tokens.</summary>
    public Action<JsonObject>? Claims { get; set; }

    /// <summary>Changes the header of the next ID tokens.</summary>
    public Action<JsonObject>? Header { get; set; }

    public Signing Signs { get; set; }

    /// <summary>Answers token calls instead of the provider, once the code is spent.</summary>
    public Func<HttpContext, Task<IResult>>? Token { get; set; }

    /// <summary>Answers the discovery call instead of the provider.</summary>
    public Func<IResult>? Discovery { get; set; }

    public static async Task<OpenIdProvider> StartAsync(TimeProvider clock)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var fake = new OpenIdProvider(app, clock);
        app.MapGet("/.well-known/openid-configuration", fake.Discover);
        app.MapGet("/certs", fake.Certificates);
        app.MapGet("/login/{sub}", (string sub, HttpResponse response) => response.Cookies.Append(SessionCookie, sub));
        app.MapGet("/authorize", fake.Authorize);
        app.MapGet("/elsewhere", () => fake.Strays++);
        app.MapPost("/token", (Delegate)fake.ExchangeAsync);
        await app.StartAsync();
        return fake;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>An account here; <c>email_verified</c> is true unless the claims say otherwise.</summary>
    public string Person(string email, Action<JsonObject>? more = null)
    {
        var sub = RandomNumberGenerator.GetString("0123456789", 21);
        var claims = new JsonObject
        {
            ["email"] = email,
            ["email_verified"] = true,
            ["name"] = "Ada Byron King",
            ["given_name"] = "Ada",
            ["family_name"] = "Byron King",
        };
        more?.Invoke(claims);
        People[sub] = claims;
        return sub;
    }

    public void Rotate() => _key = new Key();

    /// <summary>Everything as it should be again.</summary>
    public void Mend() => (Claims, Header, Signs, Token, Discovery, TokenCalls, KeyReads, Strays) = (null, null, Signing.Rs256, null, null, 0, 0, 0);

    private IResult Discover() => Discovery?.Invoke() ?? Results.Json(new Dictionary<string, object>
    {
        ["issuer"] = Issuer,
        ["authorization_endpoint"] = Address + "/authorize",
        ["token_endpoint"] = Address + "/token",
        ["jwks_uri"] = Address + "/certs",
    }.Concat(Abilities.Select(ability => KeyValuePair.Create(ability.Key, (object)ability.Value))).ToDictionary());

    private IResult Certificates()
    {
        KeyReads++;
        var key = _key.Rsa.ExportParameters(false);
        return Results.Json(new
        {
            keys = new[] { new { kty = "RSA", alg = "RS256", use = "sig", kid = _key.Id, n = WebEncoders.Base64UrlEncode(key.Modulus!), e = WebEncoders.Base64UrlEncode(key.Exponent!) } },
        });
    }

    private IResult Authorize(HttpContext http, string client_id, string redirect_uri, string response_type, string scope, string state,
        string? nonce, string? code_challenge, string? code_challenge_method, string? deny)
    {
        // A wrong client or redirect never redirects: that would make the provider an open redirector.
        if (client_id != ClientId || !Redirects.Contains(redirect_uri))
        {
            return Results.Text("Error 400: redirect_uri_mismatch", statusCode: 400);
        }

        if (deny is not null)
        {
            return Results.Redirect(QueryHelpers.AddQueryString(redirect_uri, new Dictionary<string, string?> { ["error"] = deny, ["state"] = state }));
        }

        if (response_type != "code" || !scope.Split(' ').Contains("openid") || (code_challenge is not null && code_challenge_method != "S256")
            || http.Request.Cookies[SessionCookie] is not { } sub || !People.ContainsKey(sub))
        {
            return Results.Text("Error 400: invalid_request", statusCode: 400);
        }

        var code = "4/0A" + WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(40));
        _codes[code] = new Grant(sub, redirect_uri, code_challenge, nonce, scope);
        Secrets.Add(code);
        Secrets.Add(state);
        return Results.Redirect(QueryHelpers.AddQueryString(redirect_uri, new Dictionary<string, string?>
        {
            ["state"] = state,
            ["code"] = code,
            ["scope"] = "email profile https://www.googleapis.com/auth/userinfo.email",
            ["authuser"] = "0",
            ["prompt"] = "consent",
        }));
    }

    private async Task<IResult> ExchangeAsync(HttpContext http)
    {
        TokenCalls++;
        var form = await http.Request.ReadFormAsync();
        var (id, secret) = Credentials(http.Request, form);
        if (id != ClientId || secret != ClientSecret)
        {
            return Error(401, "invalid_client");
        }

        if (form["grant_type"] != "authorization_code")
        {
            return Error(400, "unsupported_grant_type");
        }

        if (!_codes.TryRemove(form["code"].ToString(), out var grant))
        {
            return Error(400, "invalid_grant");
        }

        if (Token is not null)
        {
            return await Token(http);
        }

        if (form["redirect_uri"] != grant.RedirectUri)
        {
            return Error(400, "redirect_uri_mismatch");
        }

        var verifier = form["code_verifier"].ToString();
        if (grant.Challenge is { } challenge
            && (verifier.Length is < 43 or > 128 || WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))) != challenge))
        {
            return Error(400, "invalid_grant");
        }

        var access = "ya29." + WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(40));
        var token = IdToken(grant, access);
        Secrets.Add(verifier);
        Secrets.Add(access);
        Secrets.Add(token);
        return Results.Json(new { access_token = access, expires_in = 3599, grant.Scope, token_type = "Bearer", id_token = token });
    }

    private string IdToken(Grant grant, string access)
    {
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["azp"] = ClientId,
            ["aud"] = ClientId,
            ["sub"] = grant.Sub,
            ["iat"] = now,
            ["exp"] = now + 3600,
            ["at_hash"] = WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(access))[..16]),
        };
        if (grant.Nonce is not null)
        {
            claims["nonce"] = grant.Nonce;
        }

        foreach (var (name, value) in People[grant.Sub])
        {
            claims[name] = value?.DeepClone();
        }

        Claims?.Invoke(claims);
        var header = new JsonObject
        {
            ["alg"] = Signs switch { Signing.None => "none", Signing.Hs256WithThePublicKey => "HS256", Signing.Rs512 => "RS512", _ => "RS256" },
            ["kid"] = _key.Id,
            ["typ"] = "JWT",
        };
        Header?.Invoke(header);
        var text = Encode(header) + "." + Encode(claims);
        var bytes = Encoding.ASCII.GetBytes(text);
        return text + "." + WebEncoders.Base64UrlEncode(Signs switch
        {
            Signing.None => [],
            Signing.Hs256WithThePublicKey => HMACSHA256.HashData(Encoding.ASCII.GetBytes(_key.Rsa.ExportSubjectPublicKeyInfoPem()), bytes),
            Signing.ForeignKey => Foreign.Value.Rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            Signing.Rs512 => _key.Rsa.SignData(bytes, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
            _ => _key.Rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        });
    }

    private static (string? Id, string? Secret) Credentials(HttpRequest request, IFormCollection form)
    {
        if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var basic) || basic.Scheme != "Basic")
        {
            return (form["client_id"], form["client_secret"]);
        }

        var parts = Encoding.UTF8.GetString(Convert.FromBase64String(basic.Parameter!)).Split(':', 2);
        return (Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts[1]));
    }

    private static string Encode(JsonObject json) => WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(json.ToJsonString()));

    private static IResult Error(int status, string error) => Results.Json(new { error, error_description = "A text that names an inside." }, statusCode: status);

    public enum Signing
    {
        Rs256,
        None,
        Hs256WithThePublicKey,
        ForeignKey,
        Rs512,
    }

    private sealed record Grant(string Sub, string RedirectUri, string? Challenge, string? Nonce, string Scope);

    private sealed class Key
    {
        public RSA Rsa { get; } = RSA.Create(2048);

        public string Id { get; } = Guid.NewGuid().ToString("N");
    }
}
