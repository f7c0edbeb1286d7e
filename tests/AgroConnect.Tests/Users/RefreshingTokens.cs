using System.Globalization;
using System.Text.Json;

namespace AgroConnect.Tests.Users;

public sealed class RefreshingTokens(ClockedApp app) : IClassFixture<ClockedApp>
{
    private const string Blacklisted = """{"detail":"Token is blacklisted","code":"token_not_valid"}""";

    [Fact]
    public async Task A_refresh_token_is_good_for_one_new_pair_however_many_ask_at_once()
    {
        using var someone = await app.Buyer();

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => app.Post("refresh", new { refresh = someone.RefreshToken })));

        var pair = await Assert.Single(answers, answer => answer.IsSuccessStatusCode).Json();
        foreach (var late in answers.Where(answer => !answer.IsSuccessStatusCode))
        {
            Assert.Equal(Blacklisted, (await late.Json(401)).ToString());
        }

        // Tabs that refresh at once are no theft.
        await (await Refresh(Text(pair, "refresh"))).Json();
    }

    [Fact]
    public async Task Using_a_token_again_within_the_grace_harms_nothing_and_later_ends_all_that_came_from_the_log_in()
    {
        using var someone = await app.Buyer();
        var first = someone.RefreshToken;
        var second = Text(await (await Refresh(first)).Json(), "refresh");

        app.Clock.Advance(TimeSpan.FromSeconds(8));
        Assert.Equal(Blacklisted, (await (await Refresh(first)).Json(401)).ToString());
        var third = Text(await (await Refresh(second)).Json(), "refresh");

        app.Clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(Blacklisted, (await (await Refresh(first)).Json(401)).ToString());
        Assert.Equal(Blacklisted, (await (await Refresh(third)).Json(401)).ToString());
    }

    [Fact]
    public async Task Theft_in_one_log_in_leaves_the_others_alone()
    {
        var id = await app.Account("two-devices@example.com");
        var phone = Text(await (await app.LogIn("two-devices@example.com")).Json(), "refresh");
        var laptop = Text(await (await app.LogIn("two-devices@example.com")).Json(), "refresh");
        await (await Refresh(phone)).Json();

        app.Clock.Advance(TimeSpan.FromSeconds(11));
        await (await Refresh(phone)).Json(401);

        var pair = await (await Refresh(laptop)).Json();
        Assert.Equal(id.ToString(CultureInfo.InvariantCulture), Jwt.Part(Text(pair, "access"), 1).GetProperty("user_id").GetString());
    }

    [Fact]
    public async Task A_token_that_was_logged_out_or_used_is_known_to_be_dead()
    {
        using var someone = await app.Buyer();
        using var other = await app.Buyer();

        await (await app.Post("blacklist", new { refresh = someone.RefreshToken })).Json();
        await (await Refresh(other.RefreshToken)).Json();

        foreach (var dead in new[] { someone.RefreshToken, other.RefreshToken })
        {
            Assert.Equal("""{"non_field_errors":["Token is blacklisted"]}""", (await (await app.Post("verify", new { token = dead })).Json(400)).ToString());
            Assert.Equal(Blacklisted, (await (await Refresh(dead)).Json(401)).ToString());
            Assert.Equal(Blacklisted, (await (await app.Post("blacklist", new { refresh = dead })).Json(401)).ToString());
        }
    }

    [Theory]
    [InlineData("refresh", "refresh")]
    [InlineData("blacklist", "refresh")]
    [InlineData("verify", "token")]
    public async Task Says_what_is_wrong_with_a_token(string call, string field)
    {
        using var someone = await app.Buyer();
        var user = someone.Id.ToString(CultureInfo.InvariantCulture);
        var expired = Jwt.Claims(user, "refresh");
        expired["exp"] = 1;
        var (endless, nameless) = (Jwt.Claims(user, "refresh"), Jwt.Claims(user, "refresh"));
        endless.Remove("exp");
        nameless.Remove("jti");

        foreach (var (token, message) in new[]
        {
            ("garbage", "Token is invalid"),
            (Jwt.Sign(Jwt.Claims(user, "refresh"), alg: "none"), "Token is invalid"),
            (Jwt.Sign(Jwt.Claims(user, "refresh"), key: "another-key-that-is-long-enough-for-it"), "Token is invalid"),
            (Jwt.Sign(expired), "Token is expired"),
            (Jwt.Sign(endless), "Token has no 'exp' claim"),
            (Jwt.Sign(nameless), "Token has no id"),
        })
        {
            var answer = await app.Post(call, new Dictionary<string, string> { [field] = token });
            Assert.Equal($$"""{"detail":"{{message}}","code":"token_not_valid"}""", (await answer.Json(401)).ToString());
            Assert.Equal("Bearer realm=\"api\"", answer.Headers.WwwAuthenticate.Single().ToString());
        }
    }

    [Theory]
    [InlineData("refresh")]
    [InlineData("blacklist")]
    public async Task An_access_token_is_no_refresh_token(string call)
    {
        using var someone = await app.Buyer();
        var access = someone.Client.DefaultRequestHeaders.Authorization!.Parameter!;

        var answer = await (await app.Post(call, new { refresh = access })).Json(401);

        Assert.Equal("""{"detail":"Token has wrong type","code":"token_not_valid"}""", answer.ToString());
    }

    [Fact]
    public async Task An_account_that_is_gone_or_inactive_gets_no_new_pair()
    {
        using var off = await app.Buyer();
        using var gone = await app.Buyer();
        await app.SwitchOff(off.Id);
        await app.Delete(gone.Id);

        foreach (var token in new[] { off.RefreshToken, gone.RefreshToken })
        {
            Assert.Equal("""{"detail":"No active account found for the given token."}""", (await (await Refresh(token)).Json(401)).ToString());
        }
    }

    [Fact]
    public async Task A_refresh_token_lives_for_a_day()
    {
        using var someone = await app.Buyer();
        using var late = await app.Buyer();

        app.Clock.Advance(TimeSpan.FromHours(23));
        await (await Refresh(someone.RefreshToken)).Json();
        app.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal("""{"detail":"Token is expired","code":"token_not_valid"}""", (await (await Refresh(late.RefreshToken)).Json(401)).ToString());
    }

    private Task<HttpResponseMessage> Refresh(string token) => app.Post("refresh", new { refresh = token });

    private static string Text(JsonElement pair, string name) => pair.GetProperty(name).GetString()!;
}
