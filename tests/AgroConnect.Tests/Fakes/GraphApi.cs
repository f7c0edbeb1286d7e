using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace AgroConnect.Tests.Fakes;

/// <summary>
/// Facebook's log-in dialog and Graph API on a loopback port, with "Require App Secret" on. Written from its documentation;
/// shares no code with our client.
/// </summary>
internal sealed class GraphApi : IAsyncDisposable
{
    public const string AppId = "1029384756";
    public const string AppSecret = "0123456789abcdef0123456789abcdef";
    private const string SessionCookie = "fake_session";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, (string Id, string RedirectUri)> _codes = new();
    private readonly ConcurrentDictionary<string, bool> _used = new();
    private readonly ConcurrentDictionary<string, string> _tokens = new();

    private GraphApi(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    public List<string> Redirects { get; } = [];

    /// <summary>Profiles by id; a person without an address has no <c>email</c>.</summary>
    public ConcurrentDictionary<string, JsonObject> People { get; } = new();

    /// <summary>Everything that must never be in a log of ours.</summary>
    public ConcurrentBag<string> Secrets { get; } = [AppSecret];

    public int TokenCalls { get; private set; }

    /// <summary>Answers the token call instead of Facebook.</summary>
    public Func<IResult>? Token { get; set; }

    /// <summary>Answers the profile call instead of Facebook.</summary>
    public Func<IResult>? Profile { get; set; }

    public static async Task<GraphApi> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var fake = new GraphApi(app);
        app.MapGet("/login/{id}", (string id, HttpResponse response) => response.Cookies.Append(SessionCookie, id));
        app.MapGet("/v24.0/dialog/oauth", fake.Dialog);
        app.MapMethods("/v24.0/oauth/access_token", ["GET", "POST"], (Delegate)fake.ExchangeAsync);
        app.MapGet("/v24.0/me", fake.Me);
        await app.StartAsync();
        return fake;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    public string Person(string? email, string name = "Grace Brewster Hopper")
    {
        var id = RandomNumberGenerator.GetString("0123456789", 17);
        People[id] = new JsonObject { ["id"] = id, ["name"] = name };
        if (email is not null)
        {
            People[id]["email"] = email;
        }

        return id;
    }

    public void Mend() => (Token, Profile, TokenCalls) = (null, null, 0);

    /// <summary>An error as the Graph API writes it.</summary>
    public static IResult Error(int code, int? subcode = null, int status = 400) => Results.Json(
        new { error = new { message = "A text that names an inside.", type = "OAuthException", code, error_subcode = subcode, fbtrace_id = "AbCdEf" } }, statusCode: status);

    private IResult Dialog(HttpContext http, string client_id, string redirect_uri, string state, string? scope, string? response_type, string? deny)
    {
        if (client_id != AppId || !Redirects.Contains(redirect_uri))
        {
            return Results.Text("URL blocked", statusCode: 400);
        }

        if (deny is not null)
        {
            return Results.Redirect(QueryHelpers.AddQueryString(redirect_uri, new Dictionary<string, string?>
            {
                ["error"] = deny,
                ["error_code"] = "200",
                ["error_description"] = "Permissions error",
                ["error_reason"] = "user_denied",
                ["state"] = state,
            }));
        }

        if (response_type is not (null or "code") || http.Request.Cookies[SessionCookie] is not { } id || !People.ContainsKey(id))
        {
            return Results.Text("Sorry, something went wrong.", statusCode: 400);
        }

        Assert.Contains("email", (scope ?? "").Split(',', ' '));
        var code = "AQ" + WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(120));
        _codes[code] = (id, redirect_uri);
        Secrets.Add(code);
        Secrets.Add(state);
        return Results.Redirect(QueryHelpers.AddQueryString(redirect_uri, new Dictionary<string, string?> { ["code"] = code, ["state"] = state }) + "#_=_");
    }

    private async Task<IResult> ExchangeAsync(HttpContext http)
    {
        TokenCalls++;
        var fields = HttpMethods.IsPost(http.Request.Method)
            ? (await http.Request.ReadFormAsync()).ToDictionary(field => field.Key, field => field.Value.ToString())
            : http.Request.Query.ToDictionary(field => field.Key, field => field.Value.ToString());
        if (Token is not null)
        {
            return Token();
        }

        if (fields.GetValueOrDefault("client_id") != AppId)
        {
            return Error(101);
        }

        if (fields.GetValueOrDefault("client_secret") != AppSecret)
        {
            return Error(1);
        }

        var code = fields.GetValueOrDefault("code") ?? "";
        if (!_codes.TryGetValue(code, out var grant))
        {
            return Error(100);
        }

        if (fields.GetValueOrDefault("redirect_uri") != grant.RedirectUri)
        {
            return Error(100, 36008);
        }

        if (!_used.TryAdd(code, true))
        {
            return Error(100, 36009);
        }

        var token = "EAA" + WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(90));
        _tokens[token] = grant.Id;
        Secrets.Add(token);
        return Results.Json(new { access_token = token, token_type = "bearer", expires_in = 5183944 });
    }

    private IResult Me(HttpContext http, string? fields, string? access_token, string? appsecret_proof)
    {
        if (Profile is not null)
        {
            return Profile();
        }

        var token = access_token ?? http.Request.Headers.Authorization.ToString().Split(' ')[^1];
        if (!_tokens.TryGetValue(token, out var id))
        {
            return Error(190);
        }

        var proof = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(AppSecret), Encoding.UTF8.GetBytes(token)));
        Secrets.Add(proof);
        if (appsecret_proof != proof)
        {
            return Error(100);
        }

        var wanted = fields?.Split(',') ?? ["id", "name"];
        return Results.Json(new JsonObject(People[id].Where(field => wanted.Contains(field.Key)).Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone()))));
    }
}
