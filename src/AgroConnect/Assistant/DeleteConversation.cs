using AgroConnect.Data;
using AgroConnect.Users;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Assistant;

/// <summary><c>DELETE /api/chatbot/conversations/{id}/</c>: with everything that was said in it.</summary>
internal static class DeleteConversation
{
    public static async Task<IResult> HandleAsync(long id, CurrentUser me, AppDbContext db, CancellationToken ct) =>
        await db.AssistantConversations.Where(conversation => conversation.Id == id && conversation.UserId == me.Id).ExecuteDeleteAsync(ct) == 0
            ? TypedResults.NotFound()
            : TypedResults.NoContent();
}
