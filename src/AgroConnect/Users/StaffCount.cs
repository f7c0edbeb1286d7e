using AgroConnect.Data;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Users;

/// <summary>A market always has somebody who administers it.</summary>
internal static class StaffCount
{
    /// <summary>Makes changes of staff wait for each other until the transaction ends: two last ones must not demote each other.</summary>
    public static async Task LockAsync(AppDbContext db, CancellationToken ct)
    {
        // SQLite has one writer anyway.
        if (db.Database.IsNpgsql())
        {
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtext('agroconnect.staff'))", ct);
        }
    }

    public static async Task<bool> IsLastAsync(AppDbContext db, long userId, CancellationToken ct) =>
        !await db.Users.AnyAsync(user => user.Id != userId && user.Role == Role.Staff && user.IsActive, ct);

    public static ErrorResult Refusal() => ErrorResult.Conflict("This is the last active staff user.", "last_staff");
}
