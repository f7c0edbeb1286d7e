using System.Diagnostics;
using AgroConnect.Data;
using AgroConnect.Web;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Caching.Memory;
using StackExchange.Redis;

namespace AgroConnect.Products;

/// <summary>
/// Answers of the public catalogue, kept as bytes under the <see cref="CatalogueVersion"/> that they were made from, on this node and,
/// where there is Redis, for the others. They also end after two seconds, because stock figures change without a new version (api.md, Conventions).
/// </summary>
internal sealed class CatalogueCache(IConfiguration configuration, HybridCache shared, CatalogueReads reads, IConnectionMultiplexer? redis = null) : IDisposable
{
    private const long LargestTotal = 24 * 1024 * 1024;
    private static readonly TimeSpan StockMayBeOld = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CountsKept = TimeSpan.FromMinutes(5);

    // What another node has made may be as old as it may be there, and is then kept here for as long again.
    private readonly TimeSpan _answersKept = redis is null ? StockMayBeOld : StockMayBeOld / 2;
    private readonly MemoryCache _kept = new(new MemoryCacheOptions { SizeLimit = LargestTotal });
    private readonly bool _keepsAnswers = configuration.GetValue("Catalogue:CacheAnswers", true);

    public readonly record struct Key(long Version, string BaseUrl, string Path, string Query);

    public PublicJson<T>? Find<T>(Key key) => _keepsAnswers ? _kept.Get<PublicJson<T>>(key) : null;

    /// <summary>Makes an answer and keeps it. Of all who ask for it at once on this node one makes it, unless another node has it already.</summary>
    /// <param name="key">Of the answer.</param>
    /// <param name="make">Reads it; must not touch the request, which may end before. Null when there is no such page.</param>
    /// <param name="ct">Stops waiting.</param>
    public async ValueTask<PublicJson<T>?> MakeAsync<T>(Key key, Func<AppDbContext, CancellationToken, Task<PublicJson<T>?>> make, CancellationToken ct)
    {
        if (!_keepsAnswers)
        {
            return await reads.ReadAsync(key.Version, db => make(db, ct), ct);
        }

        var trace = Activity.Current;
        var body = await shared.GetOrCreateAsync(
            $"catalogue:{key.Version}:{key.BaseUrl}{key.Path}{key.Query}",
            async stop =>
            {
                // It runs apart from all who wait for it, and counts for the first of them.
                Activity.Current = trace;
                return (await reads.ReadAsync(key.Version, db => make(db, stop), stop))?.Body ?? [];
            },
            new HybridCacheEntryOptions { Expiration = _answersKept, Flags = HybridCacheEntryFlags.DisableLocalCache },
            cancellationToken: ct);
        if (body.Length == 0)
        {
            return null;
        }

        var answer = new PublicJson<T>(body);
        using var entry = _kept.CreateEntry(key);
        entry.Value = answer;
        entry.Size = body.Length + 512;
        entry.AbsoluteExpirationRelativeToNow = _answersKept;
        return answer;
    }

    /// <summary>How many products something finds; counted once for a version, unless stock decides.</summary>
    /// <param name="version">Of the catalogue.</param>
    /// <param name="what">The same text for the same question.</param>
    /// <param name="dependsOnStock">Whether the number changes without a new version.</param>
    /// <param name="count">Asks the database.</param>
    public async ValueTask<long> CountAsync(long version, string what, bool dependsOnStock, Func<Task<long>> count)
    {
        var key = (version, what);
        if (_kept.TryGetValue(key, out long known))
        {
            return known;
        }

        var counted = await count();
        using var entry = _kept.CreateEntry(key);
        entry.Value = counted;
        entry.Size = 512;
        entry.AbsoluteExpirationRelativeToNow = dependsOnStock ? StockMayBeOld : CountsKept;
        return counted;
    }

    public void Dispose() => _kept.Dispose();
}
