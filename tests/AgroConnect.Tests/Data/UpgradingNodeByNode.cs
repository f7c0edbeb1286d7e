using AgroConnect.Data;
using AgroConnect.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;

namespace AgroConnect.Tests.Data;

/// <summary>
/// While nodes are replaced one by one, those of the version before work on tables that are migrated already (deploy/README.md, How a
/// node leaves): whatever they read and write has to be there, and nothing may be asked of a row that they do not know of.
/// </summary>
public sealed class UpgradingNodeByNode : IAsyncLifetime
{
    private readonly TestDatabase _database = TestDatabase.Create();
    private WebApplication _node = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Testing" });
        foreach (var (name, value) in new[]
        {
            ("DataDirectory", _database.Directory), ("Database:Provider", TestDatabase.Provider), ("Database:ConnectionString", _database.ConnectionString),
        })
        {
            builder.Configuration[name] = value;
        }

        builder.AddWeb();
        builder.AddDatabase();
        _node = builder.Build();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task No_migration_takes_away_what_the_version_before_it_needs()
    {
        await using var scope = _node.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var migrations = db.Database.GetMigrations().ToList();
        Assert.True(migrations.Count > 1);
        var broken = new List<string>();
        Schema? before = null;
        foreach (var migration in migrations)
        {
            await db.GetService<IMigrator>().MigrateAsync(migration, Ct);
            var after = await Schema.OfAsync(db);
            broken.AddRange(before?.BrokenBy(after).Select(what => $"{migration}: {what}") ?? []);
            before = after;
        }

        Assert.Empty(broken);
    }

    [Theory]
    [InlineData("ALTER TABLE crops DROP COLUMN name", "crops.name is gone")]
    [InlineData("ALTER TABLE crops RENAME COLUMN name TO title", "crops.name is gone")]
    [InlineData("DROP TABLE crops", "crops.id is gone")]
    [InlineData("ALTER TABLE crops ADD COLUMN place TEXT NOT NULL DEFAULT 'x'", null)]
    [InlineData("ALTER TABLE crops ADD COLUMN place TEXT", null)]
    [InlineData("CREATE TABLE fields (id INTEGER PRIMARY KEY, name TEXT NOT NULL)", null)]
    [InlineData("CREATE INDEX ix_crops_name ON crops (name)", null)]
    [InlineData("CREATE UNIQUE INDEX ix_crops_name ON crops (name)", "crops (name) must be unique")]
    [InlineData("DROP TABLE crops; CREATE TABLE crops (id INTEGER PRIMARY KEY, name TEXT NOT NULL, note TEXT, place TEXT NOT NULL)", "crops.place is new and must be given")]
    [InlineData("DROP TABLE crops; CREATE TABLE crops (id INTEGER PRIMARY KEY, name TEXT NOT NULL, note TEXT NOT NULL)", "crops.note must be given now")]
    [InlineData("DROP TABLE crops; CREATE TABLE crops (id INTEGER PRIMARY KEY, name INTEGER NOT NULL, note TEXT)", "crops.name is of another type")]
    public async Task A_migration_that_would_is_seen(string migration, string? broken)
    {
        await using var scope = _node.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        await db.GetService<IMigrator>().MigrateAsync(Migration.InitialDatabase, Ct);
        await db.Database.ExecuteSqlRawAsync("CREATE TABLE crops (id INTEGER PRIMARY KEY, name TEXT NOT NULL, note TEXT)", Ct);
        var before = await Schema.OfAsync(db);

        await db.Database.ExecuteSqlRawAsync(migration, Ct);

        Assert.Equal(broken, before.BrokenBy(await Schema.OfAsync(db)).FirstOrDefault());
    }

    /// <param name="Columns">By table and name; whether a row may be written without it, or with null.</param>
    /// <param name="UniqueKeys">Table and columns of what must be unique.</param>
    private sealed record Schema(Dictionary<string, Column> Columns, HashSet<(string Table, string Columns)> UniqueKeys)
    {
        private const string OfSqlite = """
            SELECT t.name || '.' || c.name AS name, c.type, c."notnull" = 0 AS may_be_null, c."notnull" = 0 OR c.dflt_value IS NOT NULL OR c.pk > 0 AS may_be_left_out
            FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE '\_\_%' ESCAPE '\' ORDER BY 1
            """;

        private const string OfPostgres = """
            SELECT table_name || '.' || column_name AS name, data_type AS type, is_nullable = 'YES' AS may_be_null,
                   is_nullable = 'YES' OR column_default IS NOT NULL OR is_identity = 'YES' OR is_generated = 'ALWAYS' AS may_be_left_out
            FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\_\_%' ORDER BY 1
            """;

        private const string UniqueInSqlite = """
            SELECT t.name AS "table", (SELECT group_concat(k.name, ', ') FROM pragma_index_info(i.name) k) AS columns
            FROM sqlite_master t JOIN pragma_index_list(t.name) i WHERE t.type = 'table' AND i."unique" = 1 AND i.origin <> 'pk'
            """;

        private const string UniqueInPostgres = """
            SELECT i.indrelid::regclass::text AS "table", (SELECT string_agg(a.attname, ', ' ORDER BY k.place) FROM unnest(i.indkey) WITH ORDINALITY k(number, place)
                JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number) AS columns
            FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE c.relnamespace = 'public'::regnamespace AND i.indisunique AND NOT i.indisprimary
            """;

        public static async Task<Schema> OfAsync(AppDbContext db)
        {
            var columns = await db.Database.SqlQueryRaw<Column>(db is PostgresDbContext ? OfPostgres : OfSqlite).ToListAsync(Ct);
            var keys = await db.Database.SqlQueryRaw<Key>(db is PostgresDbContext ? UniqueInPostgres : UniqueInSqlite).ToListAsync(Ct);
            return new Schema(columns.ToDictionary(column => column.Name), [.. keys.Select(key => (key.Table, key.Columns ?? ""))]);
        }

        /// <summary>What a program that was made for this misses or can't write there.</summary>
        public IEnumerable<string> BrokenBy(Schema later)
        {
            foreach (var (name, column) in Columns)
            {
                var now = later.Columns.GetValueOrDefault(name);
                var what = now is null ? "is gone"
                    : now.Type != column.Type ? "is of another type"
                    : column.MayBeNull && !now.MayBeNull ? "must be given now"
                    : null;
                if (what is not null)
                {
                    yield return $"{name} {what}";
                }
            }

            var tables = Columns.Keys.Select(TableOf).ToHashSet();
            foreach (var column in later.Columns.Values.Where(column => !Columns.ContainsKey(column.Name) && tables.Contains(TableOf(column.Name)) && !column.MayBeLeftOut))
            {
                yield return $"{column.Name} is new and must be given";
            }

            foreach (var (table, columns) in later.UniqueKeys.Except(UniqueKeys).Where(key => tables.Contains(key.Table)))
            {
                yield return $"{table} ({columns}) must be unique";
            }
        }

        private static string TableOf(string column) => column.Split('.')[0];

        private sealed record Key(string Table, string? Columns);
    }

    private sealed record Column(string Name, string Type, bool MayBeNull, bool MayBeLeftOut);
}
