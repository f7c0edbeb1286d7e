using System.Collections.Concurrent;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgroConnect.Tests.Web;

/// <summary>A line of the log with all that a log file would have of it.</summary>
public sealed record LogLine(string Category, string Text, string Scopes);

/// <summary>The product with the levels of an installation, whose log a test can read, and whose catalogue it can break.</summary>
public sealed class LoggedApp : App
{
    private readonly Recorder _recorder = new();

    public IReadOnlyList<LogLine> Lines => [.. _recorder.Lines];

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["Logging:LogLevel:Default"] = "Information",
    };

    /// <summary>From now on the catalogue throws.</summary>
    public async Task BreakCatalogue()
    {
        await using var scope = Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<AgroConnect.Data.AppDbContext>().Database
            .ExecuteSqlRawAsync("ALTER TABLE catalogue_version RENAME TO catalogue_version_gone", TestContext.Current.CancellationToken);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.ConfigureLogging(logging => logging.AddProvider(_recorder));
    }

    private sealed class Recorder : ILoggerProvider, ISupportExternalScope
    {
        private IExternalScopeProvider? _scopes;

        public ConcurrentQueue<LogLine> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        public void Dispose()
        {
        }

        private sealed class Writer(Recorder recorder, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => recorder._scopes?.Push(state);

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                var scopes = new List<string>();
                recorder._scopes?.ForEachScope((scope, all) => all.Add(scope?.ToString() ?? ""), scopes);
                recorder.Lines.Enqueue(new LogLine(category, $"{formatter(state, exception)} {exception}", string.Join(' ', scopes)));
            }
        }
    }
}

public sealed class LogLines(LoggedApp app) : IClassFixture<LoggedApp>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_crash_tells_the_client_a_trace_id_and_the_log_all_the_rest_but_no_secret()
    {
        using var someone = await app.Farmer();
        var token = someone.Client.DefaultRequestHeaders.Authorization!.Parameter!;
        await Users.Accounts.Account(app, "guessed@example.com", "Right-Harvest-1!");
        foreach (var password in new[] { "Wrong-Harvest-2!", "Right-Harvest-1!" })
        {
            using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["email"] = "guessed@example.com", ["password"] = password });
            await app.Stranger().PostAsync("/api/auth/jwt/create/?hint=query-secret", form, Ct);
        }

        await app.BreakCatalogue();
        var answer = await someone.Client.GetAsync("/api/products/?search=query-secret", Ct);
        var body = await answer.Json(500);

        Assert.Equal(["detail", "trace_id"], body.EnumerateObject().Select(member => member.Name));
        Assert.Equal("A server error occurred.", body.GetProperty("detail").GetString());
        Assert.Equal(body.GetProperty("trace_id").GetString(), Assert.Single(answer.Headers.GetValues("Trace-Id")));
        SecurityHeaders.AssertOn(answer);
        var crash = Assert.Single(app.Lines, line => line.Text.Contains("catalogue_version", StringComparison.Ordinal) && line.Category.Contains("ExceptionHandler", StringComparison.Ordinal));
        Assert.Contains(body.GetProperty("trace_id").GetString()!, crash.Scopes, StringComparison.Ordinal);
        Assert.Contains("/api/products/", crash.Scopes, StringComparison.Ordinal);

        var lines = app.Lines.Select(line => $"{line.Text} {line.Scopes}").ToList();
        Assert.All(
            [token, someone.RefreshToken, someone.Email, "guessed@example.com", "Harvest-1!", "Harvest-2!", "query-secret"],
            secret => Assert.DoesNotContain(lines, line => line.Contains(secret, StringComparison.OrdinalIgnoreCase)));
        Assert.All(
            app.Lines.Where(line => line.Scopes.Contains("RequestPath", StringComparison.Ordinal)),
            line => Assert.Contains("TraceId", line.Scopes, StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_of_data_protection_is_started_while_nothing_uses_it() =>
        Assert.DoesNotContain(app.Lines, line => line.Category.Contains("DataProtection", StringComparison.Ordinal));
}
