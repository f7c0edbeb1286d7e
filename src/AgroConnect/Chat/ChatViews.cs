using System.Text.Json.Serialization;
using AgroConnect.Images;
using AgroConnect.Web;

namespace AgroConnect.Chat;

/// <summary>A conversation on the wire (chat.md, REST).</summary>
/// <param name="Participants">Both members, the asker too.</param>
/// <param name="UnreadCount">How many messages of the other the asker has not read.</param>
/// <param name="ReadUpTo">By the member's id.</param>
public sealed record ConversationView(
    long Id, IReadOnlyList<ParticipantView> Participants, ConversationProductView? Product, long UnreadCount, IReadOnlyDictionary<string, long> ReadUpTo,
    MessageView? LastMessage, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

public sealed record ParticipantView(long Id, string Name, string? PictureUrl, bool Online, DateTimeOffset? LastSeen);

public sealed record ConversationProductView(long Id, string Name, string? ImageUrl);

/// <summary>A message on the wire.</summary>
public sealed record MessageView(
    long Id, long Conversation, long Seq, long Sender, string ClientId, string Text, IReadOnlyList<ChatImageView> Images, DateTimeOffset CreatedAt);

/// <summary>A picture on the wire; its addresses are signed and expire.</summary>
public sealed record ChatImageView(long Id, string ImageUrl, string ThumbnailUrl, int Width, int Height);

public sealed record PresenceView(long User, bool Online, DateTimeOffset? LastSeen);

/// <summary>A message as it is stored, before its pictures have an address.</summary>
internal sealed record StoredMessage(
    long Id, long Conversation, long Seq, long Sender, string ClientId, string Text, DateTimeOffset CreatedAt, IReadOnlyList<AttachedImage> Images);

internal sealed record AttachedImage(long Id, StoredImage Picture);

/// <summary>Turns what is stored into what goes over the wire.</summary>
internal sealed class MessageViews(ImageUrls urls)
{
    /// <param name="message">As stored.</param>
    /// <param name="baseUrl">Where the client reaches us, without a slash at the end.</param>
    public MessageView Of(StoredMessage message, string baseUrl) => new(
        message.Id, message.Conversation, message.Seq, message.Sender, message.ClientId, message.Text,
        message.Images.Count == 0 ? [] : [.. message.Images.Select(image => Of(image.Id, image.Picture, baseUrl))], message.CreatedAt);

    public ChatImageView Of(long id, StoredImage picture, string baseUrl) =>
        new(id, urls.Page(picture, baseUrl), urls.Thumbnail(picture, baseUrl), picture.Width, picture.Height);
}

[JsonSerializable(typeof(ConversationView))]
[JsonSerializable(typeof(Page<ConversationView>))]
[JsonSerializable(typeof(MessageView))]
[JsonSerializable(typeof(ChatImageView))]
[JsonSerializable(typeof(IReadOnlyList<PresenceView>))]
[JsonSerializable(typeof(ChatFrames.ReadyFrame))]
[JsonSerializable(typeof(ChatFrames.AckFrame))]
[JsonSerializable(typeof(ChatFrames.NewFrame))]
[JsonSerializable(typeof(ChatFrames.BatchFrame))]
[JsonSerializable(typeof(ChatFrames.TypingFrame))]
[JsonSerializable(typeof(ChatFrames.ReadFrame))]
[JsonSerializable(typeof(ChatFrames.PresenceFrame))]
[JsonSerializable(typeof(ChatFrames.AuthOkFrame))]
[JsonSerializable(typeof(ChatFrames.OrderFrame))]
[JsonSerializable(typeof(ChatFrames.ErrorFrame))]
[JsonSerializable(typeof(NodeNews))]
internal sealed partial class ChatJson : JsonSerializerContext
{
    /// <summary>As the API writes it; the generated default knows none of our settings.</summary>
    public static readonly ChatJson Wire = new(JsonSettings.Create());
}
