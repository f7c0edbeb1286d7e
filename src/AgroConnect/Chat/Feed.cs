namespace AgroConnect.Chat;

/// <summary>
/// Where the sockets of this node are in a conversation. Messages come from this node's commits and from other nodes, in any
/// order; they leave in the order of <c>seq</c>. All of it is done with the feed locked.
/// </summary>
internal sealed class Feed(long conversation, Members members)
{
    private SortedList<long, (StoredMessage Message, ChatSocket? Origin)>? _ahead;

    public long Conversation => conversation;

    public Members Members => members;

    /// <summary>Nobody listened; whoever still holds it looks for the one that took its place.</summary>
    public bool IsDropped { get; set; }

    /// <summary>The <c>seq</c> that goes out next; 0 while nobody knows: all who listen are still asking for what they have missed.</summary>
    public long Next { get; set; }

    /// <summary>Whether somebody fetches what is missing before the first of those that wait.</summary>
    public bool IsFilling { get; set; }

    public bool HasWaiting => _ahead is { Count: > 0 };

    /// <summary>Keeps a message until those before it have gone out.</summary>
    public void Wait(StoredMessage message, ChatSocket? origin) => (_ahead ??= [])[message.Seq] = (message, origin);

    /// <summary>The next message to go out when it waits; what is behind is dropped.</summary>
    public (StoredMessage Message, ChatSocket? Origin)? TakeNext()
    {
        while (_ahead is { Count: > 0 } && _ahead.GetKeyAtIndex(0) <= Next)
        {
            var first = _ahead.GetValueAtIndex(0);
            _ahead.RemoveAt(0);
            if (first.Message.Seq == Next)
            {
                return first;
            }
        }

        _ahead = _ahead is { Count: 0 } ? null : _ahead;
        return null;
    }
}
