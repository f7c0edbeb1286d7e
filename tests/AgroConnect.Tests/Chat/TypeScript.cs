using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace AgroConnect.Tests.Chat;

/// <summary>Compiles the TypeScript client strictly and runs it with Node, which is there, or which <c>./test</c> installs.</summary>
internal sealed class TypeScript : IAsyncDisposable
{
    /// <summary>The compiler, and a WebSocket for a Node that has none (before 22).</summary>
    private static readonly string[] Packages = ["typescript@5.9.3", "ws@8.18.3"];

    private static readonly SemaphoreSlim Gate = new(1);
    private static readonly string Home = Path.Combine(Path.GetTempPath(), "agroconnect-" + string.Join('-', Packages));

    private readonly Process _process;
    private readonly Task _reading;

    private TypeScript(Process process)
    {
        _process = process;
        _reading = Task.Run(async () =>
        {
            while (await _process.StandardOutput.ReadLineAsync() is { } line)
            {
                Messages.Enqueue(JsonSerializer.Deserialize<JsonElement>(line));
            }
        });
        _process.ErrorDataReceived += (_, line) => Errors.Enqueue(line.Data ?? "");
        _process.BeginErrorReadLine();
    }

    /// <summary>What it has shown, in its order.</summary>
    public ConcurrentQueue<JsonElement> Messages { get; } = new();

    public ConcurrentQueue<string> Errors { get; } = new();

    public static async Task<TypeScript> Run(Uri url, string token, long conversation)
    {
        var module = await Compile();
        var webSocket = Path.Combine(Home, "node_modules", "ws", "wrapper.mjs");
        return new TypeScript(Start("node", [Path.Combine(AppContext.BaseDirectory, "Chat", "run-chat.mjs"), module, webSocket, url.ToString(), token, conversation.ToString(CultureInfo.InvariantCulture)]));
    }

    public Task Send(string text) => _process.StandardInput.WriteLineAsync(text);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        await _reading;
        _process.Dispose();
    }

    private static async Task<string> Compile()
    {
        await Gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            var compiler = Path.Combine(Home, "node_modules", "typescript", "bin", "tsc");
            if (!File.Exists(compiler))
            {
                // Beside, then in one step: another run may do the same.
                var draft = Directory.CreateTempSubdirectory("agroconnect-node-").FullName;
                await Finish("npm", ["install", "--prefix", draft, "--no-audit", "--no-fund", .. Packages]);
                try
                {
                    Directory.Move(draft, Home);
                }
                catch (IOException) when (File.Exists(compiler))
                {
                    Directory.Delete(draft, recursive: true);
                }
            }

            var target = Path.Combine(AppContext.BaseDirectory, "Chat", "compiled");
            await Finish("node", compiler, "--strict", "--target", "es2022", "--module", "esnext", "--lib", "es2022,dom", "--outDir", target, Path.Combine(AppContext.BaseDirectory, "Chat", "chat.ts"));
            var module = Path.Combine(target, "chat.mjs");
            File.Move(Path.Combine(target, "chat.js"), module, overwrite: true);
            return module;
        }
        finally
        {
            Gate.Release();
        }
    }

    private static async Task<string> Finish(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}\n{output}\n{await error}");
        return output;
    }

    private static Process Start(string program, string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
