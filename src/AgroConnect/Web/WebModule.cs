using System.IO.Compression;
using AgroConnect.Web.OpenApi;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AgroConnect.Web;

/// <summary>The conventions of every HTTP answer (api.md), once for all parts.</summary>
internal static class WebModule
{
    /// <summary>JSON and small forms; pictures have their own, larger limit.</summary>
    private const long LargestBody = 1024 * 1024;

    public static void AddWeb(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
        });
        builder.Services.AddSingleton<DataDirectory>();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.ConfigureHttpJsonOptions(json => JsonSettings.Apply(json.SerializerOptions));
        builder.Services.AddResponseCompression(compression =>
        {
            // Answers mix no secret with what an attacker chooses (BREACH): tokens go out on routes that read no foreign text.
            compression.EnableForHttps = true;
            compression.Providers.Add<BrotliCompressionProvider>();
            compression.Providers.Add<GzipCompressionProvider>();
        });
        builder.Services.Configure<BrotliCompressionProviderOptions>(brotli => brotli.Level = CompressionLevel.Fastest);
        builder.Services.Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = CompressionLevel.Fastest);
        builder.Services.Configure<ForwardedHeadersOptions>(proxies => TrustProxies(proxies, builder.Configuration["Site:TrustedProxies"]));
        builder.Services.AddSystemd(); // before the logs, whose format is ours
        Site.Add(builder);
        Cors.Add(builder);
        RateLimits.Add(builder);
        Draining.Add(builder);
        Telemetry.Add(builder);
        ApiDocument.Add(builder);
        AddLogs(builder);
    }

    /// <summary>The pipeline in front of all routes, in the order in which a request meets it.</summary>
    public static void UseWeb(this WebApplication app)
    {
        Draining.Use(app);
        app.UseForwardedHeaders();
        app.UseSecurityHeaders();
        app.UseHeadRequests();
        app.UseResponseCompression();
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = Crashed.HandleAsync, SuppressDiagnosticsCallback = Crashed.IsClientsFault });
        app.UseStatusCodePages(StatusCodeBodies.WriteAsync);
        app.UseRouting();
        app.UseWebClient();
        app.UseCorsOfSite();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseTokenChecks();
        app.UseAuthorization();

        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteHealth }).DisableRateLimiting();
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = WriteHealth }).DisableRateLimiting();
        app.MapPrometheusScrapingEndpoint("/metrics").DisableRateLimiting();
        ApiDocument.Map(app);
    }

    private static Task WriteHealth(HttpContext http, HealthReport report) => http.Response.WriteAsJsonAsync(new Dictionary<string, object>
    {
        ["status"] = report.Status.ToString().ToLowerInvariant(),
        ["checks"] = report.Entries.ToDictionary(check => check.Key, check => check.Value.Status.ToString().ToLowerInvariant()),
    });

    private static void AddLogs(WebApplicationBuilder builder)
    {
        builder.Logging.Configure(logs => logs.ActivityTrackingOptions =
            Microsoft.Extensions.Logging.ActivityTrackingOptions.TraceId | Microsoft.Extensions.Logging.ActivityTrackingOptions.SpanId);
        if (builder.Environment.IsDevelopment())
        {
            // With the trace id that a 500 names.
            builder.Logging.AddSimpleConsole(console => console.IncludeScopes = true);
        }
        else
        {
            builder.Logging.AddJsonConsole(console =>
            {
                console.IncludeScopes = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
            });
        }
    }

    private static void TrustProxies(ForwardedHeadersOptions proxies, string? trusted)
    {
        proxies.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
        foreach (var network in Networks.Read(trusted).Networks)
        {
            proxies.KnownIPNetworks.Add(network);
        }
    }
}
