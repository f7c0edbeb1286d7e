using System.Collections.Concurrent;
using AgroConnect.Products;

namespace AgroConnect.Assistant;

/// <summary>
/// What the market has of each crop, kept between questions. It may be two seconds old, as the catalogue's own answers; after that,
/// prices and stock are read anew, and the search is made again when the catalogue has changed, or after a minute. Questions at the same
/// time share what is read.
/// </summary>
internal sealed class CropListings(IServiceScopeFactory scopes, CatalogueVersionReader versions, TimeProvider clock)
{
    private static readonly TimeSpan MayBeOld = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SearchedAgain = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Lazy<Task<Kept>>> _kept = new();

    /// <param name="crop">A name of a crop.</param>
    /// <returns>Best match first.</returns>
    public async ValueTask<IReadOnlyList<MarketTools.Goods.Listing>> OfAsync(string crop)
    {
        var reading = _kept.GetOrAdd(crop, Read, (Kept?)null);
        if (IsOld(reading))
        {
            // Whoever is first renews it, and all who come meanwhile wait for that.
            var renewed = Read(crop, reading.Value.IsCompletedSuccessfully ? reading.Value.Result : null);
            reading = _kept.TryUpdate(crop, renewed, reading) ? renewed : _kept.GetOrAdd(crop, renewed);
        }

        return (await reading.Value).Listings;
    }

    private bool IsOld(Lazy<Task<Kept>> reading) =>
        reading.Value.IsCompleted && (!reading.Value.IsCompletedSuccessfully || clock.GetElapsedTime(reading.Value.Result.ReadAt) >= MayBeOld);

    private Lazy<Task<Kept>> Read(string crop, Kept? last) => new(() => ReadAsync(crop, last));

    private async Task<Kept> ReadAsync(string crop, Kept? last)
    {
        // Before what it stands for: a change in between makes what is kept look older than it is, never newer.
        var now = clock.GetTimestamp();
        var version = await versions.ReadAsync();
        await using var scope = scopes.CreateAsyncScope();
        var listings = scope.ServiceProvider.GetRequiredService<MarketListings>();
        if (last is not null && last.Version == version && clock.GetElapsedTime(last.SearchedAt, now) < SearchedAgain)
        {
            var same = await listings.ReadAsync([.. last.Listings.Select(listing => listing.Id)]);
            if (same.Count == last.Listings.Count)
            {
                return last with { Listings = same, ReadAt = now };
            }
        }

        return new Kept(await listings.FindAsync(crop, null, MarketTools.MostListings, CancellationToken.None), version, now, now);
    }

    private sealed record Kept(List<MarketTools.Goods.Listing> Listings, long Version, long SearchedAt, long ReadAt);
}
