using System.Text.Json.Nodes;
using AgroConnect.Data;
using AgroConnect.Images;
using AgroConnect.Web;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Users;

/// <summary>What a part knows of a person. Each part that stores something about people has one.</summary>
internal interface IPersonalData
{
    /// <summary>Its name in the export.</summary>
    string Section { get; }

    /// <summary>Everything stored about the user.</summary>
    Task<JsonNode?> ExportAsync(AppDbContext db, long userId, CancellationToken ct);

    /// <summary>Forgets the person in the transaction that deletes the account; what others need (orders) stays without them.</summary>
    Task ForgetAsync(AppDbContext db, long userId, CancellationToken ct);
}

/// <summary><c>users/me/export/</c> (api.md, Accounts) and the deletion of accounts (auth.md, 4).</summary>
internal static class Account
{
    public sealed record DeleteRequest(string CurrentPassword);

    public static async Task<IResult> ExportAsync(
        HttpRequest request, CurrentUser me, AppDbContext db, IEnumerable<IPersonalData> parts, ImageUrls urls, CancellationToken ct)
    {
        var user = await db.Users.AsNoTracking().SingleAsync(user => user.Id == me.Id, ct);
        var export = new JsonObject
        {
            ["account"] = System.Text.Json.JsonSerializer.SerializeToNode(UserView.Of(user, urls, request.BaseUrl()), UsersJson.Wire.UserView),
            ["date_joined"] = Time(user.DateJoined),
            ["last_login"] = Time(user.LastLogin),
            ["email_verified"] = user.EmailConfirmed,
            ["social_logins"] = new JsonArray([.. (await db.Set<IdentityUserLogin<long>>().Where(login => login.UserId == me.Id).ToListAsync(ct))
                .Select(login => new JsonObject { ["provider"] = login.LoginProvider, ["id"] = login.ProviderKey })]),
            ["log_ins"] = new JsonArray([.. (await db.RefreshTokens.Where(token => token.UserId == me.Id && token.RotatedAt == null).ToListAsync(ct))
                .Select(token => new JsonObject { ["expires_at"] = Time(token.ExpiresAt) })]),
            ["farmer_applications"] = new JsonArray([.. (await db.FarmerApplications.Where(application => application.UserId == me.Id).ToListAsync(ct))
                .Select(application => new JsonObject
                {
                    ["farm_name"] = application.FarmName,
                    ["message"] = application.Message,
                    ["status"] = application.Status.Name(),
                    ["created_at"] = Time(application.CreatedAt),
                })]),
        };
        foreach (var part in parts)
        {
            export[part.Section] = await part.ExportAsync(db, me.Id, ct);
        }

        request.HttpContext.Response.Headers.ContentDisposition = "attachment; filename=\"agroconnect-export.json\"";
        return TypedResults.Json(export);
    }

    public static Task<IResult> DeleteMeAsync(
        HttpRequest request, CurrentUser me, AppDbContext db, LogInAttempts attempts, ImageStore images, IEnumerable<IPersonalData> parts,
        AccountStates states, TimeProvider clock, CancellationToken ct) =>
        DeleteAsync(me.Id, request, me, db, attempts, images, parts, states, clock, ct);

    public static async Task<IResult> DeleteAsync(
        long id, HttpRequest request, CurrentUser me, AppDbContext db, LogInAttempts attempts, ImageStore images, IEnumerable<IPersonalData> parts,
        AccountStates states, TimeProvider clock, CancellationToken ct)
    {
        if (!await db.Users.AnyAsync(user => user.Id == id && user.DeletedAt == null, ct))
        {
            return TypedResults.NotFound();
        }

        if (!me.Owns(id))
        {
            return ErrorResult.Forbidden();
        }

        var fields = await Fields.ReadAsync(request, ct);
        await attempts.RequirePasswordAsync(fields, await db.Users.AsNoTracking().SingleAsync(user => user.Id == me.Id, ct), ct);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await StaffCount.LockAsync(db, ct);
        var user = await db.Users.SingleAsync(user => user.Id == id, ct);
        if (user.Role == Role.Staff && user.IsActive && await StaffCount.IsLastAsync(db, id, ct))
        {
            return StaffCount.Refusal();
        }

        if (user.Picture is { } picture)
        {
            await images.DoomAsync(db, [picture], ct);
        }

        foreach (var part in parts)
        {
            await part.ForgetAsync(db, id, ct);
        }

        await db.RefreshTokens.Where(token => token.UserId == id).ExecuteDeleteAsync(ct);
        await db.Set<IdentityUserLogin<long>>().Where(login => login.UserId == id).ExecuteDeleteAsync(ct);
        await db.FarmerApplications.Where(application => application.UserId == id).ExecuteDeleteAsync(ct);
        user.Forget(clock.GetUtcNow());
        db.Audit(me.Id, "user.deleted", "user", id, clock.GetUtcNow());
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        states.Forget(id);
        images.Sweep();
        return TypedResults.NoContent();
    }

    private static string? Time(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
