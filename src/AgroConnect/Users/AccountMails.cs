using AgroConnect.Data;
using AgroConnect.Email;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.Options;

namespace AgroConnect.Users;

/// <summary>The mails of accounts (auth.md, 7): added to the outbox in the transaction of what caused them.</summary>
internal sealed class AccountMails(AppDbContext db, Outbox outbox, AccountLinks links, Site site, IOptions<AuthOptions> options, TimeProvider clock)
{
    /// <summary>Adds the mail with a link of this purpose.</summary>
    public void AddLink(User user, LinkPurpose purpose)
    {
        var (template, path) = purpose switch
        {
            LinkPurpose.Activation => (MailTemplates.Activation, options.Value.ActivationUrl),
            LinkPurpose.PasswordReset => (MailTemplates.PasswordReset, options.Value.PasswordResetUrl),
            _ => (MailTemplates.EmailReset, options.Value.EmailResetUrl),
        };
        var link = path
            .Replace("{uid}", AccountLinks.Uid(user), StringComparison.Ordinal)
            .Replace("{token}", links.Token(user, purpose), StringComparison.Ordinal);
        Add(user, template, $"{site.FrontendUrl}/{link}");
    }

    /// <summary>Adds a mail without a link.</summary>
    public void AddNotice(User user, string template) => Add(user, template, link: null);

    /// <summary>
    /// Whether one more link of this kind may be mailed to this address, whoever it belongs to. It costs the same for an
    /// address without an account, so that the time of an answer tells nothing.
    /// </summary>
    public async Task<bool> MayMailAsync(string email, LinkPurpose purpose, CancellationToken ct)
    {
        var (address, since) = (MailRequest.KeyOf(email, purpose), clock.GetUtcNow().AddHours(-1));
        await db.Set<MailRequest>().Where(request => request.At < since).ExecuteDeleteAsync(ct);
        var asked = await db.Set<MailRequest>().CountAsync(request => request.Address == address, ct);
        db.Add(new MailRequest { Address = address, At = clock.GetUtcNow() });
        return asked < options.Value.MailsPerHour;
    }

    private void Add(User user, string template, string? link)
    {
        var model = new Dictionary<string, object> { ["login"] = user.Email! };
        if (link is not null)
        {
            model["link"] = link;
            model["expires_at"] = clock.GetUtcNow() + options.Value.PasswordResetTimeout;
        }

        outbox.Add(db, new Recipient(user.Email!), new MailDraft(template, "en", model), urgent: true);
    }
}

/// <summary>That somebody asked for a link to be mailed to an address; kept for an hour.</summary>
public sealed class MailRequest
{
    public long Id { get; private init; }

    /// <summary>A hash of the address and the kind of link: the address may belong to nobody here.</summary>
    public required string Address { get; init; }

    public required DateTimeOffset At { get; init; }

    internal static string KeyOf(string email, LinkPurpose purpose) => Convert.ToHexStringLower(
        System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{purpose} {EmailAddress.Normalised(email)}")));
}

internal sealed class MailRequestConfiguration : IEntityTypeConfiguration<MailRequest>
{
    public void Configure(EntityTypeBuilder<MailRequest> request)
    {
        request.ToTable("mail_requests");
        request.Property(r => r.Address).HasMaxLength(64);
        request.HasIndex(r => r.Address);
        request.HasIndex(r => r.At);
    }
}
