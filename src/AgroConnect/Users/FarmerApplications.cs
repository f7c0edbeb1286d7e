using AgroConnect.Data;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Users;

/// <summary>An application on the wire (api.md, Administration).</summary>
public sealed record FarmerApplicationView(
    long Id, ApplicantView User, string FarmName, string Message, string Status, DateTimeOffset CreatedAt, DateTimeOffset? DecidedAt, long? DecidedBy);

public sealed record ApplicantView(long Id, string Name, string Email);

/// <summary><c>POST /api/sales/apply/</c> and what staff do with it.</summary>
internal static class FarmerApplications
{
    public sealed record Request(string? FarmName = null, string? Message = null);

    public static async Task<IResult> ApplyAsync(HttpRequest request, CurrentUser me, AppDbContext db, TimeProvider clock, CancellationToken ct)
    {
        var fields = await Fields.ReadAsync(request, ct);
        var (farmName, message) = (fields.Text("farm_name", max: 150, otherwise: "", blank: true), fields.Text("message", max: 2000, otherwise: "", blank: true));
        if (fields.Problem is null && me.Role != Role.Buyer)
        {
            fields.Error("non_field_errors", "You may sell already.");
        }

        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var user = await db.Users.SingleAsync(user => user.Id == me.Id, ct);
        if (await PendingAsync() is { } pending)
        {
            return TypedResults.Ok(View(pending, user));
        }

        var application = new FarmerApplication { UserId = me.Id, FarmName = farmName, Message = message, CreatedAt = clock.GetUtcNow() };
        db.FarmerApplications.Add(application);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException twice) when (twice.IsUniqueViolation())
        {
            return TypedResults.Ok(View((await PendingAsync())!, user));
        }

        return TypedResults.Json(View(application, user), UsersJson.Wire.FarmerApplicationView, statusCode: StatusCodes.Status201Created);

        Task<FarmerApplication?> PendingAsync() =>
            db.FarmerApplications.AsNoTracking().SingleOrDefaultAsync(a => a.UserId == me.Id && a.Status == ApplicationStatus.Pending, ct);
    }

    public static async Task<IResult> ListAsync(HttpRequest request, AppDbContext db, CancellationToken ct)
    {
        var query = Fields.FromQuery(request);
        var page = PageRequest.Read(request, query);
        var status = query.Choice("status", ["pending", "approved", "rejected", ""], otherwise: "");
        if (query.Problem is { } problem)
        {
            return problem;
        }

        var applications = db.FarmerApplications.AsNoTracking();
        if (status.Length > 0)
        {
            var wanted = Enum.Parse<ApplicationStatus>(status, ignoreCase: true);
            applications = applications.Where(application => application.Status == wanted);
        }

        var count = await applications.LongCountAsync(ct);
        if (!page.Exists(count))
        {
            return PageRequest.Invalid();
        }

        var rows = await applications.Include(application => application.User)
            .OrderByDescending(application => application.CreatedAt).ThenByDescending(application => application.Id)
            .Skip((int)page.Offset).Take(page.Size).ToListAsync(ct);
        return TypedResults.Ok(page.Of<FarmerApplicationView>(request, count, [.. rows.Select(row => View(row, row.User))]));
    }

    public static Task<IResult> ApproveAsync(long id, CurrentUser me, AppDbContext db, AccountStates states, TimeProvider clock, CancellationToken ct) =>
        DecideAsync(id, ApplicationStatus.Approved, me, db, states, clock, ct);

    public static Task<IResult> RejectAsync(long id, CurrentUser me, AppDbContext db, AccountStates states, TimeProvider clock, CancellationToken ct) =>
        DecideAsync(id, ApplicationStatus.Rejected, me, db, states, clock, ct);

    private static async Task<IResult> DecideAsync(
        long id, ApplicationStatus decision, CurrentUser me, AppDbContext db, AccountStates states, TimeProvider clock, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await StaffCount.LockAsync(db, ct);
        var application = await db.FarmerApplications.Include(a => a.User).SingleOrDefaultAsync(a => a.Id == id, ct);
        if (application is null)
        {
            return TypedResults.NotFound();
        }

        if (application.Status != ApplicationStatus.Pending)
        {
            return application.Status == decision
                ? TypedResults.Ok(View(application, application.User))
                : ErrorResult.Conflict($"This application was {application.Status.Name()} already.", "already_decided");
        }

        var (user, now) = (application.User, clock.GetUtcNow());
        application.Decide(decision, me.Id, now);
        if (decision == ApplicationStatus.Approved && user.Role == Role.Buyer)
        {
            db.Audit(me.Id, "user.role", "user", user.Id, now, ("role", user.Role.Name(), Role.Farmer.Name()));
            user.Role = Role.Farmer;
            user.Rename(user.FirstName, user.LastName, application.FarmName.Length > 0 ? application.FarmName : user.FarmName);
            user.ConcurrencyStamp = Tokens.NewId();
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        states.Forget(user.Id);
        return TypedResults.Ok(View(application, user));
    }

    private static FarmerApplicationView View(FarmerApplication application, User user) => new(
        application.Id, new ApplicantView(user.Id, $"{user.FirstName} {user.LastName}", user.Email ?? ""), application.FarmName, application.Message,
        application.Status.Name(), application.CreatedAt, application.DecidedAt, application.DecidedBy);
}
