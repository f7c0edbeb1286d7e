using AgroConnect.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgroConnect.Products;

/// <summary>Why the stock of a product changed.</summary>
public enum StockCause
{
    /// <summary>What there was when the product was listed.</summary>
    Set = 0,

    /// <summary>An order took it.</summary>
    Sold = 1,

    /// <summary>A cancellation gave it back.</summary>
    Returned = 2,

    /// <summary>Its seller or staff wrote another figure.</summary>
    Corrected = 3,
}

/// <summary>A row of the stock ledger: the stock of a product is the sum of its rows.</summary>
public sealed class StockEntry
{
    public long Id { get; private init; }

    public long ProductId { get; init; }

    public Product? Product { get; init; }

    /// <summary>Positive when it came, negative when it went.</summary>
    public required Quantity Change { get; init; }

    public required StockCause Cause { get; init; }

    /// <summary>The order that took it or gave it back.</summary>
    public long? OrderId { get; internal init; }

    public required DateTimeOffset At { get; init; }
}

internal static class StockTables
{
    extension(AppDbContext db)
    {
        public DbSet<StockEntry> StockEntries => db.Set<StockEntry>();
    }
}

internal sealed class StockEntryConfiguration : IEntityTypeConfiguration<StockEntry>
{
    public void Configure(EntityTypeBuilder<StockEntry> entry)
    {
        entry.ToTable("stock_entries");
        entry.HasIndex(e => new { e.ProductId, e.Id });
        entry.HasOne(e => e.Product).WithMany().HasForeignKey(e => e.ProductId).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>Writes the ledger in the transaction of whatever writes the stock of a listing, except for <see cref="StockReservation"/>, which is told the order.</summary>
internal sealed class StockLedger : SaveChangesInterceptor
{
    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        var db = eventData.Context!;
        foreach (var product in db.ChangeTracker.Entries<Product>().ToList())
        {
            var stock = product.Property(p => p.Stock);

            // A row that comes with its id is moved here from another database, and its ledger with it.
            if (product.State == EntityState.Added && product.Property(p => p.Id).IsTemporary)
            {
                Write(product.Entity, stock.CurrentValue, StockCause.Set);
            }
            else if (product.State == EntityState.Modified && stock.IsModified)
            {
                Write(product.Entity, stock.CurrentValue - stock.OriginalValue, StockCause.Corrected);
            }
        }

        return new ValueTask<InterceptionResult<int>>(result);

        void Write(Product product, Quantity change, StockCause cause)
        {
            if (change != Quantity.Zero)
            {
                db.Add(new StockEntry { Product = product, Change = change, Cause = cause, At = product.UpdatedAt });
            }
        }
    }
}
