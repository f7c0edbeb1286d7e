using System.Net;

namespace AgroConnect.Tests.Web;

/// <summary>App names <c>https://market.example</c> as its front end, which then is the one allowed origin.</summary>
public sealed class CrossOriginCalls(App app) : IClassFixture<App>
{
    private const string FrontEnd = "https://market.example";
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/api/products/")]
    [InlineData("/api/auth/jwt/create/")]
    [InlineData("/api/auth/jwt/refresh")]
    public async Task The_front_end_may_ask_without_a_token_what_it_may_send(string address)
    {
        var answer = await PreFlight(address, FrontEnd);

        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.NoContent);
        Assert.Equal(FrontEnd, Header(answer, "Access-Control-Allow-Origin"));
        Assert.Equal("true", Header(answer, "Access-Control-Allow-Credentials"));
        Assert.Equal(["DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT"], Words(answer, "Access-Control-Allow-Methods"));
        Assert.Superset(
            new HashSet<string> { "accept", "authorization", "content-type", "x-csrftoken", "x-requested-with" },
            Words(answer, "Access-Control-Allow-Headers").ToHashSet());
    }

    [Theory]
    [InlineData("GET", "/api/products/", 200)]
    [InlineData("GET", "/api/products/999999/", 404)]
    [InlineData("POST", "/api/products/", 401)]
    [InlineData("POST", "/api/auth/jwt/create/", 400)]
    [InlineData("GET", "/nowhere/", 404)]
    public async Task Every_answer_to_the_front_end_lets_it_read_on_and_depends_on_the_origin(string method, string address, int status)
    {
        var answer = await Send(method, address, FrontEnd);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(FrontEnd, Header(answer, "Access-Control-Allow-Origin"));
        Assert.Equal("true", Header(answer, "Access-Control-Allow-Credentials"));
        Assert.Contains("Origin", answer.Headers.Vary);
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("https://market.example.evil.example")]
    [InlineData("http://market.example")]
    [InlineData("null")]
    public async Task Another_origin_gets_nothing(string origin)
    {
        foreach (var answer in new[] { await PreFlight("/api/products/", origin), await Send("GET", "/api/products/", origin) })
        {
            Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control-Allow", StringComparison.OrdinalIgnoreCase));
            Assert.Contains("Origin", answer.Headers.Vary);
        }
    }

    private Task<HttpResponseMessage> PreFlight(string address, string origin) => Send("OPTIONS", address, origin, ask: true);

    private async Task<HttpResponseMessage> Send(string method, string address, string origin, bool ask = false)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address) { Headers = { { "Origin", origin } } };
        if (ask)
        {
            request.Headers.Add("Access-Control-Request-Method", "POST");
            request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
        }

        return await app.Stranger().SendAsync(request, Ct);
    }

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.GetValues(name).Single();

    private static IEnumerable<string> Words(HttpResponseMessage answer, string name) =>
        answer.Headers.GetValues(name).SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries)).Order();
}
