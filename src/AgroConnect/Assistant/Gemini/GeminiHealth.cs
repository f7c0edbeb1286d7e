using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AgroConnect.Assistant.Gemini;

/// <summary>Whether Gemini answers, takes our key and has the model. Without it the knowledge base answers.</summary>
internal sealed class GeminiHealth(GeminiChatClient gemini, TimeProvider clock) : IHealthCheck
{
    /// <summary>Probes come every few seconds from each balancer; Google counts every call.</summary>
    private static readonly TimeSpan Known = TimeSpan.FromSeconds(30);

    private (DateTimeOffset At, HealthCheckResult Result)? _last;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (_last is { } last && clock.GetUtcNow() - last.At < Known)
        {
            return last.Result;
        }

        var result = await AskAsync(cancellationToken);
        _last = (clock.GetUtcNow(), result);
        return result;
    }

    private async Task<HealthCheckResult> AskAsync(CancellationToken ct)
    {
        try
        {
            await gemini.PingAsync(ct);
            return HealthCheckResult.Healthy("Gemini answers.");
        }
        catch (GeminiException failed)
        {
            return HealthCheckResult.Degraded(failed.Fault == GeminiFault.Misconfigured
                ? "Gemini refuses the key or does not have the model; the knowledge base answers alone."
                : "Gemini can't be reached; the knowledge base answers alone.");
        }
    }
}
