using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AgroConnect.Web;

/// <summary>What <c>/health/ready</c> says, as a metric: 1 healthy, 0.5 degraded (the site works without it), 0 unhealthy.</summary>
internal sealed class DependencyMetrics : IHealthCheckPublisher
{
    private volatile HealthReport? _last;

    public DependencyMetrics(IMeterFactory meters) => meters.Create("AgroConnect").CreateObservableGauge(
        "agroconnect.dependency.health", Measure, description: "Each service that this node uses: 1 healthy, 0.5 degraded, 0 unhealthy.");

    /// <summary>Every 30 s.</summary>
    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        _last = report;
        return Task.CompletedTask;
    }

    private IEnumerable<Measurement<double>> Measure() => _last?.Entries.Select(entry => new Measurement<double>(
        (int)entry.Value.Status / 2.0, new KeyValuePair<string, object?>("dependency", entry.Key))) ?? [];
}
