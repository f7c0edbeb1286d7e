using AgroConnect.Data;
using AgroConnect.Images;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgroConnect.Products;

/// <summary>A branch of the category tree.</summary>
public sealed class Category
{
    public long Id { get; private init; }

    public required string Name { get; set; }

    public required string Slug { get; set; }

    public string Description { get; set; } = "";

    public long? ParentId { get; set; }

    public StoredImage? Image { get; set; }
}

internal static class CategoryTables
{
    extension(AppDbContext db)
    {
        public DbSet<Category> Categories => db.Set<Category>();
    }
}

internal sealed class CategoryConfiguration : IEntityTypeConfiguration<Category>
{
    public void Configure(EntityTypeBuilder<Category> category)
    {
        category.ToTable("categories");
        category.Property(c => c.Name).HasMaxLength(100);
        category.Property(c => c.Slug).HasMaxLength(120);
        category.Property(c => c.Image).HasConversion<StoredImageConverter>();
        category.HasIndex(c => c.Slug).IsUnique();
        category.HasIndex(c => new { c.ParentId, c.Name }).IsUnique();
        category.HasOne<Category>().WithMany().HasForeignKey(c => c.ParentId).OnDelete(DeleteBehavior.Restrict);
    }
}
