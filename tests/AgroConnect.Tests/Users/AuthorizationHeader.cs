using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgroConnect.Users;
using Microsoft.Extensions.DependencyInjection;

namespace AgroConnect.Tests.Users;

/// <summary>auth.md, 2, row by row; on a path that needs a token and, where it matters, on one that anyone may call.</summary>
public sealed class AuthorizationHeader(ClockedApp app) : IClassFixture<ClockedApp>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("bearer {0}")]
    [InlineData("BEARER {0}")]
    [InlineData("jwt {0}")]
    [InlineData("Token {0}")]
    [InlineData("Basic {0}")]
    public async Task Another_scheme_counts_as_a_stranger(string? header)
    {
        using var someone = await app.Buyer();
        var filled = header?.Replace("{0}", AccessOf(someone), StringComparison.Ordinal);

        var refused = await Post(filled);

        Assert.Equal("""{"detail":"Authentication credentials were not provided."}""", (await refused.Json(401)).ToString());
        Assert.Equal(200, (int)(await Get(filled)).StatusCode);
    }

    [Theory]
    [InlineData("Bearer {0}")]
    [InlineData("JWT {0}")]
    [InlineData("Bearer   {0}  ")]
    public async Task Both_words_are_accepted(string header)
    {
        using var someone = await app.Buyer();

        var answer = await Post(header.Replace("{0}", AccessOf(someone), StringComparison.Ordinal));

        // Past the question of who it is: a buyer may not sell.
        await answer.Json(403);
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("JWT")]
    [InlineData("Bearer a b")]
    [InlineData("JWT a b c")]
    public Task One_word_or_three_are_refused(string header) => IsRefused(
        header, """{"detail":"Authorization header must contain two space-delimited values","code":"bad_authorization_header"}""");

    public static TheoryData<string, string> Unusable => new()
    {
        { "garbage", "Token is invalid" },
        { "two dots", "Token is invalid" },
        { "unsigned", "Token is invalid" },
        { "unsigned and expired", "Token is invalid" },
        { "signature cut off", "Token is invalid" },
        { "another key", "Token is invalid" },
        { "another algorithm", "Token is invalid" },
        { "signature of another token", "Token is invalid" },
        { "not yet", "Token is invalid" },
        { "exp is a word", "Token is invalid" },
        { "expired", "Token is expired" },
        { "expires this second", "Token is expired" },
        { "no exp", "Token has no 'exp' claim" },
        { "no jti", "Token has no id" },
        { "no jti and no type", "Token has no id" },
        { "no type", "Token has no type" },
        { "refresh", "Token has wrong type" },
        { "another type", "Token has wrong type" },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public async Task An_unusable_token_is_refused_with_the_first_reason_that_applies(string kind, string message)
    {
        using var someone = await app.Buyer();

        await IsRefused($"Bearer {Token(kind, someone)}", $$"""
            {"detail":"Given token not valid for any token type","code":"token_not_valid","messages":[{"token_class":"AccessToken","token_type":"access","message":"{{message}}"}]}
            """);
    }

    [Fact]
    public async Task A_token_that_was_good_a_moment_ago_is_judged_anew()
    {
        using var someone = await app.Farmer();
        var claims = Jwt.Claims(someone.Id.ToString(CultureInfo.InvariantCulture));
        claims["exp"] = app.Clock.GetUtcNow().ToUnixTimeSeconds() + 60;
        var token = Jwt.Sign(claims);
        await (await Post("Bearer " + token)).Json(400);

        Assert.Equal("Token is expired", await ReasonAfter(TimeSpan.FromSeconds(60), token));
        Assert.Equal("Token is invalid", await ReasonAfter(TimeSpan.Zero, token[..^4]));

        async Task<string?> ReasonAfter(TimeSpan wait, string sent)
        {
            app.Clock.Advance(wait);
            return (await (await Post("Bearer " + sent)).Json(401)).GetProperty("messages")[0].GetProperty("message").GetString();
        }
    }

    [Fact]
    public async Task A_forged_token_is_refused_however_many_good_ones_are_known()
    {
        using var someone = await app.Farmer();
        var tokens = app.Services.GetRequiredService<Tokens>();

        // Ten for each place in which one is kept: wherever a forged one comes, it meets a good one.
        for (var token = 0; token < 10_000; token++)
        {
            Assert.Null((await tokens.ReadAsync(tokens.Sign(Tokens.Access, Tokens.NewId(), someone.Id), Tokens.Access)).Error);
        }

        foreach (var kind in new[] { "garbage", "unsigned", "signature cut off", "another key" })
        {
            Assert.Equal("Token is invalid", (await tokens.ReadAsync(Token(kind, someone), Tokens.Access)).Error);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_user_id_is_read_as_text_and_as_a_number(bool asText)
    {
        using var someone = await app.Farmer();
        var claims = Jwt.Claims(asText ? someone.Id.ToString(CultureInfo.InvariantCulture) : someone.Id);

        // Past the door: the fields of the product are what is missing.
        Assert.Equal(["This field is required."], (await (await Post("Bearer " + Jwt.Sign(claims))).Json(400)).Messages("name"));
    }

    [Fact]
    public async Task A_token_that_names_nobody_is_refused()
    {
        var nameless = Jwt.Claims(null);
        nameless.Remove("user_id");

        await IsRefused("Bearer " + Jwt.Sign(nameless), """{"detail":"Token contained no recognizable user identification","code":"token_not_valid"}""");
        await IsRefused("Bearer " + Jwt.Sign(Jwt.Claims("999999999")), """{"detail":"User not found","code":"user_not_found"}""");
    }

    [Fact]
    public async Task An_account_that_was_switched_off_or_deleted_elsewhere_ends_within_five_seconds()
    {
        using var off = await app.Farmer();
        using var gone = await app.Farmer();
        await (await Post("Bearer " + AccessOf(off))).Json(400);
        await (await Post("Bearer " + AccessOf(gone))).Json(400);

        await app.SwitchOff(off.Id);
        await app.Delete(gone.Id);
        app.Clock.Advance(TimeSpan.FromSeconds(5));

        await IsRefused("Bearer " + AccessOf(off), """{"detail":"User is inactive","code":"user_inactive"}""");
        await IsRefused("Bearer " + AccessOf(gone), """{"detail":"User not found","code":"user_not_found"}""");
    }

    private async Task IsRefused(string header, string body)
    {
        // A rotten token is refused even where none is needed; a method that is not there comes after it.
        foreach (var answer in new[] { await Post(header), await Get(header), await Send(HttpMethod.Put, header), await Send(HttpMethod.Options, header) })
        {
            Assert.Equal(body.Trim(), (await answer.Json(401)).ToString());
            Assert.Equal("Bearer realm=\"api\"", answer.Headers.WwwAuthenticate.Single().ToString());
        }
    }

    private Task<HttpResponseMessage> Post(string? header) => Send(HttpMethod.Post, header);

    private Task<HttpResponseMessage> Get(string? header) => Send(HttpMethod.Get, header);

    private async Task<HttpResponseMessage> Send(HttpMethod method, string? header)
    {
        using var request = new HttpRequestMessage(method, "/api/products/");
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", header);
        }

        return await app.Stranger().SendAsync(request, Ct);
    }

    private static string AccessOf(Person person) => person.Client.DefaultRequestHeaders.Authorization!.Parameter!;

    private string Token(string kind, Person someone)
    {
        var good = AccessOf(someone);
        var now = app.Clock.GetUtcNow().ToUnixTimeSeconds();
        return kind switch
        {
            "garbage" => "garbage",
            "two dots" => "a.b.c",
            "unsigned" => Jwt.Sign(Claims(), alg: "none"),
            "unsigned and expired" => Jwt.Sign(Claims(("exp", now - 60)), alg: "none"),
            "signature cut off" => good[..(good.LastIndexOf('.') + 1)],
            "another key" => Jwt.Sign(Claims(), key: "another-key-that-is-long-enough-for-it"),
            "another algorithm" => Jwt.Sign(Claims(), alg: "HS512"),
            "signature of another token" => Jwt.Sign(Claims())[..Jwt.Sign(Claims()).LastIndexOf('.')] + good[good.LastIndexOf('.')..],
            "not yet" => Jwt.Sign(Claims(("nbf", now + 60))),
            "exp is a word" => Jwt.Sign(Claims(("exp", "tomorrow"))),
            "expired" => Jwt.Sign(Claims(("exp", now - 60))),
            "expires this second" => Jwt.Sign(Claims(("exp", now))),
            "no exp" => Jwt.Sign(Claims(("exp", null))),
            "no jti" => Jwt.Sign(Claims(("jti", null))),
            "no jti and no type" => Jwt.Sign(Claims(("jti", null), ("token_type", null))),
            "no type" => Jwt.Sign(Claims(("token_type", null))),
            "refresh" => someone.RefreshToken,
            "another type" => Jwt.Sign(Claims(("token_type", "sliding"))),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };

        JsonObject Claims(params (string Name, JsonNode? Value)[] changes)
        {
            var claims = Jwt.Claims(someone.Id.ToString(CultureInfo.InvariantCulture));
            foreach (var (name, value) in changes)
            {
                claims.Remove(name);
                if (value is not null)
                {
                    claims[name] = value;
                }
            }

            return claims;
        }
    }
}
