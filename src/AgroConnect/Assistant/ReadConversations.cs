using System.Globalization;
using System.Text.Json;
using AgroConnect.Data;
using AgroConnect.Users;
using AgroConnect.Web;
using AgroConnect.Web.OpenApi;
using Microsoft.EntityFrameworkCore;
using Microsoft.OpenApi;

namespace AgroConnect.Assistant;

/// <summary><c>GET /api/chatbot/conversations/</c> and <c>/{id}/</c>: one's own, the latest first.</summary>
internal static class ReadConversations
{
    /// <summary>Messages of one answer.</summary>
    private const int Batch = 100;

    public static readonly QueryParameter Before = new("before", "The id of a message: those before it.", JsonSchemaType.Integer);

    public static async Task<IResult> ListAsync(HttpRequest request, CurrentUser me, AppDbContext db, CancellationToken ct)
    {
        var query = Fields.FromQuery(request);
        var page = PageRequest.Read(request, query);
        if (query.Problem is { } problem)
        {
            return problem;
        }

        var mine = db.AssistantConversations.AsNoTracking().Where(conversation => conversation.UserId == me.Id);
        var count = await mine.LongCountAsync(ct);
        if (!page.Exists(count))
        {
            return PageRequest.Invalid();
        }

        var rows = await mine.OrderByDescending(conversation => conversation.UpdatedAt).ThenByDescending(conversation => conversation.Id)
            .Skip((int)page.Offset).Take(page.Size)
            .Select(c => new AssistantConversationView(c.Id, c.Title, c.Language, c.MessageCount, c.CreatedAt, c.UpdatedAt)).ToListAsync(ct);
        return TypedResults.Ok(page.Of(request, count, rows));
    }

    public static async Task<IResult> OneAsync(long id, HttpRequest request, CurrentUser me, AppDbContext db, CancellationToken ct)
    {
        var query = Fields.FromQuery(request);
        var before = query.Integer("before", min: 1, max: long.MaxValue, nullable: true) ?? long.MaxValue;
        if (query.Problem is { } problem)
        {
            return problem;
        }

        var conversation = await db.AssistantConversations.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id && c.UserId == me.Id, ct);
        if (conversation is null)
        {
            return TypedResults.NotFound();
        }

        var messages = await db.AssistantMessages.AsNoTracking().Where(message => message.ConversationId == id && message.Id < before)
            .OrderByDescending(message => message.Id).Take(Batch + 1).ToListAsync(ct);
        var earlier = messages.Count > Batch
            ? string.Create(CultureInfo.InvariantCulture, $"{request.BaseUrl()}{request.PathBase}{request.Path}?before={messages[Batch - 1].Id}")
            : null;
        return TypedResults.Ok(new ConversationWithMessages(
            conversation.Id, conversation.Title, conversation.Language, conversation.MessageCount, conversation.CreatedAt, conversation.UpdatedAt,
            [.. messages.Take(Batch).Reverse().Select(View)], earlier));
    }

    public static AssistantMessageView View(AssistantMessage message) => new(
        message.Id, message.IsAnswer ? "assistant" : "user", message.Text, message.Language, message.HadImage,
        message.IsAnswer
            ? new MessageAnswer(
                message.Grounded, message.Declined, message.SafetyNotice,
                JsonSerializer.Deserialize(message.Citations, AssistantJson.Wire.IReadOnlyListCitationView)!,
                JsonSerializer.Deserialize(message.Products, AssistantJson.Wire.IReadOnlyListProductHit)!, message.Model, message.Degraded)
            : null,
        message.Helpful is { } helpful ? new FeedbackView(helpful, message.Comment) : null,
        message.CreatedAt);
}
