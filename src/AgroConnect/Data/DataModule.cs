using AgroConnect.Web;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql;

namespace AgroConnect.Data;

internal static class DataModule
{
    /// <summary>
    /// A session's first statement. The process behind it returns memory to the system after a statement and takes it anew for the next, for which
    /// Linux interrupts the other processors too. Once it has freed a block of a megabyte at once it keeps up to two (mallopt(3), M_TRIM_THRESHOLD;
    /// docs/decisions/0005-group-commits.md).
    /// </summary>
    private const string KeepMemory = "SELECT length(repeat(' ', 1000000))";

    /// <summary>Adds <see cref="AppDbContext"/> on SQLite, or on PostgreSQL when <c>Database:Provider</c> says so.</summary>
    public static void AddDatabase(this WebApplicationBuilder builder)
    {
        builder.AddValidatedOptions<DatabaseOptions>(DatabaseOptions.Section)
            .Validate(
                options => !options.IsPostgres || options.ConnectionString.Length > 0,
                "Database:ConnectionString is empty: with Database:Provider=postgres it names the server, "
                + "such as 'Host=localhost;Username=agroconnect;Password=…;Database=agroconnect'.")
            .Validate(
                options => !options.IsPostgres || IsUnderstood(options.ConnectionString),
                "Database:ConnectionString is none that PostgreSQL understands: accepted is a text "
                + "such as 'Host=localhost;Username=agroconnect;Password=…;Database=agroconnect'.")
            .Validate(
                options => options.ReplicaConnectionString.Length == 0 || (options.IsPostgres && IsUnderstood(options.ReplicaConnectionString)),
                "Database:ReplicaConnectionString is for Database:Provider=postgres, and a text that PostgreSQL understands: "
                + "such as 'Host=replica;Username=agroconnect;Password=…;Database=agroconnect'.");
        builder.Services.AddSingleton<Migrator>();
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealth>("database", timeout: TimeSpan.FromSeconds(5));

        // Read by hand: a setting of the wrong type is reported at start, in one line, and not from in here.
        var options = new DatabaseOptions
        {
            Provider = builder.Configuration["Database:Provider"] ?? "sqlite",
            ConnectionString = builder.Configuration["Database:ConnectionString"] ?? "",
        };
        if (options.IsPostgres)
        {
            builder.Services.AddSingleton(_ => OpenPostgres(options.ConnectionString, "agroconnect"));
            builder.Services.AddDbContextPool<AppDbContext, PostgresDbContext>((services, db) =>
                db.UseNpgsql(services.GetRequiredService<NpgsqlDataSource>()).UseConventions(services));
            if (builder.Configuration["Database:ReplicaConnectionString"] is { Length: > 0 } replica)
            {
                builder.Services.AddSingleton(services => OpenReplica(services, replica));
                builder.Services.AddHealthChecks().AddCheck<ReplicaHealth>("replica", timeout: TimeSpan.FromSeconds(5));
            }
        }
        else
        {
            builder.Services.AddDbContextPool<AppDbContext, SqliteDbContext>((services, db) =>
                db.UseSqlite(SqliteConnectionString(options, services.GetRequiredService<DataDirectory>()))
                    .AddInterceptors(new SqlitePragmas())
                    .UseConventions(services));
        }
    }

    /// <summary>What both databases share; parts add their <see cref="Microsoft.EntityFrameworkCore.Diagnostics.IInterceptor"/>s as services.</summary>
    private static void UseConventions(this DbContextOptionsBuilder db, IServiceProvider services) =>
        db.UseSnakeCaseNamingConvention()
            .AddInterceptors(services.GetServices<Microsoft.EntityFrameworkCore.Diagnostics.ISaveChangesInterceptor>());

    private static bool IsUnderstood(string connectionString)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(connectionString).Count >= 0;
        }
        catch (Exception error) when (error is ArgumentException or FormatException)
        {
            return false;
        }
    }

    /// <param name="connectionString">Where it is.</param>
    /// <param name="name">As metrics and traces have it.</param>
    private static NpgsqlDataSource OpenPostgres(string connectionString, string name)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);

        // Every statement that this program sends twice is worth preparing; the server keeps the plan.
        settings.MaxAutoPrepare = settings.MaxAutoPrepare == 0 ? 200 : settings.MaxAutoPrepare;
        settings.AutoPrepareMinUsages = 2;
        settings.NoResetOnClose = true;
        settings.ApplicationName ??= "AgroConnect";
        return new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = name }
            // Npgsql takes both or none: for a session that is opened synchronously, and for all others.
            .UsePhysicalConnectionInitializer(
                session =>
                {
                    using var command = new NpgsqlCommand(KeepMemory, session);
                    command.ExecuteNonQuery();
                },
                async session =>
                {
                    await using var command = new NpgsqlCommand(KeepMemory, session);
                    await command.ExecuteNonQueryAsync();
                })
            .Build();
    }

    private static Replica OpenReplica(IServiceProvider services, string connectionString)
    {
        // Sooner than for the primary, which can answer instead.
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Timeout = 2, CommandTimeout = 10 };
        var db = new DbContextOptionsBuilder<PostgresDbContext>();
        db.UseNpgsql(OpenPostgres(settings.ConnectionString, "agroconnect replica")).UseConventions(services);
        return ActivatorUtilities.CreateInstance<Replica>(services, new PooledDbContextFactory<PostgresDbContext>(db.Options));
    }

    private static string SqliteConnectionString(DatabaseOptions options, DataDirectory data) =>
        options.ConnectionString.Length > 0
            ? options.ConnectionString
            : new SqliteConnectionStringBuilder
            {
                DataSource = data.PathOf("agroconnect.db"),
                ForeignKeys = true,
                DefaultTimeout = 30,
            }.ToString();
}
