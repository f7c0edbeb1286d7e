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
        if (app.Services.GetRequiredService<IOptions<DatabaseOptions>>().Value.MigrateOnStart)
        {
            await app.Services.GetRequiredService<Migrator>().MigrateAsync(ct);
        }

        var seeded = false;
        await using (var scope = app.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<Administrator>().CreateConfiguredAsync(ct);
            if (app.Environment.IsDevelopment() && app.Configuration.GetValue("Demo:SeedOnStart", true))
            {
                var market = scope.ServiceProvider.GetRequiredService<DemoMarket>();
                await market.SeedIfEmptyAsync(ct);
                seeded = await market.IsThereAsync(ct);
            }
        }

        app.Lifetime.ApplicationStarted.Register(() => Greet(app, seeded));
        await app.RunAsync(ct);
        return 0;
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
