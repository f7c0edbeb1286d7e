using AgroConnect.Tests.Fakes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace AgroConnect.Tests.Users.Social;

public sealed class BeginningASocialSignIn : IClassFixture<SocialApp>
{
    private const string WrongRedirect = "\"redirect_uri must be in SOCIAL_AUTH_ALLOWED_REDIRECT_URIS\"";
    private readonly SocialApp _app;

    public BeginningASocialSignIn(SocialApp app)
    {
        _app = app;
        app.Google.Mend();
    }

    [Fact]
    public async Task Gives_googles_address_with_all_that_openid_connect_wants()
    {
        using var browser = _app.Browser();

        var url = new Uri(await browser.Start(Browser.Google));
        var query = QueryHelpers.ParseQuery(url.Query);

        Assert.Equal(_app.Google.Address + "/authorize", url.GetLeftPart(UriPartial.Path));
        Assert.Equal(OpenIdProvider.ClientId, query["client_id"]);
        Assert.Equal(SocialApp.GoogleRedirect, query["redirect_uri"]);
        Assert.Equal("code", query["response_type"]);
        Assert.Equal("openid email profile", query["scope"]);
        Assert.Equal("S256", query["code_challenge_method"]);
        Assert.Equal(43, query["code_challenge"].ToString().Length);
        Assert.Equal(43, query["state"].ToString().Length);
        Assert.Equal(43, query["nonce"].ToString().Length);
    }

    [Fact]
    public async Task Gives_the_address_of_facebooks_dialog()
    {
        using var browser = _app.Browser();

        var url = new Uri(await browser.Start(Browser.Facebook));
        var query = QueryHelpers.ParseQuery(url.Query);

        Assert.Equal(_app.Facebook.Address + "/v24.0/dialog/oauth", url.GetLeftPart(UriPartial.Path));
        Assert.Equal(GraphApi.AppId, query["client_id"]);
        Assert.Equal(SocialApp.FacebookRedirect, query["redirect_uri"]);
        Assert.Equal("code", query["response_type"]);
        Assert.Equal("email,public_profile", query["scope"]);
    }

    [Fact]
    public async Task Has_a_new_state_nonce_and_challenge_each_time()
    {
        using var browser = _app.Browser();

        var first = QueryHelpers.ParseQuery(new Uri(await browser.Start(Browser.Google)).Query);
        var second = QueryHelpers.ParseQuery(new Uri(await browser.Start(Browser.Google)).Query);

        Assert.All(["state", "nonce", "code_challenge"], name => Assert.NotEqual(first[name], second[name]));
    }

    [Fact]
    public async Task Sends_a_cookie_that_only_we_get_and_scripts_do_not()
    {
        using var browser = _app.Browser();

        var cookie = Assert.Single((await browser.Ask(Browser.Google, SocialApp.GoogleRedirect)).Headers.GetValues("Set-Cookie"));

        Assert.Contains("; path=/api/auth/o/", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("; secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("expires", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Sends_a_secure_cookie_over_https()
    {
        using var browser = _app.Browser();
        browser.Client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");

        var cookie = Assert.Single((await browser.Ask(Browser.Google, SocialApp.GoogleRedirect)).Headers.GetValues("Set-Cookie"));

        Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Is_not_to_be_cached()
    {
        using var browser = _app.Browser();

        Assert.True((await browser.Ask(Browser.Google, SocialApp.GoogleRedirect)).Headers.CacheControl!.NoStore);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("https://market.example/auth/google/")]
    [InlineData("https://market.example/auth/google?x=1")]
    [InlineData("https://MARKET.example/auth/google")]
    [InlineData("https://market.example/auth")]
    [InlineData(" https://market.example/auth/google")]
    [InlineData("https://evil.example/")]
    public async Task Wants_a_redirect_that_is_literally_in_the_list(string? redirectUri)
    {
        using var browser = _app.Browser();

        var response = await browser.Ask(Browser.Google, redirectUri);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(WrongRedirect, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Looks_at_the_redirect_before_the_provider()
    {
        using var browser = _app.Browser();

        var wrongBoth = await browser.Ask("nobody", "https://evil.example/");
        var unknown = await (await browser.Ask("nobody", SocialApp.GoogleRedirect)).Json(404);

        Assert.Equal(WrongRedirect, await wrongBoth.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("Provider 'nobody' not supported", unknown.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Keeps_nothing_that_would_open_anything_in_the_database()
    {
        using var browser = _app.Browser();

        var state = QueryHelpers.ParseQuery(new Uri(await browser.Start(Browser.Google)).Query)["state"].ToString();
        var cookie = browser.Cookies.GetAllCookies().Single().Value;

        Assert.All(await _app.States(), row =>
        {
            Assert.NotEqual(state, row.Id);
            Assert.NotEqual(cookie, row.Browser);
        });
    }

    [Fact]
    public async Task Sweeps_what_was_never_ended()
    {
        using var browser = _app.Browser();
        await browser.Start(Browser.Google);

        _app.Clock.Advance(TimeSpan.FromMinutes(11));
        await browser.Start(Browser.Facebook);

        Assert.Equal("facebook", Assert.Single(await _app.States()).Provider);
    }

    [Fact]
    public async Task Says_so_when_googles_discovery_is_broken_and_recovers()
    {
        // Another process of ours, which has not read the document yet.
        await using var app = new SocialApp();
        await ((IAsyncLifetime)app).InitializeAsync();
        using var browser = app.Browser();
        foreach (var broken in new Func<IResult>[] { () => Results.StatusCode(500), () => Results.Text("<html>"), () => Results.Json(new { issuer = "https://x.example" }) })
        {
            app.Google.Discovery = broken;
            Assert.Equal(
                "The authentication provider could not be reached", await Browser.Message(await browser.Ask(Browser.Google, SocialApp.GoogleRedirect)));
        }

        app.Google.Mend();
        await browser.Start(Browser.Google);
    }

    [Fact]
    public async Task Is_described_in_the_api_document()
    {
        var paths = (await _app.Stranger().GetJson("/openapi/v1.json")).GetProperty("paths").GetProperty("/api/auth/o/{provider}/");

        Assert.Equal("redirect_uri", paths.GetProperty("get").GetProperty("parameters").EnumerateArray().Last().GetProperty("name").GetString());
        Assert.True(paths.GetProperty("post").GetProperty("responses").TryGetProperty("201", out _));
    }
}
