using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace AgroConnect.Tests.Web;

public sealed class Conventions(App app) : IClassFixture<App>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/api/products/999999/")]
    [InlineData("/api/products/999999999999999999999/")]
    [InlineData("/nowhere/")]
    public async Task What_is_not_there_is_a_404_with_a_detail(string address)
    {
        var answer = await app.Stranger().GetJson(address, 404);

        Assert.Equal("Not found.", answer.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("/api/products")]
    [InlineData("/api/categories")]
    [InlineData("/api/products/suggest")]
    [InlineData("/health/live")]
    [InlineData("/docs")]
    public async Task A_path_works_with_and_without_its_closing_slash(string path)
    {
        foreach (var address in new[] { path, path + "/" })
        {
            Assert.Equal(HttpStatusCode.OK, (await app.Stranger().GetAsync(address, Ct)).StatusCode);
        }
    }

    [Theory]
    [InlineData("PUT", "/api/products/", "GET, POST")]
    [InlineData("DELETE", "/api/categories/", "GET, POST")]
    [InlineData("POST", "/api/products/1/", "DELETE, GET, PATCH, PUT")]
    public async Task An_unknown_method_is_a_405_when_signed_in_and_a_401_to_a_stranger(string method, string address, string allowed)
    {
        using var someone = await app.Buyer();
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        using var anonymous = new HttpRequestMessage(new HttpMethod(method), address);

        var answer = await someone.Client.SendAsync(request, Ct);
        var refusal = await app.Stranger().SendAsync(anonymous, Ct);

        Assert.Equal($"Method \"{method}\" not allowed.", Detail(await answer.Json(405)));
        Assert.Equal(allowed, string.Join(", ", answer.Content.Headers.Allow.Order()));
        Assert.Equal("Authentication credentials were not provided.", Detail(await refusal.Json(401)));
        Assert.Equal("Bearer realm=\"api\"", refusal.Headers.WwwAuthenticate.Single().ToString());
        Assert.Empty(refusal.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("create")]
    [InlineData("refresh")]
    [InlineData("verify")]
    [InlineData("blacklist")]
    public async Task Signing_in_asks_nobody_who_they_are_and_answers_405_at_once(string call)
    {
        var answer = await app.Stranger().GetAsync($"/api/auth/jwt/{call}/", Ct);

        Assert.Equal("Method \"GET\" not allowed.", Detail(await answer.Json(405)));
        Assert.Equal("POST", answer.Content.Headers.Allow.Single());
    }

    [Theory]
    [InlineData("POST", "/api/products/")]
    [InlineData("PATCH", "/api/products/999999/")]
    [InlineData("DELETE", "/api/products/999999/")]
    [InlineData("POST", "/api/categories/")]
    [InlineData("DELETE", "/api/categories/999999/")]
    public async Task A_stranger_is_asked_who_they_are_before_anything_else(string method, string address)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address) { Content = new StringContent("{", Encoding.UTF8, "text/plain") };

        var answer = await app.Stranger().SendAsync(request, Ct);

        Assert.Equal("Authentication credentials were not provided.", Detail(await answer.Json(401)));
        Assert.Equal("Bearer realm=\"api\"", answer.Headers.WwwAuthenticate.Single().ToString());
    }

    [Fact]
    public async Task An_options_request_that_is_no_pre_flight_describes_the_resource_to_those_who_signed_in()
    {
        using var someone = await app.Buyer();
        using var request = new HttpRequestMessage(HttpMethod.Options, "/api/products/");
        using var anonymous = new HttpRequestMessage(HttpMethod.Options, "/api/products/");
        using var unknown = new HttpRequestMessage(HttpMethod.Options, "/api/nowhere/");

        var answer = await someone.Client.SendAsync(request, Ct);

        Assert.Contains("application/json", (await answer.Json()).GetProperty("parses").EnumerateArray().Select(type => type.GetString()));
        Assert.Contains("POST", answer.Content.Headers.Allow);
        await (await app.Stranger().SendAsync(anonymous, Ct)).Json(401);
        await (await someone.Client.SendAsync(unknown, Ct)).Json(404);
    }

    [Theory]
    [InlineData("{")]
    [InlineData(" ")]
    [InlineData("{\"name\": NaN}")]
    [InlineData("{'name': 1}")]
    [InlineData("{\"name\": \"a\"} {}")]
    public async Task Malformed_json_is_a_400_that_says_so(string body)
    {
        using var farmer = await app.Farmer();

        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var answer = await (await farmer.Client.PostAsync("/api/products/", content, Ct)).Json(400);

        Assert.StartsWith("JSON parse error - ", Detail(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_no_utf8_and_nesting_without_end_are_malformed_json()
    {
        using var farmer = await app.Farmer();
        byte[] latin1 = [.. "{\"name\": \"Caf"u8, 0xE9, .. "\"}"u8];
        var deep = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 5_000)) + "1" + new string('}', 5_000));

        foreach (var body in new[] { latin1, deep })
        {
            using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            var answer = await (await farmer.Client.PostAsync("/api/products/", content, Ct)).Json(400);
            Assert.StartsWith("JSON parse error - ", Detail(answer), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("[]", "Invalid data. Expected a dictionary, but got list.")]
    [InlineData("\"text\"", "Invalid data. Expected a dictionary, but got str.")]
    [InlineData("7", "Invalid data. Expected a dictionary, but got int.")]
    [InlineData("7.5", "Invalid data. Expected a dictionary, but got float.")]
    [InlineData("true", "Invalid data. Expected a dictionary, but got bool.")]
    [InlineData("null", "No data provided")]
    public async Task Json_that_is_no_object_is_a_400_in_the_words_of_python(string body, string message)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        var answer = await (await app.Stranger().PostAsync("/api/auth/jwt/create/", content, Ct)).Json(400);

        Assert.Equal([message], answer.Messages("non_field_errors"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/json")]
    [InlineData("multipart/form-data")]
    public async Task No_body_counts_as_one_without_fields(string? type)
    {
        using var content = new ByteArrayContent([]);
        content.Headers.ContentType = type is null ? null : new MediaTypeHeaderValue(type);

        var answer = await (await app.Stranger().PostAsync("/api/auth/jwt/create/", content, Ct)).Json(400);

        Assert.Equal(["This field is required."], answer.Messages("email"));
        Assert.Equal(["This field is required."], answer.Messages("password"));
    }

    [Fact]
    public async Task Another_media_type_is_a_415_that_names_it()
    {
        using var content = new StringContent("{}", Encoding.UTF8, "text/plain");
        content.Headers.ContentType!.CharSet = null;

        var answer = await (await app.Stranger().PostAsync("/api/auth/jwt/create/", content, Ct)).Json(415);

        Assert.Equal("Unsupported media type \"text/plain\" in request.", Detail(answer));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task A_body_over_the_limit_is_a_413(string type)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/jwt/create/")
        {
            Content = new ByteArrayContent(new byte[2 * 1024 * 1024]) { Headers = { ContentType = new MediaTypeHeaderValue(type) } },
            Headers = { ExpectContinue = true },
        };

        var answer = await (await app.Stranger().SendAsync(request, Ct)).Json(413);

        Assert.NotEmpty(Detail(answer));
    }

    [Theory]
    [InlineData("/api/products/")]
    [InlineData("/api/categories/")]
    [InlineData("/health/live")]
    [InlineData("/openapi/v1.json")]
    public async Task Head_works_wherever_get_does(string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, address);
        var got = await app.Stranger().GetAsync(address, Ct);

        var answer = await app.Stranger().SendAsync(request, Ct);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(got.Content.Headers.ContentType, answer.Content.Headers.ContentType);
        Assert.Equal(got.Headers.ETag, answer.Headers.ETag);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Ct));
    }

    [Fact]
    public async Task A_public_resource_is_not_sent_again_to_who_has_it()
    {
        using var farmer = await app.Farmer();
        var product = await app.Product(farmer);
        var address = $"/api/products/{product.GetProperty("id")}/";
        var first = await app.Stranger().GetAsync(address, Ct);

        var again = await app.Stranger().SendAsync(Asking(address, first.Headers.ETag!), Ct);
        await farmer.Client.PatchAsJsonAsync(address, new { price = "4.00" }, Ct);
        var changed = await app.Stranger().SendAsync(Asking(address, first.Headers.ETag!), Ct);

        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal(first.Headers.ETag, again.Headers.ETag);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync(Ct));
        Assert.Equal("4.00", (await changed.Json()).GetProperty("price").GetString());

        static HttpRequestMessage Asking(string address, EntityTagHeaderValue etag) =>
            new(HttpMethod.Get, address) { Headers = { IfNoneMatch = { new EntityTagHeaderValue("\"other\""), etag } } };
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    public async Task An_answer_is_compressed_for_who_can_read_it(string encoding)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi/v1.json") { Headers = { AcceptEncoding = { new(encoding) } } };

        var answer = await app.Stranger().SendAsync(request, Ct);
        var plain = await app.Stranger().GetByteArrayAsync("/openapi/v1.json", Ct);

        Assert.Equal(encoding, answer.Content.Headers.ContentEncoding.Single());
        await using var body = await answer.Content.ReadAsStreamAsync(Ct);
        await using Stream unpacked = encoding == "br"
            ? new System.IO.Compression.BrotliStream(body, System.IO.Compression.CompressionMode.Decompress)
            : new System.IO.Compression.GZipStream(body, System.IO.Compression.CompressionMode.Decompress);
        Assert.Equal(JsonSerializer.Deserialize<JsonElement>(plain).ToString(), (await JsonSerializer.DeserializeAsync<JsonElement>(unpacked, cancellationToken: Ct)).ToString());
    }

    [Theory]
    [InlineData("GET", "/api/products/", 200)]
    [InlineData("GET", "/api/products/999999/", 404)]
    [InlineData("GET", "/nowhere/", 404)]
    [InlineData("POST", "/api/products/", 401)]
    [InlineData("POST", "/api/auth/jwt/create/", 400)]
    [InlineData("GET", "/api/auth/jwt/create/", 405)]
    [InlineData("GET", "/docs/", 200)]
    [InlineData("GET", "/metrics", 200)]
    public async Task Every_kind_of_answer_has_the_security_headers(string method, string address, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address);

        var answer = await app.Stranger().SendAsync(request, Ct);

        Assert.Equal(status, (int)answer.StatusCode);
        SecurityHeaders.AssertOn(answer);
    }

    private static string Detail(JsonElement body) => body.GetProperty("detail").GetString()!;
}

internal static class SecurityHeaders
{
    public static void AssertOn(HttpResponseMessage answer)
    {
        Assert.Equal("nosniff", Header("X-Content-Type-Options"));
        Assert.Equal("DENY", Header("X-Frame-Options"));
        Assert.Equal("strict-origin-when-cross-origin", Header("Referrer-Policy"));
        Assert.Equal("same-origin", Header("Cross-Origin-Opener-Policy"));
        Assert.Contains("frame-ancestors 'none'", Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Server"));

        string Header(string name) => answer.Headers.GetValues(name).Single();
    }
}
