using AgroConnect.Data;
using AgroConnect.Products;
using AgroConnect.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgroConnect.Chat;

/// <summary>
/// Two people who talk, possibly about a product. How far each has read stands in this row: sending reads too, so that
/// what is unread is all after the mark (<see cref="UnreadBy"/>), and no message is ever counted.
/// </summary>
public sealed class Conversation
{
    public long Id { get; private init; }

    /// <summary>The member with the smaller id.</summary>
    public required long FirstUserId { get; init; }

    public User FirstUser { get; private init; } = null!;

    /// <summary>The member with the greater id.</summary>
    public required long SecondUserId { get; init; }

    public User SecondUser { get; private init; } = null!;

    public long? ProductId { get; init; }

    public Product? Product { get; private init; }

    /// <summary>The <c>seq</c> of the last message; 0 before the first.</summary>
    public long LastSeq { get; private init; }

    /// <summary>Up to which <c>seq</c> the first member has read.</summary>
    public long FirstReadUpTo { get; private init; }

    /// <summary>Up to which <c>seq</c> the second member has read.</summary>
    public long SecondReadUpTo { get; private init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the last message was stored; before it, as <see cref="CreatedAt"/>.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>A conversation of these two, whoever asks for it.</summary>
    public static Conversation Between(long one, long other, long? product, DateTimeOffset now) => new()
    {
        FirstUserId = Math.Min(one, other),
        SecondUserId = Math.Max(one, other),
        ProductId = product,
        CreatedAt = now,
        UpdatedAt = now,
    };

    public bool Has(long user) => user == FirstUserId || user == SecondUserId;

    public long OtherThan(long user) => user == FirstUserId ? SecondUserId : FirstUserId;

    public long ReadUpToBy(long user) => user == FirstUserId ? FirstReadUpTo : SecondReadUpTo;

    public long UnreadBy(long user) => LastSeq - ReadUpToBy(user);
}

internal static class ConversationTables
{
    extension(AppDbContext db)
    {
        public DbSet<Conversation> Conversations => db.Set<Conversation>();
    }

    /// <summary>Those of one person.</summary>
    public static IQueryable<Conversation> Of(this IQueryable<Conversation> conversations, long user) =>
        conversations.Where(conversation => conversation.FirstUserId == user || conversation.SecondUserId == user);
}

internal sealed class ConversationConfiguration : IEntityTypeConfiguration<Conversation>
{
    public void Configure(EntityTypeBuilder<Conversation> conversation)
    {
        conversation.ToTable("conversations");

        // Both databases take two NULLs for different values: those without a product need an index of their own.
        conversation.HasIndex(c => new { c.FirstUserId, c.SecondUserId, c.ProductId }).IsUnique();
        conversation.HasIndex(c => new { c.FirstUserId, c.SecondUserId }).IsUnique().HasFilter("product_id IS NULL");
        conversation.HasIndex(c => c.SecondUserId);

        // None on UpdatedAt: each message changes it, and PostgreSQL then can leave all indexes alone (HOT updates).
        conversation.HasAnnotation("Npgsql:StorageParameter:fillfactor", 70);
        conversation.HasOne(c => c.FirstUser).WithMany().HasForeignKey(c => c.FirstUserId).OnDelete(DeleteBehavior.Restrict);
        conversation.HasOne(c => c.SecondUser).WithMany().HasForeignKey(c => c.SecondUserId).OnDelete(DeleteBehavior.Restrict);
        conversation.HasOne(c => c.Product).WithMany().HasForeignKey(c => c.ProductId).OnDelete(DeleteBehavior.Restrict);
    }
}
