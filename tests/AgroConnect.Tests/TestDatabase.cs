using AgroConnect.Data;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AgroConnect.Tests;

/// <summary>A fresh database: a SQLite file, or a database on the server that an environment variable names; gone at the end.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    /// <summary>Connection string of a PostgreSQL server on which databases may be created.</summary>
    public const string ServerVariable = "AGROCONNECT_TEST_POSTGRES";

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

    public async ValueTask DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        if (IsPostgres)
        {
            await using var connection = new NpgsqlConnection(Server);
            await connection.OpenAsync();
            await using var drop = new NpgsqlCommand($"DROP DATABASE IF EXISTS \"{_name}\" WITH (FORCE)", connection);
            await drop.ExecuteNonQueryAsync();
        }

        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
