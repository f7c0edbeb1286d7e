using System.Diagnostics;
using Npgsql;
using OpenTelemetry.Instrumentation.AspNetCore;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AgroConnect.Web;

/// <summary>Settings under <c>Telemetry:</c>.</summary>
public sealed class TelemetryOptions
{
    public const string Section = "Telemetry";

    /// <summary>Where an OpenTelemetry collector listens (OTLP over gRPC); empty: nowhere.</summary>
    public string OtlpEndpoint { get; set; } = "";
}

/// <summary>Prometheus metrics at <c>/metrics</c> always; OpenTelemetry traces, metrics and logs when an endpoint is set.</summary>
internal static class Telemetry
{
    /// <summary>What is no request: frames of sockets, and transactions that several requests share.</summary>
    public static readonly ActivitySource Source = new("AgroConnect");

    public static void Add(WebApplicationBuilder builder)
    {
        var endpoint = builder.Configuration["Telemetry:OtlpEndpoint"];
        builder.AddValidatedOptions<TelemetryOptions>(TelemetryOptions.Section).Validate(
            telemetry => telemetry.OtlpEndpoint.Length == 0 || Uri.TryCreate(telemetry.OtlpEndpoint, UriKind.Absolute, out _),
            $"Telemetry:OtlpEndpoint is '{endpoint}': accepted is an absolute address, such as 'http://localhost:4317'.");
        builder.Services.AddSingleton<Microsoft.Extensions.Diagnostics.HealthChecks.IHealthCheckPublisher, DependencyMetrics>();
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("agroconnect"))
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddRuntimeInstrumentation()
                .AddNpgsqlInstrumentation()
                .AddMeter("AgroConnect")
                .AddPrometheusExporter());
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address))
        {
            return;
        }

        telemetry.WithTracing(traces =>
        {
            traces.AddSource(Source.Name).AddAspNetCoreInstrumentation(Choose).AddHttpClientInstrumentation().AddOtlpExporter(o => o.Endpoint = address);
            if (builder.Configuration["Database:Provider"] == "postgres")
            {
                traces.AddNpgsql();
            }
            else
            {
                traces.AddEntityFrameworkCoreInstrumentation();
            }

            if (builder.Configuration["Redis:ConnectionString"] is { Length: > 0 })
            {
                traces.AddRedisInstrumentation();
            }
        });
        telemetry.WithMetrics(metrics => metrics.AddOtlpExporter(o => o.Endpoint = address));
        builder.Logging.AddOpenTelemetry(logs => logs.AddOtlpExporter(o => o.Endpoint = address));
    }

    /// <summary>Something done for several callers at once: in the trace of the first of them, and it names those of the others.</summary>
    /// <param name="name">What is done.</param>
    /// <param name="callers">Whose spans wait for it; the default for a caller without one.</param>
    /// <returns>Null when nobody traces.</returns>
    public static Activity? StartShared(string name, IEnumerable<ActivityContext> callers)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        // Whatever this thread did before is no part of it.
        Activity.Current = null;
        var traced = callers.Where(caller => caller != default).Distinct().ToList();
        return Source.StartActivity(
            name, ActivityKind.Internal, traced.FirstOrDefault(), links: traced.Skip(1).Select(caller => new ActivityLink(caller)));
    }

    /// <summary>A socket is a request that lasts for hours: its frames are traced in its place. Probes tell nothing.</summary>
    private static void Choose(AspNetCoreTraceInstrumentationOptions requests) => requests.Filter = http =>
        !http.WebSockets.IsWebSocketRequest && !http.Request.Path.StartsWithSegments("/health") && !http.Request.Path.StartsWithSegments("/metrics");
}
