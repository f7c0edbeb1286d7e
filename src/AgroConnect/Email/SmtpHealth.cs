using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace AgroConnect.Email;

/// <summary>Whether the mail server takes us. Without it the site works and mails wait: degraded, not unhealthy.</summary>
internal sealed class SmtpHealth(IOptions<EmailOptions> options, TimeProvider clock) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Probes come every few seconds from every node's supervisor; the mail server need not meet them all.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(30);

    private volatile Known? _known;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (_known is { } known && clock.GetElapsedTime(known.At) < Kept)
        {
            return known.Result;
        }

        var result = await AskAsync(cancellationToken);
        _known = new Known(result, clock.GetTimestamp());
        return result;
    }

    private async Task<HealthCheckResult> AskAsync(CancellationToken ct)
    {
        var server = $"{options.Value.Host}:{options.Value.Port}";
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);
        try
        {
            using var connection = await SmtpConnection.OpenAsync(options.Value, either.Token);
            var answers = await connection.AnswersAsync(either.Token);
            await connection.QuitAsync(either.Token);
            return answers ? HealthCheckResult.Healthy(server) : HealthCheckResult.Degraded($"{server} refuses commands.");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return HealthCheckResult.Degraded($"{server} does not answer.");
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return HealthCheckResult.Degraded($"{server}: {MailTexts.OneLine(error.Message)}");
        }
    }

    private sealed record Known(HealthCheckResult Result, long At);
}
