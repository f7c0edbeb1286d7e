using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgroConnect.Users;

/// <summary>
/// A refresh token that was given out. All that follow from one log-in are a family. A token without a row is dead:
/// ending a family, or everything that an account has, is deleting rows.
/// </summary>
public sealed class RefreshToken
{
    /// <summary>The token's <c>jti</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The <c>jti</c> of the access token given out beside it.</summary>
    public required string AccessId { get; init; }

    /// <summary>The <c>jti</c> of the refresh token of the log-in.</summary>
    public required string Family { get; init; }

    public required long UserId { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was exchanged for the next one; null while it is good.</summary>
    public DateTimeOffset? RotatedAt { get; private set; }
}

internal sealed class RefreshTokenConfiguration : IEntityTypeConfiguration<RefreshToken>
{
    public void Configure(EntityTypeBuilder<RefreshToken> token)
    {
        token.ToTable("refresh_tokens");
        token.Property(t => t.Id).HasMaxLength(32);
        token.Property(t => t.AccessId).HasMaxLength(32);
        token.Property(t => t.Family).HasMaxLength(32);
        token.HasIndex(t => t.Family);
        token.HasIndex(t => new { t.UserId, t.ExpiresAt });
        token.HasOne<User>().WithMany().HasForeignKey(t => t.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
