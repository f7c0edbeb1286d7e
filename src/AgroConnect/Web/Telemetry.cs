using Npgsql;
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
    public static void Add(WebApplicationBuilder builder)
    {
        var endpoint = builder.Configuration["Telemetry:OtlpEndpoint"];
        builder.AddValidatedOptions<TelemetryOptions>(TelemetryOptions.Section).Validate(
            telemetry => telemetry.OtlpEndpoint.Length == 0 || Uri.TryCreate(telemetry.OtlpEndpoint, UriKind.Absolute, out _),
            $"Telemetry:OtlpEndpoint is '{endpoint}': accepted is an absolute address, such as 'http://localhost:4317'.");
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

        telemetry.WithTracing(traces => traces.AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddNpgsql().AddOtlpExporter(o => o.Endpoint = address));
        telemetry.WithMetrics(metrics => metrics.AddOtlpExporter(o => o.Endpoint = address));
        builder.Logging.AddOpenTelemetry(logs => logs.AddOtlpExporter(o => o.Endpoint = address));
    }
}
