using Npgsql;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AgroConnect.Web;

/// <summary>Prometheus metrics at <c>/metrics</c> always; OpenTelemetry traces, metrics and logs when an endpoint is set.</summary>
internal static class Telemetry
{
    public static void Add(WebApplicationBuilder builder)
    {
        var endpoint = builder.Configuration["Telemetry:OtlpEndpoint"];
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("agroconnect"))
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddRuntimeInstrumentation()
                .AddNpgsqlInstrumentation()
                .AddMeter("AgroConnect")
                .AddPrometheusExporter());
        if (string.IsNullOrWhiteSpace(endpoint))
        {
            return;
        }

        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address))
        {
            throw new InvalidOperationException(
                $"Telemetry:OtlpEndpoint is '{endpoint}': accepted is an absolute address, such as 'http://localhost:4317'.");
        }

        telemetry.WithTracing(traces => traces.AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddNpgsql().AddOtlpExporter(o => o.Endpoint = address));
        telemetry.WithMetrics(metrics => metrics.AddOtlpExporter(o => o.Endpoint = address));
        builder.Logging.AddOpenTelemetry(logs => logs.AddOtlpExporter(o => o.Endpoint = address));
    }
}
