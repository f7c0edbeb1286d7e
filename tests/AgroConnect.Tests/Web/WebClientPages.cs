using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace AgroConnect.Tests.Web;

public sealed class WebClientPages(App app) : IClassFixture<App>
{
    private static readonly bool _built = File.Exists(Path.Combine(AppContext.BaseDirectory, "web", "index.html"));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_client_is_made_from_the_document_that_is_served()
    {
        var served = JsonNode.Parse(await app.Stranger().GetStringAsync("/openapi/v1.json", Ct))!.AsObject();
        served.Remove("servers"); // its own address
        var kept = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Web(), "openapi.json"), Ct));

        Assert.True(JsonNode.DeepEquals(kept, served), "web/openapi.json is another document than the server's: start the server and run 'npm run openapi' in web/.");
    }

    [Fact]
    public async Task A_client_learns_name_currency_and_ways_to_pay_and_sign_in()
    {
        var site = await app.Stranger().GetJson("/api/site/");

        Assert.Equal("AgroConnect", site.GetProperty("name").GetString());
        Assert.Equal("USD", site.GetProperty("currency").GetString());
        Assert.Equal("cash", Assert.Single(site.GetProperty("payment_methods").EnumerateArray()).GetString());
        Assert.Empty(site.GetProperty("social_providers").EnumerateArray());
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/products/3")]
    [InlineData("/activate/NA/a-token")]
    [InlineData("/farm/listings/")]
    public async Task A_browser_gets_the_page_wherever_it_begins(string address)
    {
        Assert.SkipUnless(_built, "This build is without the pages.");

        var answer = await Get(address, "text/html,application/xhtml+xml,*/*;q=0.8");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
        Assert.True(answer.Headers.CacheControl!.NoCache);
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotMatch("<script(?![^>]* src=)", await answer.Content.ReadAsStringAsync(Ct));
    }

    [Theory]
    [InlineData("/", "ur-PK,ur;q=0.9,en;q=0.8", "ur")]
    [InlineData("/products", "de-DE,de;q=0.9,fr;q=0.8,en;q=0.7", "fr")]
    [InlineData("/products/3", "nb", "en")]
    public async Task A_first_visit_has_something_to_read_before_any_script_in_a_language_of_the_reader(string address, string accepted, string language)
    {
        Assert.SkipUnless(_built, "This build is without the pages.");
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { { "Accept", "text/html" }, { "Accept-Language", accepted } } };

        var answer = await app.Stranger().SendAsync(request, Ct);

        var html = await answer.Content.ReadAsStringAsync(Ct);
        Assert.Contains($"<html lang=\"{language}\"", html, StringComparison.Ordinal);
        Assert.Contains("<h1", html, StringComparison.Ordinal);
        Assert.DoesNotMatch(" style=", html); // the policy would not let it
        Assert.Contains("Accept-Language", answer.Headers.Vary);
    }

    [Theory]
    [InlineData("/api/nowhere/")]
    [InlineData("/media/nothing.webp")]
    [InlineData("/assets/nothing.js")]
    [InlineData("/docs/nothing/else")]
    public async Task What_is_unknown_to_programs_is_no_page_to_a_browser(string address) =>
        Assert.Equal(HttpStatusCode.NotFound, (await Get(address, "text/html")).StatusCode);

    [Fact]
    public async Task A_program_that_asks_for_no_page_gets_none() =>
        Assert.Equal("Not found.", (await app.Stranger().GetJson("/products/3", 404)).GetProperty("detail").GetString());

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    public async Task Scripts_are_sent_as_they_were_compressed_once_and_kept_for_ever(string encoding)
    {
        Assert.SkipUnless(_built, "This build is without the pages.");
        var script = Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "web", "assets"), "index-*.js").First();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/assets/" + Path.GetFileName(script));
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue(encoding));

        var answer = await app.Stranger().SendAsync(request, Ct);

        Assert.Equal(encoding, Assert.Single(answer.Content.Headers.ContentEncoding));
        Assert.Equal(new FileInfo(script + (encoding == "br" ? ".br" : ".gz")).Length, answer.Content.Headers.ContentLength);
        Assert.Contains("immutable", answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        Assert.Contains("Accept-Encoding", answer.Headers.Vary);

        using var again = new HttpRequestMessage(HttpMethod.Get, request.RequestUri);
        again.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue(encoding));
        again.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await app.Stranger().SendAsync(again, Ct)).StatusCode);
    }

    [Fact]
    public async Task The_service_worker_is_never_kept_and_may_fetch_what_it_keeps()
    {
        Assert.SkipUnless(_built, "This build is without the pages.");

        var answer = await Get("/sw.js", "*/*");

        Assert.Equal("text/javascript", answer.Content.Headers.ContentType!.MediaType);
        Assert.True(answer.Headers.CacheControl!.NoCache);
        Assert.Contains("connect-src 'self'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> Get(string address, string accept)
    {
        var client = app.Stranger();
        client.DefaultRequestHeaders.Add("Accept", accept);
        return client.GetAsync(address, Ct);
    }

    private static string Web([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../web"));
}
