using AgroConnect.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgroConnect.Tests;

/// <summary>All tests run on the database that the environment names: SQLite without it, and <c>./test</c> runs them on both.</summary>
public sealed class DatabaseUnderTest(App app) : IClassFixture<App>
{
    /// <summary>Set by <c>./test</c>, whose second half runs on PostgreSQL.</summary>
    private const string BothVariable = "AGROCONNECT_TEST_BOTH";

    [Fact]
    public async Task Is_PostgreSQL_when_a_server_is_named()
    {
        Assert.SkipUnless(
            TestDatabase.IsPostgres || Environment.GetEnvironmentVariable(BothVariable) is not null,
            $"{TestDatabase.ServerVariable} names no PostgreSQL server, so these tests run on SQLite alone; ./test sets one up and runs them on both.");

        await using var scope = app.Services.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<AppDbContext>().Database;
        Assert.Equal(TestDatabase.IsPostgres, database.IsNpgsql());
        Assert.Equal(!TestDatabase.IsPostgres, database.IsSqlite());
    }
}
