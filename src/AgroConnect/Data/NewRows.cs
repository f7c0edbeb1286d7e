using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

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
        /// Saves what was added to the context, in the open transaction: on PostgreSQL when the trip is sent, in SQLite, where a
        /// prepared statement for each row is the fastest there is, at once. For rows whose ids are known: from
        /// <see cref="ReservedIds"/>, or nobody reads them back. Interceptors of saving are not asked, and nothing is
        /// tracked afterwards.
        /// </summary>
        /// <exception cref="InvalidOperationException">A tracked row was changed or removed.</exception>
        public async Task SaveNewRowsAsync(RoundTrip trip, CancellationToken ct)
        {
            // Everything was added by name: there is no change to look for.
            db.ChangeTracker.AutoDetectChangesEnabled = false;
            if (trip.IsOnPostgres)
            {
                AddInserts(db, trip);
            }
            else
            {
                await db.SaveChangesAsync(ct);
            }

            db.ChangeTracker.Clear();
        }
    }

    private static void AddInserts(AppDbContext db, RoundTrip trip)
    {
        var added = db.ChangeTracker.Entries().Where(entry => entry.State != EntityState.Unchanged).ToLookup(entry => entry.Metadata);
        if (added.SelectMany(rows => rows).Any(row => row.State != EntityState.Added))
        {
            throw new InvalidOperationException("Only new rows can be saved like this.");
        }

        foreach (var type in InOrder([.. added.Select(rows => rows.Key)]))
        {
            TableInsert.AddTo(trip, [.. added[type]]);
        }
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
        public static void AddTo(RoundTrip trip, IReadOnlyList<EntityEntry> rows)
        {
            var type = rows[0].Metadata;
            var numbered = !rows[0].Properties.Any(property => property.IsTemporary && IsId(property.Metadata));
            var insert = type.GetOrAddRuntimeAnnotationValue(Annotation + numbered, static of => new TableInsert(of.type, of.numbered), (type, numbered));
            trip.Execute(insert._sql, [.. insert._columns.Select(column => column.Of(rows))]);
        }

        private static bool IsId(IProperty property) => property.ValueGenerated == ValueGenerated.OnAdd && property.IsPrimaryKey();
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
