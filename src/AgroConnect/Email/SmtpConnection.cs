using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace AgroConnect.Email;

/// <summary>A connection to the configured mail server, logged in and ready for messages, one after the other.</summary>
internal sealed class SmtpConnection : IDisposable
{
    private readonly Conversation _conversation = new();
    private readonly SmtpClient _client;
    private int _sent;

    private SmtpConnection() => _client = new SmtpClient(_conversation)
    {
        // As the other TLS clients of .NET: a network that shuts out the authority's lists must not stop all mail.
        CheckCertificateRevocation = false,
    };

    /// <summary>Some servers hang up on those who never do; this is before any of them would.</summary>
    public bool IsWorn => _sent >= 50 || !_client.IsConnected;

    public static async Task<SmtpConnection> OpenAsync(EmailOptions options, CancellationToken ct)
    {
        var connection = new SmtpConnection();
        try
        {
            var client = connection._client;
            await client.ConnectAsync(options.Host, options.Port, SecurityOf(options), ct);

            // One command at a time, so that a refusal is known to be of the sender or of the recipient.
            client.Capabilities &= ~SmtpCapabilities.Pipelining;
            if (options.Username.Length > 0)
            {
                await client.AuthenticateAsync(options.Username, options.Password, ct);
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Whether the server still listens.</summary>
    public async Task<bool> AnswersAsync(CancellationToken ct)
    {
        try
        {
            await _client.NoOpAsync(ct);
            return true;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return false;
        }
    }

    public async Task<Delivery> SendAsync(MimeMessage message, CancellationToken ct)
    {
        _sent++;
        _conversation.ReachedRecipient = false;
        try
        {
            await _client.SendAsync(message, ct);
            return Delivery.Accepted;
        }
        catch (SmtpCommandException refused)
        {
            if (refused.StatusCode == SmtpStatusCode.ServiceNotAvailable)
            {
                _sent = int.MaxValue;
            }

            // A refused sender is a matter of settings, which somebody may put right while the mail waits.
            var error = $"{(int)refused.StatusCode} {refused.Message}";
            return (int)refused.StatusCode >= 500 && _conversation.ReachedRecipient ? Delivery.Never(error) : Delivery.Later(error);
        }
        catch (NotSupportedException impossible)
        {
            return Delivery.Never(impossible.Message);
        }
        catch (Exception lost) when (lost is not OperationCanceledException)
        {
            // Lost after the last dot, nobody knows whether the server kept the message (RFC 1047). A second copy with
            // the same Message-ID does less harm than none.
            _sent = int.MaxValue;
            return Delivery.Later(lost.Message);
        }
    }

    public async Task QuitAsync(CancellationToken ct)
    {
        try
        {
            await _client.DisconnectAsync(quit: true, ct);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Politeness only.
        }
    }

    public void Dispose() => _client.Dispose();

    private static SecureSocketOptions SecurityOf(EmailOptions options) => options.Security switch
    {
        "tls" => SecureSocketOptions.SslOnConnect,
        "starttls" => SecureSocketOptions.StartTls,
        _ => SecureSocketOptions.None,
    };

    /// <summary>Keeps how far a message got; MailKit's errors don't tell.</summary>
    private sealed class Conversation : IProtocolLogger
    {
        public bool ReachedRecipient { get; set; }

        public IAuthenticationSecretDetector? AuthenticationSecretDetector { get; set; }

        public void LogClient(byte[] buffer, int offset, int count) =>
            ReachedRecipient |= buffer.AsSpan(offset, count).StartsWith("RCPT TO:"u8);

        public void LogConnect(Uri uri)
        {
        }

        public void LogServer(byte[] buffer, int offset, int count)
        {
        }

        public void Dispose()
        {
        }
    }
}
