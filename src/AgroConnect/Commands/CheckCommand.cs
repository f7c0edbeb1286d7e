using AgroConnect.Data;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AgroConnect.Commands;

/// <summary>Tries every configured service (each part registers a health check for what it stands on) and reports each.</summary>
internal static class CheckCommand
{
    /// <returns>0 when all answer, else 1.</returns>
    public static async Task<int> RunAsync(IServiceProvider services, CancellationToken ct)
    {
        using (var scope = services.CreateScope())
        {
            // A process makes its model once, for seconds on a small machine: that is not what the database takes to answer.
            _ = scope.ServiceProvider.GetRequiredService<AppDbContext>().Model;
        }

        var report = await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(ct);
        foreach (var (name, entry) in report.Entries)
        {
            Console.WriteLine($"{name,-12} {entry.Status.ToString().ToLowerInvariant(),-10} {entry.Duration.TotalMilliseconds,6:N0} ms  {entry.Description}");
        }

        return report.Status == HealthStatus.Unhealthy ? 1 : 0;
    }
}
