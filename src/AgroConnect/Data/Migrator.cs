using System.Data;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace AgroConnect.Data;

/// <summary>Brings the database up to date. Nodes may start together: one migrates, the others wait for it.</summary>
internal sealed class Migrator(IServiceScopeFactory scopes, DataDirectory data, ILogger<Migrator> log)
{
    /// <summary>Any number that no other program on the same database uses.</summary>
    private const long AdvisoryLock = 0x4167_726F_436F_6E6E;

    /// <summary>Applies the migrations that are missing; without any, only looks.</summary>
    public Task MigrateAsync(CancellationToken ct) => RunAloneAsync(services => ApplyAsync(services, ct), ct);

    /// <summary>Does what only one node at a time may do, in a scope of its own.</summary>
    public async Task RunAloneAsync(Func<IServiceProvider, Task> work, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        await using var alone = db.Database.IsNpgsql() ? await LockServerAsync(db, ct) : await LockFileAsync(ct);
        await work(scope.ServiceProvider);
    }

    /// <summary>As <see cref="MigrateAsync"/>, within <see cref="RunAloneAsync"/>.</summary>
    public async Task ApplyAsync(IServiceProvider services, CancellationToken ct)
    {
        var db = services.GetRequiredService<AppDbContext>();
        var missing = (await db.Database.GetPendingMigrationsAsync(ct)).ToList();
        if (missing.Count == 0)
        {
            return;
        }

        log.LogInformation("Applying {Count} database migrations, up to {Last}.", missing.Count, missing[^1]);
        if (db.Database.IsSqlite())
        {
            // EF's own lock is a row that a killed process leaves behind for ever; ours is held, so that row is stale.
            await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", ct);
        }

        await db.Database.MigrateAsync(ct);
    }

    private static async Task<IAsyncDisposable> LockServerAsync(AppDbContext db, CancellationToken ct)
    {
        var creator = db.GetService<IRelationalDatabaseCreator>();
        if (!await creator.ExistsAsync(ct))
        {
            try
            {
                await creator.CreateAsync(ct);
            }
            catch (PostgresException exists) when (exists.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
            {
                // Another node was first.
            }
        }

        // A connection of its own: the lock ends with it, also when this process dies.
        var connection = await db.GetService<NpgsqlDataSource>().OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand("SELECT pg_advisory_lock($1)", connection) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = AdvisoryLock });
        await command.ExecuteNonQueryAsync(ct);
        return new ServerLock(connection);
    }

    private async Task<IAsyncDisposable> LockFileAsync(CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return new FileStream(data.PathOf("migration.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), ct);
            }
        }
    }

    private sealed class ServerLock(NpgsqlConnection connection) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            // The pool would keep the session, and with it the lock.
            if (connection.State == ConnectionState.Open)
            {
                await using var command = new NpgsqlCommand("SELECT pg_advisory_unlock($1)", connection);
                command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = AdvisoryLock });
                await command.ExecuteNonQueryAsync(CancellationToken.None);
            }

            await connection.DisposeAsync();
        }
    }
}
