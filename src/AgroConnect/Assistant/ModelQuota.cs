using System.Threading.RateLimiting;
using AgroConnect.Assistant.Gemini;
using AgroConnect.Web;
using Microsoft.Extensions.Options;

namespace AgroConnect.Assistant;

/// <summary>How often the model answers one user, or one address without a user; beyond it the knowledge base does.</summary>
internal sealed class ModelQuota : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly PartitionedRateLimiter<HttpContext> _limiter;

    public ModelQuota(IOptions<GeminiOptions> options) => _limiter = PartitionedRateLimiter.Create<HttpContext, string>(
        http => RateLimits.PerPerson(http, "model", options.Value.AnswersPerUser, options.Value.AnswersPerAddress, Window));

    public async ValueTask<bool> TryTakeAsync(HttpContext http, CancellationToken ct)
    {
        using var lease = await _limiter.AcquireAsync(http, 1, ct);
        return lease.IsAcquired;
    }

    public void Dispose() => _limiter.Dispose();
}
