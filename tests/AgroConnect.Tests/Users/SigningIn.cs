using System.Net.Http.Json;
using System.Text.Json;

namespace AgroConnect.Tests.Users;

public sealed class SigningIn(ClockedApp app) : IClassFixture<ClockedApp>
{
    private const string Refusal = """{"detail":"No active account found with the given credentials"}""";
    private static CancellationToken Ct => TestContext.Current.CancellationToken;
    private static int _accounts;

    private readonly string _email = $"ann{Interlocked.Increment(ref _accounts)}@example.com";

    public static TheoryData<string> Encodings => ["json", "form", "multipart"];

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task Takes_json_and_both_kinds_of_form_and_answers_with_a_pair(string encoding)
    {
        await app.Account(_email);

        var pair = await (await Post("create", encoding, ("email", _email), ("password", App.Password))).Json();

        Assert.Equal(["access", "refresh"], pair.EnumerateObject().Select(member => member.Name).Order());
        var refresh = pair.GetProperty("refresh").GetString()!;
        Assert.Equal("{}", (await (await Post("verify", encoding, ("token", pair.GetProperty("access").GetString()!))).Json()).ToString());
        Assert.Equal("{}", (await (await Post("verify", encoding, ("token", refresh))).Json()).ToString());
        var next = await (await Post("refresh", encoding, ("refresh", refresh))).Json();
        Assert.Equal(["access", "refresh"], next.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal("{}", (await (await Post("blacklist", encoding, ("refresh", next.GetProperty("refresh").GetString()!))).Json()).ToString());
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task Names_every_field_that_is_missing_or_blank(string encoding)
    {
        var missing = await (await Post("create", encoding, ("other", "x"))).Json(400);
        var blank = await (await Post("create", encoding, ("email", " "), ("password", ""))).Json(400);

        Assert.Equal(["This field is required."], missing.Messages("email"));
        Assert.Equal(["This field is required."], missing.Messages("password"));
        Assert.Equal(["This field may not be blank."], blank.Messages("email"));
        Assert.Equal(["This field may not be blank."], blank.Messages("password"));
        Assert.Equal(["This field is required."], (await (await Post("refresh", encoding, ("other", "x"))).Json(400)).Messages("refresh"));
        Assert.Equal(["This field is required."], (await (await Post("verify", encoding, ("other", "x"))).Json(400)).Messages("token"));
        Assert.Equal(["This field is required."], (await (await Post("blacklist", encoding, ("other", "x"))).Json(400)).Messages("refresh"));
    }

    [Theory]
    [InlineData("null", "This field may not be null.")]
    [InlineData("true", "Not a valid string.")]
    [InlineData("[\"a\"]", "Not a valid string.")]
    [InlineData("{}", "Not a valid string.")]
    [InlineData("\"a\\u0000b\"", "Null characters are not allowed.")]
    public async Task Takes_nothing_but_text_for_text(string json, string message)
    {
        using var content = new StringContent($$"""{"email": {{json}}, "password": "x"}""", null, "application/json");

        var answer = await (await app.Stranger().PostAsync("/api/auth/jwt/create/", content, Ct)).Json(400);

        Assert.Equal([message], answer.Messages("email"));
    }

    [Fact]
    public async Task A_number_is_taken_as_its_text()
    {
        await app.Account(_email, "1234567890");

        await (await app.Post("create", new { email = _email, password = 1234567890 })).Json();
    }

    [Fact]
    public async Task The_tokens_have_these_claims_and_no_others()
    {
        var id = await app.Account(_email);
        var before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

        var pair = await (await app.LogIn(_email)).Json();

        foreach (var (type, lifetime) in new[] { ("access", 30 * 60), ("refresh", 24 * 60 * 60) })
        {
            var token = pair.GetProperty(type).GetString()!;
            var claims = Jwt.Part(token, 1);
            Assert.Equal("""{"alg":"HS256","typ":"JWT"}""", Jwt.Part(token, 0).ToString());
            Assert.Equal(["exp", "iat", "jti", "token_type", "user_id"], claims.EnumerateObject().Select(claim => claim.Name).Order());
            Assert.Equal(type, claims.GetProperty("token_type").GetString());
            Assert.Equal(id.ToString(System.Globalization.CultureInfo.InvariantCulture), claims.GetProperty("user_id").GetString());
            Assert.Matches("^[0-9a-f]{32}$", claims.GetProperty("jti").GetString());
            Assert.True(claims.GetProperty("iat").GetInt64() >= before);
            Assert.Equal(lifetime, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
        }
    }

    [Fact]
    public async Task A_wrong_password_an_unknown_address_and_an_inactive_account_are_answered_alike()
    {
        await app.Account(_email);
        await app.Account("off-" + _email, active: false);

        foreach (var (email, password) in new[] { (_email, "wrong"), ("unknown-" + _email, App.Password), ("off-" + _email, App.Password), ("no address", "x") })
        {
            var answer = await app.LogIn(email, password);
            Assert.Equal(Refusal, (await answer.Json(401)).ToString());
            Assert.Equal("Bearer realm=\"api\"", answer.Headers.WwwAuthenticate.Single().ToString());
        }
    }

    [Fact]
    public async Task However_long_a_credential_or_a_token_is_it_is_just_wrong()
    {
        var longer = new string('x', 5_000);

        Assert.Equal(Refusal, (await (await app.LogIn(longer, longer)).Json(401)).ToString());
        foreach (var (call, body) in new (string, object)[] { ("verify", new { token = longer }), ("refresh", new { refresh = longer }), ("blacklist", new { refresh = longer }) })
        {
            Assert.Equal("""{"detail":"Token is invalid","code":"token_not_valid"}""", (await (await app.Post(call, body)).Json(401)).ToString());
        }
    }

    [Fact]
    public async Task Blanks_around_the_password_and_the_case_of_the_address_do_not_matter()
    {
        await app.Account("Mixed." + _email);

        await (await app.LogIn($"  mIXED.{_email.ToUpperInvariant()} ", $" {App.Password}\t")).Json();
    }

    [Fact]
    public async Task Works_with_a_rotten_token_at_hand()
    {
        await app.Account(_email);
        var client = app.Stranger();
        client.DefaultRequestHeaders.Add("Authorization", "Bearer rotten");

        await (await client.PostAsJsonAsync("/api/auth/jwt/create", new { email = _email, password = App.Password }, Ct)).Json();
    }

    [Fact]
    public async Task Records_the_log_in()
    {
        var id = await app.Account(_email);
        await app.LogIn(_email, "wrong");
        Assert.Null(await app.LastLogin(id));

        await (await app.LogIn(_email)).Json();

        Assert.InRange((await app.LastLogin(id))!.Value, app.Clock.GetUtcNow().AddMinutes(-1), app.Clock.GetUtcNow());
    }

    [Fact]
    public async Task Who_guesses_finds_the_account_closed_even_with_the_right_password_until_some_minutes_are_over()
    {
        await app.Account(_email);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(number => app.LogIn(_email, $"guess {number}")));

        Assert.Equal(Refusal, (await (await app.LogIn(_email)).Json(401)).ToString());

        app.Clock.Advance(TimeSpan.FromMinutes(6));
        await (await app.LogIn(_email)).Json();
    }

    [Fact]
    public async Task A_good_log_in_forgives_the_failures_before_it()
    {
        await app.Account(_email);
        for (var round = 0; round < 2; round++)
        {
            for (var failure = 0; failure < 6; failure++)
            {
                await (await app.LogIn(_email, "wrong")).Json(401);
            }

            await (await app.LogIn(_email)).Json();
        }
    }

    private async Task<HttpResponseMessage> Post(string call, string encoding, params (string Name, string Value)[] fields)
    {
        HttpContent content = encoding switch
        {
            "json" => JsonContent.Create(fields.ToDictionary(field => field.Name, field => field.Value)),
            "form" => new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))),
            _ => Multipart(),
        };
        using (content)
        {
            return await app.Stranger().PostAsync($"/api/auth/jwt/{call}/", content, Ct);
        }

        MultipartFormDataContent Multipart()
        {
            var form = new MultipartFormDataContent();
            foreach (var (name, value) in fields)
            {
                form.Add(new StringContent(value), name);
            }

            return form;
        }
    }
}
