using System.Data.Common;
using AgroConnect.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace AgroConnect.Products;

/// <summary>
/// Where lists of the catalogue are read: on the <see cref="Replica"/> once it has the <see cref="CatalogueVersion"/> that was asked for,
/// and else, or while it is away, on the primary. So no list is older than what its reader wrote; stock figures alone may be, by the
/// replica's lag.
/// </summary>
internal sealed class CatalogueReads(IServiceScopeFactory scopes, Replica? replica = null)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Gathered<long, long> _versions = new(async _ =>
    {
        await using var copy = replica!.Open();
        return new Dictionary<long, long> { [CatalogueVersion.OnlyId] = await copy.Set<CatalogueVersion>().Select(version => version.Value).SingleAsync() };
    });

    /// <param name="version">Of the catalogue, that must be seen.</param>
    /// <param name="read">Called a second time when the replica fails.</param>
    /// <param name="ct">Stops between statements.</param>
    public async Task<T> ReadAsync<T>(long version, Func<AppDbContext, Task<T>> read, CancellationToken ct)
    {
        if (replica is { IsAway: false })
        {
            try
            {
                if (await _versions.ReadAsync(CatalogueVersion.OnlyId).WaitAsync(Patience, ct) == version)
                {
                    await using var copy = replica.Open();
                    return await read(copy);
                }
            }
            catch (Exception failure) when (IsOfTheDatabase(failure))
            {
                // When its server answered, most likely rows that this read needed were just cleaned away.
                if ((failure as PostgresException ?? failure.InnerException) is not PostgresException)
                {
                    replica.WentAway(failure.InnerException ?? failure);
                }
            }
        }

        await using var scope = scopes.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<AppDbContext>());
    }

    /// <summary>EF wraps what may pass.</summary>
    private static bool IsOfTheDatabase(Exception failure) => failure is DbException or TimeoutException || failure.InnerException is DbException;
}
