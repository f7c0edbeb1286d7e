using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace AgroConnect.Tests.Assistant;

/// <summary>What people ask the assistant, in the words of the tests.</summary>
internal static class Asking
{
    public const string Question = "How do I grow maize?";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static Task<HttpResponseMessage> Post(this HttpClient client, object body) => client.PostAsJsonAsync("/api/chatbot/", body, Stop);

    public static async Task<JsonElement> Ask(this HttpClient client, string message = Question, long? conversation = null, string? language = null) =>
        await (await client.Post(new { message, conversation_id = conversation, language })).Json();

    public static Task<JsonElement> Ask(this Person person, string message = Question, long? conversation = null) => person.Client.Ask(message, conversation);

    public static MultipartFormDataContent Picture(byte[] file, string message = Question) =>
        new() { { new StringContent(message), "message" }, { new ByteArrayContent(file), "image", "leaf.jpg" } };

    /// <summary>The events of an answer, as they come.</summary>
    public static async IAsyncEnumerable<(string Name, JsonElement Data)> Events(this HttpClient client, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/chatbot/") { Content = JsonContent.Create(body) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        await using var stream = await response.Content.ReadAsStreamAsync(Stop);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(Stop))
        {
            yield return (item.EventType, JsonSerializer.Deserialize<JsonElement>(item.Data));
        }
    }

    /// <summary>All texts that a stream showed, and the whole answer at its end.</summary>
    public static async Task<(IReadOnlyList<string> Deltas, JsonElement Done)> Stream(this HttpClient client, string message = Question, long? conversation = null)
    {
        var events = await client.Events(new { message, conversation_id = conversation }).ToListAsync(Stop);
        Assert.Equal("done", events[^1].Name);
        Assert.All(events.SkipLast(1), shown => Assert.Equal("delta", shown.Name));
        return ([.. events.SkipLast(1).Select(shown => shown.Data.GetProperty("text").GetString()!)], events[^1].Data);
    }

    public static string Reply(this JsonElement answer) => answer.GetProperty("reply").GetString()!;

    public static string Model(this JsonElement answer) => answer.GetProperty("model").GetString()!;

    public static bool Degraded(this JsonElement answer) => answer.GetProperty("degraded").GetBoolean();

    public static string[] Cited(this JsonElement answer) => [.. answer.GetProperty("citations").EnumerateArray().Select(citation => citation.GetProperty("id").GetString()!)];
}
