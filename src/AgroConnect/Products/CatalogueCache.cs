using AgroConnect.Web;
using Microsoft.Extensions.Caching.Memory;

namespace AgroConnect.Products;

/// <summary>
/// Answers of the public catalogue, kept as bytes under the <see cref="CatalogueVersion"/> that they were made from.
/// They also end after two seconds, because stock figures change without a new version (api.md, Conventions).
/// </summary>
internal sealed class CatalogueCache(IConfiguration configuration) : IDisposable
{
    private const long LargestTotal = 24 * 1024 * 1024;
    private static readonly TimeSpan StockMayBeOld = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CountsKept = TimeSpan.FromMinutes(5);

    private readonly MemoryCache _kept = new(new MemoryCacheOptions { SizeLimit = LargestTotal });
    private readonly bool _keepsAnswers = configuration.GetValue("Catalogue:CacheAnswers", true);

    public readonly record struct Key(long Version, string BaseUrl, string Path, string Query);

    public PublicJson<T>? Find<T>(Key key) => _keepsAnswers ? _kept.Get<PublicJson<T>>(key) : null;

    public void Keep<T>(Key key, PublicJson<T> answer)
    {
        if (_keepsAnswers)
        {
            using var entry = _kept.CreateEntry(key);
            entry.Value = answer;
            entry.Size = answer.Length + 512;
            entry.AbsoluteExpirationRelativeToNow = StockMayBeOld;
        }
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
