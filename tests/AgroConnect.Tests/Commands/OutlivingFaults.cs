using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using AgroConnect.Tests.Live;

namespace AgroConnect.Tests.Commands;

/// <summary>The short form of <c>bench/faults</c>, of some minutes: run when it is asked for (<c>./test --explicit on</c>); see docs/operations.md.</summary>
public sealed class OutlivingFaults
{
    [Fact(Explicit = true)]
    public async Task Three_nodes_lose_nothing_while_each_of_them_and_all_they_stand_on_fails_in_turn()
    {
        Assert.SkipUnless(TestDatabase.IsPostgres, "Several nodes work on PostgreSQL alone.");
        Assert.SkipUnless(AreThere("nginx", "redis-server", "node", "psql"), "nginx, Redis, Node.js or PostgreSQL is not installed; ./test installs them.");
        var state = Directory.CreateTempSubdirectory("agroconnect-faults-");
        using var faults = Process.Start(new ProcessStartInfo(Path.GetFullPath("../../../bench/faults", Here()), ["--short"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["LOCAL_STATE"] = state.FullName,
                ["LOCAL_PORT"] = Ports().ToString(CultureInfo.InvariantCulture),
                ["LOCAL_APP"] = Path.GetDirectoryName(typeof(AgroConnect.Commands.CommandLine).Assembly.Location),
            },
        })!;
        try
        {
            var progress = faults.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var report = await faults.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await faults.WaitForExitAsync(TestContext.Current.CancellationToken);

            TestContext.Current.TestOutputHelper?.WriteLine(report);
            Assert.True(faults.ExitCode == 0, $"{report}\n{await progress}");
            Assert.Contains("Nothing was lost, nothing is there twice", report, StringComparison.Ordinal);
        }
        finally
        {
            // Its own end stops what it started.
            if (!faults.HasExited)
            {
                using var end = Process.Start("kill", ["-TERM", faults.Id.ToString(CultureInfo.InvariantCulture)]);
                await faults.WaitForExitAsync(CancellationToken.None);
            }

            state.Delete(recursive: true);
        }
    }

    private static bool AreThere(params string[] programs)
    {
        var path = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin".Split(Path.PathSeparator);
        return Array.TrueForAll(programs, program => path.Any(folder => File.Exists(Path.Combine(folder, program))));
    }

    /// <summary>The first of thirty in a row that are likely to be free.</summary>
    private static int Ports() => RedisServer.FreePort() / 40 * 40;

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
