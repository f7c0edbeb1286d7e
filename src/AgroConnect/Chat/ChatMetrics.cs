using System.Diagnostics.Metrics;

namespace AgroConnect.Chat;

/// <summary>What operators watch: open sockets of this node, what became of messages, how long they took.</summary>
internal sealed class ChatMetrics
{
    private readonly Counter<long> _messages;
    private readonly Histogram<double> _duration;
    private readonly TimeProvider _clock;

    public ChatMetrics(IMeterFactory meters, ChatHub hub, TimeProvider clock)
    {
        _clock = clock;
        var meter = meters.Create("AgroConnect");
        _messages = meter.CreateCounter<long>("agroconnect.chat.messages", description: "Messages that clients sent, by what became of them.");
        _duration = meter.CreateHistogram<double>("agroconnect.chat.message.duration", "s", "From a message's arrival to its acknowledgement.");
        meter.CreateObservableGauge("agroconnect.chat.sockets", hub.Sockets.Count, description: "Open sockets of this node.");
    }

    public void Count(Submission submission)
    {
        if (submission is Sending sending)
        {
            _messages.Add(1, new KeyValuePair<string, object?>("outcome", sending.Outcome switch
            {
                SendOutcome.Stored => "stored",
                SendOutcome.Repeated => "repeated",
                SendOutcome.Unavailable => "unavailable",
                _ => "refused",
            }));
            _duration.Record(_clock.GetElapsedTime(sending.At).TotalSeconds);
        }
    }
}
