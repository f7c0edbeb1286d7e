namespace AgroConnect.Chat;

/// <summary>A conversation while a transaction holds it.</summary>
internal sealed class HeldConversation(long id, Members members, long lastSeq, long firstReadUpTo, long secondReadUpTo, bool isBlocked)
{
    public long Id => id;

    public Members Members => members;

    public bool IsBlocked => isBlocked;

    public long LastSeq { get; private set; } = lastSeq;

    public long FirstReadUpTo { get; private set; } = firstReadUpTo;

    public long SecondReadUpTo { get; private set; } = secondReadUpTo;

    public bool HasNews { get; private set; }

    public bool HasChanged { get; private set; }

    /// <returns>The <c>seq</c> of the message; its sender has read up to it.</returns>
    public long Append(long sender)
    {
        LastSeq++;
        HasNews = true;
        MarkRead(sender, LastSeq);
        return LastSeq;
    }

    /// <returns>Up to where it is read now; null when that has not moved.</returns>
    public long? MarkRead(long user, long upTo)
    {
        var isFirst = user == members.First;
        upTo = Math.Min(upTo, LastSeq);
        if (upTo <= (isFirst ? FirstReadUpTo : SecondReadUpTo))
        {
            return null;
        }

        (FirstReadUpTo, SecondReadUpTo) = isFirst ? (upTo, SecondReadUpTo) : (FirstReadUpTo, upTo);
        HasChanged = true;
        return upTo;
    }
}

/// <summary>A picture while a transaction holds it.</summary>
internal sealed class HeldImage(long id, long uploader, bool isShown, Images.StoredImage picture)
{
    public long Id => id;

    public Images.StoredImage Picture => picture;

    public bool IsShown { get; set; } = isShown;

    public bool IsFree(long sender) => uploader == sender && !IsShown;
}

/// <summary>What makes a message the same.</summary>
internal readonly record struct MessageKey(long Conversation, long Sender, string ClientId)
{
    public static MessageKey Of(NewMessage message) => new(message.Conversation, message.Sender, message.ClientId);
}

/// <summary>A message that is about to be inserted.</summary>
internal sealed class NewRow(NewMessage message, long seq, IReadOnlyList<HeldImage> images)
{
    public NewMessage Message => message;

    public long Seq => seq;

    public IReadOnlyList<HeldImage> Images => images;

    public long Id { get; set; }
}

/// <summary>
/// What one transaction writes. It decides on the rows that the transaction holds, the same for both databases: they read
/// what it asks for, it decides, they write what it says, and after the commit it says what became of each.
/// </summary>
internal sealed class WriteGroup
{
    private readonly IReadOnlyList<Submission> _submissions;
    private readonly Dictionary<Sending, NewRow> _rowOf = [];

    public WriteGroup(IReadOnlyList<Submission> submissions, DateTimeOffset now)
    {
        _submissions = submissions;

        // As exactly as the databases keep it.
        Now = new DateTimeOffset(now.UtcTicks / 10 * 10, TimeSpan.Zero);
        ConversationIds = [.. submissions.Select(submission => submission.Conversation).Distinct().Order()];
        Keys = [.. submissions.OfType<Sending>().Select(sending => MessageKey.Of(sending.Message)).Distinct()];
        ImageIds = [.. submissions.OfType<Sending>().SelectMany(sending => sending.Message.Images).Distinct().Order()];
    }

    public DateTimeOffset Now { get; }

    /// <summary>To be held in this order.</summary>
    public IReadOnlyList<long> ConversationIds { get; }

    /// <summary>Messages that may be there already.</summary>
    public IReadOnlyList<MessageKey> Keys { get; }

    /// <summary>To be held in this order, after the conversations.</summary>
    public IReadOnlyList<long> ImageIds { get; }

    public IReadOnlyList<HeldConversation> Changed { get; private set; } = [];

    public List<NewRow> Rows { get; } = [];

    /// <param name="conversations">Those that are there.</param>
    /// <param name="stored">Messages that are there already.</param>
    /// <param name="images">Those that are there.</param>
    public void Decide(
        Dictionary<long, HeldConversation> conversations, Dictionary<MessageKey, StoredMessage> stored, Dictionary<long, HeldImage> images)
    {
        var rows = new Dictionary<MessageKey, NewRow>();
        foreach (var submission in _submissions)
        {
            var conversation = conversations.GetValueOrDefault(submission.Conversation);
            if (conversation?.Members.Has(submission.User) != true)
            {
                conversation = null;
            }

            submission.Members = conversation?.Members ?? default;
            switch (submission)
            {
                case Reading reading:
                    Decide(reading, conversation);
                    break;
                case Sending sending when stored.TryGetValue(MessageKey.Of(sending.Message), out var first) && conversation is not null:
                    (sending.Outcome, sending.Stored) = (SendOutcome.Repeated, first);
                    break;
                case Sending sending when rows.TryGetValue(MessageKey.Of(sending.Message), out var first) && conversation is not null:
                    sending.Outcome = SendOutcome.Repeated;
                    _rowOf[sending] = first;
                    break;
                case Sending sending:
                    if (Append(sending, conversation, images) is { } row)
                    {
                        rows[MessageKey.Of(sending.Message)] = _rowOf[sending] = row;
                        Rows.Add(row);
                    }

                    break;
            }
        }

        Changed = [.. conversations.Values.Where(conversation => conversation.HasChanged).OrderBy(conversation => conversation.Id)];
    }

    /// <summary>To be called after the commit, when the new rows have their ids.</summary>
    public void Committed()
    {
        var stored = Rows.ToDictionary(row => row, row => new StoredMessage(
            row.Id, row.Message.Conversation, row.Seq, row.Message.Sender, row.Message.ClientId, row.Message.Text, Now,
            row.Images.Count == 0 ? [] : [.. row.Images.Select(image => new AttachedImage(image.Id, image.Picture))]));
        foreach (var (sending, row) in _rowOf)
        {
            sending.Stored = stored[row];
        }
    }

    private static void Decide(Reading reading, HeldConversation? conversation)
    {
        if (conversation is null)
        {
            reading.Outcome = ReadOutcome.NotFound;
        }
        else if (conversation.MarkRead(reading.User, reading.UpTo) is { } upTo)
        {
            (reading.Outcome, reading.UpTo) = (ReadOutcome.Moved, upTo);
        }
        else
        {
            reading.Outcome = ReadOutcome.Unmoved;
        }
    }

    private static NewRow? Append(Sending sending, HeldConversation? conversation, Dictionary<long, HeldImage> images)
    {
        var message = sending.Message;
        List<HeldImage> shown = [];
        foreach (var id in message.Images)
        {
            if (images.TryGetValue(id, out var image) && image.IsFree(message.Sender))
            {
                shown.Add(image);
            }
        }

        sending.Outcome = conversation is null ? SendOutcome.NotFound
            : conversation.IsBlocked ? SendOutcome.Blocked
            : shown.Count < message.Images.Count ? SendOutcome.WrongImages
            : SendOutcome.Stored;
        if (sending.Outcome != SendOutcome.Stored)
        {
            return null;
        }

        foreach (var image in shown)
        {
            image.IsShown = true;
        }

        return new NewRow(message, conversation!.Append(message.Sender), shown);
    }
}
