using AgroConnect.Data;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Orders.Payments;

/// <summary>Looks at payments that are due, on any node: a look is taken by moving its time on, so that two nodes take two.</summary>
internal sealed class PaymentWorker(IServiceScopeFactory scopes, TimeProvider clock, ILogger<PaymentWorker> log) : BackgroundService
{
    private const int Batch = 20;

    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan KeepEvents = TimeSpan.FromDays(30);

    private readonly SemaphoreSlim _woken = new(0, 1);

    /// <summary>Has this node look now rather than in a few seconds.</summary>
    public void Wake()
    {
        try
        {
            _woken.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake.
        }
    }

    public override void Dispose()
    {
        _woken.Dispose();
        base.Dispose();
    }

    /// <summary>Looks at everything that is due now.</summary>
    public async Task SettleDueAsync(CancellationToken ct)
    {
        while (true)
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
            var now = clock.GetUtcNow();
            var due = await db.Payments.AsNoTracking().Where(payment => payment.DueAt <= now).OrderBy(payment => payment.DueAt).Take(Batch)
                .Select(payment => new { payment.OrderId, payment.DueAt }).ToListAsync(ct);
            foreach (var payment in due)
            {
                if (await db.Payments.Where(p => p.OrderId == payment.OrderId && p.DueAt == payment.DueAt)
                        .ExecuteUpdateAsync(set => set.SetProperty(p => p.DueAt, now + Payment.Lease), ct) == 1)
                {
                    await scope.ServiceProvider.GetRequiredService<StripePayments>().SettleAsync(payment.OrderId, Payment.Lease, ct);
                }
            }

            if (due.Count < Batch)
            {
                var old = now - KeepEvents;
                await db.Set<StripeEvent>().Where(received => received.ReceivedAt < old).ExecuteDeleteAsync(ct);
                return;
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await SettleDueAsync(stoppingToken);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogError(error, "Payments can't be looked at; it is tried again in {Seconds} s.", Poll.TotalSeconds);
            }

            await ((Task)_woken.WaitAsync(Poll, stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
