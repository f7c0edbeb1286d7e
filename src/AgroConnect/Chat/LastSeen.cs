using AgroConnect.Data;
using AgroConnect.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgroConnect.Chat;

/// <summary>When the last socket of somebody went.</summary>
public sealed class LastSeen
{
    public required long UserId { get; init; }

    public required DateTimeOffset At { get; init; }
}

internal static class LastSeenTables
{
    extension(AppDbContext db)
    {
        public DbSet<LastSeen> LastSeen => db.Set<LastSeen>();
    }
}

internal sealed class LastSeenConfiguration : IEntityTypeConfiguration<LastSeen>
{
    public void Configure(EntityTypeBuilder<LastSeen> seen)
    {
        seen.ToTable("last_seen");
        seen.HasKey(s => s.UserId);
        seen.Property(s => s.UserId).ValueGeneratedNever();
        seen.HasOne<User>().WithOne().HasForeignKey<LastSeen>(s => s.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
