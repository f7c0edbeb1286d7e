using System.Net.Http.Json;
using AgroConnect.Tests.Fakes;

namespace AgroConnect.Tests.Users.Social;

/// <summary>Every row of the table of messages in auth.md, 9, that is about the state or the provider's word.</summary>
public sealed class StatesOfSocialSignIns : IClassFixture<SocialApp>
{
    private const string Canceled = "Authentication process canceled";
    private readonly SocialApp _app;
    private readonly string _person;

    public StatesOfSocialSignIns(SocialApp app)
    {
        _app = app;
        app.Google.Mend();
        app.Facebook.Mend();
        _person = app.Google.Person(SocialApp.NewEmail());
    }

    [Fact]
    public async Task Come_back_in_a_form_in_json_and_in_the_query()
    {
        using var browser = _app.Browser();

        await browser.SignIn(Browser.Google, _person);
        await (await browser.FinishInQuery(Browser.Google, await browser.GoThrough(Browser.Google, _person))).Json(201);
        await browser.Client.PostAsJsonAsync(
            $"/api/auth/o/{Browser.Google}/", await browser.GoThrough(Browser.Google, _person), TestContext.Current.CancellationToken).ContinueWithJson(201);
    }

    [Fact]
    public async Task Are_needed()
    {
        using var browser = _app.Browser();

        Assert.Equal("Missing needed parameter state", await Browser.Message(await browser.Finish(Browser.Google, new Dictionary<string, string> { ["code"] = "x" })));
        Assert.Equal("Missing needed parameter state", await Browser.Message(await browser.Finish(Browser.Google, new Dictionary<string, string>())));
        Assert.Equal("Missing needed parameter state", await Browser.Message(await browser.FinishInQuery(Browser.Google, new Dictionary<string, string> { ["code"] = "x" })));
    }

    [Fact]
    public async Task Are_nothing_to_a_browser_that_began_nothing()
    {
        using var browser = _app.Browser();
        var fields = new Dictionary<string, string> { ["state"] = "x", ["code"] = "x" };

        Assert.Equal("State could not be found in server-side session data.", await Browser.Message(await browser.FinishInQuery(Browser.Google, fields)));
        Assert.Equal("Session value state missing.", await Browser.Message(await browser.Finish(Browser.Google, fields)));
    }

    [Fact]
    public async Task Must_be_those_that_we_gave_out()
    {
        using var browser = _app.Browser();
        await browser.Start(Browser.Google);
        var fields = new Dictionary<string, string> { ["state"] = "x", ["code"] = "x" };

        Assert.Equal("Invalid state has been provided.", await Browser.Message(await browser.FinishInQuery(Browser.Google, fields)));
        Assert.Equal("Wrong state parameter given.", await Browser.Message(await browser.Finish(Browser.Google, fields)));
    }

    [Fact]
    public async Task Are_good_once()
    {
        using var browser = _app.Browser();
        var fields = await browser.GoThrough(Browser.Google, _person);
        await (await browser.Finish(Browser.Google, fields)).Json(201);

        Assert.Equal("Session value state missing.", await Browser.Message(await browser.Finish(Browser.Google, fields)));
        Assert.Equal(1, _app.Google.TokenCalls);
    }

    [Fact]
    public async Task Are_spent_by_an_attempt_that_fails()
    {
        using var browser = _app.Browser();
        var fields = await browser.GoThrough(Browser.Google, _person);

        Assert.Equal(Canceled, await Browser.Message(await browser.Finish(Browser.Google, new Dictionary<string, string> { ["state"] = fields["state"], ["code"] = "another" })));
        Assert.Equal("Session value state missing.", await Browser.Message(await browser.Finish(Browser.Google, fields)));
    }

    [Fact]
    public async Task Are_spent_by_a_refusal_at_the_provider()
    {
        using var browser = _app.Browser();
        var fields = await browser.GoThrough(Browser.Google, _person);

        Assert.Equal(Canceled, await Browser.Message(await browser.Finish(Browser.Google, new Dictionary<string, string> { ["state"] = fields["state"], ["error"] = "access_denied" })));
        Assert.Equal("Session value state missing.", await Browser.Message(await browser.Finish(Browser.Google, fields)));
    }

    [Fact]
    public async Task Let_one_of_many_attempts_at_once_through()
    {
        using var browser = _app.Browser();
        var fields = await browser.GoThrough(Browser.Google, _person);

        var responses = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => browser.Finish(Browser.Google, fields)));

        Assert.Equal([201, 400, 400, 400, 400, 400, 400, 400], responses.Select(response => (int)response.StatusCode).Order());
        Assert.Equal(1, _app.Google.TokenCalls);
    }

    [Fact]
    public async Task Live_side_by_side_in_two_tabs()
    {
        using var browser = _app.Browser();
        var facebookPerson = _app.Facebook.Person(SocialApp.NewEmail());

        var first = await browser.GoThrough(Browser.Google, _person);
        var second = await browser.GoThrough(Browser.Google, _person);
        var third = await browser.GoThrough(Browser.Facebook, facebookPerson);

        await (await browser.Finish(Browser.Google, first)).Json(201);
        await (await browser.Finish(Browser.Facebook, third)).Json(201);
        await (await browser.Finish(Browser.Google, second)).Json(201);
    }

    [Fact]
    public async Task Are_no_good_in_another_browser_and_then_nowhere()
    {
        using var attacker = _app.Browser();
        using var victim = _app.Browser();
        var fields = await attacker.GoThrough(Browser.Google, _person);

        Assert.Equal("Session value state missing.", await Browser.Message(await victim.Finish(Browser.Google, fields)));
        Assert.Equal("Session value state missing.", await Browser.Message(await attacker.Finish(Browser.Google, fields)));
        Assert.Equal(0, _app.Google.TokenCalls);
    }

    [Fact]
    public async Task Are_no_good_in_another_browser_that_has_begun_as_well()
    {
        using var attacker = _app.Browser();
        using var victim = _app.Browser();
        var fields = await attacker.GoThrough(Browser.Google, _person);
        await victim.Start(Browser.Google);

        Assert.Equal("Invalid state has been provided.", await Browser.Message(await victim.FinishInQuery(Browser.Google, fields)));
    }

    [Fact]
    public async Task Are_no_good_without_the_cookie()
    {
        using var browser = _app.Browser();
        var fields = await browser.GoThrough(Browser.Google, _person);
        using var stranger = _app.Stranger();

        var response = await stranger.PostAsync($"/api/auth/o/{Browser.Google}/", new FormUrlEncodedContent(fields), TestContext.Current.CancellationToken);

        Assert.Equal("Session value state missing.", await Browser.Message(response));
    }

    [Fact]
    public async Task Belong_to_their_provider()
    {
        using var browser = _app.Browser();
        var fields = await browser.GoThrough(Browser.Google, _person);

        Assert.Equal("Session value state missing.", await Browser.Message(await browser.Finish(Browser.Facebook, fields)));
        Assert.Equal(0, _app.Facebook.TokenCalls);
    }

    [Fact]
    public async Task Last_ten_minutes()
    {
        using var browser = _app.Browser();
        var inTime = await browser.GoThrough(Browser.Google, _person);
        _app.Clock.Advance(TimeSpan.FromMinutes(9));
        await (await browser.Finish(Browser.Google, inTime)).Json(201);

        var late = await browser.GoThrough(Browser.Google, _person);
        _app.Clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal("State could not be found in server-side session data.", await Browser.Message(await browser.FinishInQuery(Browser.Google, late)));
    }

    [Theory]
    [InlineData("access_denied", Canceled)]
    [InlineData("user_cancelled_login", Canceled)]
    [InlineData("server_error", "Authentication failed: server_error")]
    [InlineData("<b>Call 0190!</b>", "Authentication failed: the provider reported an error")]
    public async Task Come_with_the_providers_refusal_too(string error, string message)
    {
        using var browser = _app.Browser();
        var fields = await browser.LogIn(await browser.Start(Browser.Google), _person, Uri.EscapeDataString(error));

        Assert.Equal(message, await Browser.Message(await browser.Finish(Browser.Google, fields)));
        Assert.Equal(message, await Browser.Message(await browser.FinishInQuery(Browser.Google, await browser.LogIn(await browser.Start(Browser.Google), _person, Uri.EscapeDataString(error)))));
    }

    [Fact]
    public async Task In_the_query_are_looked_at_before_the_refusal_and_in_a_form_after_it()
    {
        using var browser = _app.Browser();
        var fields = new Dictionary<string, string> { ["state"] = "x", ["error"] = "access_denied" };

        Assert.Equal("State could not be found in server-side session data.", await Browser.Message(await browser.FinishInQuery(Browser.Google, fields)));
        Assert.Equal(Canceled, await Browser.Message(await browser.Finish(Browser.Google, fields)));
    }

    [Fact]
    public async Task Without_a_code_count_as_a_refusal()
    {
        using var browser = _app.Browser();

        foreach (var provider in new[] { Browser.Google, Browser.Facebook })
        {
            var state = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(new Uri(await browser.Start(provider)).Query)["state"].ToString();
            Assert.Equal(Canceled, await Browser.Message(await browser.Finish(provider, new Dictionary<string, string> { ["state"] = state })));
        }

        Assert.Equal(0, _app.Google.TokenCalls + _app.Facebook.TokenCalls);
    }

    [Fact]
    public async Task Of_an_unknown_provider_are_a_404()
    {
        using var browser = _app.Browser();

        var answer = await (await browser.Finish("nobody", new Dictionary<string, string> { ["state"] = "x" })).Json(404);

        Assert.Equal("Provider 'nobody' not supported", answer.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Go_with_the_redirect_that_they_began_with()
    {
        using var browser = _app.Browser();
        var fields = await browser.LogIn(await browser.Start(Browser.Google, SocialApp.FacebookRedirect), _person);
        fields["redirect_uri"] = SocialApp.GoogleRedirect;

        await (await browser.Finish(Browser.Google, fields)).Json(201);
    }

    [Fact]
    public async Task Of_another_media_type_are_a_415_and_of_rotten_json_a_400()
    {
        using var browser = _app.Browser();
        var ct = TestContext.Current.CancellationToken;

        await (await browser.Client.PostAsync($"/api/auth/o/{Browser.Google}/", new StringContent("state=x"), ct)).Json(415);
        await (await browser.Client.PostAsync($"/api/auth/o/{Browser.Google}/", new StringContent("{", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")), ct)).Json(400);
    }

    [Fact]
    public async Task And_codes_and_tokens_and_secrets_are_in_no_log()
    {
        using var browser = _app.Browser();
        var facebookPerson = _app.Facebook.Person(SocialApp.NewEmail());
        await browser.SignIn(Browser.Google, _person);
        await browser.SignIn(Browser.Facebook, facebookPerson);
        var inQuery = await browser.GoThrough(Browser.Google, _person);
        var tokens = await (await browser.FinishInQuery(Browser.Google, inQuery)).Json(201);
        _app.Google.Token = _ => Task.FromResult(Microsoft.AspNetCore.Http.Results.Json(new { error = "invalid_client" }, statusCode: 401));
        await browser.Refusal(Browser.Google, _person);
        _app.Facebook.Token = () => GraphApi.Error(1);
        await browser.Refusal(Browser.Facebook, facebookPerson);
        string[] ours = [tokens.GetProperty("access").GetString()!, tokens.GetProperty("refresh").GetString()!, .. browser.Cookies.GetAllCookies().Where(cookie => cookie.Path == "/api/auth/o/").Select(cookie => cookie.Value)];

        // It is read at all: the failures are there, and the request that had its code in the query.
        Assert.Contains(_app.Log, line => line.Contains("Sign-in with google-oauth2 failed", StringComparison.Ordinal));
        Assert.Contains(_app.Log, line => line.Contains("Sign-in with facebook failed", StringComparison.Ordinal));
        Assert.True(_app.Log.Count > 100);
        string[] secrets = [.. _app.Google.Secrets, .. _app.Facebook.Secrets, .. ours];
        Assert.True(secrets.Length > 15);
        Assert.All(secrets.Distinct(), secret => Assert.DoesNotContain(
            _app.Log, line => line.Contains(secret, StringComparison.Ordinal) || line.Contains(Uri.EscapeDataString(secret), StringComparison.Ordinal)));
    }
}
