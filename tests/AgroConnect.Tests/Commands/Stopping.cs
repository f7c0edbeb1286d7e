using System.Net;
using System.Net.Sockets;
using System.Text;
using AgroConnect.Tests.Chat;

namespace AgroConnect.Tests.Commands;

public sealed class Stopping(App app) : IClassFixture<App>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_fails_its_readiness_and_goes_on_then_sends_its_sockets_away_and_finishes_what_it_has()
    {
        var (amina, _, conversation) = await app.Pair();
        await using var node = await TheProgram.Serve(new Dictionary<string, string?>(TheProgram.On(app.Database)) { ["Shutdown__DrainDelay"] = "00:00:06" });
        await using var line = await Line.Open(amina, address: node.Address);
        await line.SayWell(conversation, "Hello?");
        await node.Client.GetJson("/api/categories/");
        await using var slow = await SlowRequest.Start(node.Client.BaseAddress!);

        node.Terminate();
        using var ready = await UntilItIsNotReady(node.Client);

        // Whoever still comes is served, and asked to come by another connection.
        Assert.Equal("""{"status":"stopping","checks":{}}""", (await ready.Json(503)).ToString());
        using var served = await node.Client.GetAsync("/api/categories/", Ct);
        Assert.Equal((HttpStatusCode.OK, true), (served.StatusCode, served.Headers.ConnectionClose));
        await line.SayWell(conversation, "Still here?");

        Assert.Equal(1001, await line.End());
        Assert.StartsWith("HTTP/1.1 401", await slow.Finish(), StringComparison.Ordinal);
        var ended = (await node.End()).Well();
        Assert.Equal("", ended.Error);
        Assert.Equal(["Hello?", "Still here?"], (await app.Stored(conversation)).Select(message => message.Text));
    }

    private static async Task<HttpResponseMessage> UntilItIsNotReady(HttpClient client)
    {
        while (true)
        {
            var answer = await client.GetAsync("/health/ready", Ct);
            if (!answer.IsSuccessStatusCode)
            {
                return answer;
            }

            answer.Dispose();
            await Task.Delay(20, Ct);
        }
    }

    /// <summary>A request whose body comes in small pieces, as over a bad line; silence would end it after some seconds.</summary>
    private sealed class SlowRequest(TcpClient client) : IAsyncDisposable
    {
        private const int Length = 500_000;
        private static readonly byte[] Piece = [.. Enumerable.Repeat((byte)' ', 500)];
        private readonly CancellationTokenSource _enough = new();
        private readonly NetworkStream _stream = client.GetStream();
        private Task<int> _sending = Task.FromResult(0);

        public static async Task<SlowRequest> Start(Uri address)
        {
            var request = new SlowRequest(new TcpClient(address.Host, address.Port));
            await request._stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"POST /api/auth/jwt/verify/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {Length}\r\nExpect: 100-continue\r\n\r\n"), Ct);
            Assert.StartsWith("HTTP/1.1 100", await request.Read(), StringComparison.Ordinal);
            request._sending = request.SendAsync();
            return request;
        }

        /// <summary>Sends all that is left at once.</summary>
        /// <returns>The answer.</returns>
        public async Task<string> Finish()
        {
            await _enough.CancelAsync();
            var rest = new byte[Length - await _sending];
            rest.AsSpan().Fill((byte)' ');
            """{"token": "rotten"}"""u8.CopyTo(rest);
            await _stream.WriteAsync(rest, Ct);
            return await Read();
        }

        public async ValueTask DisposeAsync()
        {
            await _enough.CancelAsync();
            await _sending;
            client.Dispose();
            _enough.Dispose();
        }

        private async Task<int> SendAsync()
        {
            var sent = 0;
            for (; !_enough.IsCancellationRequested && sent < Length / 2; sent += Piece.Length)
            {
                await _stream.WriteAsync(Piece, CancellationToken.None);
                await Task.Delay(100, _enough.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            return sent;
        }

        private async Task<string> Read()
        {
            var buffer = new byte[4096];
            return Encoding.ASCII.GetString(buffer, 0, await _stream.ReadAsync(buffer, Ct));
        }
    }
}
