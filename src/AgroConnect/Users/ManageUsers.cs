using AgroConnect.Data;
using AgroConnect.Images;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Users;

/// <summary>An account as staff see it in the list of all.</summary>
public sealed record ManagedUserView(
    long Id, string Email, string FirstName, string LastName, string Name, string Role, bool IsActive, DateTimeOffset DateJoined, DateTimeOffset? LastLogin);

/// <summary><c>/api/admin/users/</c>.</summary>
internal static class ManageUsers
{
    public sealed record Request(string? Role = null, bool? IsActive = null);

    public static async Task<IResult> ListAsync(HttpRequest request, AppDbContext db, CancellationToken ct)
    {
        var query = Fields.FromQuery(request);
        var page = PageRequest.Read(request, query);
        var search = query.Text("search", max: 200, otherwise: "", blank: true);
        var role = query.Choice("role", ["buyer", "farmer", "staff", ""], otherwise: "");
        var isActive = query.Has("is_active") ? query.Boolean("is_active") : (bool?)null;
        if (query.Problem is { } problem)
        {
            return problem;
        }

        var users = db.Users.AsNoTracking().Where(user => user.DeletedAt == null);
        if (search.Length > 0)
        {
#pragma warning disable CA1304, CA1311, CA1862 // SQL's lower(): there is no culture in the database.
            db.LowerEveryAlphabet();
            var (email, name) = (EmailAddress.Normalised(search), search.ToLowerInvariant());
            users = users.Where(user => user.NormalizedEmail!.Contains(email) || user.PublicName.ToLower().Contains(name)
                || (user.FirstName + " " + user.LastName).ToLower().Contains(name));
#pragma warning restore CA1304, CA1311, CA1862
        }

        if (role.Length > 0)
        {
            var wanted = Enum.Parse<Role>(role, ignoreCase: true);
            users = users.Where(user => user.Role == wanted);
        }

        users = isActive is { } active ? users.Where(user => user.IsActive == active) : users;
        var count = await users.LongCountAsync(ct);
        if (!page.Exists(count))
        {
            return PageRequest.Invalid();
        }

        var rows = await users.OrderByDescending(user => user.Id).Skip((int)page.Offset).Take(page.Size).ToListAsync(ct);
        return TypedResults.Ok(page.Of<ManagedUserView>(request, count, [.. rows.Select(View)]));
    }

    public static async Task<IResult> UpdateAsync(
        long id, HttpRequest request, CurrentUser me, AppDbContext db, TokenFamilies families, AccountStates states, TimeProvider clock, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await StaffCount.LockAsync(db, ct);
        var user = await db.Users.SingleOrDefaultAsync(user => user.Id == id && user.DeletedAt == null, ct);
        if (user is null)
        {
            return TypedResults.NotFound();
        }

        var fields = await Fields.ReadAsync(request, ct);
        var role = fields.Choice("role", ["buyer", "farmer", "staff"], user.Role.Name());
        var isActive = fields.Boolean("is_active", user.IsActive);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var wanted = Enum.Parse<Role>(role, ignoreCase: true);
        var leavesStaff = user is { Role: Role.Staff, IsActive: true } && (wanted != Role.Staff || !isActive);
        if (leavesStaff && await StaffCount.IsLastAsync(db, id, ct))
        {
            return StaffCount.Refusal();
        }

        var now = clock.GetUtcNow();
        if (wanted != user.Role)
        {
            db.Audit(me.Id, "user.role", "user", id, now, ("role", user.Role.Name(), role));
        }

        if (isActive != user.IsActive)
        {
            db.Audit(me.Id, "user.is_active", "user", id, now, ("is_active", user.IsActive, isActive));
        }

        (user.Role, user.IsActive, user.ConcurrencyStamp) = (wanted, isActive, Tokens.NewId());
        if (!isActive)
        {
            await families.EndAllAsync(id, ct);
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        states.Forget(id);
        return TypedResults.Ok(View(user));
    }

    private static ManagedUserView View(User user) => new(
        user.Id, user.Email ?? "", user.FirstName, user.LastName, user.PublicName, user.Role.Name(), user.IsActive, user.DateJoined, user.LastLogin);
}
