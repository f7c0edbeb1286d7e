using System.Data;
using System.Data.Common;
using System.Globalization;
using AgroConnect.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Commands.Moving;

/// <summary>One moment of a database, also while the market goes on.</summary>
internal sealed class MarketSnapshot(AppDbContext db, DbTransaction transaction) : IAsyncDisposable
{
    /// <summary>Whose commands all see that moment.</summary>
    public DbConnection Connection { get; } = db.Database.GetDbConnection();

    public static async Task<MarketSnapshot> BeginAsync(AppDbContext db, CancellationToken ct)
    {
        await db.Database.OpenConnectionAsync(ct);
        var connection = db.Database.GetDbConnection();

        // Deferred: BEGIN IMMEDIATE, the driver's default, would keep all writers out.
        return new MarketSnapshot(
            db, connection is SqliteConnection sqlite ? sqlite.BeginTransaction(deferred: true) : await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct));
    }

    /// <returns>The one value that a query gives; null also where it gives none.</returns>
    public async Task<T?> AskAsync<T>(string sql, CancellationToken ct)
    {
        await using var command = Connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        return await command.ExecuteScalarAsync(ct) is { } value and not DBNull ? (T)Convert.ChangeType(value, typeof(T), CultureInfo.InvariantCulture) : default;
    }

    /// <summary>All rows of a table as lines.</summary>
    /// <param name="table">Which one.</param>
    /// <param name="line">Gets each line; false ends it.</param>
    /// <param name="ct">Stops between rows.</param>
    public async Task ReadAsync(MarketTable table, Func<ReadOnlySpan<byte>, bool> line, CancellationToken ct)
    {
        await using var command = Connection.CreateCommand();
        command.CommandText = table.SelectFor(db);
        command.CommandTimeout = 0;
        await using var rows = await command.ExecuteReaderAsync(ct);
        using var lines = new MarketLines(table);
        while (await rows.ReadAsync(ct) && line(lines.Next(rows)))
        {
            ct.ThrowIfCancellationRequested();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await db.Database.CloseConnectionAsync();
    }
}
