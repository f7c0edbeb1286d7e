using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgroConnect.Data;
using AgroConnect.Products;
using AgroConnect.Products.Search;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace AgroConnect.Commands;

/// <summary>
/// The whole marketplace as files: one <c>TABLE.jsonl</c> with a row a line for each table, and the pictures. It goes by
/// the model, so that a new table is in it without a word here, and belongs to neither database.
/// </summary>
internal sealed class MarketFiles(AppDbContext db, DataDirectory data)
{
    private const int Batch = 1_000;

    /// <summary>Written by migrations, not by people; or of use for a short time, and here alone.</summary>
    private static readonly Type[] NotData = [typeof(CatalogueVersion), typeof(Users.Social.SocialState), typeof(Orders.Payments.StripeEvent)];

    public async Task<int> ExportAsync(DirectoryInfo directory, CancellationToken ct)
    {
        directory.Create();

        // One transaction: the files are one moment, also while the market goes on.
        await using var transaction = await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.Serializable, ct);
        foreach (var table in Tables())
        {
            await (Task)CallFor(table, nameof(ExportTableAsync), table, directory, ct);
        }

        Copy(data.PathOf("images"), Path.Combine(directory.FullName, "images"));
        Console.WriteLine($"Exported to {directory.FullName}.");
        return 0;
    }

    public async Task<int> ImportAsync(DirectoryInfo directory, CancellationToken ct)
    {
        if (!directory.Exists)
        {
            await Console.Error.WriteLineAsync($"{directory.FullName} is not there.");
            return 1;
        }

        if (await db.Set<Users.User>().AnyAsync(ct))
        {
            await Console.Error.WriteLineAsync("This marketplace has users already: import goes into an empty one.");
            return 1;
        }

        Copy(Path.Combine(directory.FullName, "images"), data.PathOf("images"));
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        foreach (var table in Tables())
        {
            await (Task)CallFor(table, nameof(ImportTableAsync), table, directory, ct);
        }

        await IndexAsync(ct);
        await transaction.CommitAsync(ct);
        Console.WriteLine($"Imported from {directory.FullName}.");
        return 0;
    }

    /// <summary>Tables, those that others refer to first.</summary>
    private List<IEntityType> Tables()
    {
        var ordered = new List<IEntityType>();
        var left = db.Model.GetEntityTypes().Where(type => !NotData.Contains(type.ClrType)).OrderBy(type => type.GetTableName(), StringComparer.Ordinal).ToList();
        while (left.Count > 0)
        {
            var next = left.First(type => type.GetForeignKeys().All(key => key.PrincipalEntityType == type || !left.Contains(key.PrincipalEntityType)));
            left.Remove(next);
            ordered.Add(next);
        }

        return ordered;
    }

    private object CallFor(IEntityType table, string method, params object[] arguments) =>
        GetType().GetMethod(method, System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!
            .MakeGenericMethod(table.ClrType).Invoke(this, arguments)!;

    private async Task ExportTableAsync<T>(IEntityType table, DirectoryInfo directory, CancellationToken ct)
        where T : class
    {
        var rows = await db.Set<T>().LongCountAsync(ct);
        await Terminal.WithProgressAsync("Exporting " + table.GetTableName(), rows, async report =>
        {
            await using var writer = new StreamWriter(FileOf(table, directory));
            var done = 0L;
            await foreach (var row in OrderByKey(db.Set<T>().AsNoTracking(), table).AsAsyncEnumerable().WithCancellation(ct))
            {
                var json = new JsonObject();
                foreach (var property in table.GetProperties())
                {
                    var value = property.GetGetter().GetClrValue(row);
                    json[property.Name] = value is null ? null : JsonSerializer.SerializeToNode(ToPlain(property, value));
                }

                foreach (var part in table.GetComplexProperties())
                {
                    json[part.Name] = JsonSerializer.SerializeToNode(part.GetGetter().GetClrValue(row), part.ClrType);
                }

                await writer.WriteLineAsync(json.ToJsonString());
                report(++done);
            }
        });
    }

    private async Task ImportTableAsync<T>(IEntityType table, DirectoryInfo directory, CancellationToken ct)
        where T : class
    {
        var file = new FileInfo(FileOf(table, directory));
        if (!file.Exists)
        {
            return;
        }

        await Terminal.WithProgressAsync("Importing " + table.GetTableName(), file.Length, async report =>
        {
            using var reader = file.OpenText();
            while (await reader.ReadLineAsync(ct) is { } line)
            {
                var json = JsonNode.Parse(line)!.AsObject();
                var row = (T)RuntimeHelpers.GetUninitializedObject(typeof(T));
                foreach (var part in table.GetComplexProperties())
                {
                    part.PropertyInfo!.SetValue(row, json[part.Name].Deserialize(part.ClrType));
                }

                var entry = db.Entry(row);
                foreach (var property in table.GetProperties())
                {
                    if (json[property.Name] is { } value)
                    {
                        entry.Property(property.Name).CurrentValue = FromPlain(property, value);
                    }
                }

                entry.State = EntityState.Added;
                if (db.ChangeTracker.Entries().Count() >= Batch)
                {
                    await FlushAsync();
                    report(reader.BaseStream.Position);
                }
            }

            await FlushAsync();
        });
        await ContinueNumbersAsync(table, ct);

        async Task FlushAsync()
        {
            await db.SaveChangesAsync(ct);
            db.ChangeTracker.Clear();
        }
    }

    /// <summary>PostgreSQL counts on where it was; SQLite looks at the largest id.</summary>
    private async Task ContinueNumbersAsync(IEntityType table, CancellationToken ct)
    {
        if (db.Database.IsNpgsql() && table.FindPrimaryKey()!.Properties is [{ ValueGenerated: ValueGenerated.OnAdd } key] && key.ClrType == typeof(long))
        {
            var (name, column) = (table.GetTableName()!, key.GetColumnName());
#pragma warning disable EF1002 // Names from the model, not from a user.
            await db.Database.ExecuteSqlRawAsync(
                $"SELECT setval(pg_get_serial_sequence('{name}', '{column}'), (SELECT coalesce(max({column}), 0) + 1 FROM {name}), false)", ct);
#pragma warning restore EF1002
        }
    }

    private async Task IndexAsync(CancellationToken ct)
    {
        var after = 0L;
        while (await db.Products.AsNoTracking().Where(product => product.Id > after).OrderBy(product => product.Id).Take(Batch).ToListAsync(ct) is { Count: > 0 } batch)
        {
            await ProductIndex.WriteAsync(db, batch, ct);
            after = batch[^1].Id;
        }
    }

    private static IQueryable<T> OrderByKey<T>(IQueryable<T> rows, IEntityType table)
        where T : class
    {
        var key = table.FindPrimaryKey()!.Properties;
        var ordered = rows.OrderBy(row => EF.Property<object>(row, key[0].Name));
        return key.Skip(1).Aggregate(ordered, (sorted, property) => sorted.ThenBy(row => EF.Property<object>(row, property.Name)));
    }

    /// <summary>Values as both databases could hold them: what a converter of ours makes of them, but times as times.</summary>
    private static object ToPlain(IProperty property, object value) =>
        value is DateTimeOffset || property.GetTypeMapping().Converter is not { } converter ? value : converter.ConvertToProvider(value)!;

    private static object? FromPlain(IProperty property, JsonNode value)
    {
        var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
        return type == typeof(DateTimeOffset) || property.GetTypeMapping().Converter is not { } converter
            ? value.Deserialize(type)
            : converter.ConvertFromProvider(value.Deserialize(converter.ProviderClrType));
    }

    private static string FileOf(IEntityType table, DirectoryInfo directory) => Path.Combine(directory.FullName, table.GetTableName() + ".jsonl");

    private static void Copy(string from, string to)
    {
        if (!Directory.Exists(from))
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }
}
