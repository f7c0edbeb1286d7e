using AgroConnect.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Users;

/// <summary>Checks passwords, and closes an account for a while to whoever guesses.</summary>
internal sealed class LogInAttempts(AppDbContext db, Passwords passwords, TimeProvider clock)
{
    private const int MaxFailures = 10;
    private static readonly TimeSpan ClosedFor = TimeSpan.FromMinutes(5);

    /// <summary>Whether this is the password; false as well while the account is closed, at the same cost.</summary>
    public async Task<bool> IsRightAsync(User? user, string password, CancellationToken ct)
    {
        var found = await passwords.CheckAsync(user, password, ct);
        if (user is null || user.LockoutEnd > clock.GetUtcNow())
        {
            return false;
        }

        if (found == PasswordVerificationResult.Failed)
        {
            await CountFailureAsync(user.Id, ct);
            return false;
        }

        if (found == PasswordVerificationResult.SuccessRehashNeeded)
        {
            await RenewHashAsync(user, password, ct);
        }

        return true;
    }

    private async Task CountFailureAsync(long userId, CancellationToken ct)
    {
        var until = clock.GetUtcNow() + ClosedFor;

        // One statement, not Identity's read, add and write: each of many guesses at once must count.
        var users = db.Users;
        await users.Where(u => u.Id == userId).ExecuteUpdateAsync(
            set => set
                .SetProperty(u => u.LockoutEnd, u => u.AccessFailedCount + 1 >= MaxFailures ? until : u.LockoutEnd)
                .SetProperty(u => u.AccessFailedCount, u => u.AccessFailedCount + 1 >= MaxFailures ? 0 : u.AccessFailedCount + 1),
            ct);
    }

    private async Task RenewHashAsync(User user, string password, CancellationToken ct)
    {
        var (id, old) = (user.Id, user.PasswordHash);
        var renewed = await passwords.HashAsync(password, ct);

        // Unless the password was changed meanwhile.
        var users = db.Users;
        await users.Where(u => u.Id == id && u.PasswordHash == old).ExecuteUpdateAsync(set => set.SetProperty(u => u.PasswordHash, renewed), ct);
    }
}
