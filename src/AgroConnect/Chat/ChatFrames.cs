using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgroConnect.Orders;

namespace AgroConnect.Chat;

/// <summary>What the server sends (chat.md, WebSocket), as bytes.</summary>
internal static class ChatFrames
{
    public static readonly byte[] Pong = [.. """{"type":"pong"}"""u8];
    public static readonly byte[] AuthExpiring = [.. """{"type":"auth.expiring"}"""u8];

    public sealed record ReadyFrame(string Type, long User, IReadOnlyDictionary<string, long> Unread, DateTimeOffset ServerTime, DateTimeOffset ExpiresAt);

    public sealed record AckFrame(string Type, string ClientId, MessageView Message);

    public sealed record NewFrame(string Type, MessageView Message);

    public sealed record BatchFrame(string Type, long Conversation, IReadOnlyList<MessageView> Messages, bool HasMore);

    public sealed record TypingFrame(string Type, long Conversation, long User, bool Active);

    public sealed record ReadFrame(string Type, long Conversation, long User, long UpTo);

    public sealed record PresenceFrame(string Type, long User, bool Online, DateTimeOffset? LastSeen);

    public sealed record AuthOkFrame(string Type, DateTimeOffset ExpiresAt);

    public sealed record OrderFrame(string Type, OrderPart Order);

    public sealed record OrderPart(long Id, string Number, string Status);

    public sealed record ErrorFrame(string Type, string Code, string Detail)
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? ClientId { get; init; }
    }

    public static byte[] Ready(long user, IEnumerable<ChatHub.ListedConversation> conversations, DateTimeOffset now, long expiresAt)
    {
        var unread = new Dictionary<string, long>();
        foreach (var conversation in conversations)
        {
            if (conversation.UnreadBy(user) is > 0 and var count)
            {
                unread[conversation.Id.ToString(CultureInfo.InvariantCulture)] = count;
            }
        }

        return JsonSerializer.SerializeToUtf8Bytes(
            new ReadyFrame("ready", user, unread, now, DateTimeOffset.FromUnixTimeMilliseconds(expiresAt)), ChatJson.Wire.ReadyFrame);
    }

    public static byte[] Ack(MessageView message) => JsonSerializer.SerializeToUtf8Bytes(new AckFrame("message.ack", message.ClientId, message), ChatJson.Wire.AckFrame);

    public static byte[] New(MessageView message) => JsonSerializer.SerializeToUtf8Bytes(new NewFrame("message.new", message), ChatJson.Wire.NewFrame);

    public static byte[] Batch(long conversation, IReadOnlyList<MessageView> messages, bool hasMore) =>
        JsonSerializer.SerializeToUtf8Bytes(new BatchFrame("message.batch", conversation, messages, hasMore), ChatJson.Wire.BatchFrame);

    public static byte[] Typing(TypingNews typing) =>
        JsonSerializer.SerializeToUtf8Bytes(new TypingFrame("typing", typing.Conversation, typing.User, typing.Active), ChatJson.Wire.TypingFrame);

    public static byte[] Read(ReadNews read) =>
        JsonSerializer.SerializeToUtf8Bytes(new ReadFrame("read", read.Conversation, read.User, read.UpTo), ChatJson.Wire.ReadFrame);

    public static byte[] Presence(PresenceView presence) =>
        JsonSerializer.SerializeToUtf8Bytes(new PresenceFrame("presence", presence.User, presence.Online, presence.LastSeen), ChatJson.Wire.PresenceFrame);

    public static byte[] AuthOk(long expiresAt) =>
        JsonSerializer.SerializeToUtf8Bytes(new AuthOkFrame("auth.ok", DateTimeOffset.FromUnixTimeMilliseconds(expiresAt)), ChatJson.Wire.AuthOkFrame);

    public static byte[] Order(OrderChanged order) =>
        JsonSerializer.SerializeToUtf8Bytes(new OrderFrame("order.updated", new OrderPart(order.Id, order.Number, order.Status)), ChatJson.Wire.OrderFrame);

    /// <param name="code">One of the contract's words.</param>
    /// <param name="detail">A sentence for people, which names the field where one is wrong.</param>
    /// <param name="clientId">Of the message that it is about.</param>
    public static byte[] Error(string code, string detail, string? clientId = null) =>
        JsonSerializer.SerializeToUtf8Bytes(new ErrorFrame("error", code, detail) { ClientId = clientId }, ChatJson.Wire.ErrorFrame);
}
