using AgroConnect.Data;
using AgroConnect.Email;
using AgroConnect.Images;
using AgroConnect.Web;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AgroConnect.Users;

/// <summary><c>POST /api/auth/users/</c>: a new account, inactive until its address is proven (auth.md, 5).</summary>
internal static class Register
{
    public sealed record Request(string Email, string Password, string FirstName, string LastName, string? RePassword = null);

    public static async Task<IResult> HandleAsync(
        HttpRequest request, AppDbContext db, Passwords passwords, AccountMails mails, Outbox outbox, IOptions<AuthOptions> options,
        ImageUrls urls, TimeProvider clock, CancellationToken ct)
    {
        var fields = await Fields.ReadAsync(request, ct);
        var email = fields.ReadEmail("email");
        var password = fields.Text("password", max: Fields.AnyLength);
        var user = new User { DateJoined = clock.GetUtcNow() };
        user.Rename(fields.Text("first_name", max: 150), fields.Text("last_name", max: 150), "");
        var repeated = options.Value.UserCreatePasswordRetype ? fields.Text("re_password", max: Fields.AnyLength) : password;
        if (fields.IsGood("email") && await IsTakenAsync(db, email, ct))
        {
            fields.Error("email", EmailTaken);
        }

        if (fields.Problem is { } problem)
        {
            return problem;
        }

        user.SetEmail(email);
        foreach (var message in PasswordRules.Check(password, user))
        {
            fields.Error("password", message);
        }

        if (fields.Problem is null && repeated != password)
        {
            fields.Error("non_field_errors", "The two password fields didn't match.");
        }

        if (fields.Problem is { } weak)
        {
            return weak;
        }

        user.PasswordHash = await passwords.HashAsync(password, ct);
        user.IsActive = !options.Value.RequireEmailActivation;
        try
        {
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            db.Users.Add(user);
            await db.SaveChangesAsync(ct);
            if (options.Value.RequireEmailActivation)
            {
                mails.AddLink(user, LinkPurpose.Activation);
                await db.SaveChangesAsync(ct);
            }

            await transaction.CommitAsync(ct);
        }
        catch (DbUpdateException taken) when (taken.IsUniqueViolation())
        {
            return TypedResults.Json((string[])["Unable to create account."], UsersJson.Default.StringArray, statusCode: StatusCodes.Status400BadRequest);
        }

        outbox.Wake();
        return TypedResults.Created($"{request.BaseUrl()}/api/auth/users/{user.Id}/", UserView.Of(user, urls, request.BaseUrl()));
    }

    public const string EmailTaken = "user with this email address already exists.";

    /// <summary>
    /// Whether the address is somebody's. One whose domain is written in capitals is only found by the database, which is
    /// when Djoser sees it too.
    /// </summary>
    public static async Task<bool> IsTakenAsync(AppDbContext db, string email, CancellationToken ct)
    {
        var normalised = EmailAddress.Normalised(email);
        return email.Length > 0 && EmailAddress.WithLowerDomain(email) == email && await db.Users.AnyAsync(user => user.NormalizedEmail == normalised, ct);
    }
}
