using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using AgroConnect.Data;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.Extensions.Options;

namespace AgroConnect.Chat;

/// <summary>What clients send (chat.md, WebSocket), and what is done about it.</summary>
internal sealed partial class AnswerFrames(
    MessageStore store, ChatHub hub, MessageViews views, Presence presence, Typing typing, Tokens tokens, AccountStates accounts, IServiceScopeFactory scopes,
    IOptions<ChatOptions> options, IOptions<RateLimitOptions> limits, TimeProvider clock, ILogger<AnswerFrames> logger)
{
    private const int SyncSize = 100;
    private const int MostWatched = 1_000;
    private const string Unavailable = "Not now. Try again.";
    private const string NoConversation = "You have no such conversation.";

    private static readonly string[] _types = ["message.send", "typing", "read", "sync", "presence.watch", "auth", "ping"];
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16 };

    public async ValueTask HandleAsync(ChatSocket socket, ReadOnlyMemory<byte> message)
    {
        if (limits.Value.Enabled && !socket.Budget.TryTake(options.Value.FramesPerMinute))
        {
            socket.Send(ChatFrames.Error("throttled", "Too many frames."));
            socket.Close(ChatSocket.TooMany, "Too many frames.");
            return;
        }

        var frame = new Frame();
        try
        {
            using var json = JsonDocument.Parse(message, Strict);
            frame = new Frame(json.RootElement, socket.Conversation);
            using var trace = StartTrace(socket, frame);
            await HandleAsync(socket, frame);
        }
        catch (JsonException)
        {
            socket.Send(ChatFrames.Error("invalid", "A frame is a JSON object of at most 16 levels."));
        }
        catch (FrameException wrong)
        {
            socket.Send(ChatFrames.Error(wrong.Code, wrong.Message, frame.ClientId));
        }
        catch (Exception error)
        {
            LogFailed(frame.Type, error);
            socket.Send(ChatFrames.Error("unavailable", Unavailable, frame.ClientId));
        }
    }

    /// <summary>Each frame is a trace of its own: a socket is open for hours.</summary>
    private static Activity? StartTrace(ChatSocket socket, Frame frame)
    {
        var trace = Telemetry.StartShared($"chat {(Array.IndexOf(_types, frame.Type) >= 0 ? frame.Type : "unknown")}", []);
        return trace?.SetTag("user.id", socket.User);
    }

    private async ValueTask HandleAsync(ChatSocket socket, Frame frame)
    {
        // Messages of one socket are stored in their order without waiting for each other; all else sees what came of them.
        if (frame.Type != "message.send")
        {
            await socket.AnsweredAsync();
        }

        switch (frame.Type)
        {
            case "message.send":
                Send(socket, frame);
                break;
            case "typing":
                await TypeAsync(socket, frame);
                break;
            case "read":
                await ReadAsync(socket, frame);
                break;
            case "sync":
                await SyncAsync(socket, frame);
                break;
            case "presence.watch":
                await WatchAsync(socket, frame);
                break;
            case "auth":
                await RenewAsync(socket, frame);
                break;
            case "ping":
                socket.Send(ChatFrames.Pong);
                break;
            default:
                throw new FrameException("invalid", "type: There is no such type.");
        }
    }

    private void Send(ChatSocket socket, Frame frame)
    {
        var conversation = frame.Conversation();
        var clientId = frame.RequireClientId();
        var images = frame.Ids("images", MessageRules.MostImages, isRequired: false);
        if (MessageRules.CheckText(frame.Text(), images.Count, out var text) is { } wrong)
        {
            throw new FrameException("invalid", $"text: {wrong}");
        }

        var message = new NewMessage(conversation, socket.User, clientId, text, images) { From = socket };
        socket.Expect();
        hub.Expect(message);
        store.Send(message, result => socket.Answer(Answer(socket, message, result)));
    }

    private byte[] Answer(ChatSocket socket, NewMessage message, SendResult result) => result.Outcome switch
    {
        SendOutcome.Stored or SendOutcome.Repeated => ChatFrames.Ack(views.Of(result.Message!, socket.BaseUrl)),
        SendOutcome.NotFound => ChatFrames.Error("not_found", NoConversation, message.ClientId),
        SendOutcome.Blocked => ChatFrames.Error("blocked", "One of you has blocked the other.", message.ClientId),
        SendOutcome.WrongImages => ChatFrames.Error("invalid", "images: These are not pictures of yours that wait for a message.", message.ClientId),
        _ => ChatFrames.Error("unavailable", Unavailable, message.ClientId),
    };

    private async ValueTask TypeAsync(ChatSocket socket, Frame frame)
    {
        var (conversation, active) = (frame.Conversation(), frame.Bool("active"));
        var members = await MembersAsync(socket, conversation);
        if (active && await AreBlockedAsync(members))
        {
            // Neither learns anything of the other. What was told before the block still ends.
            return;
        }

        typing.Set(socket, conversation, members, active);
    }

    private async ValueTask ReadAsync(ChatSocket socket, Frame frame)
    {
        var (conversation, upTo) = (frame.Conversation(), frame.Seq("up_to"));
        switch (await store.MarkReadAsync(conversation, socket.User, upTo))
        {
            case ReadOutcome.NotFound:
                throw new FrameException("not_found", NoConversation);
            case ReadOutcome.Unavailable:
                throw new FrameException("unavailable", Unavailable);
        }
    }

    private async ValueTask SyncAsync(ChatSocket socket, Frame frame)
    {
        var (conversation, after) = (frame.Conversation(), frame.Seq("after"));
        await MembersAsync(socket, conversation);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var slice = await MessageHistory.ReadAsync(db, conversation, after, null, SyncSize, CancellationToken.None);
        socket.Send(ChatFrames.Batch(conversation, [.. slice.Messages.Select(message => views.Of(message, socket.BaseUrl))], slice.HasMore));
    }

    private async ValueTask WatchAsync(ChatSocket socket, Frame frame)
    {
        var users = frame.Ids("users", MostWatched, isRequired: true);
        if (users.Count + (socket.Watched?.Count ?? 0) > MostWatched)
        {
            throw new FrameException("invalid", $"users: At most {MostWatched} people can be watched.");
        }

        foreach (var state in await presence.WatchAsync(socket, users))
        {
            socket.Send(ChatFrames.Presence(state));
        }
    }

    private async ValueTask RenewAsync(ChatSocket socket, Frame frame)
    {
        var token = await tokens.ReadAsync(frame.Token(), Tokens.Access);
        if (token is not { Error: null, UserId: { } user, ExpiresAt: { } expiresAt })
        {
            throw new FrameException("invalid", $"token: {token.Error ?? "Token is invalid"}");
        }

        if (user != socket.User)
        {
            socket.Close(ChatSocket.Unauthorized, "The token is somebody else's.");
            return;
        }

        switch (await accounts.FindAsync(user))
        {
            case null:
                socket.Close(ChatSocket.Unauthorized, "There is no such account.");
                return;
            case { IsActive: false }:
                socket.Close(ChatSocket.Deactivated, "This account is not active.");
                return;
        }

        (socket.ExpiresAt, socket.IsWarned) = (expiresAt.ToUnixTimeMilliseconds(), false);
        socket.Send(ChatFrames.AuthOk(socket.ExpiresAt));
        ChatClock.WarnOfExpiry(socket, clock.GetUtcNow().ToUnixTimeMilliseconds());
    }

    private async Task<bool> AreBlockedAsync(Members members)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AppDbContext>().AreBlockedAsync(members.First, members.Second, CancellationToken.None);
    }

    private async ValueTask<Members> MembersAsync(ChatSocket socket, long conversation) =>
        await hub.FindMembersAsync(conversation) is { } members && members.Has(socket.User)
            ? members
            : throw new FrameException("not_found", NoConversation);

    [LoggerMessage(LogLevel.Error, "A frame of type {Type} could not be handled.")]
    private partial void LogFailed(string? type, Exception error);

    [SuppressMessage("Design", "CA1032", Justification = "Thrown and caught here alone.")]
    private sealed class FrameException(string code, string detail) : Exception(detail)
    {
        public string Code => code;
    }

    /// <summary>One frame's fields. Those that nobody asks for are nobody's concern.</summary>
    private readonly struct Frame
    {
        private readonly JsonElement _json;
        private readonly long? _conversation;
        private readonly bool _isLenient;

        public Frame(JsonElement json, long? conversation)
        {
            if (json.ValueKind != JsonValueKind.Object)
            {
                throw new FrameException("invalid", "A frame is a JSON object.");
            }

            (_json, _conversation) = (json, conversation);
            _isLenient = conversation is not null && !json.TryGetProperty("type", out _) && json.TryGetProperty("message", out _);
            ClientId = json.TryGetProperty("client_id", out var id) && id.ValueKind == JsonValueKind.String ? Read("client_id", id) : null;
            Type = _isLenient ? "message.send" : String("type");
        }

        public string? Type { get; }

        /// <summary>Null when it has none, or none that is a text.</summary>
        public string? ClientId { get; }

        public long Conversation() =>
            _json.TryGetProperty("conversation", out _) ? Integer("conversation") : _conversation ?? throw new FrameException("invalid", "conversation: This field is required.");

        public string RequireClientId()
        {
            // Whoever leaves out the type has no message of theirs to recognise either.
            var id = _isLenient && !_json.TryGetProperty("client_id", out _) ? Guid.NewGuid().ToString("N") : String("client_id");
            return MessageRules.CheckClientId(id) is { } wrong ? throw new FrameException("invalid", $"client_id: {wrong}") : id;
        }

        public string Text() => _isLenient ? String("message") : _json.TryGetProperty("text", out _) ? String("text") : "";

        public string Token() => String("token");

        public bool Bool(string name) => Require(name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value
            ? value.GetBoolean()
            : throw new FrameException("invalid", $"{name}: Must be true or false.");

        public long Seq(string name) => Integer(name) is >= 0 and var seq ? seq : throw new FrameException("invalid", $"{name}: Must not be negative.");

        public List<long> Ids(string name, int most, bool isRequired)
        {
            if (!isRequired && !_json.TryGetProperty(name, out _))
            {
                return [];
            }

            var list = Require(name);
            if (list.ValueKind != JsonValueKind.Array)
            {
                throw new FrameException("invalid", $"{name}: Must be a list of ids.");
            }

            if (list.GetArrayLength() > most)
            {
                throw new FrameException("invalid", $"{name}: At most {most}.");
            }

            var ids = new List<long>(list.GetArrayLength());
            foreach (var item in list.EnumerateArray())
            {
                if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out var id))
                {
                    throw new FrameException("invalid", $"{name}: Must be a list of ids.");
                }

                if (!ids.Contains(id))
                {
                    ids.Add(id);
                }
            }

            return ids;
        }

        private long Integer(string name) => Require(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number)
            ? number
            : throw new FrameException("invalid", $"{name}: A valid integer is required.");

        private string String(string name) => Require(name) is { ValueKind: JsonValueKind.String } value
            ? Read(name, value)
            : throw new FrameException("invalid", $"{name}: Must be a text.");

        private static string Read(string name, JsonElement value)
        {
            try
            {
                return value.GetString()!;
            }
            catch (InvalidOperationException)
            {
                // Half of a surrogate pair, written as an escape.
                throw new FrameException("invalid", $"{name}: Not a valid string.");
            }
        }

        private JsonElement Require(string name) =>
            _json.TryGetProperty(name, out var value) ? value : throw new FrameException("invalid", $"{name}: This field is required.");
    }
}
