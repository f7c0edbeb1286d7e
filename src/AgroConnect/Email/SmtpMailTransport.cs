using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using MimeKit;

namespace AgroConnect.Email;

/// <summary>A mail server, over connections that serve many messages.</summary>
internal sealed class SmtpMailTransport(IOptions<EmailOptions> options, TimeProvider clock) : IMailTransport, IDisposable
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly ConcurrentBag<SmtpConnection> _idle = [];

    public async Task<Delivery> SendAsync(MimeMessage message, CancellationToken ct)
    {
        SmtpConnection? connection = null;
        try
        {
            connection = await ConnectAsync(ct);
            var delivery = await connection.SendAsync(message, ct);
            if (!connection.IsWorn)
            {
                _idle.Add(connection);
                connection = null;
            }

            return delivery;
        }
        catch (Exception error) when (connection is null && error is not OperationCanceledException)
        {
            // No server, no TLS, a wrong password: nothing that this mail could be blamed for.
            return Delivery.Later($"{options.Value.Host}:{options.Value.Port}: {error.Message}");
        }
        finally
        {
            connection?.Dispose();
        }
    }

    public async Task RestAsync()
    {
        while (_idle.TryTake(out var connection))
        {
            using var patience = new CancellationTokenSource(Farewell, clock);
            await connection.QuitAsync(patience.Token);
            connection.Dispose();
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var connection))
        {
            connection.Dispose();
        }
    }

    private async Task<SmtpConnection> ConnectAsync(CancellationToken ct)
    {
        while (_idle.TryTake(out var kept))
        {
            // Servers end idle connections when they like; that is no failed attempt.
            if (await kept.AnswersAsync(ct))
            {
                return kept;
            }

            kept.Dispose();
        }

        return await SmtpConnection.OpenAsync(options.Value, ct);
    }
}
