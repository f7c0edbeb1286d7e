using AgroConnect.Data;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Chat;

/// <param name="Messages">Ascending.</param>
/// <param name="HasMore">Whether there are more on the side that was cut off.</param>
internal sealed record MessageSlice(IReadOnlyList<StoredMessage> Messages, bool HasMore);

/// <summary>Reads messages that are stored. Whether the reader is a member is the caller's to ask.</summary>
internal static class MessageHistory
{
    /// <summary>A part of a conversation: the first ones after a bound, else the last ones (before a bound).</summary>
    /// <param name="db">The database.</param>
    /// <param name="conversation">Which.</param>
    /// <param name="after">Only those with a greater <c>seq</c>.</param>
    /// <param name="before">Only those with a smaller <c>seq</c>.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task<MessageSlice> ReadAsync(AppDbContext db, long conversation, long? after, long? before, int limit, CancellationToken ct)
    {
        var query = db.Messages.AsNoTracking().Where(message => message.ConversationId == conversation);
        if (after is { } lower)
        {
            query = query.Where(message => message.Seq > lower);
        }

        if (before is { } upper)
        {
            query = query.Where(message => message.Seq < upper);
        }

        query = after is null ? query.OrderByDescending(message => message.Seq) : query.OrderBy(message => message.Seq);
        var rows = await query.Take(limit + 1).ToListAsync(ct);
        var hasMore = rows.Count > limit;
        if (hasMore)
        {
            rows.RemoveAt(limit);
        }

        if (after is null)
        {
            rows.Reverse();
        }

        return new MessageSlice(await WithImagesAsync(db, rows, ct), hasMore);
    }

    /// <summary>Messages with their pictures, which take one more statement, whatever their number.</summary>
    public static async Task<IReadOnlyList<StoredMessage>> WithImagesAsync(AppDbContext db, IReadOnlyList<Message> messages, CancellationToken ct)
    {
        if (messages.Count == 0)
        {
            return [];
        }

        var ids = messages.Select(message => (long?)message.Id).ToList();
        var images = (await db.ChatImages.AsNoTracking().Where(image => ids.Contains(image.MessageId)).ToListAsync(ct)).ToLookup(image => image.MessageId!.Value);
        return [.. messages.Select(message => new StoredMessage(
            message.Id, message.ConversationId, message.Seq, message.SenderId, message.ClientId, message.Text, message.CreatedAt,
            [.. images[message.Id].OrderBy(image => image.Position).Select(image => new AttachedImage(image.Id, image.Picture))]))];
    }
}
