using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace AgroConnect.Data;

/// <summary>
/// Statements that PostgreSQL gets in one trip, in the open transaction where there is one; SQLite, to which there is no way, runs
/// them one after the other. Each sees what those before it did, and what others had committed when its turn came
/// (docs/decisions/0005-group-commits.md).
/// </summary>
/// <remarks>
/// What stands in braces is a parameter, an array too, or another piece of SQL when it is an interpolated string itself:
/// <see cref="Is"/> and <see cref="Rows"/> make those in which the databases differ.
/// </remarks>
internal sealed class RoundTrip(AppDbContext db)
{
    private readonly List<Statement> _statements = [];

    public bool IsOnPostgres { get; } = db is PostgresDbContext;

    /// <summary>Adds a statement that returns no rows.</summary>
    public void Execute(FormattableString sql) => Add(sql, null);

    /// <inheritdoc cref="Execute(FormattableString)"/>
    /// <param name="sql">Its parameters are called <c>$1</c> and so on.</param>
    /// <param name="values">One for each.</param>
    public void Execute(string sql, IReadOnlyList<object> values) => _statements.Add(new Statement(sql, values, null));

    /// <summary>Adds a statement that returns rows.</summary>
    /// <returns>Empty until <see cref="SendAsync"/> has returned.</returns>
    public List<T> Read<T>(FormattableString sql, Func<DbDataReader, T> row)
    {
        var rows = new List<T>();
        Read(sql, reader => rows.Add(row(reader)));
        return rows;
    }

    /// <summary>Adds a statement that returns rows, each of which is given to <paramref name="row"/>.</summary>
    public void Read(FormattableString sql, Action<DbDataReader> row) => Add(sql, row);

    /// <summary>Sends them all.</summary>
    /// <returns>How many rows each of them changed.</returns>
    /// <exception cref="DbException">One failed; those after it did not run.</exception>
    public async Task<IReadOnlyList<int>> SendAsync(CancellationToken ct)
    {
        await db.Database.OpenConnectionAsync(ct);
        try
        {
            var (connection, transaction) = (db.Database.GetDbConnection(), db.Database.CurrentTransaction?.GetDbTransaction());
            return IsOnPostgres
                ? await SendAsync((NpgsqlConnection)connection, (NpgsqlTransaction?)transaction, ct)
                : await RunAsync(connection, transaction, ct);
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    /// <summary>Sends them all, and commits the open transaction in the same trip.</summary>
    /// <exception cref="DbException">One failed, or the commit did: nothing of the transaction will be there.</exception>
    /// <exception cref="CommitUnknownException">The answer was lost, or what reads the rows threw.</exception>
    public async Task CommitAsync()
    {
        if (IsOnPostgres)
        {
            Execute($"COMMIT");
            try
            {
                await SendAsync(CancellationToken.None);
            }
            catch (Exception error) when (error is not PostgresException { InvariantSeverity: "ERROR" })
            {
                // An ERROR ends the transaction. A session may be ended (FATAL), a connection break, or a row not be understood after the commit.
                throw new CommitUnknownException(error);
            }
        }
        else
        {
            await SendAsync(CancellationToken.None);
            try
            {
                await db.Database.CurrentTransaction!.CommitAsync();
            }
            catch (Exception error)
            {
                throw new CommitUnknownException(error);
            }
        }
    }

    /// <summary>SQL that is true for each of some values: <c>id {trip.Is(ids)}</c>.</summary>
    public FormattableString Is<T>(T[] values) => IsOnPostgres ? (FormattableString)$"= ANY ({values})" : $"IN (SELECT value FROM json_each({values}))";

    /// <summary>SQL for a table of given rows: <c>FROM {trip.Rows("goods", ("product_id", ids), ("quantity", quantities))}</c>.</summary>
    public FormattableString Rows(string table, params (string Column, long[] Values)[] columns)
    {
        var names = string.Join(", ", columns.Select(column => column.Column));
        var places = Enumerable.Range(0, columns.Length).ToList();
        var sql = IsOnPostgres
            ? $"unnest({string.Join(", ", places.Select(place => $"{{{place}}}"))}) AS {table} ({names})"
            : $"(SELECT {string.Join(", ", places.Select(place => $"c{place}.value AS {columns[place].Column}"))} FROM json_each({{0}}) AS c0"
                + $"{string.Concat(places.Skip(1).Select(place => $" JOIN json_each({{{place}}}) AS c{place} ON c{place}.key = c0.key"))}) AS {table}";
        return FormattableStringFactory.Create(sql, [.. columns.Select(object (column) => column.Values)]);
    }

    private async Task<IReadOnlyList<int>> SendAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        List<NpgsqlBatchCommand> commands = [.. _statements.Select(statement =>
        {
            var command = new NpgsqlBatchCommand(statement.Sql);
            command.Parameters.AddRange(statement.Values.Select(value => new NpgsqlParameter { Value = value }).ToArray());
            return command;
        })];
        commands.ForEach(batch.BatchCommands.Add);

        await using var reader = await batch.ExecuteReaderAsync(ct);
        foreach (var read in _statements.Select(statement => statement.Read).OfType<Action<DbDataReader>>())
        {
            while (await reader.ReadAsync(ct))
            {
                read(reader);
            }

            await reader.NextResultAsync(ct);
        }

        return [.. commands.Select(command => (int)command.RecordsAffected)];
    }

    private async Task<IReadOnlyList<int>> RunAsync(DbConnection connection, DbTransaction? transaction, CancellationToken ct)
    {
        var changed = new List<int>(_statements.Count);
        foreach (var statement in _statements)
        {
            await using var command = connection.CreateCommand();
            (command.CommandText, command.Transaction) = (statement.Sql, transaction);
            foreach (var value in statement.Values)
            {
                var parameter = command.CreateParameter();
                (parameter.ParameterName, parameter.Value) = (Name(command.Parameters.Count + 1), ForSqlite(value));
                command.Parameters.Add(parameter);
            }

            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                statement.Read!(reader);
            }

            changed.Add(reader.RecordsAffected);
        }

        return changed;
    }

    private void Add(FormattableString sql, Action<DbDataReader>? read)
    {
        var values = new List<object>();
        _statements.Add(new Statement(Flatten(sql, values), values, read));
    }

    private static string Flatten(FormattableString sql, List<object> values)
    {
        var pieces = sql.GetArguments().Select(object? (argument) =>
        {
            if (argument is FormattableString piece)
            {
                return Flatten(piece, values);
            }

            values.Add(argument!);
            return Name(values.Count);
        });
        return string.Format(CultureInfo.InvariantCulture, sql.Format, [.. pieces]);
    }

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"${number}");

    /// <summary>Arrays are JSON there, and times are as <see cref="SqliteDbContext"/> keeps them.</summary>
    private static object ForSqlite(object value) => value switch
    {
        Array => JsonSerializer.Serialize(value, value.GetType()),
        DateTimeOffset time => time.ToUnixTimeMicroseconds(),
        _ => value,
    };

    private sealed record Statement(string Sql, IReadOnlyList<object> Values, Action<DbDataReader>? Read);
}

/// <summary>A transaction may be committed, and may not: to write again could be to write twice.</summary>
/// <param name="why">What came instead of the answer.</param>
internal sealed class CommitUnknownException(Exception why) : Exception("It is not known whether the transaction is committed.", why);
