using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AgroConnect.Images.Cloudinary;

/// <summary>Whether Cloudinary answers, asked at most once a minute. The market works without new pictures: degraded, not unhealthy.</summary>
internal sealed class CloudinaryHealth(CloudinaryClient cloudinary, TimeProvider clock) : IHealthCheck
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);

    private (HealthCheckResult Result, long At)? _last;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (_last is { } last && clock.GetElapsedTime(last.At) < Kept)
        {
            return last.Result;
        }

        HealthCheckResult result;
        try
        {
            await cloudinary.PingAsync(cancellationToken);
            result = HealthCheckResult.Healthy();
        }
        catch (CloudinaryException error)
        {
            result = HealthCheckResult.Degraded(error.Message);
        }

        _last = (result, clock.GetTimestamp());
        return result;
    }
}
