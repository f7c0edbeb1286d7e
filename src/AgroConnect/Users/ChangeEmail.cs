using AgroConnect.Data;
using AgroConnect.Email;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AgroConnect.Users;

/// <summary><c>users/set_email/</c>, <c>reset_email/</c> and <c>reset_email_confirm/</c> (auth.md, 6).</summary>
internal static class ChangeEmail
{
    public sealed record SetRequest(string NewEmail, string CurrentPassword, string? ReNewEmail = null);

    public sealed record ResetRequest(string Email);

    public sealed record ConfirmRequest(string Uid, string Token, string NewEmail, string? ReNewEmail = null);

    public static async Task<IResult> SetAsync(
        HttpRequest request, CurrentUser me, AppDbContext db, LogInAttempts attempts, AccountMails mails, Outbox outbox,
        IOptions<AuthOptions> options, CancellationToken ct)
    {
        var user = await db.Users.SingleAsync(user => user.Id == me.Id, ct);
        var fields = await Fields.ReadAsync(request, ct);
        var (email, repeated) = await ReadNewEmailAsync(fields, options.Value.SetUsernameRetype, db, ct);
        await attempts.RequirePasswordAsync(fields, user, ct);
        CheckRepeated(fields, email, repeated);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        return await SaveAsync(db, user, email, isLogin: false, mails, outbox, options.Value, DateTimeOffset.MinValue, ct);
    }

    public static async Task<IResult> ResetAsync(
        HttpRequest request, AppDbContext db, AccountMails mails, Outbox outbox, IOptions<AuthOptions> options, CancellationToken ct)
    {
        var fields = await Fields.ReadAsync(request, ct);
        var email = fields.ReadEmail("email");
        return fields.Problem
            ?? await MailedLinks.SendAsync(db, mails, outbox, options.Value, email, LinkPurpose.EmailReset, user => user.IsActive, ct);
    }

    public static async Task<IResult> ConfirmAsync(
        HttpRequest request, AppDbContext db, AccountLinks links, AccountMails mails, Outbox outbox, IOptions<AuthOptions> options,
        TimeProvider clock, CancellationToken ct)
    {
        var fields = await Fields.ReadAsync(request, ct);
        var (email, repeated) = await ReadNewEmailAsync(fields, options.Value.UsernameResetConfirmRetype, db, ct);

        // Not listed among the fields (Djoser): a missing uid is a bad uid.
        var (uid, token) = (fields.Text("uid", max: Fields.AnyLength, otherwise: "", blank: true), fields.Text("token", max: Fields.AnyLength, otherwise: "", blank: true));
        CheckRepeated(fields, email, repeated);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var (user, error) = await links.FindAsync(db, uid, token, LinkPurpose.EmailReset, ct);
        return user is null ? error! : await SaveAsync(db, user, email, isLogin: true, mails, outbox, options.Value, clock.GetUtcNow(), ct);
    }

    private static async Task<(string Email, string Repeated)> ReadNewEmailAsync(Fields fields, bool isRetyped, AppDbContext db, CancellationToken ct)
    {
        var email = fields.ReadEmail("new_email");
        var repeated = isRetyped ? fields.Text("re_new_email", max: Fields.AnyLength) : email;
        if (fields.IsGood("new_email") && await Register.IsTakenAsync(db, EmailAddress.WithLowerDomain(email), ct))
        {
            fields.Error("new_email", Register.EmailTaken);
        }

        return (email, repeated);
    }

    private static void CheckRepeated(Fields fields, string email, string repeated)
    {
        if (fields.Problem is null && repeated != email)
        {
            fields.Error("non_field_errors", "The two email fields didn't match.");
        }
    }

    private static async Task<IResult> SaveAsync(
        AppDbContext db, User user, string email, bool isLogin, AccountMails mails, Outbox outbox, AuthOptions options, DateTimeOffset now, CancellationToken ct)
    {
        user.SetEmail(email);
        user.EmailConfirmed = false;
        if (isLogin)
        {
            user.LastLogin = now;
        }

        if (options.UsernameChangedEmailConfirmation)
        {
            mails.AddNotice(user, MailTemplates.EmailChanged);
        }

        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException taken) when (taken.IsUniqueViolation())
        {
            return FieldErrors.Of("new_email", Register.EmailTaken);
        }
        catch (DbUpdateConcurrencyException)
        {
            // The same link used twice at once.
            return FieldErrors.Of("token", "Invalid token for given user.");
        }

        outbox.Wake();
        return TypedResults.NoContent();
    }
}
