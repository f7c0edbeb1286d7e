using System.Globalization;
using AgroConnect.Data;
using AgroConnect.Images;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Chat;

/// <summary>Reads conversations as one of their members sees them.</summary>
internal sealed class ConversationViews(AppDbContext db, MessageViews messages, Presence presence, ImageUrls urls)
{
    /// <returns>Null when there is none, or none of theirs.</returns>
    public async Task<ConversationView?> FindAsync(long id, long reader, string baseUrl, CancellationToken ct) =>
        (await ReadAsync(db.Conversations.Of(reader).Where(conversation => conversation.Id == id), reader, baseUrl, ct)).SingleOrDefault();

    /// <summary>Shows some conversations, in their order: four statements for any number.</summary>
    public async Task<IReadOnlyList<ConversationView>> ReadAsync(IQueryable<Conversation> conversations, long reader, string baseUrl, CancellationToken ct)
    {
        var rows = await conversations.AsNoTracking().Select(conversation => new
        {
            Conversation = conversation,
            First = new Member(conversation.FirstUserId, conversation.FirstUser.PublicName, conversation.FirstUser.Picture),
            Second = new Member(conversation.SecondUserId, conversation.SecondUser.PublicName, conversation.SecondUser.Picture),
            Product = conversation.Product == null ? null : new { conversation.Product.Id, conversation.Product.Name, conversation.Product.Images },
        }).ToListAsync(ct);
        if (rows.Count == 0)
        {
            return [];
        }

        var ids = rows.Select(row => row.Conversation.Id).ToList();
        var last = await MessageHistory.WithImagesAsync(
            db, await db.Messages.AsNoTracking().Where(message => ids.Contains(message.ConversationId) && message.Seq == message.Conversation.LastSeq).ToListAsync(ct), ct);
        var lastOf = last.ToDictionary(message => message.Conversation);
        var states = await presence.OfAsync([.. rows.SelectMany(row => new[] { row.First.Id, row.Second.Id }).Distinct()], ct);
        return [.. rows.Select(row => new ConversationView(
            row.Conversation.Id,
            [Participant(row.First), Participant(row.Second)],
            row.Product is null ? null : new ConversationProductView(row.Product.Id, row.Product.Name, row.Product.Images is [var first, ..] ? urls.Page(first.Image, baseUrl) : null),
            row.Conversation.UnreadBy(reader),
            new Dictionary<string, long> { [Key(row.First.Id)] = row.Conversation.FirstReadUpTo, [Key(row.Second.Id)] = row.Conversation.SecondReadUpTo },
            lastOf.TryGetValue(row.Conversation.Id, out var message) ? messages.Of(message, baseUrl) : null,
            row.Conversation.CreatedAt, row.Conversation.UpdatedAt))];

        ParticipantView Participant(Member member)
        {
            var state = states.GetValueOrDefault(member.Id) ?? new PresenceState(Online: false, LastSeen: null);
            return new ParticipantView(member.Id, member.Name, member.Picture is { } picture ? urls.Thumbnail(picture, baseUrl) : null, state.Online, state.LastSeen);
        }
    }

    private static string Key(long user) => user.ToString(CultureInfo.InvariantCulture);

    private sealed record Member(long Id, string Name, StoredImage? Picture);
}
