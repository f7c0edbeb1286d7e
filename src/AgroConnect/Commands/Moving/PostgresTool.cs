using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace AgroConnect.Commands.Moving;

/// <summary>PostgreSQL's own programs, which must be installed here and be no older than the server.</summary>
internal static partial class PostgresTool
{
    /// <exception cref="MarketFileException">It is not installed, or it failed.</exception>
    public static async Task RunAsync(string program, string connectionString, string[] arguments, CancellationToken ct)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
        foreach (var (name, value) in Environment(new NpgsqlConnectionStringBuilder(connectionString)))
        {
            start.Environment[name] = value;
        }

        using var process = Start(start);
        try
        {
            var error = await process.StandardError.ReadToEndAsync(ct);
            await process.WaitForExitAsync(ct);
            if (process.ExitCode != 0)
            {
                throw new MarketFileException($"{program} failed: {error.Trim().ReplaceLineEndings(" ")}");
            }
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw new MarketFileException($"{start.FileName} is not there: install PostgreSQL's client programs, of the server's version or newer.");
        }
    }

    /// <summary>The connection in the words of libpq; a password on the command line could be seen by everybody.</summary>
    private static IEnumerable<(string Name, string Value)> Environment(NpgsqlConnectionStringBuilder connection) =>
        new (string Name, string? Value)[]
        {
            ("PGHOST", connection.Host), ("PGPORT", connection.Port.ToString(CultureInfo.InvariantCulture)), ("PGDATABASE", connection.Database),
            ("PGUSER", connection.Username), ("PGPASSWORD", connection.Password), ("PGPASSFILE", connection.Passfile),
            ("PGSSLMODE", CapitalAfterSmall().Replace(connection.SslMode.ToString(), "-").ToLowerInvariant()), ("PGSSLROOTCERT", connection.RootCertificate),
        }.Where(variable => !string.IsNullOrEmpty(variable.Value)).Select(variable => (variable.Name, variable.Value!));

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
    private static partial Regex CapitalAfterSmall();
}
