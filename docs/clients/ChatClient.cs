// The same client in C#: it comes back, asks for what it missed, sends again what was not acknowledged, shows each message once, in order.
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;

namespace AgroConnect.Clients;

public sealed record ChatMessage(long Id, long Conversation, long Seq, long Sender, string ClientId, string Text);

/// <param name="url">Such as <c>wss://market.example/ws/chat/</c>.</param>
/// <param name="token">Gives a fresh access token.</param>
/// <param name="onMessage">Gets each message, one's own too.</param>
public sealed class ChatClient(Uri url, Func<Task<string>> token, Action<ChatMessage> onMessage)
{
    private static readonly JsonSerializerOptions _json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private readonly ConcurrentDictionary<long, long> _shown = new(); // conversation → seq of the last message that was shown
    private readonly ConcurrentDictionary<string, byte[]> _unacknowledged = new(); // by client_id, which sorts in the order of sending
    private readonly string _name = Guid.NewGuid().ToString("N");
    private Channel<byte[]> _line = Channel.CreateUnbounded<byte[]>();
    private int _sent;

    private sealed record Frame(string Type, long Conversation, string? ClientId, string? Code, bool HasMore, ChatMessage? Message, ChatMessage[]? Messages);

    /// <summary>Shows a conversation from the message after <paramref name="after"/> on: the last that was shown, 0 for all.</summary>
    public void Follow(long conversation, long after) => Sync(conversation, _shown[conversation] = after);

    /// <summary>Sends a text; it is shown when it is stored.</summary>
    public void Send(long conversation, string text)
    {
        var id = $"{_name}-{Interlocked.Increment(ref _sent):d10}";
        Put(_unacknowledged[id] = JsonSerializer.SerializeToUtf8Bytes(new { type = "message.send", conversation, client_id = id, text }));
    }

    /// <summary>Stays connected until it is stopped, or the account or conversation is closed to it.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        int? closed = null;
        for (var pause = 500; closed is not (4403 or 4404); pause = Math.Min(pause * 2, 30_000))
        {
            using var socket = new ClientWebSocket { Options = { KeepAliveTimeout = TimeSpan.FromSeconds(45) } };
            _line = Channel.CreateUnbounded<byte[]>();
            try
            {
                socket.Options.SetRequestHeader("Authorization", "Bearer " + await token());
                await socket.ConnectAsync(url, stop);
                _ = WriteAsync(socket, _line.Reader);
                for (var more = true; more; pause = 500)
                {
                    await using var message = WebSocketStream.CreateReadableMessageStream(socket);
                    more = Take((await JsonSerializer.DeserializeAsync<Frame>(message, _json, stop))!);
                }
            }
            catch (Exception broken) when (broken is WebSocketException or IOException or HttpRequestException or JsonException or NotSupportedException
                || (broken is OperationCanceledException && !stop.IsCancellationRequested))
            {
                // Closed, which reads as an empty message, or cut, which a socket tells in many ways: connected again after a pause.
            }

            _line.Writer.Complete();
            closed = (int?)socket.CloseStatus;
            await Task.Delay(Random.Shared.Next(pause / 2, pause), stop);
        }
    }

    /// <returns>False when another line, after a pause, may do better.</returns>
    private bool Take(Frame frame)
    {
        if (frame.Type == "ready") // connected: catch up, then send what no acknowledgement came for
        {
            _shown.ToList().ForEach(one => Sync(one.Key, one.Value));
            _unacknowledged.OrderBy(one => one.Key, StringComparer.Ordinal).ToList().ForEach(one => Put(one.Value));
        }

        var isRefused = frame.Type == "error";
        var isLater = isRefused && frame.Code is "throttled" or "unavailable";
        if ((frame.Type == "message.ack" || isRefused && !isLater) && frame.ClientId is { } id)
        {
            _unacknowledged.TryRemove(id, out _);
        }

        (frame.Messages ?? (frame.Message is { } message ? [message] : [])).ToList().ForEach(Show);
        return frame.HasMore ? Sync(frame.Conversation, _shown[frame.Conversation]) : !isLater;
    }

    private void Show(ChatMessage message)
    {
        var last = _shown.GetOrAdd(message.Conversation, message.Seq - 1);
        if (message.Seq > last + 1)
        {
            Sync(message.Conversation, last); // one is missing: the batch brings this one again
        }
        else if (message.Seq == last + 1)
        {
            _shown[message.Conversation] = message.Seq;
            onMessage(message);
        }
    }

    private bool Sync(long conversation, long after) => Put(JsonSerializer.SerializeToUtf8Bytes(new { type = "sync", conversation, after }));

    private bool Put(byte[] frame) => _line.Writer.TryWrite(frame);

    private static async Task WriteAsync(ClientWebSocket socket, ChannelReader<byte[]> frames)
    {
        await foreach (var frame in frames.ReadAllAsync())
        {
            await socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
    }
}
