using AgroConnect.Data;
using AgroConnect.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgroConnect.Assistant;

/// <summary>What a signed-in user and the assistant have said to each other. Strangers' questions are not kept.</summary>
public sealed class AssistantConversation
{
    public const int LongestTitle = 80;

    public long Id { get; private init; }

    public required long UserId { get; init; }

    /// <summary>The beginning of its first question.</summary>
    public required string Title { get; init; }

    /// <summary>Of the latest answer.</summary>
    public required string Language { get; set; }

    public int MessageCount { get; private set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last answered in.</summary>
    public required DateTimeOffset UpdatedAt { get; set; }

    public List<AssistantMessage> Messages { get; private init; } = [];

    /// <summary>Adds a question and its answer to those that are kept; they need not be read for it.</summary>
    public void Add(AssistantMessage question, AssistantMessage answer)
    {
        Messages.AddRange([question, answer]);
        (MessageCount, Language, UpdatedAt) = (MessageCount + 2, answer.Language, answer.CreatedAt);
    }
}

/// <summary>A question, or the answer to it, which follows it at once.</summary>
public sealed class AssistantMessage
{
    public const int LongestComment = 2_000;

    public long Id { get; private init; }

    public long ConversationId { get; private init; }

    public AssistantConversation Conversation { get; private init; } = null!;

    /// <summary>Otherwise it is a question.</summary>
    public required bool IsAnswer { get; init; }

    public required string Text { get; init; }

    public required string Language { get; init; }

    /// <summary>Whether the question came with a picture; the picture itself is not kept.</summary>
    public bool HadImage { get; init; }

    public bool Grounded { get; init; }

    public bool Declined { get; init; }

    public string? SafetyNotice { get; init; }

    /// <summary>As they were shown: JSON of <see cref="CitationView"/>.</summary>
    public string Citations { get; init; } = "[]";

    /// <summary>As they were shown: JSON of <see cref="ProductHit"/>.</summary>
    public string Products { get; init; } = "[]";

    /// <summary>Who answered; empty for questions.</summary>
    public string Model { get; init; } = "";

    public bool Degraded { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What the user thinks of an answer; null when they have not said.</summary>
    public bool? Helpful { get; private set; }

    public string Comment { get; private set; } = "";

    /// <summary>Replaces what was said before.</summary>
    public void Judge(bool helpful, string comment) => (Helpful, Comment) = (helpful, comment);
}

internal static class AssistantTables
{
    extension(AppDbContext db)
    {
        public DbSet<AssistantConversation> AssistantConversations => db.Set<AssistantConversation>();

        public DbSet<AssistantMessage> AssistantMessages => db.Set<AssistantMessage>();
    }
}

internal sealed class AssistantConversationConfiguration : IEntityTypeConfiguration<AssistantConversation>
{
    public void Configure(EntityTypeBuilder<AssistantConversation> conversation)
    {
        conversation.ToTable("assistant_conversations");
        conversation.Property(c => c.Title).HasMaxLength(2 * AssistantConversation.LongestTitle);
        conversation.Property(c => c.Language).HasMaxLength(10);
        conversation.HasIndex(c => new { c.UserId, c.UpdatedAt, c.Id }).IsDescending(false, true, true);
        conversation.HasOne<User>().WithMany().HasForeignKey(c => c.UserId).OnDelete(DeleteBehavior.Cascade);
        conversation.HasMany(c => c.Messages).WithOne(m => m.Conversation).HasForeignKey(m => m.ConversationId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class AssistantMessageConfiguration : IEntityTypeConfiguration<AssistantMessage>
{
    public void Configure(EntityTypeBuilder<AssistantMessage> message)
    {
        message.ToTable("assistant_messages");
        message.Property(m => m.Language).HasMaxLength(10);
        message.Property(m => m.Model).HasMaxLength(100);
        message.Property(m => m.Comment).HasMaxLength(2 * AssistantMessage.LongestComment);
        message.HasIndex(m => new { m.ConversationId, m.Id });
    }
}
