using System.Diagnostics;

namespace AgroConnect.Chat;

/// <summary>Something that waits to be written, and what became of it.</summary>
/// <param name="conversation">Where.</param>
/// <param name="user">Whose.</param>
/// <param name="at">Timestamp of when it came.</param>
internal abstract class Submission(long conversation, long user, long at)
{
    public long Conversation => conversation;

    public long User => user;

    public long At => at;

    /// <summary>The span of the frame or request that it came by.</summary>
    public ActivityContext Caller { get; } = Activity.Current?.Context ?? default;

    /// <summary>Both members; known once the conversation was read.</summary>
    public Members Members { get; set; }

    /// <summary>Until it is written, it is not.</summary>
    public abstract void Refuse();

    /// <summary>Tells whoever submitted it what became of it.</summary>
    public abstract void Answer();
}

/// <summary>The two of a conversation, the smaller id first.</summary>
internal readonly record struct Members(long First, long Second)
{
    public bool Has(long user) => user == First || user == Second;

    public long OtherThan(long user) => user == First ? Second : First;
}

internal sealed class Sending(NewMessage message, Action<SendResult> answer, long at) : Submission(message.Conversation, message.Sender, at)
{
    public NewMessage Message => message;

    public SendOutcome Outcome { get; set; }

    /// <summary>As stored, when it is.</summary>
    public StoredMessage? Stored { get; set; }

    public override void Refuse() => (Outcome, Stored) = (SendOutcome.Unavailable, null);

    public override void Answer() => answer(new SendResult(Outcome, Stored));
}

internal sealed class Reading(long conversation, long user, long upTo, Action<ReadOutcome> answer, long at) : Submission(conversation, user, at)
{
    /// <summary>As asked for; once it was written, as it is.</summary>
    public long UpTo { get; set; } = upTo;

    public ReadOutcome Outcome { get; set; }

    public override void Refuse() => Outcome = ReadOutcome.Unavailable;

    public override void Answer() => answer(Outcome);
}
