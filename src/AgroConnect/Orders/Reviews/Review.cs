using AgroConnect.Data;
using AgroConnect.Products;
using AgroConnect.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgroConnect.Orders.Reviews;

/// <summary>What somebody who received a product says of it, and what its seller says to that. One of each person for each product.</summary>
public sealed class Review
{
    public const int LongestText = 5_000;

    public long Id { get; private init; }

    public required long ProductId { get; init; }

    public Product Product { get; private init; } = null!;

    public required long AuthorId { get; init; }

    public User Author { get; private init; } = null!;

    /// <summary>1 to 5 stars.</summary>
    public int Rating { get; set; }

    public string Text { get; set; } = "";

    public string? Reply { get; private set; }

    /// <summary>When it was first replied to.</summary>
    public DateTimeOffset? RepliedAt { get; private set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its author last changed it.</summary>
    public required DateTimeOffset UpdatedAt { get; set; }

    public void Answer(string text, DateTimeOffset at) => (Reply, RepliedAt) = (text, RepliedAt ?? at);
}

internal static class ReviewTables
{
    extension(AppDbContext db)
    {
        public DbSet<Review> Reviews => db.Set<Review>();
    }
}

internal sealed class ReviewConfiguration : IEntityTypeConfiguration<Review>
{
    public void Configure(EntityTypeBuilder<Review> review)
    {
        review.ToTable("reviews");
        review.Property(r => r.Text).HasMaxLength(Review.LongestText);
        review.Property(r => r.Reply).HasMaxLength(Review.LongestText);
        review.HasIndex(r => new { r.ProductId, r.AuthorId }).IsUnique();
        review.HasIndex(r => new { r.ProductId, r.Id }).IsDescending(false, true);
        review.HasIndex(r => r.AuthorId);
        review.HasOne(r => r.Product).WithMany().HasForeignKey(r => r.ProductId).OnDelete(DeleteBehavior.Restrict);
        review.HasOne(r => r.Author).WithMany().HasForeignKey(r => r.AuthorId).OnDelete(DeleteBehavior.Restrict);
    }
}
