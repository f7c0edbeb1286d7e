using AgroConnect.Data;
using AgroConnect.Users;
using AgroConnect.Web;
using AgroConnect.Web.OpenApi;
using Microsoft.EntityFrameworkCore;
using Microsoft.OpenApi;

namespace AgroConnect.Chat;

/// <summary>A part of a conversation on the wire.</summary>
/// <param name="Results">Ascending by <c>seq</c>.</param>
/// <param name="HasMore">Whether there are more on the side that was cut off.</param>
public sealed record MessagesView(IReadOnlyList<MessageView> Results, bool HasMore);

/// <summary><c>GET /api/chat/conversations/</c>, one of them, and its messages.</summary>
internal static class ReadConversations
{
    private const int MostMessages = 100;

    public static readonly QueryParameter[] Bounds =
    [
        new("before", "Messages with a smaller seq, the newest of them.", JsonSchemaType.Integer),
        new("after", "Messages with a greater seq, the oldest of them.", JsonSchemaType.Integer),
        new("limit", "50; more than 100 is cut to 100.", JsonSchemaType.Integer),
    ];

    public static async Task<IResult> ListAsync(HttpRequest request, CurrentUser me, AppDbContext db, ConversationViews views, CancellationToken ct)
    {
        var query = Fields.FromQuery(request);
        var page = PageRequest.Read(request, query);
        if (query.Problem is { } problem)
        {
            return problem;
        }

        var mine = db.Conversations.Of(me.Id);
        var count = await mine.LongCountAsync(ct);
        if (!page.Exists(count))
        {
            return PageRequest.Invalid();
        }

        var newest = mine.OrderByDescending(conversation => conversation.UpdatedAt).ThenByDescending(conversation => conversation.Id);
        return TypedResults.Ok(page.Of(request, count, await views.ReadAsync(newest.Skip((int)page.Offset).Take(page.Size), me.Id, request.BaseUrl(), ct)));
    }

    public static async Task<IResult> GetAsync(long id, HttpRequest request, CurrentUser me, ConversationViews views, CancellationToken ct) =>
        await views.FindAsync(id, me.Id, request.BaseUrl(), ct) is { } conversation ? TypedResults.Ok(conversation) : TypedResults.NotFound();

    public static async Task<IResult> MessagesAsync(long id, HttpRequest request, CurrentUser me, AppDbContext db, MessageViews messages, CancellationToken ct)
    {
        if (!await db.Conversations.Of(me.Id).AnyAsync(conversation => conversation.Id == id, ct))
        {
            return TypedResults.NotFound();
        }

        var query = Fields.FromQuery(request);
        var (before, after) = (query.Integer("before", min: 0, max: long.MaxValue, nullable: true), query.Integer("after", min: 0, max: long.MaxValue, nullable: true));
        var limit = Math.Min(query.Integer("limit", min: 1, max: long.MaxValue, otherwise: 50) ?? 0, MostMessages);
        if (query.Problem is { } problem)
        {
            return problem;
        }

        var slice = await MessageHistory.ReadAsync(db, id, after, before, (int)limit, ct);
        return TypedResults.Ok(new MessagesView([.. slice.Messages.Select(message => messages.Of(message, request.BaseUrl()))], slice.HasMore));
    }
}
