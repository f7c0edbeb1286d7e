using AgroConnect.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Users;

/// <summary>An address counts as proven when its owner has used a link that was mailed to it (auth.md, 9).</summary>
internal static class ProvenAddress
{
    /// <summary>
    /// To be called in the transaction of such a link's use. Identities of providers that were linked while the address
    /// was unproven go: whoever linked them may be somebody else, waiting in another's account.
    /// </summary>
    public static async Task ProveAsync(AppDbContext db, User user, CancellationToken ct)
    {
        var proven = await db.Users.Where(u => u.Id == user.Id && !u.EmailConfirmed).ExecuteUpdateAsync(
            set => set.SetProperty(u => u.EmailConfirmed, true), ct);
        if (proven == 1)
        {
            await db.Set<IdentityUserLogin<long>>().Where(login => login.UserId == user.Id).ExecuteDeleteAsync(ct);
        }
    }
}
