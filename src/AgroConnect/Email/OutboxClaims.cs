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
    private readonly Gathered<long, bool> _sent = new(async ids =>
    {
        await using var scope = scopes.CreateAsyncScope();
        await NoteSentAsync(scope.ServiceProvider.GetRequiredService<AppDbContext>().OutboxMails, ids, clock.GetUtcNow());
        return ids.ToDictionary(id => id, _ => true);
    });

    /// <summary>Claims the mails that have waited longest, each for at most <paramref name="lease"/>.</summary>
    /// <param name="most">So many at most.</param>
    /// <param name="lease">How long a claim holds.</param>
    /// <returns>The mails as claimed, their attempts counting this one; none when nothing is due.</returns>
    public async Task<IReadOnlyList<OutboxMail>> TakeAsync(int most, TimeSpan lease)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var mails = db.OutboxMails;
        while (true)
        {
            var now = clock.GetUtcNow();

            // Two statements: each reads the first rows of the index by state, where both at once would read all that is kept.
            var candidates = await CandidatesAsync(mails.Where(IsAbandoned(now)), most);
            if (candidates.Count == 0)
            {
                candidates = await CandidatesAsync(mails.Where(IsWaiting(now)), most);
            }

            if (candidates.Count == 0)
            {
                return [];
            }

            var claim = Guid.NewGuid().ToString("N");
            var claimed = await mails.Where(mail => candidates.Contains(mail.Id))
                .Where(mail => (mail.State == MailState.Waiting && mail.DueAt <= now) || (mail.State == MailState.Sending && mail.ClaimedUntil < now))
                .ExecuteUpdateAsync(set => set
                    .SetProperty(mail => mail.State, MailState.Sending)
                    .SetProperty(mail => mail.ClaimedBy, claim)
                    .SetProperty(mail => mail.ClaimedUntil, now + lease)
                    .SetProperty(mail => mail.Attempts, mail => mail.Attempts + 1));
            if (claimed > 0)
            {
                return await mails.AsNoTracking().Where(mail => candidates.Contains(mail.Id) && mail.ClaimedBy == claim)
                    .OrderBy(mail => mail.DueAt).ThenBy(mail => mail.Id).ToListAsync();
            }

            // Other nodes had the same candidates.
        }
    }

    /// <summary>
    /// The server took it. True whoever holds the claim by now: another attempt would be one too many. Mails that were taken
    /// while an earlier note was written are noted together.
    /// </summary>
    public Task SentAsync(OutboxMail mail) => _sent.ReadAsync(mail.Id);

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

    private static Task<List<long>> CandidatesAsync(IQueryable<OutboxMail> mails, int most) =>
        mails.OrderBy(mail => mail.DueAt).ThenBy(mail => mail.Id).Select(mail => mail.Id).Take(most).ToListAsync();

    private static Task<int> NoteSentAsync(DbSet<OutboxMail> mails, IReadOnlyCollection<long> ids, DateTimeOffset now) =>
        mails.Where(row => ids.Contains(row.Id) && row.State != MailState.Sent).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.State, MailState.Sent)
            .SetProperty(row => row.SentAt, now)
            .SetProperty(row => row.Text, "")
            .SetProperty(row => row.Html, "")
            .SetProperty(row => row.LastError, "")
            .SetProperty(row => row.ClaimedBy, (string?)null)
            .SetProperty(row => row.ClaimedUntil, (DateTimeOffset?)null));

    private static IQueryable<OutboxMail> HeldBy(DbSet<OutboxMail> mails, OutboxMail claimed) =>
        mails.Where(mail => mail.Id == claimed.Id && mail.ClaimedBy == claimed.ClaimedBy);

    private async Task<int> InScopeAsync(Func<DbSet<OutboxMail>, Task<int>> run)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await run(scope.ServiceProvider.GetRequiredService<AppDbContext>().OutboxMails);
    }
}
