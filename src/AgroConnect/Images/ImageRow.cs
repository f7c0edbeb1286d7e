using AgroConnect.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgroConnect.Images;

public enum ImageState
{
    /// <summary>Written, or about to be; nothing shows it yet.</summary>
    Pending,

    /// <summary>Something shows it.</summary>
    Kept,

    /// <summary>Nothing shows it any more: its files are to be deleted, then this row.</summary>
    Doomed,
}

/// <summary>
/// The life of one picture. The row is committed before a file is written or a byte uploaded and goes after the last of
/// them is deleted, so that whatever crashes in between, the sweeper finds what was left.
/// </summary>
public sealed class ImageRow
{
    public long Id { get; private init; }

    /// <summary>Where the files are: <c>local</c> or <c>cloudinary</c>.</summary>
    public required string Store { get; init; }

    public required string Key { get; init; }

    public ImageState State { get; private init; }

    /// <summary>How many rows show it.</summary>
    public int Uses { get; private init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the sweeper looks at it next: a pending one is given up then, a doomed one tried again.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>How often the sweeper has tried to delete it.</summary>
    public int Attempts { get; private init; }

    /// <summary>Who may confirm an upload that a browser makes by itself; null for all others.</summary>
    public long? OwnerId { get; init; }

    /// <summary>What that upload was signed for, such as <c>products/7</c>.</summary>
    public string? Purpose { get; init; }
}

internal static class ImageTables
{
    extension(AppDbContext db)
    {
        public DbSet<ImageRow> Images => db.Set<ImageRow>();
    }
}

internal sealed class ImageRowConfiguration : IEntityTypeConfiguration<ImageRow>
{
    public void Configure(EntityTypeBuilder<ImageRow> image)
    {
        image.ToTable("images");
        image.Property(i => i.Store).HasMaxLength(16);
        image.Property(i => i.Key).HasMaxLength(120);
        image.Property(i => i.State).HasMaxLength(16).HasConversion(
            state => state == ImageState.Kept ? "kept" : state == ImageState.Doomed ? "doomed" : "pending",
            text => text == "kept" ? ImageState.Kept : text == "doomed" ? ImageState.Doomed : ImageState.Pending);
        image.Property(i => i.Purpose).HasMaxLength(100);
        image.HasIndex(i => i.Key).IsUnique();
        image.HasIndex(i => i.DueAt);
    }
}
