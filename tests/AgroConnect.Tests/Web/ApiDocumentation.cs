using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AgroConnect.Tests.Web;

public sealed partial class ApiDocumentation(App app) : IClassFixture<App>
{
    private static readonly string[] KindsOfType = ["type", "$ref", "oneOf", "anyOf", "allOf", "enum"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_route_of_the_api_is_described()
    {
        var api = await app.Stranger().GetJson("/openapi/v1.json");

        var described = ApiPaths(api)
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name}"));
        var routes = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal))
            .SelectMany(route => route.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods
                .Select(method => $"{method} {Constraint().Replace(route.RoutePattern.RawText!, "}")}"));
        Assert.Equal(routes.Order(), described.Order());
    }

    [Fact]
    public async Task Every_value_has_a_type()
    {
        var api = await app.Stranger().GetJson("/openapi/v1.json");

        Assert.Empty(Untyped(api.GetProperty("components").GetProperty("schemas"), "schemas")
            .Concat(Operations(api).SelectMany(operation => Contents(operation.Value)
                .SelectMany(content => content.Value.TryGetProperty("schema", out var schema) ? UntypedSchema(schema, operation.Name) : [operation.Name + " has no schema"]))));
        Assert.All(
            Operations(api).SelectMany(operation => operation.Value.TryGetProperty("parameters", out var all) ? all.EnumerateArray() : default),
            parameter => Assert.Empty(UntypedSchema(parameter.GetProperty("schema"), parameter.GetProperty("name").GetString()!)));
    }

    [Fact]
    public async Task Every_answer_that_carries_something_says_what()
    {
        var api = await app.Stranger().GetJson("/openapi/v1.json");

        Assert.All(Operations(api), operation => Assert.Contains(
            operation.Value.GetProperty("responses").EnumerateObject(),
            response => response.Name is "204" || (response.Name[0] == '2' && response.Value.TryGetProperty("content", out _))));
    }

    [Fact]
    public async Task The_assistants_conversations_are_not_described_as_those_of_people()
    {
        var schemas = (await app.Stranger().GetJson("/openapi/v1.json")).GetProperty("components").GetProperty("schemas");

        Assert.True(schemas.GetProperty("AssistantMessageView").GetProperty("properties").TryGetProperty("role", out _));
        Assert.True(schemas.GetProperty("MessageView").GetProperty("properties").TryGetProperty("seq", out _));
        Assert.True(schemas.GetProperty("AssistantConversationView").GetProperty("properties").TryGetProperty("title", out _));
        Assert.True(schemas.GetProperty("ConversationView").GetProperty("properties").TryGetProperty("participants", out _));
    }

    [Fact]
    public async Task A_partial_change_requires_no_field()
    {
        var me = (await app.Stranger().GetJson("/openapi/v1.json")).GetProperty("paths").GetProperty("/api/auth/users/me/");

        JsonElement Body(string method) => me.GetProperty(method).GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema");
        Assert.False(Body("patch").TryGetProperty("required", out _));
        Assert.True(Body("put").TryGetProperty("required", out _));
    }

    [Fact]
    public async Task What_needs_a_token_says_so_and_no_secret_is_told()
    {
        var text = await app.Stranger().GetStringAsync("/openapi/v1.json", Ct);
        var paths = JsonSerializer.Deserialize<JsonElement>(text).GetProperty("paths");

        Assert.True(paths.GetProperty("/api/products/").GetProperty("post").TryGetProperty("security", out _));
        Assert.False(paths.GetProperty("/api/products/").GetProperty("get").TryGetProperty("security", out _));
        Assert.DoesNotContain("a-signing-key-for-tests", text, StringComparison.Ordinal);
        Assert.DoesNotContain(app.Database.Directory, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Docs_is_a_page_whose_scripts_its_own_policy_allows()
    {
        var answer = await app.Stranger().GetAsync("/docs/", Ct);
        var page = await answer.Content.ReadAsStringAsync(Ct);

        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("script-src 'self'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        var scripts = Script().Matches(page).Select(script => script.Groups[1].Value).ToList();
        Assert.NotEmpty(scripts);
        foreach (var script in scripts)
        {
            Assert.DoesNotContain("//", script, StringComparison.Ordinal);
            Assert.True((await app.Stranger().GetAsync(new Uri(answer.RequestMessage!.RequestUri!, script), Ct)).IsSuccessStatusCode);
        }
    }

    private static IEnumerable<JsonProperty> Operations(JsonElement api) =>
        ApiPaths(api).SelectMany(path => path.Value.EnumerateObject());

    private static IEnumerable<JsonProperty> ApiPaths(JsonElement api) =>
        api.GetProperty("paths").EnumerateObject().Where(path => path.Name.StartsWith("/api/", StringComparison.Ordinal));

    private static IEnumerable<JsonProperty> Contents(JsonElement operation) =>
        operation.GetProperty("responses").EnumerateObject().Select(response => response.Value)
            .Concat(operation.TryGetProperty("requestBody", out var body) ? [body] : [])
            .Where(part => part.TryGetProperty("content", out _))
            .SelectMany(part => part.GetProperty("content").EnumerateObject());

    private static IEnumerable<string> Untyped(JsonElement named, string path) =>
        named.EnumerateObject().SelectMany(schema => UntypedSchema(schema.Value, $"{path}.{schema.Name}"));

    private static IEnumerable<string> UntypedSchema(JsonElement schema, string path)
    {
        if (!KindsOfType.Any(word => schema.TryGetProperty(word, out _)))
        {
            yield return path;
        }

        var inner = schema.TryGetProperty("properties", out var properties) ? Untyped(properties, path) : [];
        inner = schema.TryGetProperty("items", out var items) ? inner.Concat(UntypedSchema(items, path + "[]")) : inner;
        foreach (var found in inner)
        {
            yield return found;
        }
    }

    [GeneratedRegex(":[a-z]+}")]
    private static partial Regex Constraint();

    [GeneratedRegex("<script[^>]* src=\"([^\"]+)\"")]
    private static partial Regex Script();
}
