using AgroConnect.Data;
using AgroConnect.Users;
using Microsoft.Extensions.Options;

namespace AgroConnect.Commands;

/// <summary>Starts the server: settings checked, database up to date, first users there, then listening.</summary>
internal static class ServeCommand
{
    public static async Task<int> RunAsync(WebApplication app, CancellationToken ct)
    {
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        _ = app.Services.GetRequiredService<SigningKey>();

        // Nodes that start together would each make the first users.
        var seeded = false;
        var migrator = app.Services.GetRequiredService<Migrator>();
        await migrator.RunAloneAsync(async services => seeded = await PrepareAsync(app, migrator, services, ct), ct);

        app.Lifetime.ApplicationStarted.Register(() => Greet(app, seeded));
        await app.RunAsync(ct);
        return 0;
    }

    /// <returns>Whether the demo market is there.</returns>
    private static async Task<bool> PrepareAsync(WebApplication app, Migrator migrator, IServiceProvider services, CancellationToken ct)
    {
        await UnfinishedImport.RefuseAsync(services.GetRequiredService<AppDbContext>(), ct);
        if (services.GetRequiredService<IOptions<DatabaseOptions>>().Value.MigrateOnStart)
        {
            await migrator.ApplyAsync(services, ct);
        }

        await services.GetRequiredService<Administrator>().CreateConfiguredAsync(ct);
        if (!app.Environment.IsDevelopment() || !app.Configuration.GetValue("Demo:SeedOnStart", true))
        {
            return false;
        }

        var market = services.GetRequiredService<DemoMarket>();
        await market.SeedIfEmptyAsync(ct);
        return await market.IsThereAsync(ct);
    }

    private static void Greet(WebApplication app, bool seeded)
    {
        var address = app.Urls.FirstOrDefault() ?? "";
        Console.WriteLine($"AgroConnect listens on {address}; the API to try out: {address}/docs/");
        if (seeded)
        {
            Console.WriteLine($"Demo log-ins (password {DemoMarket.Password}): {string.Join(", ", DemoMarket.LogIns)}");
        }
    }
}
