using MimeKit;

namespace AgroConnect.Email;

/// <summary>Hands a message to whoever carries it on.</summary>
internal interface IMailTransport
{
    /// <summary>Tries once. May be called several times at once.</summary>
    /// <param name="message">The message with everything in it.</param>
    /// <param name="ct">Ends the attempt, whatever the other side does; whether the message got through then is unknown.</param>
    Task<Delivery> SendAsync(MimeMessage message, CancellationToken ct);

    /// <summary>Nothing is waiting: what was kept for the next message may go.</summary>
    Task RestAsync();
}

internal enum DeliveryOutcome
{
    /// <summary>Taken: never to be sent again.</summary>
    Accepted,

    /// <summary>Not taken, or unknown: another attempt may do.</summary>
    Later,

    /// <summary>Refused for good.</summary>
    Never,

    /// <summary>Broken off because this node stops.</summary>
    Interrupted,
}

/// <summary>What came of one attempt.</summary>
/// <param name="Outcome">What is to be done.</param>
/// <param name="Error">Why, for people; may quote the server.</param>
internal sealed record Delivery(DeliveryOutcome Outcome, string Error = "")
{
    public static readonly Delivery Accepted = new(DeliveryOutcome.Accepted);

    public static readonly Delivery Interrupted = new(DeliveryOutcome.Interrupted);

    public static Delivery Later(string error) => new(DeliveryOutcome.Later, error);

    public static Delivery Never(string error) => new(DeliveryOutcome.Never, error);
}
