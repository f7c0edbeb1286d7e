using AgroConnect.Data;
using AgroConnect.Images;
using AgroConnect.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgroConnect.Chat;

/// <summary>A picture for a message: uploaded first, then named by the one message that shows it.</summary>
public sealed class ChatImage
{
    public long Id { get; private init; }

    public required long UploaderId { get; init; }

    public required StoredImage Picture { get; init; }

    /// <summary>The message that shows it; null until one does.</summary>
    public long? MessageId { get; private init; }

    /// <summary>0, 1, 2 … among the pictures of its message.</summary>
    public int Position { get; private init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

internal static class ChatImageTables
{
    extension(AppDbContext db)
    {
        public DbSet<ChatImage> ChatImages => db.Set<ChatImage>();
    }
}

internal sealed class ChatImageConfiguration : IEntityTypeConfiguration<ChatImage>
{
    public void Configure(EntityTypeBuilder<ChatImage> image)
    {
        image.ToTable("chat_images");
        image.Property(i => i.Picture).HasConversion<StoredImageConverter>();
        image.HasIndex(i => i.MessageId);
        image.HasIndex(i => i.UploaderId);

        // Those that no message shows yet, for whoever sweeps them up.
        image.HasIndex(i => i.CreatedAt).HasFilter("message_id IS NULL");
        image.HasOne<User>().WithMany().HasForeignKey(i => i.UploaderId).OnDelete(DeleteBehavior.Restrict);
    }
}
