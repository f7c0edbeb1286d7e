using System.Linq.Expressions;
using AgroConnect.Data;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Email;

/// <summary>
/// Who sends which mail. Nodes share the outbox without talking to each other: a claim is one conditional update, which
/// only one of them wins on either database, and it ends by itself when its node is killed.
/// </summary>
internal sealed class OutboxClaims(IServiceScopeFactory scopes, TimeProvider clock)
{
    /// <summary>Rows to try before looking again; other nodes try the same ones.</summary>
    private const int Candidates = 16;

    /// <summary>Claims the mail that has waited longest, for at most <paramref name="lease"/>.</summary>
    /// <returns>The mail as claimed, its attempts counting this one; null when nothing is due.</returns>
    public async Task<OutboxMail?> TakeAsync(TimeSpan lease)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var mails = db.OutboxMails;
        while (true)
        {
            var now = clock.GetUtcNow();

            // Two statements: each reads the first rows of the index by state, where both at once would read all that is kept.
            var candidates = await CandidatesAsync(mails.Where(IsAbandoned(now)));
            if (candidates.Count == 0)
            {
                candidates = await CandidatesAsync(mails.Where(IsWaiting(now)));
            }

            if (candidates.Count == 0)
            {
                return null;
            }

            foreach (var id in candidates)
            {
                var claim = Guid.NewGuid().ToString("N");
                var claimed = await mails.Where(mail => mail.Id == id)
                    .Where(mail => (mail.State == MailState.Waiting && mail.DueAt <= now) || (mail.State == MailState.Sending && mail.ClaimedUntil < now)).ExecuteUpdateAsync(set => set
                    .SetProperty(mail => mail.State, MailState.Sending)
                    .SetProperty(mail => mail.ClaimedBy, claim)
                    .SetProperty(mail => mail.ClaimedUntil, now + lease)
                    .SetProperty(mail => mail.Attempts, mail => mail.Attempts + 1));
                if (claimed == 1)
                {
                    return await mails.AsNoTracking().SingleAsync(mail => mail.Id == id);
                }
            }
        }
    }

    /// <summary>The server took it. True whoever holds the claim by now: another attempt would be one too many.</summary>
    public Task SentAsync(OutboxMail mail)
    {
        var now = clock.GetUtcNow();
        return InScopeAsync(mails => mails.Where(row => row.Id == mail.Id && row.State != MailState.Sent).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.State, MailState.Sent)
            .SetProperty(row => row.SentAt, now)
            .SetProperty(row => row.Text, "")
            .SetProperty(row => row.Html, "")
            .SetProperty(row => row.LastError, "")
            .SetProperty(row => row.ClaimedBy, (string?)null)
            .SetProperty(row => row.ClaimedUntil, (DateTimeOffset?)null)));
    }

    public Task DeadAsync(OutboxMail mail, string error) =>
        InScopeAsync(mails => HeldBy(mails, mail).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.State, MailState.Dead)
            .SetProperty(row => row.Text, "")
            .SetProperty(row => row.Html, "")
            .SetProperty(row => row.LastError, error)
            .SetProperty(row => row.ClaimedBy, (string?)null)
            .SetProperty(row => row.ClaimedUntil, (DateTimeOffset?)null)));

    public Task RetryAsync(OutboxMail mail, DateTimeOffset dueAt, string error) =>
        InScopeAsync(mails => HeldBy(mails, mail).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.State, MailState.Waiting)
            .SetProperty(row => row.DueAt, dueAt)
            .SetProperty(row => row.LastError, error)
            .SetProperty(row => row.ClaimedBy, (string?)null)
            .SetProperty(row => row.ClaimedUntil, (DateTimeOffset?)null)));

    /// <summary>This node stops; the attempt that it broke off does not count.</summary>
    public Task ReleaseAsync(OutboxMail mail) =>
        InScopeAsync(mails => HeldBy(mails, mail).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.State, MailState.Waiting)
            .SetProperty(row => row.Attempts, row => row.Attempts - 1)
            .SetProperty(row => row.ClaimedBy, (string?)null)
            .SetProperty(row => row.ClaimedUntil, (DateTimeOffset?)null)));

    /// <summary>How many mails still are to be sent, due or not.</summary>
    public Task<int> CountWaitingAsync(CancellationToken ct) =>
        InScopeAsync(mails => mails.CountAsync(mail => mail.State == MailState.Waiting || mail.State == MailState.Sending, ct));

    /// <summary>Forgets mails that were sent or given up and are older than <paramref name="age"/>.</summary>
    public Task<int> SweepAsync(TimeSpan age, CancellationToken ct)
    {
        var oldest = clock.GetUtcNow() - age;
        return InScopeAsync(mails => mails
            .Where(mail => (mail.State == MailState.Sent || mail.State == MailState.Dead) && mail.DueAt < oldest)
            .ExecuteDeleteAsync(ct));
    }

    private static Expression<Func<OutboxMail, bool>> IsWaiting(DateTimeOffset now) => mail => mail.State == MailState.Waiting && mail.DueAt <= now;

    /// <summary>Claimed by a node that was killed.</summary>
    private static Expression<Func<OutboxMail, bool>> IsAbandoned(DateTimeOffset now) => mail => mail.State == MailState.Sending && mail.ClaimedUntil < now;

    private static Task<List<long>> CandidatesAsync(IQueryable<OutboxMail> mails) =>
        mails.OrderBy(mail => mail.DueAt).ThenBy(mail => mail.Id).Select(mail => mail.Id).Take(Candidates).ToListAsync();

    private static IQueryable<OutboxMail> HeldBy(DbSet<OutboxMail> mails, OutboxMail claimed) =>
        mails.Where(mail => mail.Id == claimed.Id && mail.ClaimedBy == claimed.ClaimedBy);

    private async Task<int> InScopeAsync(Func<DbSet<OutboxMail>, Task<int>> run)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await run(scope.ServiceProvider.GetRequiredService<AppDbContext>().OutboxMails);
    }
}
