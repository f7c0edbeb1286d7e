using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace AgroConnect.Tests.Fakes;

/// <summary>
/// The way to a PostgreSQL server, which can lose the answer to a commit: the server has committed, and the connection is cut before
/// the client hears of it.
/// </summary>
internal sealed class LossyPostgres : IAsyncDisposable
{
    /// <summary>What the server says of a commit (CommandComplete).</summary>
    private static readonly byte[] Committed = Encoding.ASCII.GetBytes("COMMIT\0");

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly NpgsqlConnectionStringBuilder _server;
    private volatile byte[]? _marker;
    private volatile bool _isCut;
    private volatile bool _staysCut;
    private int _lost;

    /// <param name="connectionString">Of the server.</param>
    public LossyPostgres(string connectionString)
    {
        _server = new NpgsqlConnectionStringBuilder(connectionString);
        _listener.Start();
        _ = ListenAsync();
    }

    /// <summary>Of the server, by this way.</summary>
    public string ConnectionString =>
        new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.ConnectionString;

    /// <summary>How many answers were lost.</summary>
    public int Lost => _lost;

    /// <summary>The next commit of a connection that carried this text before will have no answer.</summary>
    /// <param name="marker">Some of a statement, or of a parameter.</param>
    /// <param name="staysCut">Whether nobody comes through after it, until <see cref="Mend"/>.</param>
    public void LoseTheAnswerTo(string marker, bool staysCut = false)
    {
        _staysCut = staysCut;
        _marker = Encoding.UTF8.GetBytes(marker);
    }

    public void Mend() => _isCut = false;

    public ValueTask DisposeAsync()
    {
        _listener.Stop();
        return ValueTask.CompletedTask;
    }

    private async Task ListenAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                if (_isCut)
                {
                    client.Dispose();
                    continue;
                }

                _ = new Connection(this, client).CarryAsync();
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private sealed class Connection(LossyPostgres way, TcpClient client)
    {
        private volatile bool _isMarked;

        public async Task CarryAsync()
        {
            using (client)
            {
                using var server = new TcpClient { NoDelay = true };
                client.NoDelay = true;
                try
                {
                    await server.ConnectAsync(way._server.Host!, way._server.Port);
                    await Task.WhenAny(
                        CarryAsync(client, server, bytes => Note(bytes.Span)),
                        CarryAsync(server, client, bytes => !IsToBeLost(bytes.Span)));
                }
                catch (SocketException)
                {
                    // There is no server.
                }
            }
        }

        private bool Note(ReadOnlySpan<byte> sent)
        {
            _isMarked |= way._marker is { } marker && sent.IndexOf(marker) >= 0;
            return true;
        }

        private bool IsToBeLost(ReadOnlySpan<byte> answer)
        {
            if (!_isMarked || answer.IndexOf(Committed) < 0)
            {
                return false;
            }

            way._marker = null;
            way._isCut = way._staysCut;
            Interlocked.Increment(ref way._lost);
            return true;
        }

        /// <summary>Until one of the two ends it, or a piece is not to go on.</summary>
        private static async Task CarryAsync(TcpClient from, TcpClient to, Func<ReadOnlyMemory<byte>, bool> goesOn)
        {
            var buffer = new byte[64 * 1024];
            try
            {
                while (await from.GetStream().ReadAsync(buffer) is > 0 and var length && goesOn(buffer.AsMemory(0, length)))
                {
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, length));
                }
            }
            catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException)
            {
                // Both ends find out.
            }
        }
    }
}
