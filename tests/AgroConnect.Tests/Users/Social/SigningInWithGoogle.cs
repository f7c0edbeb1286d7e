using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using AgroConnect.Tests.Fakes;
using AgroConnect.Users;
using Microsoft.AspNetCore.Http;

namespace AgroConnect.Tests.Users.Social;

public sealed class SigningInWithGoogle : IClassFixture<SocialApp>
{
    private const string Unreachable = "The authentication provider could not be reached";
    private const string Canceled = "Authentication process canceled";
    private const string InUse = "This account is already in use.";
    private readonly SocialApp _app;

    public SigningInWithGoogle(SocialApp app)
    {
        _app = app;
        app.Google.Mend();
    }

    [Fact]
    public async Task Makes_an_active_account_without_a_password()
    {
        using var browser = _app.Browser();
        var email = SocialApp.NewEmail();

        var answer = await browser.SignIn(Browser.Google, _app.Google.Person(email));
        var user = (await _app.UserOf(email))!;

        Assert.Equal(["access", "refresh", "user"], answer.EnumerateObject().Select(member => member.Name));
        Assert.Equal(email, answer.GetProperty("user").GetString());
        Assert.Equal(user.Id, SocialApp.UserId(answer));
        Assert.Equal(("Ada", "Byron King", "Ada Byron King"), (user.FirstName, user.LastName, user.PublicName));
        Assert.True(user.IsActive);
        Assert.Null(user.PasswordHash);
        Assert.Equal(Role.Buyer, user.Role);
        Assert.NotNull(user.LastLogin);
        Assert.Equal(email.ToUpperInvariant(), user.NormalizedUserName);
    }

    [Fact]
    public async Task Gives_tokens_that_are_good_for_everything_and_not_to_be_cached()
    {
        using var browser = _app.Browser();
        using var client = _app.Stranger();
        var ct = TestContext.Current.CancellationToken;

        var response = await browser.Finish(Browser.Google, await browser.GoThrough(Browser.Google, _app.Google.Person(SocialApp.NewEmail())));
        var answer = await response.Json(201);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", answer.GetProperty("access").GetString());

        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.NotEqual(401, (int)(await client.GetAsync("/api/products/", ct)).StatusCode);
        using var refresh = new FormUrlEncodedContent([new("refresh", answer.GetProperty("refresh").GetString())]);
        await (await client.PostAsync("/api/auth/jwt/refresh/", refresh, ct)).Json();
    }

    [Fact]
    public async Task Is_the_same_account_each_time_whatever_has_become_of_the_address()
    {
        using var browser = _app.Browser();
        var (old, next) = (SocialApp.NewEmail(), SocialApp.NewEmail());
        var person = _app.Google.Person(old);
        var first = await browser.SignIn(Browser.Google, person);

        _app.Google.People[person]["email"] = next;
        var second = await browser.SignIn(Browser.Google, person);
        _app.Google.People[person].Remove("email");
        var third = await browser.SignIn(Browser.Google, person);

        Assert.Equal(SocialApp.UserId(first), SocialApp.UserId(second));
        Assert.Equal(SocialApp.UserId(first), SocialApp.UserId(third));
        Assert.Equal(old, second.GetProperty("user").GetString());
        Assert.Null(await _app.UserOf(next));
    }

    [Fact]
    public async Task Leaves_alone_what_people_have_changed_here()
    {
        using var browser = _app.Browser();
        var email = SocialApp.NewEmail();
        var person = _app.Google.Person(email);
        var id = SocialApp.UserId(await browser.SignIn(Browser.Google, person));
        await _app.Change(id, user =>
        {
            user.Rename("Countess", "Lovelace", "Ockham Farm");
            user.Role = Role.Farmer;
        });

        _app.Google.People[person]["given_name"] = "Another";
        _app.Google.People[person]["role"] = "staff";
        await browser.SignIn(Browser.Google, person);
        var user = (await _app.UserOf(email))!;

        Assert.Equal(("Countess", "Lovelace", "Ockham Farm", Role.Farmer), (user.FirstName, user.LastName, user.PublicName, user.Role));
    }

    [Theory]
    [InlineData("true", "gmail.com", null, true)]
    [InlineData("\"true\"", "gmail.com", null, true)]
    [InlineData("true", "GMAIL.com", null, true)]
    [InlineData("true", "farm.example", "farm.example", true)]
    [InlineData("true", "farm.example", null, false)]
    [InlineData("true", "notgmail.com", null, false)]
    [InlineData("true", "gmail.com.evil.example", null, false)]
    [InlineData("false", "gmail.com", null, false)]
    [InlineData("false", "farm.example", "farm.example", false)]
    [InlineData("\"false\"", "gmail.com", null, false)]
    [InlineData("1", "gmail.com", null, false)]
    [InlineData("null", "gmail.com", null, false)]
    public async Task Proves_an_address_that_google_vouches_for_and_runs(string verified, string domain, string? hosted, bool isProven)
    {
        using var browser = _app.Browser();
        var email = SocialApp.NewEmail(domain);

        await browser.SignIn(Browser.Google, _app.Google.Person(email, claims =>
        {
            claims["email_verified"] = JsonNode.Parse(verified);
            if (hosted is not null)
            {
                claims["hd"] = hosted;
            }
        }));

        Assert.Equal(isProven, (await _app.UserOf(email))!.EmailConfirmed);
    }

    [Fact]
    public async Task Does_not_prove_an_address_without_a_word_of_its_verification()
    {
        using var browser = _app.Browser();
        var email = SocialApp.NewEmail("gmail.com");

        await browser.SignIn(Browser.Google, _app.Google.Person(email, claims => claims.Remove("email_verified")));

        Assert.False((await _app.UserOf(email))!.EmailConfirmed);
    }

    [Fact]
    public async Task Refuses_people_without_an_address_each_for_themself()
    {
        using var browser = _app.Browser();

        Assert.Equal("The authentication provider gave no e-mail address", await browser.Refusal(Browser.Google, _app.Google.Person("", claims => claims.Remove("email"))));
        Assert.Equal("The authentication provider gave no e-mail address", await browser.Refusal(Browser.Google, _app.Google.Person("")));
        Assert.Equal("The authentication provider gave no e-mail address", await browser.Refusal(Browser.Google, _app.Google.Person("no address")));
        Assert.Equal("The authentication provider gave no e-mail address", await browser.Refusal(Browser.Google, _app.Google.Person("ada\r\nbcc:x@example.com")));
    }

    [Fact]
    public async Task Refuses_an_account_that_was_switched_off()
    {
        using var browser = _app.Browser();
        var person = _app.Google.Person(SocialApp.NewEmail());
        var id = SocialApp.UserId(await browser.SignIn(Browser.Google, person));
        await _app.Change(id, user => user.IsActive = false);

        Assert.Equal("Your credentials aren't allowed", await browser.Refusal(Browser.Google, person));
    }

    [Theory]
    [InlineData("example.com", true)]
    [InlineData("gmail.com", false)]
    public async Task Refuses_an_address_that_one_side_has_not_proven(string domain, bool isProvenHere)
    {
        using var browser = _app.Browser();
        var email = SocialApp.NewEmail(domain);
        var id = await _app.Account(email, isProvenHere);

        Assert.Equal(InUse, await browser.Refusal(Browser.Google, _app.Google.Person(email)));
        Assert.Empty(await _app.IdentitiesOf(id));
    }

    [Fact]
    public async Task Refuses_an_address_that_google_has_not_verified_although_it_is_proven_here()
    {
        using var browser = _app.Browser();
        var email = SocialApp.NewEmail("gmail.com");
        var id = await _app.Account(email, isProven: true);

        Assert.Equal(InUse, await browser.Refusal(Browser.Google, _app.Google.Person(email, claims => claims["email_verified"] = false)));
        Assert.Empty(await _app.IdentitiesOf(id));
    }

    [Fact]
    public async Task Refuses_an_address_in_other_capitals_too()
    {
        using var browser = _app.Browser();
        var email = SocialApp.NewEmail();
        await _app.Account(email, isProven: true);

        Assert.Equal(InUse, await browser.Refusal(Browser.Google, _app.Google.Person(email.ToUpperInvariant())));
    }

    [Fact]
    public async Task Links_an_account_whose_address_both_sides_have_proven()
    {
        using var browser = _app.Browser();
        var email = SocialApp.NewEmail("gmail.com");
        var id = await _app.Account(email, isProven: true);
        var person = _app.Google.Person(email);

        Assert.Equal(id, SocialApp.UserId(await browser.SignIn(Browser.Google, person)));
        Assert.Equal(["google-oauth2 " + person], await _app.IdentitiesOf(id));
        Assert.Equal("Local", (await _app.UserOf(email))!.FirstName);
    }

    [Fact]
    public async Task Does_not_link_an_account_that_was_switched_off()
    {
        using var browser = _app.Browser();
        var email = SocialApp.NewEmail("gmail.com");
        var id = await _app.Account(email, isProven: true, isActive: false);

        Assert.Equal(InUse, await browser.Refusal(Browser.Google, _app.Google.Person(email)));
        Assert.Empty(await _app.IdentitiesOf(id));
    }

    [Fact]
    public async Task Does_not_give_an_account_to_whoever_has_its_address_next()
    {
        using var browser = _app.Browser();
        var email = SocialApp.NewEmail("farm.example");
        await browser.SignIn(Browser.Google, _app.Google.Person(email, claims => claims["hd"] = "farm.example"));

        Assert.Equal(InUse, await browser.Refusal(Browser.Google, _app.Google.Person(email, claims => claims["hd"] = "farm.example")));
    }

    [Fact]
    public async Task Does_not_join_its_owner_to_an_account_that_somebody_made_with_their_address()
    {
        using var browser = _app.Browser();
        var email = SocialApp.NewEmail("gmail.com");

        // With a password that its maker knows, active or not; and by a provider account that nobody has checked.
        await _app.Account(email, isProven: false);
        Assert.Equal(InUse, await browser.Refusal(Browser.Google, _app.Google.Person(email)));

        var other = SocialApp.NewEmail("gmail.com");
        await browser.SignIn(Browser.Facebook, _app.Facebook.Person(other));
        Assert.Equal(InUse, await browser.Refusal(Browser.Google, _app.Google.Person(other)));
    }

    [Fact]
    public async Task Makes_one_account_of_many_sign_ins_at_once()
    {
        var (email, browsers) = (SocialApp.NewEmail(), Enumerable.Range(0, 5).Select(_ => _app.Browser()).ToList());
        var person = _app.Google.Person(email);
        var fields = new List<Dictionary<string, string>>();
        foreach (var browser in browsers)
        {
            fields.Add(await browser.GoThrough(Browser.Google, person));
        }

        var answers = await Task.WhenAll(browsers.Zip(fields, async (browser, back) => await (await browser.Finish(Browser.Google, back)).Json(201)));

        Assert.Single(answers.Select(SocialApp.UserId).Distinct());
        browsers.ForEach(browser => browser.Dispose());
    }

    [Fact]
    public async Task Copes_with_names_of_all_kinds()
    {
        using var browser = _app.Browser();
        var (mononym, silent, endless) = (SocialApp.NewEmail(), SocialApp.NewEmail(), SocialApp.NewEmail());

        await browser.SignIn(Browser.Google, _app.Google.Person(mononym, claims => (claims["given_name"], claims["family_name"], claims["name"]) = (null, null, "سلمیٰ")));
        await browser.SignIn(Browser.Google, _app.Google.Person(silent, claims => (claims["given_name"], claims["family_name"], claims["name"]) = (null, null, null)));
        await browser.SignIn(Browser.Google, _app.Google.Person(endless, claims => (claims["given_name"], claims["family_name"]) = (new string('a', 149) + "🌾", " b\u0000c ")));

        Assert.Equal(("سلمیٰ", ""), ((await _app.UserOf(mononym))!.FirstName, (await _app.UserOf(mononym))!.LastName));
        Assert.Equal(("", ""), ((await _app.UserOf(silent))!.FirstName, (await _app.UserOf(silent))!.LastName));
        Assert.Equal((new string('a', 149), "bc"), ((await _app.UserOf(endless))!.FirstName, (await _app.UserOf(endless))!.LastName));
    }

    public static TheoryData<string> ForgedTokens => [.. Forgeries.Keys];

    private static readonly Dictionary<string, Action<OpenIdProvider>> Forgeries = new()
    {
        ["of no algorithm"] = google => google.Signs = OpenIdProvider.Signing.None,
        ["signed with the public key as a secret"] = google => google.Signs = OpenIdProvider.Signing.Hs256WithThePublicKey,
        ["signed with somebody else's key"] = google => google.Signs = OpenIdProvider.Signing.ForeignKey,
        ["of an algorithm that Google does not use"] = google => google.Signs = OpenIdProvider.Signing.Rs512,
        ["of an unknown key"] = google => google.Header = header => header["kid"] = "unknown",
        ["of no key"] = google => google.Header = header => header.Remove("kid"),
        ["of another issuer"] = google => google.Claims = claims => claims["iss"] = "https://evil.example",
        ["of Google's name, which this is not"] = google => google.Claims = claims => claims["iss"] = "accounts.google.com",
        ["for another client"] = google => google.Claims = claims => claims["aud"] = "another",
        ["for others as well"] = google => google.Claims = claims => claims["aud"] = new JsonArray(OpenIdProvider.ClientId, "another"),
        ["for nobody"] = google => google.Claims = claims => claims.Remove("aud"),
        ["given to another party"] = google => google.Claims = claims => claims["azp"] = "another",
        ["long past"] = google => google.Claims = claims => (claims["iat"], claims["exp"]) = (Shifted(claims, "iat", -7200), Shifted(claims, "exp", -4000)),
        ["that never ends"] = google => google.Claims = claims => claims.Remove("exp"),
        ["from the future"] = google => google.Claims = claims => claims["iat"] = Shifted(claims, "iat", 400),
        ["from no time"] = google => google.Claims = claims => claims.Remove("iat"),
        ["with another nonce"] = google => google.Claims = claims => claims["nonce"] = "another",
        ["without the nonce"] = google => google.Claims = claims => claims.Remove("nonce"),
        ["about nobody"] = google => google.Claims = claims => claims.Remove("sub"),
        ["about the empty name"] = google => google.Claims = claims => claims["sub"] = "",
        ["beside another access token"] = google => google.Claims = claims => claims["at_hash"] = "AAAAAAAAAAAAAAAAAAAAAA",
    };

    [Theory]
    [MemberData(nameof(ForgedTokens))]
    public async Task Refuses_an_id_token(string forged)
    {
        using var browser = _app.Browser();
        var email = SocialApp.NewEmail();
        var person = _app.Google.Person(email);

        Forgeries[forged](_app.Google);

        Assert.Equal(Unreachable, await browser.Refusal(Browser.Google, person));
        Assert.Null(await _app.UserOf(email));
    }

    [Fact]
    public async Task Allows_five_minutes_between_the_clocks()
    {
        using var browser = _app.Browser();
        var person = _app.Google.Person(SocialApp.NewEmail());

        _app.Google.Claims = claims => claims["iat"] = Shifted(claims, "iat", 200);
        await browser.SignIn(Browser.Google, person);
        _app.Google.Claims = claims => claims["exp"] = Shifted(claims, "iat", -200);
        await browser.SignIn(Browser.Google, person);
    }

    [Fact]
    public async Task Takes_a_list_of_one_audience_and_a_token_without_the_optional_claims()
    {
        using var browser = _app.Browser();

        _app.Google.Claims = claims =>
        {
            claims["aud"] = new JsonArray(OpenIdProvider.ClientId);
            claims.Remove("azp");
            claims.Remove("at_hash");
        };

        await browser.SignIn(Browser.Google, _app.Google.Person(SocialApp.NewEmail()));
    }

    [Fact]
    public async Task Takes_both_names_that_google_has_for_itself()
    {
        await using var app = new SocialApp();
        await ((IAsyncLifetime)app).InitializeAsync();
        app.Google.Issuer = "https://accounts.google.com";
        using var browser = app.Browser();
        var person = app.Google.Person(SocialApp.NewEmail());

        await browser.SignIn(Browser.Google, person);
        app.Google.Claims = claims => claims["iss"] = "accounts.google.com";
        await browser.SignIn(Browser.Google, person);
        app.Google.Claims = claims => claims["iss"] = "http://accounts.google.com";
        Assert.Equal(Unreachable, await browser.Refusal(Browser.Google, person));
    }

    [Fact]
    public async Task Reads_the_keys_once_and_again_when_they_have_rotated()
    {
        using var browser = _app.Browser();
        var person = _app.Google.Person(SocialApp.NewEmail());
        await browser.SignIn(Browser.Google, person);
        _app.Google.Mend();

        await browser.SignIn(Browser.Google, person);
        Assert.Equal(0, _app.Google.KeyReads);
        _app.Google.Rotate();
        await browser.SignIn(Browser.Google, person);
        Assert.Equal(1, _app.Google.KeyReads);
        _app.Google.Rotate();
        await browser.SignIn(Browser.Google, person);
        Assert.Equal(2, _app.Google.KeyReads);
    }

    [Fact]
    public async Task Asks_once_for_a_key_that_nobody_has()
    {
        using var browser = _app.Browser();
        var person = _app.Google.Person(SocialApp.NewEmail());
        await browser.SignIn(Browser.Google, person);
        _app.Google.Mend();
        _app.Google.Header = header => header["kid"] = "unknown";

        Assert.Equal(Unreachable, await browser.Refusal(Browser.Google, person));
        Assert.Equal(1, _app.Google.KeyReads);
    }

    public static TheoryData<string, string> BadAnswers => new(Answers.Select(answer => (answer.Key, answer.Value.Message)));

    private static readonly Dictionary<string, (Func<HttpContext, Task<IResult>> Answer, string Message)> Answers = new()
    {
        ["a refused code"] = (_ => Now(Results.Json(new { error = "invalid_grant", error_description = "SECRET" }, statusCode: 400)), Canceled),
        ["a 400 that is no JSON"] = (_ => Now(Results.Text("SECRET", statusCode: 400)), Canceled),
        ["a refused client"] = (_ => Now(Results.Json(new { error = "invalid_client", error_description = "SECRET" }, statusCode: 401)), Unreachable),
        ["a 503"] = (_ => Now(Results.Text("SECRET", statusCode: 503)), Unreachable),
        ["a 500 in JSON"] = (_ => Now(Results.Json(new { error = "SECRET" }, statusCode: 500)), Unreachable),
        ["a redirect"] = (_ => Now(Results.Redirect("/elsewhere")), Unreachable),
        ["a broken connection"] = (http => { http.Abort(); return Now(Results.Empty); }, Unreachable),
        ["nothing"] = (_ => Now(Results.Ok()), Unreachable),
        ["a page"] = (_ => Now(Results.Text("<html>SECRET", "text/html")), Unreachable),
        ["half a JSON"] = (_ => Now(Results.Text("{\"id_token\":", "application/json")), Unreachable),
        ["a list"] = (_ => Now(Results.Json(new[] { 1 })), Unreachable),
        ["no token"] = (_ => Now(Results.Json(new { access_token = "SECRET" })), Unreachable),
        ["a token that is none"] = (_ => Now(Results.Json(new { id_token = "SECRET" })), Unreachable),
        ["a token of three dots"] = (_ => Now(Results.Json(new { id_token = "a.b.c" })), Unreachable),
        ["a token that is an object"] = (_ => Now(Results.Json(new { id_token = new { a = 1 } })), Unreachable),
        ["half a surrogate pair"] = (_ => Now(Results.Text("{\"id_token\":\"\\ud800\"}", "application/json")), Unreachable),
        ["two megabytes"] = (_ => Now(Results.Json(new { id_token = new string('a', 2_000_000) })), Unreachable),
    };

    [Theory]
    [MemberData(nameof(BadAnswers))]
    public async Task Tells_nothing_of_the_inside_when_google_answers(string answer, string message)
    {
        using var browser = _app.Browser();
        _app.Google.Token = Answers[answer].Answer;

        Assert.Equal(message, await browser.Refusal(Browser.Google, _app.Google.Person(SocialApp.NewEmail())));
        Assert.Equal(1, _app.Google.TokenCalls);
        Assert.Equal(0, _app.Google.Strays);
        Assert.DoesNotContain(_app.Log, line => line.Contains("SECRET", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ends_by_itself_when_google_does_not_answer()
    {
        using var browser = _app.Browser();
        _app.Google.Token = async http =>
        {
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
            return Results.Empty;
        };

        Assert.Equal(Unreachable, await browser.Refusal(Browser.Google, _app.Google.Person(SocialApp.NewEmail())));
        Assert.Equal(1, _app.Google.TokenCalls);
    }

    [Fact]
    public async Task Refuses_a_code_that_was_used_already()
    {
        using var browser = _app.Browser();
        var person = _app.Google.Person(SocialApp.NewEmail());
        var used = await browser.GoThrough(Browser.Google, person);
        await (await browser.Finish(Browser.Google, used)).Json(201);
        var fresh = await browser.GoThrough(Browser.Google, person);
        fresh["code"] = used["code"];

        Assert.Equal(Canceled, await Browser.Message(await browser.Finish(Browser.Google, fresh)));
    }

    [Fact]
    public async Task Refuses_a_code_that_another_browser_got()
    {
        using var attacker = _app.Browser();
        using var victim = _app.Browser();
        var stolen = await victim.GoThrough(Browser.Google, _app.Google.Person(SocialApp.NewEmail()));
        var own = await attacker.GoThrough(Browser.Google, _app.Google.Person(SocialApp.NewEmail()));
        own["code"] = stolen["code"];

        // PKCE: the code goes with a verifier that only the victim's state has.
        Assert.Equal(Canceled, await Browser.Message(await attacker.Finish(Browser.Google, own)));
    }

    private static long Shifted(JsonObject claims, string name, long seconds) => claims[name]!.GetValue<long>() + seconds;

    private static Task<IResult> Now(IResult result) => Task.FromResult(result);
}
