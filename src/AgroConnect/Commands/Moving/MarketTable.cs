using System.Data.Common;
using System.Text.Json;
using AgroConnect.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using NpgsqlTypes;

namespace AgroConnect.Commands.Moving;

/// <summary>A table as both databases have it. It goes by the model, so that a new table is moved without a word here.</summary>
internal sealed class MarketTable
{
    private MarketTable(IEntityType type)
    {
        var table = StoreObjectIdentifier.Create(type, StoreObjectType.Table)!.Value;
        var key = type.FindPrimaryKey()!.Properties.ToList();
        Name = table.Name;
        Columns = [.. type.GetFlattenedProperties().Where(property => property.GetColumnName(table) is not null)
            .OrderBy(property => key.Contains(property) ? key.IndexOf(property) : int.MaxValue).ThenBy(property => property.GetColumnName(table), StringComparer.Ordinal)
            .Select(property => new MarketColumn(property.GetColumnName(table)!, property))];
        Key = [.. Columns.Take(key.Count)];
        IsNumbered = key is [{ ValueGenerated: ValueGenerated.OnAdd }] && Key[0].Type == typeof(long);
        RefersToItself = type.GetForeignKeys().Any(foreign => foreign.PrincipalEntityType == type);
    }

    public string Name { get; }

    /// <summary>Those of the key first.</summary>
    public IReadOnlyList<MarketColumn> Columns { get; }

    public IReadOnlyList<MarketColumn> Key { get; }

    /// <summary>Whether the database gives out its ids.</summary>
    public bool IsNumbered { get; }

    /// <summary>A row may come before the row that it refers to.</summary>
    public bool RefersToItself { get; }

    /// <summary>Of its file in an export.</summary>
    public string FileName => Name + ".jsonl";

    public string ColumnList => string.Join(", ", Columns.Select(column => column.Quoted));

    /// <summary>Tables, those that others refer to first.</summary>
    public static IReadOnlyList<MarketTable> In(AppDbContext db)
    {
        var ordered = new List<IEntityType>();
        var left = db.Model.GetEntityTypes().OrderBy(type => type.GetTableName(), StringComparer.Ordinal).ToList();
        while (left.Count > 0)
        {
            var next = left.First(type => type.GetForeignKeys().All(key => key.PrincipalEntityType == type || !left.Contains(key.PrincipalEntityType)));
            left.Remove(next);
            ordered.Add(next);
        }

        return [.. ordered.Select(type => new MarketTable(type))];
    }

    /// <summary>All rows in the order of their keys, which is the same in both databases: that of the bytes.</summary>
    public string SelectFor(AppDbContext db) =>
        $"SELECT {ColumnList} FROM {Name} ORDER BY {string.Join(", ", Key.Select(column => column.Quoted + (db is PostgresDbContext && column.Type == typeof(string) ? " COLLATE \"C\"" : "")))}";

    /// <summary>The values of a line, in the order of <see cref="Columns"/>.</summary>
    /// <exception cref="JsonException">It is no row of this table.</exception>
    public void Parse(ReadOnlySpan<byte> line, AppDbContext db, object[] values)
    {
        var json = new Utf8JsonReader(line);
        json.Read();
        for (var column = 0; column < Columns.Count; column++)
        {
            if (!json.Read() || !json.ValueTextEquals(Columns[column].Word.EncodedUtf8Bytes) || !json.Read())
            {
                throw new JsonException($"'{Columns[column].Name}' was expected.");
            }

            values[column] = Columns[column].Parse(ref json, db is PostgresDbContext);
        }
    }
}

/// <summary>A column, and how its values stand in a file: numbers, texts, <c>true</c>, days and UTC times to the microsecond.</summary>
internal sealed class MarketColumn
{
    private const string MomentFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    public MarketColumn(string name, IProperty property)
    {
        var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;

        // A time is a time, whatever one of the databases has to make of it.
        type = type == typeof(DateTimeOffset) || property.GetTypeMapping().Converter is not { } converter ? type : converter.ProviderClrType;
        Name = name;
        Type = Nullable.GetUnderlyingType(type) ?? type;
        Word = JsonEncodedText.Encode(name);
        PostgresType =
            Type == typeof(long) ? NpgsqlDbType.Bigint
            : Type == typeof(int) ? NpgsqlDbType.Integer
            : Type == typeof(bool) ? NpgsqlDbType.Boolean
            : Type == typeof(double) ? NpgsqlDbType.Double
            : Type == typeof(DateOnly) ? NpgsqlDbType.Date
            : Type == typeof(DateTimeOffset) ? NpgsqlDbType.TimestampTz
            : Type == typeof(string) ? NpgsqlDbType.Text
            : throw new NotSupportedException($"No file can hold {name}, which is a {Type.Name}.");
    }

    public string Name { get; }

    public string Quoted => $"\"{Name}\"";

    /// <summary>What both databases are given.</summary>
    public Type Type { get; }

    public JsonEncodedText Word { get; }

    public NpgsqlDbType PostgresType { get; }

    public void Write(Utf8JsonWriter json, DbDataReader row, int ordinal)
    {
        if (row.IsDBNull(ordinal))
        {
            json.WriteNull(Word);
        }
        else if (Type == typeof(string))
        {
            json.WriteString(Word, row.GetString(ordinal));
        }
        else if (Type == typeof(bool))
        {
            json.WriteBoolean(Word, row.GetBoolean(ordinal));
        }
        else if (Type == typeof(double))
        {
            json.WriteNumber(Word, row.GetDouble(ordinal));
        }
        else if (Type == typeof(DateOnly))
        {
            WriteFormatted(json, row.GetFieldValue<DateOnly>(ordinal), "yyyy-MM-dd");
        }
        else if (Type == typeof(DateTimeOffset))
        {
            WriteFormatted(json, row is SqliteDataReader ? DateTime.UnixEpoch.AddTicks(row.GetInt64(ordinal) * TimeSpan.TicksPerMicrosecond) : row.GetDateTime(ordinal), MomentFormat);
        }
        else
        {
            json.WriteNumber(Word, row.GetInt64(ordinal));
        }
    }

    public object Parse(ref Utf8JsonReader json, bool forPostgres)
    {
        if (json.TokenType == JsonTokenType.Null)
        {
            return DBNull.Value;
        }

        if (Type == typeof(DateTimeOffset))
        {
            var moment = json.GetDateTime();
            return forPostgres ? moment : (moment - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        }

        return Type == typeof(string) ? json.GetString()!
            : Type == typeof(bool) ? json.GetBoolean()
            : Type == typeof(double) ? json.GetDouble()
            : Type == typeof(int) ? json.GetInt32()
            : Type == typeof(DateOnly) ? DateOnly.ParseExact(json.GetString()!, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)
            : json.GetInt64();
    }

    private void WriteFormatted<T>(Utf8JsonWriter json, T value, string format)
        where T : ISpanFormattable
    {
        Span<char> text = stackalloc char[32];
        value.TryFormat(text, out var length, format, System.Globalization.CultureInfo.InvariantCulture);
        json.WriteString(Word, text[..length]);
    }
}
