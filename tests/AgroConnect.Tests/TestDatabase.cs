using AgroConnect.Data;
using AgroConnect.Tests.Commands;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace AgroConnect.Tests;

/// <summary>A fresh database: a SQLite file, or a database on the server that an environment variable names; gone at the end.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    /// <summary>Connection string of a PostgreSQL server on which databases may be created.</summary>
    public const string ServerVariable = "AGROCONNECT_TEST_POSTGRES";

    // Migrated once for all tests of a run: to copy it takes a fraction of the time.
    private static readonly Lazy<Task<TestDatabase>> Template = new(async () =>
    {
        var template = Create();
        (await TheProgram.Run(template, "migrate")).Well();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => template.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return template;
    });

    private readonly string _name = "agroconnect_test_" + Guid.NewGuid().ToString("N");

    private TestDatabase(string directory) => Directory = directory;

    public static string? Server => Environment.GetEnvironmentVariable(ServerVariable) is { Length: > 0 } server ? server : null;

    public static bool IsPostgres => Server is not null;

    /// <summary>A data directory of its own.</summary>
    public string Directory { get; }

    public static string Provider => IsPostgres ? "postgres" : "sqlite";

    public string ConnectionString => IsPostgres
        ? new NpgsqlConnectionStringBuilder(Server) { Database = _name, MaxPoolSize = 20, IncludeErrorDetail = true }.ConnectionString
        : new SqliteConnectionStringBuilder { DataSource = Path.Combine(Directory, "agroconnect.db"), ForeignKeys = true }.ConnectionString;

    public static TestDatabase Create() => new(System.IO.Directory.CreateTempSubdirectory("agroconnect-test-").FullName);

    /// <summary>Makes the tables of the newest version, where the database does not exist yet.</summary>
    public async Task MigrateAsync()
    {
        var template = await Template.Value;
        if (IsPostgres)
        {
            await OnServerAsync($"CREATE DATABASE \"{_name}\" TEMPLATE \"{template._name}\"");
        }
        else
        {
            foreach (var file in System.IO.Directory.EnumerateFiles(template.Directory, "agroconnect.db*"))
            {
                File.Copy(file, Path.Combine(Directory, Path.GetFileName(file)));
            }
        }
    }

    /// <summary>A context of the program's, to be disposed of by the caller.</summary>
    public AppDbContext Open() => IsPostgres
        ? new PostgresDbContext(new DbContextOptionsBuilder<PostgresDbContext>().UseNpgsql(ConnectionString).UseSnakeCaseNamingConvention().Options)
        : new SqliteDbContext(new DbContextOptionsBuilder<SqliteDbContext>().UseSqlite(ConnectionString).UseSnakeCaseNamingConvention().Options);

    public async ValueTask DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        if (IsPostgres)
        {
            await OnServerAsync($"DROP DATABASE IF EXISTS \"{_name}\" WITH (FORCE)");
        }

        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static async Task OnServerAsync(string statement)
    {
        await using var connection = new NpgsqlConnection(Server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync();
    }
}
