using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace AgroConnect.Tests.Commands;

/// <summary>What a process left behind.</summary>
internal sealed record Ended(int ExitCode, string Out, string Error)
{
    /// <summary>The one line that it said on standard error.</summary>
    public string OnlyErrorLine => Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));

    public Ended Well()
    {
        Assert.True(ExitCode == 0, $"Exit code {ExitCode}.\n{Out}\n{Error}");
        return this;
    }
}

/// <summary>The real program as a process of its own, as an operator starts it.</summary>
internal sealed partial class TheProgram : IAsyncDisposable
{
    private const string Key = "a-signing-key-for-tests-of-enough-bytes";

    private readonly Process _process;
    private readonly Task<string> _error;
    private readonly List<string> _out = [];

    private TheProgram(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
    }

    public string Output => string.Join('\n', _out);

    /// <summary>Where it says that it listens.</summary>
    public string Address { get; private set; } = "";

    public HttpClient Client { get; } = new();

    public static IReadOnlyDictionary<string, string?> Production(string directory, string? key = Key) => new Dictionary<string, string?>
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
        ["DataDirectory"] = directory,
        ["Auth__SigningKey"] = key,
        ["urls"] = "http://127.0.0.1:0",
    };

    public static IReadOnlyDictionary<string, string?> On(TestDatabase database, string environment = "Production", string? key = Key) =>
        new Dictionary<string, string?>(Production(database.Directory, key))
        {
            ["ASPNETCORE_ENVIRONMENT"] = environment,
            ["Database__Provider"] = TestDatabase.Provider,
            ["Database__ConnectionString"] = database.ConnectionString,
        };

    /// <summary>Runs a command to its end.</summary>
    public static Task<Ended> Run(TestDatabase database, params string[] arguments) => Run(On(database), null, arguments);

    public static async Task<Ended> Run(IReadOnlyDictionary<string, string?> settings, string? input, params string[] arguments)
    {
        await using var program = new TheProgram(Start(settings, arguments));
        if (input is not null)
        {
            await program._process.StandardInput.WriteAsync(input);
        }

        program._process.StandardInput.Close();
        var output = await program._process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await program._process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Ended(program._process.ExitCode, output, await program._error);
    }

    /// <summary>Starts the server and waits until it listens.</summary>
    public static async Task<TheProgram> Serve(IReadOnlyDictionary<string, string?> settings, params string[] arguments)
    {
        var program = new TheProgram(Start(settings, arguments));
        while (await program._process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            program._out.Add(line);
            if (Listening().Match(line) is { Success: true } listening)
            {
                program.Address = listening.Value;
                program.Client.BaseAddress = new Uri(program.Address);
                return program;
            }
        }

        Assert.Fail($"It ended before it listened.\n{program.Output}\n{await program._error}");
        return program;
    }

    /// <summary>Starts a command and waits until it says a line that begins with one of these words.</summary>
    public static async Task<TheProgram> Begin(IReadOnlyDictionary<string, string?> settings, string[] words, params string[] arguments)
    {
        var program = new TheProgram(Start(settings, arguments));
        while (await program._process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            program._out.Add(line);
            if (words.Any(word => line.StartsWith(word, StringComparison.Ordinal)))
            {
                return program;
            }
        }

        Assert.Fail($"It ended before it said '{string.Join("' or '", words)}'.\n{program.Output}\n{await program._error}");
        return program;
    }

    /// <summary>Asks it to end, as a service manager does.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Ends it in the midst of whatever it does.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async Task<Ended> End()
    {
        _out.Add(await _process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Ended(_process.ExitCode, Output, await _error);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private static Process Start(IReadOnlyDictionary<string, string?> settings, string[] arguments)
    {
        var program = typeof(AgroConnect.Commands.CommandLine).Assembly.Location;
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            // Its settings file lies beside it.
            WorkingDirectory = Path.GetDirectoryName(program)!,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // It lives for seconds: to watch which code is hot costs more than it brings.
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    [GeneratedRegex(@"(?<=listens on )http://\S+(?=;)")]
    private static partial Regex Listening();
}
