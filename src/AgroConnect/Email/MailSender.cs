using Microsoft.Extensions.Options;
using MimeKit;

namespace AgroConnect.Email;

/// <summary>
/// Sends what the outbox holds, at least once and almost always once: only a reply that was lost, or a node that died
/// between the server's yes and its note of it, makes a second copy, with the same Message-ID.
/// </summary>
internal sealed class MailSender(
    Outbox outbox,
    OutboxClaims claims,
    IMailTransport transport,
    MailMetrics metrics,
    IOptions<EmailOptions> options,
    TimeProvider clock,
    ILogger<MailSender> log) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromHours(1);

    /// <summary>What mails in flight get when the node stops; the host waits longer.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _slots = new(options.Value.Parallel);
    private readonly CancellationTokenSource _abort = new();
    private readonly List<Task> _flying = [];
    private DateTimeOffset _sweptAt;

    /// <summary>Sends everything that is due now, and returns when each of those mails is settled.</summary>
    public async Task SendDueAsync(CancellationToken ct)
    {
        await StartDueAsync(ct);
        await Task.WhenAll(_flying);
    }

    public override void Dispose()
    {
        _slots.Dispose();
        _abort.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await RunOnceAsync(stoppingToken);
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

    private async Task RunOnceAsync(CancellationToken ct)
    {
        try
        {
            await StartDueAsync(ct);
            metrics.Waiting(await claims.CountWaitingAsync(ct));
            if (_flying.TrueForAll(flight => flight.IsCompleted))
            {
                await transport.RestAsync();
            }

            if (clock.GetUtcNow() - _sweptAt >= BetweenSweeps)
            {
                await SweepAsync(ct);
            }
        }
        catch (Exception error) when (!ct.IsCancellationRequested)
        {
            log.LogError(error, "The outbox can't be read; it is tried again in {Seconds} s.", Poll.TotalSeconds);
        }
    }

    private async Task StartDueAsync(CancellationToken ct)
    {
        while (true)
        {
            // As many at once as are free to be sent now: a claim is a commit, whatever it claims.
            await _slots.WaitAsync(ct);
            var free = 1;
            while (_slots.Wait(TimeSpan.Zero, ct))
            {
                free++;
            }

            IReadOnlyList<OutboxMail> mails = [];
            try
            {
                mails = await claims.TakeAsync(free, options.Value.Lease);
            }
            finally
            {
                if (mails.Count < free)
                {
                    _slots.Release(free - mails.Count);
                }
            }

            if (mails.Count == 0)
            {
                return;
            }

            _flying.RemoveAll(flight => flight.IsCompleted);
            _flying.AddRange(mails.Select(SendAsync));
        }
    }

    private async Task SendAsync(OutboxMail mail)
    {
        try
        {
            await SettleAsync(mail, await TryAsync(mail));
        }
        catch (Exception error)
        {
            log.LogError(error, "What became of mail {Id} could not be noted; it will be sent again.", mail.Id);
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task<Delivery> TryAsync(OutboxMail mail)
    {
        using var timeout = new CancellationTokenSource(options.Value.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _abort.Token);
        try
        {
            return await transport.SendAsync(MimeMail.Build(mail, options.Value.Sender), either.Token);
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

    private Task SettleAsync(OutboxMail mail, Delivery delivery)
    {
        var error = Presentable(delivery.Error, mail);
        var dueAt = clock.GetUtcNow() + BackOff.After(mail.Attempts, options.Value.RetryAfter, Random.Shared.NextDouble());
        switch (delivery.Outcome)
        {
            case DeliveryOutcome.Accepted:
                metrics.Sent();
                return NoteAsync(mail, () => claims.SentAsync(mail));
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
