using AgroConnect.Data;
using AgroConnect.Email;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AgroConnect.Users;

/// <summary><c>users/set_password/</c>, <c>reset_password/</c> and <c>reset_password_confirm/</c> (auth.md, 6).</summary>
internal static class ChangePassword
{
    public sealed record SetRequest(string NewPassword, string CurrentPassword, string? ReNewPassword = null);

    public sealed record ResetRequest(string Email);

    public sealed record ConfirmRequest(string Uid, string Token, string NewPassword, string? ReNewPassword = null);

    public static async Task<IResult> SetAsync(
        HttpContext http, CurrentUser me, AppDbContext db, Passwords passwords, LogInAttempts attempts, TokenFamilies families,
        AccountMails mails, Outbox outbox, IOptions<AuthOptions> options, CancellationToken ct)
    {
        var user = await db.Users.SingleAsync(user => user.Id == me.Id, ct);
        var fields = await Fields.ReadAsync(http.Request, ct);
        var password = fields.Text("new_password", max: Fields.AnyLength);
        var repeated = options.Value.SetPasswordRetype ? fields.Text("re_new_password", max: Fields.AnyLength) : password;
        await attempts.RequirePasswordAsync(fields, user, ct);
        CheckRules(fields, password, repeated, user);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var hash = await passwords.HashAsync(password, ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.LockUserAsync(user, ct);
        user.PasswordHash = hash;
        user.SecurityStamp = Tokens.NewId();
        await families.EndOthersAsync(user.Id, http.User.FindFirst(AccessTokenHandler.TokenId)!.Value, ct);
        AddNotice(mails, user, options.Value);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        outbox.Wake();
        return TypedResults.NoContent();
    }

    public static async Task<IResult> ResetAsync(
        HttpRequest request, AppDbContext db, AccountMails mails, Outbox outbox, IOptions<AuthOptions> options, CancellationToken ct)
    {
        var fields = await Fields.ReadAsync(request, ct);
        var email = fields.ReadEmail("email");
        return fields.Problem
            ?? await MailedLinks.SendAsync(db, mails, outbox, options.Value, email, LinkPurpose.PasswordReset, user => user.IsActive, ct);
    }

    public static async Task<IResult> ConfirmAsync(
        HttpRequest request, AppDbContext db, AccountLinks links, Passwords passwords, TokenFamilies families, AccountMails mails, Outbox outbox,
        IOptions<AuthOptions> options, TimeProvider clock, CancellationToken ct)
    {
        var fields = await Fields.ReadAsync(request, ct);
        var (uid, token) = (fields.Text("uid", max: Fields.AnyLength), fields.Text("token", max: Fields.AnyLength));
        var password = fields.Text("new_password", max: Fields.AnyLength);
        var repeated = options.Value.PasswordResetConfirmRetype ? fields.Text("re_new_password", max: Fields.AnyLength) : password;
        CheckRules(fields, password, repeated, user: null);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var (user, error) = await links.FindAsync(db, uid, token, LinkPurpose.PasswordReset, ct);
        if (user is null)
        {
            return error!;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var (before, hash) = (user.PasswordHash, await passwords.HashAsync(password, ct));

        // Conditional: of two uses of one link at once, the second finds another password than its token was made for.
        var changed = await db.Users.Where(u => u.Id == user.Id && u.PasswordHash == before).ExecuteUpdateAsync(
            set => set
                .SetProperty(u => u.PasswordHash, hash)
                .SetProperty(u => u.SecurityStamp, Tokens.NewId())
                .SetProperty(u => u.LastLogin, clock.GetUtcNow())
                .SetProperty(u => u.AccessFailedCount, 0)
                .SetProperty(u => u.LockoutEnd, (DateTimeOffset?)null),
            ct);
        if (changed == 0)
        {
            return FieldErrors.Of("token", "Invalid token for given user.");
        }

        await ProvenAddress.ProveAsync(db, user, ct);
        await families.EndAllAsync(user.Id, ct);
        AddNotice(mails, user, options.Value);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        outbox.Wake();
        return TypedResults.NoContent();
    }

    private static void CheckRules(Fields fields, string password, string repeated, User? user)
    {
        if (fields.Problem is not null)
        {
            return;
        }

        foreach (var message in PasswordRules.Check(password, user))
        {
            fields.Error("new_password", message);
        }

        if (fields.Problem is null && repeated != password)
        {
            fields.Error("non_field_errors", "The two password fields didn't match.");
        }
    }

    private static void AddNotice(AccountMails mails, User user, AuthOptions options)
    {
        if (options.PasswordChangedEmailConfirmation)
        {
            mails.AddNotice(user, MailTemplates.PasswordChanged);
        }
    }
}
