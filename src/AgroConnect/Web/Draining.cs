using System.Globalization;
using Microsoft.Extensions.Options;

namespace AgroConnect.Web;

/// <summary>Settings under <c>Shutdown:</c>.</summary>
public sealed class ShutdownOptions
{
    public const string Section = "Shutdown";

    /// <summary>How long a node that was told to stop goes on serving, while <c>/health/ready</c> fails: what a balancer takes to see it.</summary>
    public TimeSpan DrainDelay { get; set; } = TimeSpan.Zero;
}

/// <summary>
/// How a node leaves: readiness fails first, and every answer asks for its connection to be closed; after
/// <see cref="ShutdownOptions.DrainDelay"/> it listens no more, sockets are closed and what is under way is finished.
/// </summary>
internal sealed class Draining(IHostApplicationLifetime lifetime, IOptions<ShutdownOptions> options, TimeProvider clock) : IHostedLifecycleService
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when balancers have had the time to send nobody here any more.</summary>
    public Task Over => _over.Task;

    private bool HasBegun => lifetime.ApplicationStopping.IsCancellationRequested;

    internal static void Add(WebApplicationBuilder builder)
    {
        builder.AddValidatedOptions<ShutdownOptions>(ShutdownOptions.Section).Validate(
            shutdown => shutdown.DrainDelay >= TimeSpan.Zero && shutdown.DrainDelay <= Longest,
            $"Shutdown:DrainDelay is '{builder.Configuration["Shutdown:DrainDelay"]}': accepted is 00:00:00 to 00:05:00.");
        builder.Services.AddSingleton<Draining>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Draining>());

        // The host's time to stop is that of the requests under way, and does not begin before. Read by hand: the host asks before settings are validated.
        if (TimeSpan.TryParse(builder.Configuration["Shutdown:DrainDelay"], CultureInfo.InvariantCulture, out var delay))
        {
            builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout += delay);
        }
    }

    internal static void Use(WebApplication app)
    {
        var draining = app.Services.GetRequiredService<Draining>();
        app.Use((http, next) => draining.HasBegun ? AnswerAsync(http, next) : next(http));
    }

    /// <summary>Before any other service is told to stop, and before the server is.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(options.Value.DrainDelay, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _over.TrySetResult();
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static Task AnswerAsync(HttpContext http, RequestDelegate next)
    {
        // A connection that a proxy keeps would break just when it sends the next request.
        if (HttpProtocol.IsHttp11(http.Request.Protocol))
        {
            http.Response.Headers.Connection = "close";
        }

        if (!http.Request.Path.StartsWithSegments("/health/ready"))
        {
            return next(http);
        }

        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return http.Response.WriteAsJsonAsync(new Dictionary<string, object> { ["status"] = "stopping", ["checks"] = new Dictionary<string, string>() });
    }
}
