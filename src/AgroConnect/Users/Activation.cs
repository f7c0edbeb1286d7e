using AgroConnect.Data;
using AgroConnect.Email;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AgroConnect.Users;

/// <summary><c>users/activation/</c> and <c>users/resend_activation/</c> (auth.md, 5).</summary>
internal static class Activation
{
    public sealed record Request(string Uid, string Token);

    public static async Task<IResult> ActivateAsync(
        HttpRequest request, AppDbContext db, AccountLinks links, AccountMails mails, AccountStates states, Outbox outbox,
        IOptions<AuthOptions> options, CancellationToken ct)
    {
        var fields = await Fields.ReadAsync(request, ct);
        var (uid, token) = (fields.Text("uid", max: Fields.AnyLength), fields.Text("token", max: Fields.AnyLength));
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var (user, error) = await links.FindAsync(db, uid, token, LinkPurpose.Activation, ct);
        if (user is null)
        {
            return error!;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.LockUserAsync(user, ct);
        if (user.IsActive)
        {
            return new ErrorResult(StatusCodes.Status403Forbidden, "Stale token for given user.");
        }

        user.IsActive = true;
        if (options.Value.SendConfirmationEmail)
        {
            mails.AddNotice(user, MailTemplates.Confirmation);
        }

        await db.SaveChangesAsync(ct);
        await ProvenAddress.ProveAsync(db, user, ct);
        await transaction.CommitAsync(ct);
        states.Forget(user.Id);
        outbox.Wake();
        return TypedResults.NoContent();
    }

    public static async Task<IResult> ResendAsync(
        HttpRequest request, AppDbContext db, AccountMails mails, Outbox outbox, IOptions<AuthOptions> options, CancellationToken ct)
    {
        var fields = await Fields.ReadAsync(request, ct);
        var email = fields.ReadEmail("email");
        return fields.Problem is { } problem ? problem
            : !options.Value.RequireEmailActivation ? new EmptyBadRequest()
            : await MailedLinks.SendAsync(db, mails, outbox, options.Value, email, LinkPurpose.Activation, user => !user.IsActive, ct);
    }

    private sealed class EmptyBadRequest : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status400BadRequest;

            // Nothing is written, and nobody fills it in.
            return httpContext.Response.StartAsync(httpContext.RequestAborted);
        }
    }
}
