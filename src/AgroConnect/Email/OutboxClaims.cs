using AgroConnect.Data;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Email;

/// <summary>
/// Who sends which mail. Nodes share the outbox without talking to each other: a claim is one conditional update, in which
/// each passes over what another is claiming, and it ends by itself when its node is killed.
/// </summary>
internal sealed class OutboxClaims(IServiceScopeFactory scopes, TimeProvider clock)
{
    /// <summary>
    /// What may be claimed at {2}, those of versions before drafts first. One statement each: it reads the first rows of the
    /// index by state, where all at once would read all that is kept.
    /// </summary>
    private static readonly string[] Claimable =
    [
        "state = 'sending' AND claimed_until < {2}",
        "state = 'waiting' AND due_at <= {2}",
        "state = 'queued' AND due_at <= {2} AND (claimed_until IS NULL OR claimed_until < {2})",
    ];

    /// <summary>Claims the mails that have waited longest, each for at most <paramref name="lease"/>.</summary>
    /// <param name="most">So many at most.</param>
    /// <param name="lease">How long a claim holds.</param>
    /// <returns>The mails as claimed, their attempts counting this one; none when nothing is due.</returns>
    public async Task<IReadOnlyList<OutboxMail>> TakeAsync(int most, TimeSpan lease)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        foreach (var which in Claimable)
        {
            if (await TakeAsync(db, which, most, lease) is { Count: > 0 } taken)
            {
                return taken;
            }
        }

        return [];
    }

    private async Task<List<OutboxMail>> TakeAsync(AppDbContext db, string which, int most, TimeSpan lease)
    {
        var now = clock.GetUtcNow();
        var (skip, time) = db is PostgresDbContext
            ? ("FOR UPDATE SKIP LOCKED", (Func<DateTimeOffset, object>)(at => at))
            : ("", at => at.ToUnixTimeMicroseconds());
        var sql = $$"""
            UPDATE outbox_mail SET state = 'queued', claimed_by = {0}, claimed_until = {1}, attempts = attempts + 1
            WHERE id IN (SELECT id FROM outbox_mail WHERE {{which}} ORDER BY due_at, id LIMIT {3} {{skip}}) RETURNING *
            """;
        var claimed = await db.OutboxMails.FromSqlRaw(sql, Guid.NewGuid().ToString("N"), time(now + lease), time(now), most).AsNoTracking().ToListAsync();
        return [.. claimed.OrderBy(mail => mail.DueAt).ThenBy(mail => mail.Id)];
    }

    /// <summary>The server took them. True whoever holds a claim by now: another attempt would be one too many.</summary>
    public Task SentAsync(IReadOnlyCollection<OutboxMail> sent)
    {
        var (ids, now) = (sent.Select(mail => mail.Id).ToList(), clock.GetUtcNow());
        return InScopeAsync(mails => mails.Where(row => ids.Contains(row.Id) && row.State != MailState.Sent).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.State, MailState.Sent)
            .SetProperty(row => row.SentAt, now)
            .SetProperty(row => row.Draft, "")
            .SetProperty(row => row.Text, "")
            .SetProperty(row => row.Html, "")
            .SetProperty(row => row.LastError, "")
            .SetProperty(row => row.ClaimedBy, (string?)null)
            .SetProperty(row => row.ClaimedUntil, (DateTimeOffset?)null)));
    }

    public Task DeadAsync(OutboxMail mail, string error) =>
        InScopeAsync(mails => HeldBy(mails, mail).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.State, MailState.Dead)
            .SetProperty(row => row.Draft, "")
            .SetProperty(row => row.Text, "")
            .SetProperty(row => row.Html, "")
            .SetProperty(row => row.LastError, error)
            .SetProperty(row => row.ClaimedBy, (string?)null)
            .SetProperty(row => row.ClaimedUntil, (DateTimeOffset?)null)));

    public Task RetryAsync(OutboxMail mail, DateTimeOffset dueAt, string error) =>
        InScopeAsync(mails => HeldBy(mails, mail).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.DueAt, dueAt)
            .SetProperty(row => row.LastError, error)
            .SetProperty(row => row.ClaimedBy, (string?)null)
            .SetProperty(row => row.ClaimedUntil, (DateTimeOffset?)null)));

    /// <summary>This node stops; the attempt that it broke off does not count.</summary>
    public Task ReleaseAsync(OutboxMail mail) =>
        InScopeAsync(mails => HeldBy(mails, mail).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.Attempts, row => row.Attempts - 1)
            .SetProperty(row => row.ClaimedBy, (string?)null)
            .SetProperty(row => row.ClaimedUntil, (DateTimeOffset?)null)));

    /// <summary>How many mails still are to be sent, due or not.</summary>
    public Task<int> CountWaitingAsync(CancellationToken ct) =>
        InScopeAsync(mails => mails.CountAsync(mail => mail.State == MailState.Queued || mail.State == MailState.Waiting || mail.State == MailState.Sending, ct));

    /// <summary>Forgets mails that were sent or given up and are older than <paramref name="age"/>.</summary>
    public Task<int> SweepAsync(TimeSpan age, CancellationToken ct)
    {
        var oldest = clock.GetUtcNow() - age;
        return InScopeAsync(mails => mails
            .Where(mail => (mail.State == MailState.Sent || mail.State == MailState.Dead) && mail.DueAt < oldest)
            .ExecuteDeleteAsync(ct));
    }

    private static IQueryable<OutboxMail> HeldBy(DbSet<OutboxMail> mails, OutboxMail claimed) =>
        mails.Where(mail => mail.Id == claimed.Id && mail.ClaimedBy == claimed.ClaimedBy);

    private async Task<int> InScopeAsync(Func<DbSet<OutboxMail>, Task<int>> run)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await run(scope.ServiceProvider.GetRequiredService<AppDbContext>().OutboxMails);
    }
}
