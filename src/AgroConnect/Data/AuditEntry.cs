using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgroConnect.Data;

/// <summary>Who changed what; written in the transaction of the change, never changed itself (api.md, Administration).</summary>
public sealed class AuditEntry
{
    public long Id { get; private init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Null when the program itself did it.</summary>
    public required long? ActorId { get; init; }

    /// <summary>What was done, such as <c>user.role</c> or <c>product.price</c>.</summary>
    public required string Action { get; init; }

    public required string TargetType { get; init; }

    public required long TargetId { get; init; }

    /// <summary>JSON: <c>{"field": [old, new]}</c>.</summary>
    public required string Changes { get; init; }
}

internal static class AuditLog
{
    extension(AppDbContext db)
    {
        public DbSet<AuditEntry> AuditEntries => db.Set<AuditEntry>();

        /// <summary>Adds an entry, to be saved with the change itself.</summary>
        public void Audit(
            long? actorId, string action, string targetType, long targetId, DateTimeOffset at, params ReadOnlySpan<(string Field, object? Old, object? New)> changes)
        {
            var json = new JsonObject();
            foreach (var (field, old, now) in changes)
            {
                json[field] = new JsonArray(JsonSerializer.SerializeToNode(old), JsonSerializer.SerializeToNode(now));
            }

            db.Add(new AuditEntry
            {
                At = at,
                ActorId = actorId,
                Action = action,
                TargetType = targetType,
                TargetId = targetId,
                Changes = json.ToJsonString(),
            });
        }
    }
}

internal sealed class AuditEntryConfiguration : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> entry)
    {
        entry.ToTable("audit_entries");
        entry.Property(e => e.Action).HasMaxLength(50);
        entry.Property(e => e.TargetType).HasMaxLength(30);
        entry.HasIndex(e => new { e.TargetType, e.TargetId });
        entry.HasIndex(e => e.ActorId);
        entry.HasIndex(e => e.Action);
    }
}
