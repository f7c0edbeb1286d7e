using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using AgroConnect.Chat;
using AgroConnect.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgroConnect.Tests.Chat;

/// <summary>A client's socket, as a test sees it: frames go in and come out.</summary>
internal sealed class Line : IAsyncDisposable
{
    /// <summary>A guard against hanging, no measure.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ClientWebSocket _socket = new();
    private readonly Channel<JsonElement> _frames = Channel.CreateUnbounded<JsonElement>();
    private Task _reading = Task.CompletedTask;

    private Line() => _socket.Options.KeepAliveInterval = TimeSpan.Zero;

    public ClientWebSocket Socket => _socket;

    /// <summary>The first frame.</summary>
    public JsonElement Ready { get; private set; }

    /// <summary>How it was closed; 1006 when it broke.</summary>
    public int Closed { get; private set; }

    public string ClosedWith { get; private set; } = "";

    /// <summary>Opens a socket for somebody, and waits until it is ready.</summary>
    public static async Task<Line> Open(Person person, long? conversation = null, string? address = null)
    {
        var line = await Dial(person.Client, $"/ws/chat/{(conversation is { } id ? $"{id}/" : "")}?token={person.Token()}", address: address);
        line.Ready = await line.Next("ready");
        return line;
    }

    /// <summary>Opens a socket, whatever comes of it.</summary>
    /// <param name="client">Of the node.</param>
    /// <param name="path">With its query.</param>
    /// <param name="options">Headers and subprotocols.</param>
    /// <param name="address">Of another node.</param>
    /// <param name="reads">Whether frames are read as they come.</param>
    public static async Task<Line> Dial(
        HttpClient client, string path, Action<ClientWebSocketOptions>? options = null, string? address = null, bool reads = true)
    {
        var line = new Line();
        options?.Invoke(line._socket.Options);
        var url = new UriBuilder(new Uri(address is null ? client.BaseAddress! : new Uri(address), path)) { Scheme = "ws" }.Uri;
        await line._socket.ConnectAsync(url, TestContext.Current.CancellationToken);
        if (reads)
        {
            line.Read();
        }

        return line;
    }

    /// <summary>From here on frames are read as they come.</summary>
    public void Read() => _reading = ReadAsync();

    public Task Send(object frame) => SendText(JsonSerializer.Serialize(frame));

    public Task SendText(string text) => SendBytes(Encoding.UTF8.GetBytes(text));

    public Task SendBytes(ReadOnlyMemory<byte> bytes, WebSocketMessageType type = WebSocketMessageType.Text, bool ends = true) =>
        _socket.SendAsync(bytes, type, ends, TestContext.Current.CancellationToken).AsTask();

    public Task Say(long conversation, string text, string? clientId = null) =>
        Send(new { type = "message.send", conversation, client_id = clientId ?? Guid.NewGuid().ToString("N"), text });

    /// <summary>Says something and takes its acknowledgement.</summary>
    public async Task<JsonElement> SayWell(long conversation, string text, string? clientId = null)
    {
        await Say(conversation, text, clientId);
        return (await Next("message.ack")).GetProperty("message");
    }

    /// <summary>The next frame, which is of this type.</summary>
    public async Task<JsonElement> Next(string type)
    {
        var frame = await Next();
        Assert.True(frame.Type() == type, $"Instead of {type}: {frame}");
        return frame;
    }

    public async Task<JsonElement> Next()
    {
        try
        {
            return await _frames.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
        catch (ChannelClosedException)
        {
            Assert.Fail($"The line was closed with {Closed} {ClosedWith}.");
            throw;
        }
    }

    /// <summary>The next frame; null when the line has ended.</summary>
    public async Task<JsonElement?> NextOrNothing() =>
        await _frames.Reader.WaitToReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken)
        && _frames.Reader.TryRead(out var frame) ? frame : null;

    /// <summary>Nothing came before the answer to this; and what was sent before is done.</summary>
    public async Task NothingMore()
    {
        await Send(new { type = "ping" });
        await Next("pong");
    }

    /// <summary>An error, with nothing before it.</summary>
    public async Task<JsonElement> Refused(string code)
    {
        var error = await Next("error");
        Assert.True(error.GetProperty("code").GetString() == code, $"Instead of {code}: {error}");
        return error;
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>The status of the close.</returns>
    public async Task<int> End()
    {
        await _reading.WaitAsync(Patience, TestContext.Current.CancellationToken);
        return Closed;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
                await _reading.WaitAsync(limit.Token);
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException)
        {
            // It is being given up.
        }

        _socket.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[256 * 1024];
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    if (length == buffer.Length)
                    {
                        Array.Resize(ref buffer, length * 2);
                    }

                    part = await _socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                    length += part.Count;
                }
                while (!part.EndOfMessage && part.MessageType != WebSocketMessageType.Close);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    (Closed, ClosedWith) = ((int)_socket.CloseStatus!, _socket.CloseStatusDescription ?? "");
                    if (_socket.State == WebSocketState.CloseReceived)
                    {
                        await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                    }

                    break;
                }

                _frames.Writer.TryWrite(JsonSerializer.Deserialize<JsonElement>(buffer.AsSpan(0, length)));
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            Closed = Closed == 0 ? 1006 : Closed;
        }

        _frames.Writer.TryComplete();
    }
}

/// <summary>What people who talk have, in the words of the tests.</summary>
internal static class Talk
{
    public static string Type(this JsonElement frame) => frame.GetProperty("type").GetString()!;

    public static long Seq(this JsonElement message) => message.GetProperty("seq").GetInt64();

    public static string Said(this JsonElement message) => message.GetProperty("text").GetString()!;

    public static string Token(this Person person) => person.Client.DefaultRequestHeaders.Authorization!.Parameter!;

    /// <summary>Where a node listens.</summary>
    public static string Address(this App node) => node.Stranger().BaseAddress!.ToString();

    /// <summary>A conversation of two.</summary>
    public static async Task<long> Conversation(this App app, Person one, Person other)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var conversation = AgroConnect.Chat.Conversation.Between(one.Id, other.Id, null, DateTimeOffset.UtcNow);
        db.Conversations.Add(conversation);
        await db.SaveChangesAsync();
        return conversation.Id;
    }

    /// <summary>Two people, and where they talk.</summary>
    public static async Task<(Person Amina, Person Bilal, long Conversation)> Pair(this App app)
    {
        var (one, other) = (await app.Buyer(), await app.Farmer());
        return (one, other, await app.Conversation(one, other));
    }

    /// <summary>What is stored of a conversation, in its order.</summary>
    public static async Task<List<Message>> Stored(this App app, long conversation)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var messages = scope.ServiceProvider.GetRequiredService<AppDbContext>().Messages;
        return await messages.AsNoTracking().Where(message => message.ConversationId == conversation).OrderBy(message => message.Seq).ToListAsync();
    }
}

/// <summary>Another node of the same market: the same database, the same Redis when there is one.</summary>
/// <param name="first">The node that made the database.</param>
/// <param name="redis">Address of the Redis that they share; null for none.</param>
/// <param name="database">Another way to the same database.</param>
internal sealed class AnotherNode(App first, string? redis = null, string? database = null) : App(first)
{
    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["Database:ConnectionString"] = database ?? Database.ConnectionString,
        ["Redis:ConnectionString"] = redis,
    };

    public static async Task<AnotherNode> Of(App first, string? redis = null, string? database = null)
    {
        var node = new AnotherNode(first, redis, database);
        await node.InitializeAsync();
        return node;
    }
}
