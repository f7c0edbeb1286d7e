using AgroConnect.Data;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Assistant;

/// <summary><c>POST /api/chatbot/messages/{id}/feedback/</c>: whether an answer helped. Said again, it replaces what was said before.</summary>
internal static class GiveFeedback
{
    public sealed record Request(bool Helpful, string Comment = "");

    public static async Task<IResult> HandleAsync(long id, HttpRequest request, CurrentUser me, AppDbContext db, CancellationToken ct)
    {
        var message = await db.AssistantMessages.SingleOrDefaultAsync(message => message.Id == id && message.IsAnswer && message.Conversation.UserId == me.Id, ct);
        if (message is null)
        {
            return TypedResults.NotFound();
        }

        var fields = await Fields.ReadAsync(request, ct);
        var (helpful, comment) = (fields.Boolean("helpful"), fields.Text("comment", AssistantMessage.LongestComment, otherwise: "", blank: true));
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        message.Judge(helpful, comment);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            // Its conversation was deleted in between.
            return TypedResults.NotFound();
        }

        return TypedResults.Ok(new FeedbackView(helpful, comment));
    }
}
