using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace AgroConnect.Data;

/// <summary>
/// Many new rows in one statement per table. EF Core tracks each and sends an INSERT for it; in the rows of a group of checkouts, that
/// costs the process and PostgreSQL more than the rows do (docs/decisions/0005-group-commits.md).
/// </summary>
internal sealed class NewRows(AppDbContext db)
{
    private readonly List<object> _rows = [];

    /// <summary>Adds rows whose ids are known (<see cref="ReservedIds"/>), or nobody reads them back. Those that they refer to are given by their ids: navigations are not followed.</summary>
    public void Add(IEnumerable<object> rows) => _rows.AddRange(rows);

    /// <summary>
    /// Saves them, in the open transaction: on PostgreSQL when the trip is sent; in SQLite, where a prepared statement for each row
    /// is the fastest there is, at once. Nothing is tracked afterwards.
    /// </summary>
    public async Task SaveAsync(RoundTrip trip, CancellationToken ct)
    {
        if (trip.IsOnPostgres)
        {
            var rows = _rows.ToLookup(row => db.Model.FindEntityType(row.GetType())!);
            foreach (var type in InOrder([.. rows.Select(table => table.Key)]))
            {
                TableInsert.AddTo(trip, type, [.. rows[type]]);
            }
        }
        else
        {
            // Everything is added by name: there is no change to look for.
            db.ChangeTracker.AutoDetectChangesEnabled = false;
            db.AddRange(_rows);
            await db.SaveChangesAsync(ct);
            db.ChangeTracker.Clear();
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
        public static void AddTo(RoundTrip trip, IEntityType type, IReadOnlyList<object> rows)
        {
            var numbered = !type.GetProperties().Any(property => IsId(property) && property.GetGetter().GetClrValueUsingContainingEntity(rows[0]) is 0L);
            var insert = type.GetOrAddRuntimeAnnotationValue(Annotation + numbered, static of => new TableInsert(of.type, of.numbered), (type, numbered));
            trip.Execute(insert._sql, [.. insert._columns.Select(column => column.Of(rows))]);
        }

        private static bool IsId(IProperty property) => property.ValueGenerated == ValueGenerated.OnAdd && property.IsPrimaryKey();
    }

    private sealed class Column(IProperty property)
    {
        private readonly IClrPropertyGetter _getter = property.GetGetter();
        private readonly ValueConverter? _converter = property.GetTypeMapping().Converter;

        public IProperty Property => property;

        public Array Of(IReadOnlyList<object> rows)
        {
            var type = _converter?.ProviderClrType ?? property.ClrType;
            var values = Array.CreateInstance(property.IsNullable && type.IsValueType && Nullable.GetUnderlyingType(type) is null ? typeof(Nullable<>).MakeGenericType(type) : type, rows.Count);
            for (var row = 0; row < rows.Count; row++)
            {
                var value = _getter.GetClrValueUsingContainingEntity(rows[row]);
                values.SetValue(_converter is null ? value : _converter.ConvertToProvider(value), row);
            }

            return values;
        }
    }
}
