// The same client in C#: it comes back, asks for what it missed, sends again what was not acknowledged, shows each message once, in order.
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;

namespace AgroConnect.Clients;

/// <param name="url">Such as <c>wss://market.example/ws/chat/</c>.</param>
/// <param name="token">Gives a fresh access token.</param>
/// <param name="onMessage">Gets each message, one's own too.</param>
public sealed class ChatClient(Uri url, Func<Task<string>> token, Action<JsonElement> onMessage)
{
    private readonly ConcurrentDictionary<long, long> _shown = new(); // conversation → seq of the last message that was shown
    private readonly ConcurrentDictionary<string, byte[]> _unacknowledged = new(); // by client_id, which sorts in the order of sending
    private readonly string _name = Guid.NewGuid().ToString("N");
    private Channel<byte[]> _line = Channel.CreateUnbounded<byte[]>();
    private int _sent;

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
            try
            {
                _line = Channel.CreateUnbounded<byte[]>();
                socket.Options.SetRequestHeader("Authorization", "Bearer " + await token());
                await socket.ConnectAsync(url, stop);
                _ = WriteAsync(socket, _line.Reader);
                for (var more = true; more && await ReadAsync(socket, stop) is { } frame; pause = 500)
                {
                    more = Take(frame);
                }
            }
            catch (Exception broken) when (broken is WebSocketException or IOException or HttpRequestException)
            {
                // Connected again after a pause.
            }

            _line.Writer.Complete();
            closed = (int?)socket.CloseStatus;
            await Task.Delay(Random.Shared.Next(pause / 2, pause), stop);
        }
    }

    /// <returns>False when another line, after a pause, may do better.</returns>
    private bool Take(JsonElement frame)
    {
        switch (frame.GetProperty("type").GetString())
        {
            case "ready": // connected: catch up, then send what no acknowledgement came for
                _shown.ToList().ForEach(one => Sync(one.Key, one.Value));
                _unacknowledged.OrderBy(one => one.Key, StringComparer.Ordinal).ToList().ForEach(one => Put(one.Value));
                break;
            case "message.ack":
                _unacknowledged.TryRemove(frame.GetProperty("client_id").GetString()!, out _);
                goto case "message.new";
            case "message.new":
                Show(frame.GetProperty("message"));
                break;
            case "message.batch":
                frame.GetProperty("messages").EnumerateArray().ToList().ForEach(Show);
                var conversation = frame.GetProperty("conversation").GetInt64();
                return !frame.GetProperty("has_more").GetBoolean() || Sync(conversation, _shown[conversation]);
            case "error" when frame.GetProperty("code").GetString() is "throttled" or "unavailable":
                return false;
            case "error" when frame.TryGetProperty("client_id", out var id):
                _unacknowledged.TryRemove(id.GetString()!, out _);
                break;
        }

        return true;
    }

    private void Show(JsonElement message)
    {
        var (conversation, seq) = (message.GetProperty("conversation").GetInt64(), message.GetProperty("seq").GetInt64());
        var last = _shown.GetOrAdd(conversation, seq - 1);
        if (seq > last + 1)
        {
            Sync(conversation, last); // one is missing: the batch brings this one again
        }
        else if (seq == last + 1)
        {
            _shown[conversation] = seq;
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

    private static async Task<JsonElement?> ReadAsync(ClientWebSocket socket, CancellationToken stop)
    {
        using var frame = new MemoryStream();
        var (buffer, part) = (new byte[16 * 1024], default(ValueWebSocketReceiveResult));
        for (; !part.EndOfMessage; frame.Write(buffer, 0, part.Count))
        {
            part = await socket.ReceiveAsync(buffer.AsMemory(), stop);
        }

        return part.MessageType == WebSocketMessageType.Close ? null : JsonSerializer.Deserialize<JsonElement>(frame.ToArray());
    }
}
