using AgroConnect.Data;
using AgroConnect.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgroConnect.Chat;

/// <summary>While it stands, neither of the two can send to the other.</summary>
public sealed class Block
{
    public required long BlockerId { get; init; }

    public required long BlockedId { get; init; }

    public User Blocked { get; private init; } = null!;

    public required DateTimeOffset CreatedAt { get; init; }
}

internal static class BlockTables
{
    extension(AppDbContext db)
    {
        public DbSet<Block> Blocks => db.Set<Block>();

        /// <summary>Whether either of the two blocks the other.</summary>
        public Task<bool> AreBlockedAsync(long one, long other, CancellationToken ct)
        {
            var blocks = db.Blocks;
            return blocks.AnyAsync(
                block => (block.BlockerId == one && block.BlockedId == other) || (block.BlockerId == other && block.BlockedId == one), ct);
        }
    }
}

internal sealed class BlockConfiguration : IEntityTypeConfiguration<Block>
{
    public void Configure(EntityTypeBuilder<Block> block)
    {
        block.ToTable("blocks");
        block.HasKey(b => new { b.BlockerId, b.BlockedId });
        block.HasIndex(b => b.BlockedId);
        block.HasOne<User>().WithMany().HasForeignKey(b => b.BlockerId).OnDelete(DeleteBehavior.Restrict);
        block.HasOne(b => b.Blocked).WithMany().HasForeignKey(b => b.BlockedId).OnDelete(DeleteBehavior.Restrict);
    }
}
