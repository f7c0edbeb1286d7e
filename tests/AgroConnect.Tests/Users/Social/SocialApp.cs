using System.Collections.Concurrent;
using System.Text.Json;
using AgroConnect.Data;
using AgroConnect.Tests.Fakes;
using AgroConnect.Tests.Images;
using AgroConnect.Users;
using AgroConnect.Users.Social;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgroConnect.Tests.Users.Social;

/// <summary>The product with look-alikes of Google and Facebook, a clock to put forward, and every line that it logs.</summary>
public sealed class SocialApp : App, IAsyncLifetime
{
    public const string GoogleRedirect = "https://market.example/auth/google";
    public const string FacebookRedirect = "https://market.example/auth/facebook";

    private readonly LogLines _log = new();
    private int _people;

    internal OpenIdProvider Google { get; private set; } = null!;

    internal GraphApi Facebook { get; private set; } = null!;

    internal MovableClock Clock { get; } = new();

    /// <summary>What happens to an account while its tokens are being made; once.</summary>
    internal Func<DbContext, Task>? Meanwhile { get; set; }

    internal IReadOnlyCollection<string> Log => _log.Lines;

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["Social:RedirectUris"] = $"{GoogleRedirect}, {FacebookRedirect}",
        ["Social:Google:ClientId"] = OpenIdProvider.ClientId,
        ["Social:Google:ClientSecret"] = OpenIdProvider.ClientSecret,
        ["Social:Google:Authority"] = Google.Address,
        ["Social:Facebook:AppId"] = GraphApi.AppId,
        ["Social:Facebook:AppSecret"] = GraphApi.AppSecret,
        ["Social:Facebook:GraphUrl"] = Facebook.Address + "/v24.0",
        ["Social:Facebook:DialogUrl"] = Facebook.Address + "/v24.0/dialog/oauth",
        ["Logging:LogLevel:Default"] = "Trace",
        ["Logging:LogLevel:Microsoft"] = "Trace",
        ["Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics"] = "Trace",
        ["Logging:LogLevel:System"] = "Trace",
        ["Logging:LogLevel:Microsoft.EntityFrameworkCore.Database.Command"] = "Trace",
    };

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        Google = await OpenIdProvider.StartAsync(Clock);
        Google.Redirects.AddRange([GoogleRedirect, FacebookRedirect]);
        Facebook = await GraphApi.StartAsync();
        Facebook.Redirects.Add(FacebookRedirect);
        await InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Google.DisposeAsync();
        await Facebook.DisposeAsync();
        _log.Dispose();
    }

    /// <summary>A browser that has never been here.</summary>
    internal Browser Browser()
    {
        using var client = CreateClient();
        return new Browser(this, client.BaseAddress!);
    }

    internal static string NewEmail(string domain = "example.com") => $"{Guid.NewGuid():N}@{domain}";

    /// <summary>An account that was made here, with a password.</summary>
    internal async Task<long> Account(string email, bool isProven, bool isActive = true)
    {
        await using var scope = Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var user = new User
        {
            Email = email,
            NormalizedEmail = email.ToUpperInvariant(),
            UserName = email,
            NormalizedUserName = email.ToUpperInvariant(),
            EmailConfirmed = isProven,
            IsActive = isActive,
            PasswordHash = "a hash",
            DateJoined = Clock.GetUtcNow(),
        };
        user.Rename("Local", $"Person {Interlocked.Increment(ref _people)}", "");
        db.Users.Add(user);
        await db.SaveChangesAsync();
        return user.Id;
    }

    internal async Task<User?> UserOf(string email)
    {
        await using var scope = Services.CreateAsyncScope();
        var normalised = email.ToUpperInvariant();
        return await scope.ServiceProvider.GetRequiredService<AppDbContext>().Users.AsNoTracking().SingleOrDefaultAsync(user => user.NormalizedEmail == normalised);
    }

    internal async Task<string[]> IdentitiesOf(long userId)
    {
        await using var scope = Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AppDbContext>().Set<IdentityUserLogin<long>>()
            .Where(login => login.UserId == userId).Select(login => login.LoginProvider + " " + login.ProviderKey).Order().ToArrayAsync();
    }

    internal async Task<int> TokensOf(long userId)
    {
        await using var scope = Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AppDbContext>().RefreshTokens.CountAsync(token => token.UserId == userId);
    }

    internal async Task Change(long userId, Action<User> change)
    {
        await using var scope = Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        change(await db.Users.SingleAsync(user => user.Id == userId));
        await db.SaveChangesAsync();
    }

    internal async Task<List<SocialState>> States()
    {
        await using var scope = Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AppDbContext>().SocialStates.AsNoTracking().ToListAsync();
    }

    /// <summary>Who a pair of tokens is for, as the account's own claims say.</summary>
    internal static long UserId(JsonElement tokens)
    {
        var payload = tokens.GetProperty("access").GetString()!.Split('.')[1];
        using var claims = JsonDocument.Parse(Microsoft.AspNetCore.WebUtilities.WebEncoders.Base64UrlDecode(payload));
        return long.Parse(claims.RootElement.GetProperty("user_id").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(_log));
        builder.ConfigureTestServices(services =>
        {
            services.AddSingleton<TimeProvider>(Clock);
            services.AddSingleton<ISaveChangesInterceptor>(new MeanwhileInterceptor(this));
        });
    }

    private sealed class MeanwhileInterceptor(SocialApp app) : SaveChangesInterceptor
    {
        public override async ValueTask<InterceptionResult<int>> SavingChangesAsync(
            DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            if (app.Meanwhile is { } meanwhile && eventData.Context!.ChangeTracker.Entries<RefreshToken>().Any())
            {
                app.Meanwhile = null;
                await meanwhile(eventData.Context);
            }

            return result;
        }
    }

    private sealed class LogLines : ILoggerProvider
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => new Writer(categoryName, Lines);

        public void Dispose()
        {
        }

        private sealed class Writer(string category, ConcurrentQueue<string> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull
            {
                lines.Enqueue($"{category} scope {state}");
                return null;
            }

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                lines.Enqueue($"{logLevel} {category} {formatter(state, exception)} {exception}");
        }
    }
}
