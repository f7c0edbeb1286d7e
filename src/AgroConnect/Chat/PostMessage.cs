using AgroConnect.Data;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Chat;

/// <summary><c>POST /api/chat/conversations/{id}/messages/</c> and <c>…/read/</c>: what the socket does too, for clients without one.</summary>
internal static class PostMessage
{
    /// <param name="ClientId">Made by the client, 1 to 64 characters: the same one again is the same message.</param>
    /// <param name="Text">1 to 4,000 characters; may be empty when there are images.</param>
    /// <param name="Images">Ids of one's own uploads, at most 10.</param>
    public sealed record Request(string ClientId, string? Text = null, IReadOnlyList<long>? Images = null);

    /// <param name="UpTo">The <c>seq</c> of the last message that was read.</param>
    public sealed record ReadRequest(long UpTo);

    public static async Task<IResult> SendAsync(
        long id, HttpRequest request, CurrentUser me, AppDbContext db, MessageStore store, MessageViews messages, CancellationToken ct)
    {
        var fields = await Fields.ReadAsync(request, ct);
        var clientId = fields.ExactText("client_id", otherwise: null, MessageRules.CheckClientId);
        var images = fields.Ids("images", MessageRules.MostImages);
        var trimmed = "";
        var text = fields.ExactText("text", fields.Has("images") ? "" : null, sent => MessageRules.CheckText(sent, images.Count, out trimmed));
        if (fields.IsGood("text") && fields.IsGood("images") && text.Length == 0 && images.Count == 0)
        {
            fields.Error("text", "This field may not be blank.");
        }

        if (fields.Problem is { } problem)
        {
            return await IsMemberAsync(db, id, me, ct) ? problem : TypedResults.NotFound();
        }

        var sent = await store.SendAsync(new NewMessage(id, me.Id, clientId, trimmed, images));
        return sent.Outcome switch
        {
            SendOutcome.Stored => TypedResults.Json(messages.Of(sent.Message!, request.BaseUrl()), ChatJson.Wire.MessageView, statusCode: StatusCodes.Status201Created),
            SendOutcome.Repeated => TypedResults.Ok(messages.Of(sent.Message!, request.BaseUrl())),
            SendOutcome.NotFound => TypedResults.NotFound(),
            SendOutcome.Blocked => new ErrorResult(StatusCodes.Status403Forbidden, "You cannot write to this person.", "blocked"),
            SendOutcome.WrongImages => FieldErrors.Of("images", "One of these is no picture of yours that waits to be sent."),
            _ => Unavailable(request),
        };
    }

    public static async Task<IResult> ReadAsync(long id, HttpRequest request, CurrentUser me, AppDbContext db, MessageStore store, CancellationToken ct)
    {
        var fields = await Fields.ReadAsync(request, ct);
        var upTo = fields.Integer("up_to", min: 0, max: long.MaxValue);
        if (fields.Problem is { } problem)
        {
            return await IsMemberAsync(db, id, me, ct) ? problem : TypedResults.NotFound();
        }

        return await store.MarkReadAsync(id, me.Id, upTo!.Value) switch
        {
            ReadOutcome.NotFound => TypedResults.NotFound(),
            ReadOutcome.Unavailable => Unavailable(request),
            _ => TypedResults.NoContent(),
        };
    }

    private static Task<bool> IsMemberAsync(AppDbContext db, long id, CurrentUser me, CancellationToken ct) =>
        db.Conversations.Of(me.Id).AnyAsync(conversation => conversation.Id == id, ct);

    private static ErrorResult Unavailable(HttpRequest request)
    {
        request.HttpContext.Response.Headers.RetryAfter = "1";
        return new ErrorResult(StatusCodes.Status503ServiceUnavailable, "It could not be stored. Send it again.", "unavailable");
    }
}
