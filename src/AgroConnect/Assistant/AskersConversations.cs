using System.Text.Json.Nodes;
using AgroConnect.Data;
using AgroConnect.Users;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Assistant;

/// <summary>What the assistant knows of a person: what they asked, what they were answered, and what they thought of it.</summary>
internal sealed class AskersConversations : IPersonalData
{
    public string Section => "assistant";

    public async Task<JsonNode?> ExportAsync(AppDbContext db, long userId, CancellationToken ct)
    {
        var rows = new JsonArray();
        var messages = db.AssistantMessages.AsNoTracking().Where(message => message.Conversation.UserId == userId)
            .OrderBy(message => message.ConversationId).ThenBy(message => message.Id);
        await foreach (var message in messages.AsAsyncEnumerable().WithCancellation(ct))
        {
            rows.Add(new JsonObject
            {
                ["conversation"] = message.ConversationId,
                ["role"] = message.IsAnswer ? "assistant" : "user",
                ["text"] = message.Text,
                ["created_at"] = message.CreatedAt.UtcDateTime,
                ["helpful"] = message.Helpful,
                ["comment"] = message.Comment.Length > 0 ? message.Comment : null,
            });
        }

        return rows;
    }

    public async Task ForgetAsync(AppDbContext db, long userId, CancellationToken ct)
    {
        // No conversation is begun between this and the end of the account: ConversationLog holds this row too.
        await db.Users.Where(user => user.Id == userId).ExecuteUpdateAsync(set => set.SetProperty(user => user.IsActive, user => user.IsActive), ct);
        await db.AssistantConversations.Where(conversation => conversation.UserId == userId).ExecuteDeleteAsync(ct);
    }
}
