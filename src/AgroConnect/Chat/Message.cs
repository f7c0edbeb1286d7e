using AgroConnect.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgroConnect.Chat;

/// <summary>What somebody said. Only <see cref="MessageStore"/> writes any; none changes afterwards.</summary>
public sealed class Message
{
    public long Id { get; private init; }

    public required long ConversationId { get; init; }

    public Conversation Conversation { get; private init; } = null!;

    /// <summary>1, 2, 3 … within the conversation, in the order of commits.</summary>
    public required long Seq { get; init; }

    /// <summary>One of the two members.</summary>
    public required long SenderId { get; init; }

    /// <summary>What the sender's client calls it; sent again, it is the same message.</summary>
    public required string ClientId { get; init; }

    /// <summary>Trimmed; empty only when there are pictures.</summary>
    public required string Text { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public List<ChatImage> Images { get; private init; } = [];
}

internal static class MessageTables
{
    extension(AppDbContext db)
    {
        public DbSet<Message> Messages => db.Set<Message>();
    }
}

internal sealed class MessageConfiguration : IEntityTypeConfiguration<Message>
{
    public void Configure(EntityTypeBuilder<Message> message)
    {
        message.ToTable("messages");
        message.Property(m => m.ClientId).HasMaxLength(MessageRules.LongestClientId);
        message.Property(m => m.Text).HasMaxLength(MessageRules.LongestText);
        message.HasIndex(m => new { m.ConversationId, m.Seq }).IsUnique();
        message.HasIndex(m => new { m.ConversationId, m.SenderId, m.ClientId }).IsUnique();

        // None to the sender: it is a member of the conversation, which refers to it, and each message would lock its row.
        message.HasOne(m => m.Conversation).WithMany().HasForeignKey(m => m.ConversationId).OnDelete(DeleteBehavior.Restrict);
        message.HasMany(m => m.Images).WithOne().HasForeignKey(i => i.MessageId).OnDelete(DeleteBehavior.Restrict);
    }
}
