using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AgroConnect.Tests.Fakes;

public enum SmtpStage
{
    Banner,
    Hello,
    LogIn,
    Mail,
    Recipient,
    Data,
    EndOfData,
}

/// <summary>How the server behaves at a stage instead of going on.</summary>
internal sealed record SmtpMishap(string? Reply = null, bool Hangs = false, bool InMessage = false, bool KeepsMessage = false, Task? Until = null)
{
    /// <summary>Ends the connection.</summary>
    public static readonly SmtpMishap Drop = new();

    /// <summary>At <see cref="SmtpStage.Data"/>: asks for the message and ends the connection after its first line.</summary>
    public static readonly SmtpMishap DropInMessage = new(InMessage: true);

    /// <summary>At <see cref="SmtpStage.EndOfData"/>: has the message and ends the connection before it says so.</summary>
    public static readonly SmtpMishap DropAfterKeeping = new(KeepsMessage: true);

    public static readonly SmtpMishap Hang = new(Hangs: true);

    public static SmtpMishap Say(int code) => new($"{code} as the script says, about <ann@example.com>");

    /// <summary>Goes on as it should, but not before <paramref name="until"/>.</summary>
    public static SmtpMishap Wait(Task until) => new(Until: until);
}

/// <summary>A message that the server keeps.</summary>
internal sealed record SmtpMessage(string Sender, string Recipient, string Raw)
{
    public string MessageId => Header("Message-Id");

    /// <summary>An unfolded header, as it stands on the wire.</summary>
    public string Header(string name) => Head().Split("\r\n").Single(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))[(name.Length + 2)..];

    public string Head() => Raw[..Raw.IndexOf("\r\n\r\n", StringComparison.Ordinal)].Replace("\r\n ", " ", StringComparison.Ordinal).Replace("\r\n\t", " ", StringComparison.Ordinal);

    public MimeKit.MimeMessage Parse() => MimeKit.MimeMessage.Load(new MemoryStream(Encoding.Latin1.GetBytes(Raw)));
}

/// <summary>An SMTP server on a loopback port (RFC 5321), with a script for everything that goes wrong with real ones.</summary>
internal sealed class FakeSmtp : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<SmtpStage, TaskCompletionSource> _reached = new();
    private readonly ConcurrentBag<Task> _sessions = [];
    private readonly Task _accepting;
    private int _connections;

    public FakeSmtp()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Connections => _connections;

    /// <summary>Asked at each stage of each connection, with the line of the client; null goes on as it should.</summary>
    public Func<SmtpStage, string, SmtpMishap?> Script { get; set; } = (_, _) => null;

    /// <summary>Messages after which the client has been told 250.</summary>
    public ConcurrentQueue<SmtpMessage> Accepted { get; } = new();

    /// <summary>Messages that arrived although the client was told nothing.</summary>
    public ConcurrentQueue<SmtpMessage> KeptInSilence { get; } = new();

    /// <summary>What clients sent to log in, decoded.</summary>
    public ConcurrentQueue<string> LogIns { get; } = new();

    /// <summary>When a connection first gets to a stage.</summary>
    public Task Reached(SmtpStage stage) => Signal(stage).Task;

    public void GoesWrong(SmtpStage stage, SmtpMishap mishap) => Script = (at, _) => at == stage ? mishap : null;

    public void GoesRight() => Script = (_, _) => null;

    /// <summary>Nobody is at home any more.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_sessions);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private TaskCompletionSource Signal(SmtpStage stage) =>
        _reached.GetOrAdd(stage, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                _sessions.Add(ServeAsync(client));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The end of the test; who comes in the same moment is followed by a listener that no longer listens.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await TalkAsync(client.GetStream());
            }
            catch (Exception error) when (error is IOException or OperationCanceledException or HungUp)
            {
                // The client or the script has had enough.
            }
        }
    }

    private async Task TalkAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1);
        if (!await PassAsync(stream, SmtpStage.Banner, ""))
        {
            return;
        }

        await SayAsync(stream, "220 fake.example ESMTP");
        var (sender, recipient) = ("", "");
        while (await reader.ReadLineAsync(_stop.Token) is { } line)
        {
            switch (line.Split(' ', ':')[0].ToUpperInvariant())
            {
                case "EHLO" or "HELO" when await PassAsync(stream, SmtpStage.Hello, line):
                    await SayAsync(stream, "250-fake.example\r\n250-8BITMIME\r\n250-AUTH PLAIN\r\n250 PIPELINING");
                    break;
                case "AUTH" when await PassAsync(stream, SmtpStage.LogIn, line):
                    LogIns.Enqueue(Encoding.UTF8.GetString(Convert.FromBase64String(line.Split(' ')[2])));
                    await SayAsync(stream, "235 welcome");
                    break;
                case "MAIL" when await PassAsync(stream, SmtpStage.Mail, line):
                    sender = Between(line);
                    await SayAsync(stream, "250 sender ok");
                    break;
                case "RCPT" when await PassAsync(stream, SmtpStage.Recipient, line):
                    recipient = Between(line);
                    await SayAsync(stream, "250 recipient ok");
                    break;
                case "DATA" when await PassAsync(stream, SmtpStage.Data, line):
                    await SayAsync(stream, "354 go on");
                    await TakeMessageAsync(stream, reader, sender, recipient);
                    break;
                case "NOOP" or "RSET":
                    await SayAsync(stream, "250 ok");
                    break;
                case "QUIT":
                    await SayAsync(stream, "221 bye");
                    return;
                case "EHLO" or "HELO" or "AUTH" or "MAIL" or "RCPT" or "DATA":
                    break; // The script has answered.
                default:
                    await SayAsync(stream, "500 what?");
                    break;
            }
        }
    }

    private async Task TakeMessageAsync(NetworkStream stream, StreamReader reader, string sender, string recipient)
    {
        var raw = new StringBuilder();
        while (await reader.ReadLineAsync(_stop.Token) is { } line)
        {
            if (line == ".")
            {
                await EndMessageAsync(stream, new SmtpMessage(sender, recipient, raw.ToString()));
                return;
            }

            raw.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        }
    }

    private async Task EndMessageAsync(NetworkStream stream, SmtpMessage message)
    {
        if (Script(SmtpStage.EndOfData, "") is { KeepsMessage: true })
        {
            KeptInSilence.Enqueue(message);
            throw new HungUp();
        }

        if (await PassAsync(stream, SmtpStage.EndOfData, ""))
        {
            Accepted.Enqueue(message);
            await SayAsync(stream, "250 kept");
        }
    }

    /// <returns>True to go on; false when the script has answered.</returns>
    private async Task<bool> PassAsync(NetworkStream stream, SmtpStage stage, string line)
    {
        var mishap = Script(stage, line);
        Signal(stage).TrySetResult();
        switch (mishap)
        {
            case null:
                return true;
            case { Until: { } until }:
                await until.WaitAsync(_stop.Token);
                return true;
            case { Reply: { } reply }:
                await SayAsync(stream, reply);
                return false;
            case { Hangs: true }:
                await Task.Delay(Timeout.Infinite, _stop.Token);
                return false;
            case { InMessage: true }:
                await SayAsync(stream, "354 go on");
                await stream.ReadExactlyAsync(new byte[20], _stop.Token);
                throw new HungUp();
            default:
                throw new HungUp();
        }
    }

    private static string Between(string line) => line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];

    private async Task SayAsync(NetworkStream stream, string reply) => await stream.WriteAsync(Encoding.ASCII.GetBytes(reply + "\r\n"), _stop.Token);

    private sealed class HungUp : Exception;
}
