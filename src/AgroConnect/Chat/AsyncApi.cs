using System.Reflection;
using System.Text.Json;

namespace AgroConnect.Chat;

/// <summary><c>/asyncapi/v1.json</c>: the socket and its frames, as OpenAPI describes the routes (AsyncAPI 3.0).</summary>
internal static class AsyncApi
{
    private static readonly string Document = Load();

    public static void Map(WebApplication app) =>
        app.MapGet("/asyncapi/v1.json", (HttpRequest request) => TypedResults.Text(On(request), "application/json")).ExcludeFromDescription();

    /// <summary>The document, with the address under which it was asked for as its server.</summary>
    private static string On(HttpRequest request) => Document
        .Replace("\"localhost:5080\"", JsonSerializer.Serialize(request.Host.Value), StringComparison.Ordinal)
        .Replace("\"protocol\": \"ws\"", request.IsHttps ? "\"protocol\": \"wss\"" : "\"protocol\": \"ws\"", StringComparison.Ordinal);

    private static string Load()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("AgroConnect.Chat.asyncapi.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
