using AgroConnect.Data;
using AgroConnect.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgroConnect.Chat;

/// <summary>A message that a member finds staff should see. One of each person for each message.</summary>
public sealed class MessageReport
{
    public const int LongestReason = 1_000;

    public long Id { get; private init; }

    public required long MessageId { get; init; }

    public Message Message { get; private init; } = null!;

    public required long ReporterId { get; init; }

    public User Reporter { get; private init; } = null!;

    public required string Reason { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When staff had dealt with it; null while it waits for them.</summary>
    public DateTimeOffset? ResolvedAt { get; private init; }

    public long? ResolvedBy { get; private init; }

    /// <summary>What staff noted when they dealt with it.</summary>
    public string Note { get; private init; } = "";
}

internal static class MessageReportTables
{
    extension(AppDbContext db)
    {
        public DbSet<MessageReport> MessageReports => db.Set<MessageReport>();
    }
}

internal sealed class MessageReportConfiguration : IEntityTypeConfiguration<MessageReport>
{
    public void Configure(EntityTypeBuilder<MessageReport> report)
    {
        report.ToTable("message_reports");
        report.Property(r => r.Reason).HasMaxLength(MessageReport.LongestReason);
        report.HasIndex(r => new { r.MessageId, r.ReporterId }).IsUnique();
        report.HasIndex(r => r.ReporterId);
        report.HasIndex(r => new { r.ResolvedAt, r.Id });
        report.Property(r => r.Note).HasMaxLength(MessageReport.LongestReason);
        report.HasOne(r => r.Message).WithMany().HasForeignKey(r => r.MessageId).OnDelete(DeleteBehavior.Restrict);
        report.HasOne(r => r.Reporter).WithMany().HasForeignKey(r => r.ReporterId).OnDelete(DeleteBehavior.Restrict);
    }
}
