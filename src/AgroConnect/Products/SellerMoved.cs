using AgroConnect.Data;
using AgroConnect.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace AgroConnect.Products;

/// <summary>Products without a place of their own are where their seller is: they move along, in the same transaction.</summary>
internal sealed class SellerMoved : SaveChangesInterceptor
{
    public override async ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        var db = eventData.Context!;
        var moved = db.ChangeTracker.Entries<User>()
            .Where(user => user.State == EntityState.Modified && (user.Property(u => u.LocationName).IsModified
                || user.Property(u => u.Latitude).IsModified || user.Property(u => u.Longitude).IsModified))
            .Select(user => user.Entity)
            .ToList();
        if (moved.Count > 0 && db.Database.CurrentTransaction is not null)
        {
            // Before the rows of products, like every writer of the catalogue.
            await CatalogueLock.TakeAsync((AppDbContext)db, cancellationToken);
        }

        foreach (var seller in moved)
        {
            foreach (var product in await db.Set<Product>().Where(p => p.SellerId == seller.Id && !p.HasOwnLocation).ToListAsync(cancellationToken))
            {
                product.Locate(null, seller.Location);
            }
        }

        return result;
    }
}
