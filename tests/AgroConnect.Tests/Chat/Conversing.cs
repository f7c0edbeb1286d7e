using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text.Json;
using AgroConnect.Tests.Images;
using AgroConnect.Tests.Products;

namespace AgroConnect.Tests.Chat;

/// <summary>What people do in the chat over HTTP, in the words of the tests.</summary>
internal static class Conversing
{
    public const string Conversations = "/api/chat/conversations/";

    public static Task<HttpResponseMessage> TalkTo(this Person person, Person other, long? product = null) =>
        person.Client.Post(Conversations, new { user = other.Id, product });

    /// <summary>Two people with a conversation, which begins here.</summary>
    public static async Task<(Person One, Person Other, JsonElement Conversation)> TwoWhoTalk(this App app)
    {
        var (one, other) = (await app.Buyer(), await app.Farmer());
        return (one, other, await (await one.TalkTo(other)).Json(201));
    }

    public static string Messages(this JsonElement conversation) => $"{Conversations}{conversation.Id()}/messages/";

    public static Task<HttpResponseMessage> Say(this Person person, JsonElement conversation, string text, string? clientId = null, long[]? images = null) =>
        person.Client.Post(conversation.Messages(), new { client_id = clientId ?? Guid.NewGuid().ToString(), text, images = images ?? [] });

    public static async Task<JsonElement> Said(this Person person, JsonElement conversation, string text, string? clientId = null, long[]? images = null) =>
        await (await person.Say(conversation, text, clientId, images)).Json(201);

    public static Task<HttpResponseMessage> MarkRead(this Person person, JsonElement conversation, object upTo) =>
        person.Client.Post($"{Conversations}{conversation.Id()}/read/", new { up_to = upTo });

    public static Task<JsonElement> See(this Person person, JsonElement conversation, int status = 200) => person.Client.GetJson($"{Conversations}{conversation.Id()}/", status);

    public static Task<HttpResponseMessage> Block(this Person person, Person other) => person.Client.Post("/api/chat/blocks/", new { user = other.Id });

    public static async Task<HttpResponseMessage> UploadPicture(this Person person, byte[]? file = null, string field = "image")
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(file ?? Pictures.Jpeg()) { Headers = { ContentType = new MediaTypeHeaderValue("image/jpeg") } }, field, "photo.jpg" } };
        return await person.Client.PostAsync("/api/chat/images/", form, TestContext.Current.CancellationToken);
    }

    public static List<long> Seqs(this JsonElement slice) => [.. slice.GetProperty("results").EnumerateArray().Select(message => message.GetProperty("seq").GetInt64())];

    public static string TokenOf(Person person) => person.Client.DefaultRequestHeaders.Authorization!.Parameter!;

    /// <summary>The address of the chat's socket on a node.</summary>
    public static Uri SocketOf(Uri node) => new UriBuilder(node) { Scheme = "ws", Path = "/ws/chat/" }.Uri;

    /// <summary>A socket that is connected, after its <c>ready</c>.</summary>
    public static async Task<RawLine> Connect(this App app, Person person)
    {
        var line = new RawLine();
        line.Socket.Options.SetRequestHeader("Authorization", "Bearer " + TokenOf(person));
        await line.Socket.ConnectAsync(SocketOf(app.Stranger().BaseAddress!), TestContext.Current.CancellationToken);
        await line.Next("ready");
        return line;
    }
}

/// <summary>A bare socket that notes all it gets.</summary>
internal sealed class RawLine : IAsyncDisposable
{
    public ClientWebSocket Socket { get; } = new();

    public List<JsonElement> Frames { get; } = [];

    /// <summary>The next frame of a type; those before it are noted too.</summary>
    public async Task<JsonElement> Next(string type)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        while (true)
        {
            using var bytes = new MemoryStream();
            var buffer = new byte[64 * 1024];
            WebSocketReceiveResult part;
            do
            {
                part = await Socket.ReceiveAsync(buffer, patience.Token);
                Assert.True(part.MessageType == WebSocketMessageType.Text, $"Closed with {Socket.CloseStatus} {Socket.CloseStatusDescription} before a frame {type}.");
                bytes.Write(buffer, 0, part.Count);
            }
            while (!part.EndOfMessage);

            var frame = JsonSerializer.Deserialize<JsonElement>(bytes.ToArray());
            Frames.Add(frame);
            if (frame.Text("type") == type)
            {
                return frame;
            }
        }
    }

    public Task Send(object frame) =>
        Socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(frame), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync()
    {
        Socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
