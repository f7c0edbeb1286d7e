using System.Globalization;
using System.Net.Http.Json;

namespace AgroConnect.Tests.Web;

public sealed class LimitedApp : App
{
    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["RateLimits:Enabled"] = "true",
        ["RateLimits:PerUser"] = "3",
        ["RateLimits:PerAddress"] = "5",
        ["RateLimits:LogInsPerAddress"] = "2",
        ["Site:TrustedProxies"] = "198.51.100.1, 2001:db8:ffff::1, 10.0.0.0/8",
    };
}

/// <summary>The tests reach the product through a proxy on its own machine, which is believed: it says whom it speaks for.</summary>
public sealed class RateLimiting(LimitedApp app) : IClassFixture<LimitedApp>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_address_that_asks_too_often_is_told_when_to_come_back_and_others_are_served()
    {
        for (var call = 0; call < 5; call++)
        {
            await (await Get("203.0.113.1")).Json();
        }

        var answer = await Get("203.0.113.1");

        await IsThrottled(answer);
        Assert.Equal("https://market.example", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        await (await Get("203.0.113.2")).Json();
    }

    [Fact]
    public async Task A_user_is_counted_apart_from_the_village_behind_the_same_address()
    {
        using var someone = await app.Buyer();
        using var neighbour = await app.Buyer();
        for (var call = 0; call < 3; call++)
        {
            await (await Get("203.0.113.3", someone.Client)).Json();
        }

        await IsThrottled(await Get("203.0.113.3", someone.Client));
        await (await Get("203.0.113.3", neighbour.Client)).Json();
        await (await Get("203.0.113.3")).Json();
    }

    [Fact]
    public async Task Log_ins_have_a_limit_of_their_own()
    {
        for (var call = 0; call < 2; call++)
        {
            await (await LogIn()).Json(401);
        }

        await IsThrottled(await LogIn());
        await (await Get("203.0.113.4")).Json();

        async Task<HttpResponseMessage> LogIn()
        {
            using var request = From("203.0.113.4", HttpMethod.Post, "/api/auth/jwt/create/");
            request.Content = JsonContent.Create(new { email = "nobody@example.com", password = "x" });
            return await app.Stranger().SendAsync(request, Ct);
        }
    }

    [Fact]
    public async Task One_customer_of_ipv6_is_one_address_whatever_its_last_half_says()
    {
        for (var call = 0; call < 5; call++)
        {
            await (await Get($"2001:db8::{call + 1}")).Json();
        }

        await IsThrottled(await Get("2001:db8::ffff"));
        await (await Get("2001:db8:0:1::1")).Json();
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/metrics")]
    public async Task Probes_are_never_refused(string address)
    {
        for (var call = 0; call < 10; call++)
        {
            using var request = From("203.0.113.5", HttpMethod.Get, address);
            Assert.True((await app.Stranger().SendAsync(request, Ct)).IsSuccessStatusCode);
        }
    }

    [Theory]
    [InlineData("203.0.113.9, 198.51.100.1", "203.0.113.9")]
    [InlineData("203.0.113.10, 10.1.2.3", "203.0.113.10")]
    [InlineData("2001:db8:9::1, 2001:db8:ffff::1", "2001:db8:9::1")]
    public async Task Only_the_last_hop_is_believed_so_that_nobody_can_write_themselves_another_address(string chain, string client)
    {
        // What the client wrote stands on the left; the proxy on this machine adds the peer that it saw.
        for (var call = 0; call < 5; call++)
        {
            await (await Get(chain)).Json();
        }

        await IsThrottled(await Get(chain));
        await (await Get(client)).Json();
    }

    private async Task<HttpResponseMessage> Get(string address, HttpClient? client = null)
    {
        using var request = From(address, HttpMethod.Get, "/api/categories/");
        return await (client ?? app.Stranger()).SendAsync(request, Ct);
    }

    private static HttpRequestMessage From(string address, HttpMethod method, string path) =>
        new(method, path) { Headers = { { "X-Forwarded-For", address }, { "Origin", "https://market.example" } } };

    private static async Task IsThrottled(HttpResponseMessage answer)
    {
        var body = await answer.Json(429);
        var seconds = (int)answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds;

        Assert.InRange(seconds, 1, 60);
        Assert.Equal(
            string.Create(CultureInfo.InvariantCulture, $"Request was throttled. Expected available in {seconds} second{(seconds == 1 ? "" : "s")}."),
            body.GetProperty("detail").GetString());
    }
}
