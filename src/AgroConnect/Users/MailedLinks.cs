using AgroConnect.Data;
using AgroConnect.Email;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Users;

/// <summary>What the three calls share that take just an address and mail a link to it.</summary>
internal static class MailedLinks
{
    /// <summary>Mails the link if there is a fitting account, and answers 204 in any case, unless the options say otherwise.</summary>
    public static async Task<IResult> SendAsync(
        AppDbContext db, AccountMails mails, Outbox outbox, AuthOptions options, string email, LinkPurpose purpose, Func<User, bool> fits, CancellationToken ct)
    {
        var normalised = EmailAddress.Normalised(email);
        var user = await db.Users.SingleOrDefaultAsync(user => user.NormalizedEmail == normalised && user.DeletedAt == null, ct);

        // Somebody without a password has no use for a link, unless the address may be another's: its owner gets in by this one.
        var isFitting = user is not null && (user.PasswordHash is not null || !user.EmailConfirmed) && fits(user);
        if (await mails.MayMailAsync(email, purpose, ct) && isFitting)
        {
            mails.AddLink(user!, purpose);
        }

        await db.SaveChangesAsync(ct);
        outbox.Wake();
        return isFitting || !options.ShowsEmailNotFound
            ? TypedResults.NoContent()
            : TypedResults.Json((string[])["User with given email does not exist."], UsersJson.Default.StringArray, statusCode: StatusCodes.Status400BadRequest);
    }

    /// <summary>The account that a link belongs to, or the 400 that names <c>uid</c> or <c>token</c>.</summary>
    public static async Task<(User? User, IResult? Error)> FindAsync(
        this AccountLinks links, AppDbContext db, string uid, string token, LinkPurpose purpose, CancellationToken ct)
    {
        var user = AccountLinks.ReadUid(uid) is { } id ? await db.Users.SingleOrDefaultAsync(user => user.Id == id && user.DeletedAt == null, ct) : null;
        return user is null ? (null, FieldErrors.Of("uid", "Invalid user id or user doesn't exist."))
            : !links.IsGood(user, purpose, token) ? (null, FieldErrors.Of("token", "Invalid token for given user."))
            : (user, null);
    }
}
