using System.Text.Json.Nodes;
using AgroConnect.Data;
using AgroConnect.Images;
using AgroConnect.Users;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Chat;

/// <summary>What the chat knows of a person: what they wrote, whom they block, what they reported.</summary>
internal sealed class ChattersData(ImageStore images) : IPersonalData
{
    public string Section => "chat";

    public async Task<JsonNode?> ExportAsync(AppDbContext db, long userId, CancellationToken ct)
    {
        var conversations = await db.Conversations.Of(userId).OrderBy(conversation => conversation.Id).Select(conversation => new
        {
            conversation.Id,
            With = conversation.FirstUserId == userId ? conversation.SecondUser.PublicName : conversation.FirstUser.PublicName,
            Product = conversation.Product == null ? null : conversation.Product.Name,
            conversation.CreatedAt,
        }).ToListAsync(ct);
        var rows = conversations.ToDictionary(conversation => conversation.Id, conversation => new JsonObject
        {
            ["with"] = conversation.With,
            ["product"] = conversation.Product,
            ["created_at"] = conversation.CreatedAt.UtcDateTime,
            ["messages"] = new JsonArray(),
        });

        // Their own alone: what the other wrote is the other's.
        var messages = db.Messages;
        var written = db.Conversations.Of(userId).SelectMany(conversation => messages.Where(message => message.ConversationId == conversation.Id && message.SenderId == userId))
            .OrderBy(message => message.ConversationId).ThenBy(message => message.Seq).Select(message => new { message.ConversationId, message.Text, message.CreatedAt, Images = message.Images.Count });
        await foreach (var message in written.AsAsyncEnumerable().WithCancellation(ct))
        {
            rows[message.ConversationId]["messages"]!.AsArray().Add(new JsonObject
            {
                ["text"] = message.Text,
                ["images"] = message.Images,
                ["created_at"] = message.CreatedAt.UtcDateTime,
            });
        }

        var blocks = await db.Blocks.Where(block => block.BlockerId == userId).OrderBy(block => block.CreatedAt)
            .Select(block => new { block.Blocked.PublicName, block.CreatedAt }).ToListAsync(ct);
        var reports = await db.MessageReports.Where(report => report.ReporterId == userId).OrderBy(report => report.Id)
            .Select(report => new { report.Reason, report.CreatedAt }).ToListAsync(ct);
        var seen = await db.LastSeen.Where(row => row.UserId == userId).Select(row => (DateTimeOffset?)row.At).SingleOrDefaultAsync(ct);
        return new JsonObject
        {
            ["conversations"] = new JsonArray([.. rows.Values]),
            ["blocks"] = new JsonArray([.. blocks.Select(block => new JsonObject { ["person"] = block.PublicName, ["created_at"] = block.CreatedAt.UtcDateTime })]),
            ["reports"] = new JsonArray([.. reports.Select(report => new JsonObject { ["reason"] = report.Reason, ["created_at"] = report.CreatedAt.UtcDateTime })]),
            ["last_seen"] = seen?.UtcDateTime,
        };
    }

    /// <summary>What was said stays with whom it was said to, by somebody without a name.</summary>
    public async Task ForgetAsync(AppDbContext db, long userId, CancellationToken ct)
    {
        await db.Blocks.Where(block => block.BlockerId == userId || block.BlockedId == userId).ExecuteDeleteAsync(ct);
        await db.LastSeen.Where(row => row.UserId == userId).ExecuteDeleteAsync(ct);
        var unsent = await db.ChatImages.Where(image => image.UploaderId == userId && image.MessageId == null).ToListAsync(ct);
        await images.DoomAsync(db, unsent.Select(image => image.Picture), ct);
        db.ChatImages.RemoveRange(unsent);
    }
}
