using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace AgroConnect.Tests.Users.Social;

/// <summary>A browser with the front end in it: keeps cookies, follows the provider's redirect, posts what came back.</summary>
internal sealed class Browser : IDisposable
{
    public const string Google = "google-oauth2";
    public const string Facebook = "facebook";

    private readonly SocialApp _app;
    private readonly HttpClient _client;

    public Browser(SocialApp app, Uri address)
    {
        _app = app;
        _client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = Cookies }) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };
    }

    public CookieContainer Cookies { get; } = new();

    public HttpClient Client => _client;

    public void Dispose() => _client.Dispose();

    public static string RedirectOf(string provider) => provider == Google ? SocialApp.GoogleRedirect : SocialApp.FacebookRedirect;

    public Task<HttpResponseMessage> Ask(string provider, string? redirectUri) => _client.GetAsync(
        redirectUri is null ? $"/api/auth/o/{provider}/" : $"/api/auth/o/{provider}/?redirect_uri={Uri.EscapeDataString(redirectUri)}", Ct);

    /// <summary>Begins, and returns where the front end sends the browser.</summary>
    public async Task<string> Start(string provider, string? redirectUri = null) =>
        (await (await Ask(provider, redirectUri ?? RedirectOf(provider))).Json()).GetProperty("authorization_url").GetString()!;

    /// <summary>Logs in at the provider, and returns what its redirect brings.</summary>
    public async Task<Dictionary<string, string>> LogIn(string authorizationUrl, string person, string? deny = null)
    {
        var provider = new Uri(authorizationUrl).GetLeftPart(UriPartial.Authority);
        (await _client.GetAsync($"{provider}/login/{person}", Ct)).EnsureSuccessStatusCode();
        var back = await _client.GetAsync(deny is null ? authorizationUrl : $"{authorizationUrl}&deny={deny}", Ct);
        Assert.True(back.StatusCode == HttpStatusCode.Redirect, await back.Content.ReadAsStringAsync(Ct));
        return QueryHelpers.ParseQuery(back.Headers.Location!.Query).ToDictionary(field => field.Key, field => field.Value.ToString());
    }

    /// <summary>Both halves of the way before the last one.</summary>
    public async Task<Dictionary<string, string>> GoThrough(string provider, string person) => await LogIn(await Start(provider), person);

    public Task<HttpResponseMessage> Finish(string provider, IReadOnlyDictionary<string, string> fields) =>
        _client.PostAsync($"/api/auth/o/{provider}/", new FormUrlEncodedContent(fields), Ct);

    public Task<HttpResponseMessage> FinishInQuery(string provider, IReadOnlyDictionary<string, string> fields) =>
        _client.PostAsync(QueryHelpers.AddQueryString($"/api/auth/o/{provider}/", fields!), content: null, Ct);

    /// <summary>The whole way.</summary>
    public async Task<JsonElement> SignIn(string provider, string person) => await (await Finish(provider, await GoThrough(provider, person))).Json(201);

    /// <summary>The whole way, to a refusal.</summary>
    public async Task<string> Refusal(string provider, string person) => await Message(await Finish(provider, await GoThrough(provider, person)));

    /// <summary>The one message of a 400.</summary>
    public static async Task<string> Message(HttpResponseMessage response) => Assert.Single((await response.Json(400)).Messages("non_field_errors"));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;
}
