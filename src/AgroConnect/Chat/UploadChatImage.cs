using AgroConnect.Data;
using AgroConnect.Images;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AgroConnect.Chat;

/// <summary><c>POST /api/chat/images/</c>: a picture for a message that is yet to be sent.</summary>
internal static class UploadChatImage
{
    private const int MostGivenUp = 100;

    public static async Task<IResult> HandleAsync(
        HttpRequest request, CurrentUser me, AppDbContext db, ImageStore images, MessageViews messages, IOptions<ImagesOptions> options, TimeProvider clock, CancellationToken ct)
    {
        var upload = await images.ReceiveAsync(request, "image", most: 1, ct, isPrivate: true);
        if (upload.Problem is { } problem)
        {
            return problem;
        }

        // This row shows the picture, sent or not: whatever stores the message has nothing to do for it.
        var image = new ChatImage { UploaderId = me.Id, Picture = upload.Images[0], CreatedAt = clock.GetUtcNow() };
        await using (var transaction = await db.Database.BeginTransactionAsync(ct))
        {
            db.ChatImages.Add(image);
            await db.SaveChangesAsync(ct);
            await images.KeepAsync(db, upload.Images, ct);
            await transaction.CommitAsync(ct);
        }

        await GiveUpAsync(db, images, image.CreatedAt - options.Value.PendingLifetime, ct);
        return TypedResults.Json(messages.Of(image.Id, image.Picture, request.BaseUrl()), ChatJson.Wire.ChatImageView, statusCode: StatusCodes.Status201Created);
    }

    /// <summary>Drops what was uploaded before some time and never sent: whoever uploads tidies up after those who did before.</summary>
    private static async Task GiveUpAsync(AppDbContext db, ImageStore images, DateTimeOffset before, CancellationToken ct)
    {
        var unsent = await db.ChatImages.AsNoTracking().Where(row => row.MessageId == null && row.CreatedAt < before).OrderBy(row => row.CreatedAt).Take(MostGivenUp).ToListAsync(ct);
        foreach (var row in unsent)
        {
            // A message may take it at this moment: then it stays.
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            if (await db.ChatImages.Where(image => image.Id == row.Id && image.MessageId == null).ExecuteDeleteAsync(ct) == 1)
            {
                await images.DoomAsync(db, [row.Picture], ct);
                await transaction.CommitAsync(ct);
            }
        }

        if (unsent.Count > 0)
        {
            images.Sweep();
        }
    }
}
