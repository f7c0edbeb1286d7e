using AgroConnect.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgroConnect.Email;

/// <summary>Where a mail is on its way.</summary>
public enum MailState
{
    /// <summary>As versions before <see cref="MailDraft"/> write them, in full: to be sent when it is due.</summary>
    Waiting,

    /// <summary>As those versions claim them.</summary>
    Sending,

    /// <summary>To be sent when it is due and no node's claim holds. Those versions, which can't render it, leave it alone.</summary>
    Queued,

    /// <summary>The server has taken it.</summary>
    Sent,

    /// <summary>Given up; the log said so.</summary>
    Dead,
}

/// <summary>
/// A mail to be sent, written in the transaction of what caused it. Sent and dead ones have neither draft nor body: those
/// hold links that open accounts.
/// </summary>
public sealed class OutboxMail
{
    public const int LongestError = 500;

    public long Id { get; private init; }

    public required string To { get; init; }

    public required string ToName { get; init; }

    public required string Subject { get; init; }

    /// <summary>A <see cref="MailDraft"/> as JSON; empty where <see cref="Text"/> and <see cref="Html"/> are given.</summary>
    public string Draft { get; init; } = "";

    public string Text { get; init; } = "";

    public string Html { get; init; } = "";

    /// <summary>The same at every attempt, so that a reader's program sees a repeat for what it is (RFC 5322, 3.6.4); without brackets.</summary>
    public required string MessageId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset DueAt { get; init; }

    public int Attempts { get; private init; }

    public MailState State { get; private init; } = MailState.Queued;

    /// <summary>What the last attempt met, without the address.</summary>
    public string LastError { get; private init; } = "";

    /// <summary>A word of its own for each claim: who lost a claim can't settle the next one.</summary>
    public string? ClaimedBy { get; private init; }

    /// <summary>After this the claim is void: its node was killed.</summary>
    public DateTimeOffset? ClaimedUntil { get; private init; }

    public DateTimeOffset? SentAt { get; private init; }
}

internal static class OutboxTables
{
    extension(AppDbContext db)
    {
        public DbSet<OutboxMail> OutboxMails => db.Set<OutboxMail>();
    }
}

internal sealed class OutboxMailConfiguration : IEntityTypeConfiguration<OutboxMail>
{
    public void Configure(EntityTypeBuilder<OutboxMail> mail)
    {
        mail.ToTable("outbox_mail");
        mail.Property(m => m.To).HasMaxLength(254);
        mail.Property(m => m.ToName).HasMaxLength(400);
        mail.Property(m => m.Subject).HasMaxLength(400);
        mail.Property(m => m.MessageId).HasMaxLength(300);
        mail.Property(m => m.Draft).HasDefaultValue("");
        mail.Property(m => m.LastError).HasMaxLength(OutboxMail.LongestError);
        mail.Property(m => m.ClaimedBy).HasMaxLength(32);
        mail.Property(m => m.State).HasMaxLength(10).HasConversion(
            state => state.ToString().ToLowerInvariant(), text => Enum.Parse<MailState>(text, true));
        mail.HasIndex(m => m.MessageId).IsUnique();
        mail.HasIndex(m => new { m.State, m.DueAt });
    }
}
