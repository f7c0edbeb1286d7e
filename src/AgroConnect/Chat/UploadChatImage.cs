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
    public static async Task<IResult> HandleAsync(
        HttpRequest request, CurrentUser me, AppDbContext db, ImageStore images, MessageViews messages, IOptions<ImagesOptions> options, TimeProvider clock, CancellationToken ct)
    {
        var upload = await images.ReceiveAsync(request, "image", most: 1, ct, isPrivate: true);
        if (upload.Problem is { } problem)
        {
            return problem;
        }

        var now = clock.GetUtcNow();
        var image = new ChatImage { UploaderId = me.Id, Picture = upload.Images[0], CreatedAt = now };
        try
        {
            db.ChatImages.Add(image);
            await db.SaveChangesAsync(ct);
        }
        catch
        {
            await images.DiscardAsync(upload.Images);
            throw;
        }

        // The store gives up the files of what waited for so long; nothing can show these any more.
        var givenUp = now - options.Value.PendingLifetime - TimeSpan.FromHours(1);
        await db.ChatImages.Where(row => row.MessageId == null && row.CreatedAt < givenUp).ExecuteDeleteAsync(ct);
        return TypedResults.Json(messages.Of(image.Id, image.Picture, request.BaseUrl()), ChatJson.Wire.ChatImageView, statusCode: StatusCodes.Status201Created);
    }
}
