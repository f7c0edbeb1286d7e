using AgroConnect.Data;
using Microsoft.Extensions.Options;

namespace AgroConnect.Email;

/// <summary>
/// Mails on their way out. A mail is a row in the transaction of what caused it: rolled back, it was never there;
/// committed, it arrives or the log says why not.
/// </summary>
internal sealed class Outbox(MailTemplates templates, IOptions<EmailOptions> options, TimeProvider clock)
{
    /// <summary>An urgent mail passes by those that have waited for less than this.</summary>
    private static readonly TimeSpan Precedence = TimeSpan.FromHours(1);

    private readonly string _domain = options.Value.Sender.Domain;
    private TaskCompletionSource _woken = NewSignal();

    /// <summary>Adds a mail to what the caller is about to save. Call <see cref="Wake"/> after the commit.</summary>
    /// <param name="db">The caller's context; nothing is saved here.</param>
    /// <param name="to">Whom it goes to.</param>
    /// <param name="draft">What it says.</param>
    /// <param name="urgent">Somebody sits and waits for it, so it goes before the others.</param>
    /// <exception cref="InvalidOperationException">There is no such template.</exception>
    public void Add(AppDbContext db, Recipient to, MailDraft draft, bool urgent = false) => db.OutboxMails.Add(Write(to, draft, urgent));

    /// <inheritdoc cref="Add"/>
    /// <summary>Writes a mail, for the caller to save.</summary>
    public OutboxMail Write(Recipient to, MailDraft draft, bool urgent = false)
    {
        var now = clock.GetUtcNow();
        return new OutboxMail
        {
            To = to.Address,
            ToName = MailTexts.OneLine(to.Name),
            Subject = templates.Subject(draft),
            Draft = draft.ToJson(),
            // By time: new ones go to the end of their index.
            MessageId = $"{Guid.CreateVersion7(now):N}@{_domain}",
            CreatedAt = now,
            DueAt = urgent ? now - Precedence : now,
        };
    }

    /// <summary>Has this node look for mails now rather than in a few seconds. Forgetting it delays, and loses nothing.</summary>
    public void Wake() => Volatile.Read(ref _woken).TrySetResult();

    /// <summary>Until somebody calls <see cref="Wake"/>, at most <paramref name="atMost"/>.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await Task.WhenAny(Volatile.Read(ref _woken).Task, Task.Delay(atMost, clock, limit.Token));
        await limit.CancelAsync();
        ct.ThrowIfCancellationRequested();

        // Renewed before the caller looks: a mail committed from here on either is seen or wakes again.
        Volatile.Write(ref _woken, NewSignal());
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
