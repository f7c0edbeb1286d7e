using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgroConnect.Clients;

/// <summary>
/// A client of the AgroConnect chat without any dependency (docs/chat.md). It comes back with growing pauses, asks for what it
/// missed, sends again what was not acknowledged, and shows each message once, in order.
/// </summary>
/// <param name="url">Such as <c>wss://market.example/ws/chat/</c>.</param>
/// <param name="token">Gives a fresh access token.</param>
/// <param name="onMessage">Gets each message, one's own too.</param>
/// <param name="onOther">Gets all other frames: typing, read, presence, error …</param>
public sealed class ChatClient(Uri url, Func<Task<string>> token, Action<JsonObject> onMessage, Action<JsonObject>? onOther = null) : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<long, Place> _places = new();
    private readonly OrderedDictionary<string, JsonObject> _unacknowledged = [];
    private readonly SemaphoreSlim _sending = new(1);
    private ClientWebSocket? _socket;

    public void Dispose() => _sending.Dispose();

    /// <summary>Shows a conversation from the message after <paramref name="after"/> on: the last that is shown already, 0 for all.</summary>
    public Task FollowAsync(long conversation, long after) => SyncAsync(conversation, _places[conversation] = new Place { Shown = after });

    /// <summary>Sends a text; it is shown when it is stored.</summary>
    public Task SendAsync(long conversation, string text, params long[] images)
    {
        var clientId = Guid.NewGuid().ToString();
        var frame = new JsonObject { ["type"] = "message.send", ["conversation"] = conversation, ["client_id"] = clientId, ["text"] = text, ["images"] = JsonSerializer.SerializeToNode(images) };
        lock (_unacknowledged)
        {
            _unacknowledged.Add(clientId, frame);
        }

        return PutAsync(frame);
    }

    /// <summary>Stays connected until it is stopped, or the account or conversation is closed to it.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        for (var pause = FirstPause; !stop.IsCancellationRequested; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            using var socket = new ClientWebSocket { Options = { KeepAliveInterval = TimeSpan.FromSeconds(15), KeepAliveTimeout = TimeSpan.FromSeconds(30) } };
            try
            {
                socket.Options.SetRequestHeader("Authorization", "Bearer " + await token());
                await socket.ConnectAsync(url, stop);
                _socket = socket;
                while (await ReadAsync(socket, stop) is { } frame)
                {
                    pause = FirstPause;
                    await TakeAsync(frame);
                }
            }
            catch (Exception broken) when (broken is WebSocketException or IOException or HttpRequestException && !stop.IsCancellationRequested)
            {
                // Connected again below.
            }

            if ((int?)socket.CloseStatus is 4403 or 4404)
            {
                return;
            }

            await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), stop);
        }
    }

    private async Task TakeAsync(JsonObject frame)
    {
        switch ((string)frame["type"]!)
        {
            case "ready": // connected: catch up, then send what no acknowledgement came for
                foreach (var (conversation, place) in _places)
                {
                    place.IsSyncing = false;
                    await SyncAsync(conversation, place);
                }

                foreach (var unsent in Unacknowledged())
                {
                    await PutAsync(unsent);
                }

                break;
            case "message.ack":
                Forget((string)frame["client_id"]!);
                await ShowAsync(frame["message"]!.AsObject());
                return;
            case "message.new":
                await ShowAsync(frame["message"]!.AsObject());
                return;
            case "message.batch":
                var (id, batch) = ((long)frame["conversation"]!, _places[(long)frame["conversation"]!]);
                batch.IsSyncing = false;
                foreach (var message in frame["messages"]!.AsArray())
                {
                    await ShowAsync(message!.AsObject());
                }

                if ((bool)frame["has_more"]! || batch.Heard > batch.Shown)
                {
                    await SyncAsync(id, batch);
                }

                return;
            case "auth.expiring":
                await PutAsync(new JsonObject { ["type"] = "auth", ["token"] = await token() });
                return;
            case "error" when (string?)frame["client_id"] is { } refused:
                if ((string)frame["code"]! is not ("throttled" or "unavailable"))
                {
                    Forget(refused);
                }
                else if (Unacknowledged().Find(unsent => (string?)unsent["client_id"] == refused) is { } again)
                {
                    _ = Task.Delay(2_000).ContinueWith(_ => PutAsync(again), TaskScheduler.Default);
                }

                break;
        }

        onOther?.Invoke(frame);
    }

    private Task ShowAsync(JsonObject message)
    {
        var (conversation, seq) = ((long)message["conversation"]!, (long)message["seq"]!);
        var place = _places.GetOrAdd(conversation, _ => new Place { Shown = seq - 1 });
        place.Heard = Math.Max(place.Heard, seq);
        if (seq > place.Shown + 1)
        {
            // One is missing: the batch brings this one again.
            return SyncAsync(conversation, place);
        }

        if (seq == place.Shown + 1)
        {
            place.Shown = seq;
            onMessage(message);
        }

        return Task.CompletedTask;
    }

    private async Task SyncAsync(long conversation, Place place)
    {
        if (!place.IsSyncing)
        {
            place.IsSyncing = await PutAsync(new JsonObject { ["type"] = "sync", ["conversation"] = conversation, ["after"] = place.Shown });
        }
    }

    private List<JsonObject> Unacknowledged()
    {
        lock (_unacknowledged)
        {
            return [.. _unacknowledged.Values];
        }
    }

    private void Forget(string clientId)
    {
        lock (_unacknowledged)
        {
            _unacknowledged.Remove(clientId);
        }
    }

    /// <returns>Whether there was a line to put it on; whether it arrived, only an answer tells.</returns>
    private async Task<bool> PutAsync(JsonObject frame)
    {
        await _sending.WaitAsync();
        try
        {
            await (_socket is { State: WebSocketState.Open } socket
                ? socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(frame), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None)
                : throw new WebSocketException("Not connected."));
            return true;
        }
        catch (Exception broken) when (broken is WebSocketException or IOException or ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            _sending.Release();
        }
    }

    private static async Task<JsonObject?> ReadAsync(ClientWebSocket socket, CancellationToken stop)
    {
        using var frame = new MemoryStream();
        var buffer = new byte[16 * 1024];
        WebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer, stop);
            frame.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);

        return part.MessageType == WebSocketMessageType.Close ? null : JsonNode.Parse(frame.ToArray())!.AsObject();
    }

    private sealed class Place
    {
        public long Shown { get; set; }

        public long Heard { get; set; }

        public bool IsSyncing { get; set; }
    }
}
