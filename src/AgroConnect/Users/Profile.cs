using AgroConnect.Data;
using AgroConnect.Email;
using AgroConnect.Images;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AgroConnect.Users;

/// <summary><c>users/me/</c>, <c>users/{id}/</c> and the list of users (auth.md, 4).</summary>
internal static class Profile
{
    public sealed record Request(
        string FirstName, string LastName, string? FarmName = null, string? Bio = null, string? Phone = null, Location? Location = null);

    /// <summary>A bare list: staff see all, everyone else only themself.</summary>
    public static IResult List(HttpRequest request, CurrentUser me, AppDbContext db, ImageUrls urls, IOptions<AuthOptions> options)
    {
        var baseUrl = request.BaseUrl();
        var seesAll = me.IsStaff || !options.Value.HideUsers;
        return TypedResults.Ok(db.Users.AsNoTracking()
            .Where(user => user.DeletedAt == null && (seesAll || user.Id == me.Id))
            .OrderBy(user => user.Id)
            .AsAsyncEnumerable()
            .Select(user => UserView.Of(user, urls, baseUrl)));
    }

    public static Task<IResult> GetMeAsync(HttpRequest request, CurrentUser me, AppDbContext db, ImageUrls urls, IOptions<AuthOptions> options, CancellationToken ct) =>
        GetAsync(me.Id, request, me, db, urls, options, ct);

    public static async Task<IResult> GetAsync(
        long id, HttpRequest request, CurrentUser me, AppDbContext db, ImageUrls urls, IOptions<AuthOptions> options, CancellationToken ct) =>
        await FindAsync(id, me, db, options.Value, ct) switch
        {
            (null, var refusal) => refusal!,
            (var user, _) => TypedResults.Ok(UserView.Of(user, urls, request.BaseUrl())),
        };

    public static Task<IResult> UpdateMeAsync(
        HttpRequest request, CurrentUser me, AppDbContext db, ImageUrls urls, AccountMails mails, Outbox outbox, IOptions<AuthOptions> options, CancellationToken ct) =>
        UpdateAsync(me.Id, request, me, db, urls, mails, outbox, options, ct);

    public static async Task<IResult> UpdateAsync(
        long id, HttpRequest request, CurrentUser me, AppDbContext db, ImageUrls urls, AccountMails mails, Outbox outbox, IOptions<AuthOptions> options, CancellationToken ct)
    {
        var (user, refusal) = await FindAsync(id, me, db, options.Value, ct);
        if (user is null)
        {
            return refusal!;
        }

        var fields = await Fields.ReadAsync(request, ct);

        // Open before the first statement, for those that save more when a name or a place changes (Products/SellerMoved.cs).
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.LockUserAsync(user, ct);
        user.Rename(
            fields.Text("first_name", max: 150, fields.Partial ? user.FirstName : null),
            fields.Text("last_name", max: 150, fields.Partial ? user.LastName : null),
            user.Role == Role.Buyer ? user.FarmName : fields.Text("farm_name", max: 150, user.FarmName, blank: true));
        user.Bio = fields.Text("bio", max: 5_000, user.Bio, blank: true);
        user.PhoneNumber = fields.Text("phone", max: 40, user.PhoneNumber ?? "", blank: true);
        user.Location = Location.Read(fields, "location", user.Location);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        if (me.IsStaff && !user.IsActive && options.Value.RequireEmailActivation)
        {
            mails.AddLink(user, LinkPurpose.Activation);
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        outbox.Wake();
        return TypedResults.Ok(UserView.Of(user, urls, request.BaseUrl()));
    }

    public static async Task<IResult> SetPictureAsync(
        HttpRequest request, CurrentUser me, AppDbContext db, ImageStore images, ImageUrls urls, CancellationToken ct)
    {
        var upload = await images.ReceiveAsync(request, "picture", 1, ct);
        if (upload.Problem is { } problem)
        {
            return problem;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var user = await db.Users.SingleAsync(user => user.Id == me.Id, ct);
        if (!await images.KeepAsync(db, upload.Images, ct))
        {
            return FieldErrors.Of("picture", "The upload was given up in the meantime. Upload it again.");
        }

        await ReplaceAsync(db, images, user, upload.Images[0], ct);
        await transaction.CommitAsync(ct);
        images.Sweep();
        return TypedResults.Ok(UserView.Of(user, urls, request.BaseUrl()));
    }

    public static async Task<IResult> DeletePictureAsync(CurrentUser me, AppDbContext db, ImageStore images, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var user = await db.Users.SingleAsync(user => user.Id == me.Id, ct);
        await ReplaceAsync(db, images, user, null, ct);
        await transaction.CommitAsync(ct);
        images.Sweep();
        return TypedResults.NoContent();
    }

    private static async Task ReplaceAsync(AppDbContext db, ImageStore images, User user, StoredImage? picture, CancellationToken ct)
    {
        if (user.Picture is { } old)
        {
            await images.DoomAsync(db, [old], ct);
        }

        user.Picture = picture;
        await db.SaveChangesAsync(ct);
    }

    /// <summary>An account that the caller may see; a stranger's is not there, or forbidden where users are not hidden.</summary>
    private static async Task<(User? User, IResult? Refusal)> FindAsync(long id, CurrentUser me, AppDbContext db, AuthOptions options, CancellationToken ct)
    {
        var user = await db.Users.SingleOrDefaultAsync(user => user.Id == id && user.DeletedAt == null, ct);
        return user is null || (!me.Owns(id) && options.HideUsers) ? (null, TypedResults.NotFound())
            : !me.Owns(id) ? (null, ErrorResult.Forbidden())
            : (user, null);
    }
}
