using System.Collections.Concurrent;
using System.Globalization;
using AgroConnect.Data;
using AgroConnect.Email;
using AgroConnect.Tests.Fakes;
using AgroConnect.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace AgroConnect.Tests.Email;

/// <summary>The mail part of a node, on a database that others may share, under a clock that stands still.</summary>
internal sealed class MailNode : IAsyncDisposable
{
    public const string Body = "Open https://market.example/activate/NA/secret-token";
    private readonly WebApplication _app;

    private MailNode(WebApplication app, FakeTimeProvider clock, LogLines log) => (_app, Clock, Log) = (app, clock, log);

    public FakeTimeProvider Clock { get; }

    public LogLines Log { get; }

    public IServiceProvider Services => _app.Services;

    public MailSender Sender => Services.GetRequiredService<MailSender>();

    public OutboxClaims Claims => Services.GetRequiredService<OutboxClaims>();

    public EmailOptions Options => Services.GetRequiredService<IOptions<EmailOptions>>().Value;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <param name="database">Made when it is not there.</param>
    /// <param name="smtp">Null: mails become files.</param>
    /// <param name="clock">To be shared with other nodes.</param>
    /// <param name="settings">Beside those that the rest implies.</param>
    public static async Task<MailNode> StartAsync(
        TestDatabase database, FakeSmtp? smtp, FakeTimeProvider? clock = null, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Testing" });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["DataDirectory"] = database.Directory,
            ["Database:Provider"] = TestDatabase.Provider,
            ["Database:ConnectionString"] = database.ConnectionString,
            ["Site:FrontendUrl"] = "https://market.example",
            ["Email:Provider"] = smtp is null ? "file" : "smtp",
            ["Email:From"] = "AgroConnect <no-reply@market.example>",
            ["Email:Host"] = "127.0.0.1",
            ["Email:Port"] = (smtp?.Port ?? 25).ToString(CultureInfo.InvariantCulture),
        });
        builder.Configuration.AddInMemoryCollection(settings ?? new Dictionary<string, string?>());
        builder.AddWeb();
        builder.AddDatabase();
        builder.AddEmail();
        clock ??= new FakeTimeProvider(new DateTimeOffset(2026, 11, 25, 8, 0, 0, TimeSpan.Zero));
        var log = new LogLines();
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Logging.ClearProviders().AddProvider(log);
        var node = new MailNode(builder.Build(), clock, log);
        await node.InDatabase(db => db.Database.EnsureCreatedAsync(Ct));
        return node;
    }

    /// <summary>The template with the most to fill in freely: the subject is <see cref="SubjectOf"/> a product, the body stands on lines of its own.</summary>
    public static MailDraft Draft(string subject, string body) => new("review-written", "en", new Dictionary<string, object>
    {
        ["product"] = subject,
        ["text"] = body,
        ["person"] = "Ben",
        ["rating"] = 5,
        ["link"] = "https://market.example/products/1",
    });

    /// <summary>A mail as versions before drafts write it: whatever it says.</summary>
    public static OutboxMail InFull(string to, MailContent content, DateTimeOffset at) => new()
    {
        To = to,
        ToName = "",
        Subject = content.Subject,
        Text = content.Text,
        Html = content.Html,
        MessageId = $"{Guid.NewGuid():N}@market.example",
        CreatedAt = at,
        DueAt = at,
    };

    public static string SubjectOf(string product) => $"A review of {product}";

    /// <returns>The id.</returns>
    public Task<long> AddMail(string to = "ann@example.com", string name = "", string subject = "Hello", string body = Body, bool urgent = false) => InDatabase(async db =>
    {
        Services.GetRequiredService<Outbox>().Add(db, new Recipient(to, name), Draft(subject, body), urgent);
        await db.SaveChangesAsync(Ct);
        return db.ChangeTracker.Entries<OutboxMail>().Single().Entity.Id;
    });

    public Task SendDue() => Sender.SendDueAsync(Ct);

    public Task<OutboxMail> Mail(long id) => InDatabase(db => db.Set<OutboxMail>().AsNoTracking().SingleAsync(mail => mail.Id == id, Ct));

    public Task<List<OutboxMail>> Mails() => InDatabase(db => db.Set<OutboxMail>().AsNoTracking().ToListAsync(Ct));

    public async Task<T> InDatabase<T>(Func<AppDbContext, Task<T>> run)
    {
        await using var scope = Services.CreateAsyncScope();
        return await run(scope.ServiceProvider.GetRequiredService<AppDbContext>());
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

/// <summary>What an operator would read.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _lines = new();

    public string All => string.Join(Environment.NewLine, _lines.Select(line => line.Text));

    public IEnumerable<string> Errors => _lines.Where(line => line.Level == LogLevel.Error).Select(line => line.Text);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            _lines.Enqueue((logLevel, formatter(state, exception) + exception));
        }
    }

    public void Dispose()
    {
    }
}
