using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Npgsql;

namespace AgroConnect.Data;

/// <summary>
/// Many new rows in one statement per table. EF Core sends an INSERT for each row; in the rows of a group of checkouts, that
/// costs PostgreSQL more than the rows do (docs/decisions/0005-group-commits.md).
/// </summary>
internal static class NewRows
{
    extension(AppDbContext db)
    {
        /// <summary>
        /// Saves what was added to the context, in the open transaction. For rows whose ids are known: from
        /// <see cref="ReservedIds"/>, or nobody reads them back. Interceptors of saving are not asked.
        /// </summary>
        /// <param name="ct">Ends the wait.</param>
        /// <param name="before">Statements that are to run first, in the same trip.</param>
        /// <returns>How many rows each of those statements changed.</returns>
        /// <exception cref="InvalidOperationException">A tracked row was changed or removed.</exception>
        public async Task<int[]> SaveNewRowsAsync(CancellationToken ct, params FormattableString[] before)
        {
            // Everything was added by name: there is no change to look for.
            db.ChangeTracker.AutoDetectChangesEnabled = false;
            if (db is not PostgresDbContext)
            {
                // In the same process, a prepared statement for each row is the fastest there is.
                var changed = new int[before.Length];
                for (var number = 0; number < before.Length; number++)
                {
                    changed[number] = await db.Database.ExecuteSqlAsync(before[number], ct);
                }

                await db.SaveChangesAsync(ct);
                return changed;
            }

            var added = db.ChangeTracker.Entries().Where(entry => entry.State != EntityState.Unchanged).ToLookup(entry => entry.Metadata);
            if (added.SelectMany(rows => rows).Any(row => row.State != EntityState.Added))
            {
                throw new InvalidOperationException("Only new rows can be saved like this.");
            }

            await using var batch = new NpgsqlBatch((NpgsqlConnection)db.Database.GetDbConnection(), (NpgsqlTransaction)db.Database.CurrentTransaction!.GetDbTransaction());
            List<NpgsqlBatchCommand> first = [.. before.Select(CommandOf)];
            foreach (var command in first.Concat(InOrder([.. added.Select(rows => rows.Key)]).Select(type => TableInsert.Of([.. added[type]]))))
            {
                batch.BatchCommands.Add(command);
            }

            await batch.ExecuteNonQueryAsync(ct);
            db.ChangeTracker.AcceptAllChanges();
            return [.. first.Select(command => (int)command.RecordsAffected)];
        }
    }

    private static NpgsqlBatchCommand CommandOf(FormattableString statement)
    {
        var names = Enumerable.Range(1, statement.ArgumentCount).Select(object (number) => $"${number}");
        var command = new NpgsqlBatchCommand(string.Format(CultureInfo.InvariantCulture, statement.Format, [.. names]));
        foreach (var value in statement.GetArguments())
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }

    /// <summary>What is referred to comes before what refers to it.</summary>
    private static IEnumerable<IEntityType> InOrder(List<IEntityType> types)
    {
        while (types.Count > 0)
        {
            var next = types.Find(type => !type.GetForeignKeys().Any(key => key.PrincipalEntityType != type && types.Contains(key.PrincipalEntityType)))!;
            types.Remove(next);
            yield return next;
        }
    }

    /// <summary>The statement for a table: each column's values are an array.</summary>
    private sealed class TableInsert
    {
        private const string Annotation = "AgroConnect:TableInsert";

        private readonly string _sql;
        private readonly List<Column> _columns;

        private TableInsert(IEntityType type, bool numbered)
        {
            var table = StoreObjectIdentifier.Create(type, StoreObjectType.Table)!.Value;
            _columns = [.. type.GetFlattenedProperties().Where(property => numbered || !IsId(property)).Select(property => new Column(property))];
            _sql = $"INSERT INTO {table.Name} ({string.Join(", ", _columns.Select(column => $"\"{column.Property.GetColumnName(table)}\""))}) "
                + $"SELECT * FROM unnest({string.Join(", ", Enumerable.Range(1, _columns.Count).Select(number => $"${number}"))})";
        }

        /// <summary>For some rows of a table; their ids are the database's to give when they have none.</summary>
        public static NpgsqlBatchCommand Of(IReadOnlyList<EntityEntry> rows)
        {
            var type = rows[0].Metadata;
            var numbered = !rows[0].Properties.Any(property => property.IsTemporary && IsId(property.Metadata));
            return type.GetOrAddRuntimeAnnotationValue(Annotation + numbered, static of => new TableInsert(of.type, of.numbered), (type, numbered)).For(rows);
        }

        private static bool IsId(IProperty property) => property.ValueGenerated == ValueGenerated.OnAdd && property.IsPrimaryKey();

        private NpgsqlBatchCommand For(IReadOnlyList<EntityEntry> rows)
        {
            var command = new NpgsqlBatchCommand(_sql);
            foreach (var column in _columns)
            {
                command.Parameters.Add(new NpgsqlParameter { Value = column.Of(rows) });
            }

            return command;
        }
    }

    private sealed class Column(IProperty property)
    {
        private readonly ValueConverter? _converter = property.GetTypeMapping().Converter;

        public IProperty Property => property;

        public Array Of(IReadOnlyList<EntityEntry> rows)
        {
            var type = _converter?.ProviderClrType ?? property.ClrType;
            var values = Array.CreateInstance(property.IsNullable && type.IsValueType && Nullable.GetUnderlyingType(type) is null ? typeof(Nullable<>).MakeGenericType(type) : type, rows.Count);
            for (var row = 0; row < rows.Count; row++)
            {
                var value = rows[row].CurrentValues[property];
                values.SetValue(_converter is null ? value : _converter.ConvertToProvider(value), row);
            }

            return values;
        }
    }
}
