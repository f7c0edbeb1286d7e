namespace AgroConnect.Chat;

/// <summary>A message to be stored; text and client id have passed <see cref="MessageRules"/>.</summary>
/// <param name="Conversation">Where it goes; whether the sender is a member is found out when it is stored.</param>
/// <param name="Sender">Who sends it.</param>
/// <param name="ClientId">What the sender's client calls it.</param>
/// <param name="Text">Trimmed.</param>
/// <param name="Images">Ids of <see cref="ChatImage"/>s of the sender that no message shows yet, each once.</param>
internal sealed record NewMessage(long Conversation, long Sender, string ClientId, string Text, IReadOnlyList<long> Images)
{
    /// <summary>The socket that it came by, which gets the acknowledgement and not the message; null for HTTP.</summary>
    public ChatSocket? From { get; init; }
}

internal enum SendOutcome
{
    /// <summary>It is stored now.</summary>
    Stored,

    /// <summary>It was stored before: the first one stands.</summary>
    Repeated,

    /// <summary>No such conversation of the sender.</summary>
    NotFound,

    /// <summary>One of the two blocks the other.</summary>
    Blocked,

    /// <summary>A picture is not the sender's, or another message shows it.</summary>
    WrongImages,

    /// <summary>The database did not take it, or not in time: it may be sent again.</summary>
    Unavailable,
}

/// <param name="Outcome">What became of it.</param>
/// <param name="Message">As stored, when it is.</param>
internal sealed record SendResult(SendOutcome Outcome, StoredMessage? Message = null);

internal enum ReadOutcome
{
    Moved,

    /// <summary>It had been read that far before.</summary>
    Unmoved,

    /// <summary>No such conversation of the reader.</summary>
    NotFound,

    Unavailable,
}

/// <summary>Writes messages and read marks, and tells the members what it wrote.</summary>
internal sealed class MessageStore
{
    /// <summary>Stores a message. Returns after the commit; both members' sockets have then been told of it or are about to be.</summary>
    public Task<SendResult> SendAsync(NewMessage message) => throw new NotSupportedException(message.ClientId);

    /// <summary>Moves a read mark on, never back and not beyond the last message, and tells both members when it moved.</summary>
    public Task<ReadOutcome> MarkReadAsync(long conversation, long user, long upTo) => throw new NotSupportedException($"{conversation} {user} {upTo}");
}
