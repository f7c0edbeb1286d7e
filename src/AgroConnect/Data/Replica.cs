using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AgroConnect.Data;

/// <summary>
/// A copy of the database that follows it a moment behind (<c>Database:ReplicaConnectionString</c>), for reading alone. What breaks on it
/// is read from the primary; a copy that does not answer is left alone for some seconds.
/// </summary>
internal sealed partial class Replica(PooledDbContextFactory<PostgresDbContext> contexts, TimeProvider clock, ILogger<Replica> logger)
{
    private static readonly TimeSpan LeftAlone = TimeSpan.FromSeconds(5);
    private long _backAt;

    public bool IsAway => clock.GetUtcNow().Ticks < Volatile.Read(ref _backAt);

    public AppDbContext Open()
    {
        var db = contexts.CreateDbContext();
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        return db;
    }

    /// <summary>Says that it did not answer.</summary>
    public void WentAway(Exception because)
    {
        if (!IsAway)
        {
            LogAway(logger, because.Message);
        }

        Volatile.Write(ref _backAt, (clock.GetUtcNow() + LeftAlone).Ticks);
    }

    [LoggerMessage(LogLevel.Warning, "The replica of the database does not answer, the primary is read instead: {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);
}

/// <summary>Degraded, not unhealthy: the primary has everything.</summary>
internal sealed class ReplicaHealth(Replica replica) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var db = replica.Open();
            await db.Database.OpenConnectionAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception away) when (away is DbException || away.InnerException is DbException)
        {
            return HealthCheckResult.Degraded($"The replica does not answer, the primary is read instead: {(away.InnerException ?? away).Message}");
        }
    }
}
