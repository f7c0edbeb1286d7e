using System.Diagnostics.Metrics;

namespace AgroConnect.Email;

/// <summary>What operators watch: mails sent, attempts failed, mails given up, mails waiting.</summary>
internal sealed class MailMetrics
{
    private readonly Counter<long> _sent;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _dead;
    private long _waiting;

    public MailMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("AgroConnect");
        _sent = meter.CreateCounter<long>("agroconnect.mails.sent", description: "Mails that the server took.");
        _failed = meter.CreateCounter<long>("agroconnect.mails.failed", description: "Attempts after which a mail waits again.");
        _dead = meter.CreateCounter<long>("agroconnect.mails.dead", description: "Mails given up.");
        meter.CreateObservableGauge(
            "agroconnect.mails.waiting", () => Interlocked.Read(ref _waiting), description: "Mails in the shared outbox that still are to be sent.");
    }

    public void Sent() => _sent.Add(1);

    public void Failed() => _failed.Add(1);

    public void Dead() => _dead.Add(1);

    public void Waiting(long count) => Interlocked.Exchange(ref _waiting, count);
}
