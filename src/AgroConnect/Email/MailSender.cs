using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using MimeKit;

namespace AgroConnect.Email;

/// <summary>
/// Sends what the outbox holds, at least once and almost always once: only a reply that was lost, or a node that died
/// within a moment of the server's yes, before its note of it, makes a second copy, with the same Message-ID.
/// </summary>
internal sealed class MailSender(
    Outbox outbox,
    OutboxClaims claims,
    MailTemplates templates,
    IMailTransport transport,
    MailMetrics metrics,
    IOptions<EmailOptions> options,
    TimeProvider clock,
    ILogger<MailSender> log) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenCounts = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromHours(1);

    /// <summary>Mails of a moment are claimed together, and noted together: for the database a mail by itself is three statements.</summary>
    private static readonly TimeSpan BetweenClaims = TimeSpan.FromMilliseconds(100);

    /// <summary>So many mails are claimed for each connection that is free.</summary>
    private const int ClaimedPerSlot = 16;

    /// <summary>What mails in flight get when the node stops; the host waits longer.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _slots = new(options.Value.Parallel);

    private readonly TokenBucketRateLimiter _pace = new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = options.Value.PerSecond,
        TokensPerPeriod = options.Value.PerSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueLimit = int.MaxValue,
    });

    private readonly CancellationTokenSource _abort = new();
    private readonly List<Task> _flying = [];
    private DateTimeOffset _sweptAt;
    private DateTimeOffset _countedAt;
    private volatile bool _landing;

    /// <summary>Sends everything that is due now, and returns when each of those mails is settled.</summary>
    public async Task SendDueAsync(CancellationToken ct)
    {
        while (await StartDueAsync(ct))
        {
        }

        await Task.WhenAll(_flying);
    }

    public override void Dispose()
    {
        _slots.Dispose();
        _pace.Dispose();
        _abort.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                while (await RunOnceAsync(stoppingToken))
                {
                }

                // In real time whatever the clock says: this spares the database and promises nothing.
                await Task.Delay(BetweenClaims, TimeProvider.System, stoppingToken);
                await outbox.WaitAsync(Poll, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await LandAsync();
        }
    }

    /// <summary>Deletes what is old enough to be forgotten.</summary>
    internal async Task SweepAsync(CancellationToken ct)
    {
        _sweptAt = clock.GetUtcNow();
        await claims.SweepAsync(TimeSpan.FromDays(options.Value.KeepDays), ct);
    }

    /// <summary>As often as somebody looks at it; it takes the longer the more mails wait.</summary>
    private async Task CountAsync(CancellationToken ct)
    {
        if (clock.GetUtcNow() - _countedAt >= BetweenCounts)
        {
            _countedAt = clock.GetUtcNow();
            metrics.Waiting(await claims.CountWaitingAsync(ct));
        }
    }

    /// <returns>Whether more may be due.</returns>
    private async Task<bool> RunOnceAsync(CancellationToken ct)
    {
        try
        {
            var more = await StartDueAsync(ct);
            await CountAsync(ct);
            if (_flying.TrueForAll(flight => flight.IsCompleted))
            {
                await transport.RestAsync();
            }

            if (clock.GetUtcNow() - _sweptAt >= BetweenSweeps)
            {
                await SweepAsync(ct);
            }

            return more;
        }
        catch (Exception error) when (!ct.IsCancellationRequested)
        {
            log.LogError(error, "The outbox can't be read; it is tried again in {Seconds} s.", Poll.TotalSeconds);
            return false;
        }
    }

    /// <returns>Whether more may be due.</returns>
    private async Task<bool> StartDueAsync(CancellationToken ct)
    {
        await _slots.WaitAsync(ct);
        var free = 1;
        while (_slots.Wait(TimeSpan.Zero, ct))
        {
            free++;
        }

        var most = free * ClaimedPerSlot;
        IReadOnlyList<OutboxMail> mails = [];
        try
        {
            mails = await claims.TakeAsync(most, options.Value.Lease);
        }
        finally
        {
            if (mails.Count < free)
            {
                _slots.Release(free - mails.Count);
            }
        }

        _flying.RemoveAll(flight => flight.IsCompleted);
        _flying.Add(SendAsync(mails, Math.Min(free, mails.Count)));
        return mails.Count == most;
    }

    /// <summary>Sends claimed mails, the oldest first, over so many connections; a slow one holds up none but its own.</summary>
    private async Task SendAsync(IReadOnlyList<OutboxMail> mails, int slots)
    {
        var waiting = new ConcurrentQueue<OutboxMail>(mails);
        var sent = new ConcurrentQueue<OutboxMail>();
        var all = Task.WhenAll(Enumerable.Range(0, slots).Select(_ => SendAsync(waiting, sent)));
        do
        {
            await Task.WhenAny(all, Task.Delay(BetweenClaims, TimeProvider.System));
            await NoteSentAsync(sent);
        }
        while (!all.IsCompleted || !sent.IsEmpty);
    }

    private async Task SendAsync(ConcurrentQueue<OutboxMail> waiting, ConcurrentQueue<OutboxMail> sent)
    {
        while (waiting.TryDequeue(out var mail))
        {
            try
            {
                var delivery = await TryAsync(mail);
                if (delivery.Outcome == DeliveryOutcome.Accepted)
                {
                    metrics.Sent();
                    sent.Enqueue(mail);
                }
                else
                {
                    await SettleAsync(mail, delivery);
                }
            }
            catch (Exception error)
            {
                log.LogError(error, "What became of mail {Id} could not be noted; it will be sent again.", mail.Id);
            }
        }

        _slots.Release();
    }

    private async Task NoteSentAsync(ConcurrentQueue<OutboxMail> sent)
    {
        var mails = new List<OutboxMail>();
        while (sent.TryDequeue(out var mail))
        {
            mails.Add(mail);
        }

        if (mails.Count == 0)
        {
            return;
        }

        try
        {
            await NoteAsync(mails[0], () => claims.SentAsync(mails));
        }
        catch (Exception error)
        {
            log.LogError(error, "That mail {Id} and those after it were sent could not be noted; {Count} will be sent again.", mails[0].Id, mails.Count);
        }
    }

    private async Task<Delivery> TryAsync(OutboxMail mail)
    {
        try
        {
            using var turn = await _pace.AcquireAsync(cancellationToken: _abort.Token);

            // What the claim would not outlast is for the next one, and so is what this node no longer comes to.
            if (_landing || clock.GetUtcNow() + options.Value.Timeout > mail.ClaimedUntil)
            {
                return Delivery.Interrupted;
            }

            using var timeout = new CancellationTokenSource(options.Value.Timeout, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _abort.Token);
            return await transport.SendAsync(MimeMail.Build(mail, ContentOf(mail), options.Value.Sender), either.Token);
        }
        catch (OperationCanceledException) when (_abort.IsCancellationRequested)
        {
            return Delivery.Interrupted;
        }
        catch (OperationCanceledException)
        {
            return Delivery.Later($"no end after {options.Value.Timeout}");
        }
        catch (ParseException noAddress)
        {
            return Delivery.Never(noAddress.Message);
        }
        catch (Exception error)
        {
            return Delivery.Later(error.Message);
        }
    }

    private MailContent ContentOf(OutboxMail mail) =>
        mail.Draft.Length > 0 ? templates.Render(MailDraft.Parse(mail.Draft)) : new MailContent(mail.Subject, mail.Text, mail.Html);

    private Task SettleAsync(OutboxMail mail, Delivery delivery)
    {
        var error = Presentable(delivery.Error, mail);
        var dueAt = clock.GetUtcNow() + BackOff.After(mail.Attempts, options.Value.RetryAfter, Random.Shared.NextDouble());
        switch (delivery.Outcome)
        {
            case DeliveryOutcome.Interrupted:
                return NoteAsync(mail, () => claims.ReleaseAsync(mail));
            case DeliveryOutcome.Later when dueAt <= mail.CreatedAt + options.Value.RetryFor:
                metrics.Failed();
                log.LogWarning(
                    "Mail {Id} to {Address} was not sent at attempt {Attempt}; the next is at {DueAt:u}: {Error}",
                    mail.Id, MailTexts.Mask(mail.To), mail.Attempts, dueAt, error);
                return NoteAsync(mail, () => claims.RetryAsync(mail, dueAt, error));
            default:
                metrics.Dead();
                log.LogError(
                    "Mail {Id} to {Address} is given up after attempt {Attempt}: {Error}", mail.Id, MailTexts.Mask(mail.To), mail.Attempts, error);
                return NoteAsync(mail, () => claims.DeadAsync(mail, error));
        }
    }

    /// <summary>Writes the outcome down, for as long as the claim holds: a yes of the server that is forgotten is a mail sent twice.</summary>
    private async Task NoteAsync(OutboxMail mail, Func<Task> note)
    {
        while (true)
        {
            try
            {
                await note();
                return;
            }
            catch (Exception error) when (clock.GetUtcNow() < mail.ClaimedUntil && !_abort.IsCancellationRequested)
            {
                log.LogWarning(error, "What became of mail {Id} could not be noted yet.", mail.Id);
                await Task.Delay(TimeSpan.FromSeconds(1), clock, _abort.Token);
            }
        }
    }

    /// <summary>Lets mails in flight end, then breaks them off and gives them back.</summary>
    private async Task LandAsync()
    {
        _landing = true;
        var all = Task.WhenAll(_flying);
        if (await Task.WhenAny(all, Task.Delay(Grace, clock)) != all)
        {
            await _abort.CancelAsync();
            await all;
        }

        await transport.RestAsync();
    }

    /// <summary>An error for logs and the table: one line, no address, of bounded length.</summary>
    private static string Presentable(string error, OutboxMail mail)
    {
        var line = MailTexts.OneLine(error.Replace(mail.To, MailTexts.Mask(mail.To), StringComparison.OrdinalIgnoreCase));
        return line.Length <= OutboxMail.LongestError ? line : line[..OutboxMail.LongestError];
    }
}
