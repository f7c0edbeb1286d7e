using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace AgroConnect.Data;

/// <summary>The embedded default: one file in the data directory, one process.</summary>
public sealed class SqliteDbContext(DbContextOptions<SqliteDbContext> options) : AppDbContext(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);

        // SQLite can neither sort nor compare a DateTimeOffset as EF stores it by default.
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMicroseconds>();
    }

    private sealed class UnixMicroseconds() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMicroseconds(),
        microseconds => new DateTimeOffset((microseconds * 10) + DateTimeOffset.UnixEpoch.Ticks, TimeSpan.Zero));
}

internal static class SqliteFunctions
{
    /// <summary>SQLite's own <c>lower()</c> knows ASCII alone. To be called before a query that compares names without case.</summary>
    public static void LowerEveryAlphabet(this AppDbContext db)
    {
        if (db.Database.GetDbConnection() is SqliteConnection sqlite)
        {
            sqlite.CreateFunction("lower", (string? text) => text?.ToLowerInvariant(), isDeterministic: true);
        }
    }
}

/// <summary>What SQLite forgets between connections. WAL itself is kept in the file, and set by the first connection.</summary>
internal sealed class SqlitePragmas : DbConnectionInterceptor
{
    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        var sqlite = (SqliteConnection)connection;
        using var command = sqlite.CreateCommand();

        // busy_timeout waits inside SQLite with a growing back-off from 1 ms; without it the driver polls every 150 ms.
        // synchronous=FULL: an acknowledged order survives the loss of power, not only of the process.
        command.CommandText =
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=10000; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16000;";
        command.ExecuteNonQuery();
    }

    public override Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        ConnectionOpened(connection, eventData);
        return Task.CompletedTask;
    }
}
