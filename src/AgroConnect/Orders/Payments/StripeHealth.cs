using Microsoft.Extensions.Diagnostics.HealthChecks;
using Stripe;

namespace AgroConnect.Orders.Payments;

/// <summary>Whether Stripe answers and takes our key. Without it everything but card payments goes on.</summary>
internal sealed class StripeHealth(StripeGateway stripe) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await stripe.PingAsync(cancellationToken);
            return HealthCheckResult.Healthy("Stripe answers.");
        }
        catch (Exception away) when (away is StripeException or HttpRequestException or TaskCanceledException)
        {
            return HealthCheckResult.Degraded("Stripe can't be reached or refuses the key; cards can't be charged.");
        }
    }
}
