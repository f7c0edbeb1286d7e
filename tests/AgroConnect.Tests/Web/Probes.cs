using System.Net;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AgroConnect.Tests.Web;

/// <summary>The product, whose database can go away and come back.</summary>
public sealed class UnluckyApp : App
{
    public async Task Lose()
    {
        if (TestDatabase.IsPostgres)
        {
            await Rename(Name, Name + "_away");
        }
        else
        {
            SqliteConnection.ClearAllPools();
            File.Move(Name, Name + ".away");
        }
    }

    public async Task Find()
    {
        if (TestDatabase.IsPostgres)
        {
            await Rename(Name + "_away", Name);
        }
        else
        {
            File.Move(Name + ".away", Name, overwrite: true);
        }
    }

    private string Name => TestDatabase.IsPostgres
        ? new NpgsqlConnectionStringBuilder(Database.ConnectionString).Database!
        : new SqliteConnectionStringBuilder(Database.ConnectionString).DataSource;

    private static async Task Rename(string from, string to)
    {
        await using var connection = new NpgsqlConnection(TestDatabase.Server);
        await connection.OpenAsync();
        foreach (var sql in new[]
        {
            $"ALTER DATABASE {from} ALLOW_CONNECTIONS false",
            $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{from}'",
            $"ALTER DATABASE {from} RENAME TO {to}",
            $"ALTER DATABASE {to} ALLOW_CONNECTIONS true",
        })
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}

public sealed class Probes(UnluckyApp app) : IClassFixture<UnluckyApp>
{
    [Fact]
    public async Task Ready_fails_while_the_database_is_away_and_live_does_not()
    {
        var stranger = app.Stranger();
        Assert.Equal("""{"status":"healthy","checks":{"database":"healthy"}}""", (await stranger.GetJson("/health/ready")).ToString());

        await app.Lose();
        try
        {
            Assert.Equal("""{"status":"unhealthy","checks":{"database":"unhealthy"}}""", (await stranger.GetJson("/health/ready", 503)).ToString());
            Assert.Equal("""{"status":"healthy","checks":{}}""", (await stranger.GetJson("/health/live")).ToString());
        }
        finally
        {
            await app.Find();
        }

        await stranger.GetJson("/health/ready");
    }

    [Fact]
    public async Task Metrics_tell_of_requests_the_runtime_and_the_database()
    {
        var stranger = app.Stranger();
        await stranger.GetJson("/api/categories/");

        var metrics = await stranger.GetStringAsync("/metrics", TestContext.Current.CancellationToken);

        Assert.Matches("(?m)^http_server_request_duration_seconds_count\\{.*http_route=\"/api/categories/\"", metrics);
        Assert.Contains("dotnet_gc_collections", metrics, StringComparison.Ordinal);
        if (TestDatabase.IsPostgres)
        {
            Assert.Contains("db_client_", metrics, StringComparison.Ordinal);
        }
    }
}
