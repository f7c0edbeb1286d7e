using System.CommandLine;
using AgroConnect.Commands.Moving;
using AgroConnect.Data;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.Extensions.Options;

namespace AgroConnect.Commands;

/// <summary>The one program is also its own tool (configuration.md, Command line).</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(WebApplication app, string[] args)
    {
        var root = new RootCommand("AgroConnect, an agricultural marketplace. Without a command it serves.")
        {
            Serve(app), Migrate(app), Seed(app), CreateAdmin(app), CreateSigningKey(app), ImportProducts(app), Export(app), Import(app), Backup(app), Restore(app), Check(app),
        };
        root.SetAction((_, ct) => ServeCommand.RunAsync(app, ct));

        // Settings may be given as switches (--urls=…); they belong to the configuration, not to a command.
        foreach (var command in root.Subcommands.Append(root))
        {
            command.TreatUnmatchedTokensAsErrors = false;
        }

        var parsed = root.Parse(args);
        if (parsed.UnmatchedTokens.FirstOrDefault(token => !token.StartsWith('-') && !token.Contains('=', StringComparison.Ordinal)) is { } unknown
            && args[0] == unknown)
        {
            Console.Error.WriteLine($"'{unknown}' is no command; --help lists them.");
            return 1;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = LongestStop(app),
            });
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped before the end.");
            return 130;
        }
        catch (Exception error) when (OperatorError.LineOf(error) is { } line)
        {
            await Console.Error.WriteLineAsync(line);
            return 1;
        }
    }

    /// <summary>What the host takes to end the requests that it has, and a little: before that, a signal must not end the process.</summary>
    private static TimeSpan LongestStop(WebApplication app) =>
        app.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout + TimeSpan.FromSeconds(5);

    private static Command Serve(WebApplication app)
    {
        var command = new Command("serve", "Serves; the same as no command.");
        command.SetAction((_, ct) => ServeCommand.RunAsync(app, ct));
        return command;
    }

    private static Command Migrate(WebApplication app)
    {
        var command = new Command("migrate", "Brings the database up to date and exits.");
        command.SetAction((_, ct) => InScopeAsync(app, _ => Task.FromResult(0), ct));
        return command;
    }

    private static Command Seed(WebApplication app)
    {
        var products = new Option<int>("--products") { Description = "How many generated listings there shall be, beside the hand-made ones." };
        var users = new Option<int>("--users") { Description = "How many generated buyers there shall be (user1@example.com and on)." };
        var orders = new Option<int>("--orders") { Description = "How many generated orders there shall be, beside those of the hand-made market." };
        var messages = new Option<int>("--messages") { Description = "How many generated chat messages there shall be, beside those of the hand-made market." };
        var command = new Command("seed", "Deterministic demo data; without numbers, a small hand-made market. Safe to repeat.") { products, users, orders, messages };
        command.SetAction((parsed, ct) => InScopeAsync(app, async services =>
        {
            await services.GetRequiredService<DemoMarket>().SeedAsync(ct);
            await services.GetRequiredService<DemoCrowd>().SeedAsync(parsed.GetValue(users), parsed.GetValue(products), ct);
            await services.GetRequiredService<DemoOrders>().GenerateAsync(parsed.GetValue(orders), ct);
            await services.GetRequiredService<DemoChats>().GenerateAsync(parsed.GetValue(messages), ct);
            return 0;
        }, ct));
        return command;
    }

    private static Command CreateAdmin(WebApplication app)
    {
        var email = new Argument<string>("email") { Description = "The address to log in with." };
        var command = new Command("create-admin", "Creates a staff user; asks for the password, or reads it from standard input.") { email };
        command.SetAction((parsed, ct) => InScopeAsync(app, async services =>
        {
            var password = Console.IsInputRedirected ? await Console.In.ReadLineAsync(ct) ?? "" : Terminal.AskSecret("Password: ");
            if (await services.GetRequiredService<Administrator>().CreateAsync(parsed.GetRequiredValue(email), password.Trim(), ct) is { } error)
            {
                await Console.Error.WriteLineAsync(error);
                return 1;
            }

            Console.WriteLine($"{parsed.GetRequiredValue(email)} is staff now.");
            return 0;
        }, ct));
        return command;
    }

    private static Command CreateSigningKey(WebApplication app)
    {
        var command = new Command("create-signing-key", "Makes the secret that signs tokens and keeps it in the data directory.");
        command.SetAction(_ =>
        {
            var data = app.Services.GetRequiredService<DataDirectory>();
            if (File.Exists(SigningKey.FileIn(data)))
            {
                Console.Error.WriteLine($"There is one already: {SigningKey.FileIn(data)}. A new one would end all sessions; delete it first.");
                return 1;
            }

            SigningKey.CreateFile(data);
            Console.WriteLine($"Kept in {SigningKey.FileIn(data)}.");
            return 0;
        });
        return command;
    }

    private static Command ImportProducts(WebApplication app)
    {
        var file = new Argument<FileInfo>("file") { Description = "CSV with a header line; docs/operations.md lists the columns." };
        var command = new Command("import-products", "Creates and updates listings; every bad row is reported, and good rows still go in.") { file };
        command.SetAction((parsed, ct) => InScopeAsync(
            app, services => services.GetRequiredService<ProductImport>().RunAsync(parsed.GetRequiredValue(file), ct), ct));
        return command;
    }

    private static Command Export(WebApplication app)
    {
        var directory = new Argument<DirectoryInfo>("directory") { Description = "An empty one, or that of an export that did not come to its end." };
        var command = new Command("export", "Writes the whole marketplace as files, independent of the database.") { directory };
        command.SetAction((parsed, ct) => InScopeAsync(
            app, services => services.GetRequiredService<ExportMarket>().RunAsync(parsed.GetRequiredValue(directory), ct), ct));
        return command;
    }

    private static Command Import(WebApplication app)
    {
        var directory = new Argument<DirectoryInfo>("directory") { Description = "What export wrote." };
        var command = new Command("import", "Reads an export into an empty marketplace and verifies it: the way from SQLite to PostgreSQL. Goes on where it was interrupted.") { directory };
        command.SetAction((parsed, ct) => InScopeAsync(
            app, services => services.GetRequiredService<ImportMarket>().RunAsync(parsed.GetRequiredValue(directory), ct), ct, mayBeHalf: true));
        return command;
    }

    private static Command Backup(WebApplication app)
    {
        var directory = new Argument<DirectoryInfo>("directory") { Description = "Holds all backups, each in a folder of its time." };
        var keep = new Option<int>("--keep-days") { Description = "Deletes older backups when the new one is there; 0 keeps all." };
        var command = new Command("backup", "Copies the database and the pictures, while the marketplace goes on.") { directory, keep };
        command.SetAction((parsed, ct) => InScopeAsync(
            app, services => services.GetRequiredService<BackupMarket>().RunAsync(parsed.GetRequiredValue(directory), parsed.GetValue(keep), ct), ct));
        return command;
    }

    private static Command Restore(WebApplication app)
    {
        var directory = new Argument<DirectoryInfo>("directory") { Description = "One backup: the folder of its time." };
        var command = new Command("restore", "Brings back what backup copied, where there is no database yet.") { directory };
        command.SetAction(async (parsed, ct) =>
        {
            app.Services.GetRequiredService<IStartupValidator>().Validate();
            await using var scope = app.Services.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<RestoreMarket>().RunAsync(parsed.GetRequiredValue(directory), ct);
        });
        return command;
    }

    private static Command Check(WebApplication app)
    {
        var command = new Command("check", "Tries every configured service and reports each.");
        command.SetAction((_, ct) =>
        {
            app.Services.GetRequiredService<IStartupValidator>().Validate();
            return CheckCommand.RunAsync(app.Services, ct);
        });
        return command;
    }

    /// <summary>Runs a command on an up-to-date database; what is wrong with the settings is said in one line.</summary>
    /// <param name="app">The program.</param>
    /// <param name="run">The command.</param>
    /// <param name="ct">Stops it.</param>
    /// <param name="mayBeHalf">Whether it may also work on a market that is not imported to its end.</param>
    private static async Task<int> InScopeAsync(WebApplication app, Func<IServiceProvider, Task<int>> run, CancellationToken ct, bool mayBeHalf = false)
    {
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        await app.Services.GetRequiredService<Migrator>().MigrateAsync(ct);
        await using var scope = app.Services.CreateAsyncScope();
        if (!mayBeHalf)
        {
            await UnfinishedImport.RefuseAsync(scope.ServiceProvider.GetRequiredService<AppDbContext>(), ct);
        }

        return await run(scope.ServiceProvider);
    }
}
