using AgroConnect.Data;
using AgroConnect.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgroConnect.Products;

/// <summary>
/// One row whose value changes with everything that a list of products shows, but for stock figures. An answer that was
/// made under a value is good for as long as the value stands, on every node and after every tool.
/// </summary>
public sealed class CatalogueVersion
{
    public const long OnlyId = 1;

    public long Id { get; private init; } = OnlyId;

    /// <summary>Random rather than counted: of two writers at once, neither can bring back a value that a reader knows.</summary>
    public long Value { get; private set; }

    public void Change() => Value = Random.Shared.NextInt64();
}

internal sealed class CatalogueVersionConfiguration : IEntityTypeConfiguration<CatalogueVersion>
{
    public void Configure(EntityTypeBuilder<CatalogueVersion> version)
    {
        version.ToTable("catalogue_version");
        version.Property(v => v.Id).ValueGeneratedNever();
        version.HasData(new CatalogueVersion());
    }
}

/// <summary>Changes the <see cref="CatalogueVersion"/> in the transaction of whatever writes the catalogue.</summary>
internal sealed class CatalogueVersionInterceptor : SaveChangesInterceptor
{
    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        var db = eventData.Context!;
        if (db.ChangeTracker.Entries().Any(IsShownInLists))
        {
            var version = db.Set<CatalogueVersion>().Local.FindEntry(CatalogueVersion.OnlyId) ?? db.Attach(new CatalogueVersion());
            version.Entity.Change();
            version.Property(v => v.Value).IsModified = true;
        }

        return new ValueTask<InterceptionResult<int>>(result);
    }

    private static bool IsShownInLists(Microsoft.EntityFrameworkCore.ChangeTracking.EntityEntry entry) => entry.Entity switch
    {
        Product or Category => entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted,
        User => entry.State == EntityState.Modified
            && (entry.Property(nameof(User.PublicName)).IsModified || entry.Property(nameof(User.Picture)).IsModified),
        _ => false,
    };
}

/// <summary>
/// Writers of the catalogue, one after the other. Taken before what a write depends on is read (free slugs, categories,
/// what the search index has to say); saving takes it as well, so that no two writers wait for each other.
/// </summary>
internal static class CatalogueLock
{
    /// <summary>Waits for the other writers; holds until the transaction ends.</summary>
    public static Task TakeAsync(AppDbContext db, CancellationToken ct) =>
        db.Set<CatalogueVersion>().ExecuteUpdateAsync(set => set.SetProperty(version => version.Value, version => version.Value), ct);
}

/// <summary>The value of the <see cref="CatalogueVersion"/> now.</summary>
internal sealed class CatalogueVersionReader(IServiceScopeFactory scopes)
{
    private static readonly Func<AppDbContext, Task<long>> Load =
        EF.CompileAsyncQuery((AppDbContext db) => db.Set<CatalogueVersion>().Select(version => version.Value).Single());

    private readonly Gathered<long, long> _reads = new(async _ =>
    {
        await using var scope = scopes.CreateAsyncScope();
        return new Dictionary<long, long> { [CatalogueVersion.OnlyId] = await Load(scope.ServiceProvider.GetRequiredService<AppDbContext>()) };
    });

    public Task<long> ReadAsync() => _reads.ReadAsync(CatalogueVersion.OnlyId);
}
