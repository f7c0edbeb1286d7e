using System.Net.Sockets;
using System.Text;

namespace AgroConnect.Tests.Chat;

public sealed class KeepingAlive(ClockedApp app) : IClassFixture<ClockedApp>
{
    [Fact]
    public async Task Asks_whoever_is_silent_and_ends_the_line_of_who_has_not_answered_for_45_seconds()
    {
        var (watching, gone, _) = await app.Pair();
        var goneLater = await app.Farmer();
        await app.Conversation(watching, goneLater);
        await using var watch = await Line.Open(watching);
        using var silent = await SilentLine.Open(gone);
        app.Clock.Advance(TimeSpan.FromSeconds(10));
        using var silentLater = await SilentLine.Open(goneLater);
        await watch.Send(new { type = "presence.watch", users = new[] { gone.Id, goneLater.Id } });
        Assert.True((await watch.Next("presence")).GetProperty("online").GetBoolean());
        Assert.True((await watch.Next("presence")).GetProperty("online").GetBoolean());

        app.Clock.Advance(TimeSpan.FromSeconds(5));
        await silent.Asked();
        app.Clock.Advance(TimeSpan.FromSeconds(10));
        await silentLater.Asked();

        // One look at all lines ends the first alone: the other has 10 s more, and the third, which is asked as well, answers.
        app.Clock.Advance(TimeSpan.FromSeconds(20));
        await silent.Broken();
        Assert.Equal((gone.Id, false), await Told(watch));
        await watch.NothingMore();
        app.Clock.Advance(TimeSpan.FromSeconds(10));
        await silentLater.Broken();
        Assert.Equal((goneLater.Id, false), await Told(watch));
        await watch.NothingMore();
    }

    private static async Task<(long User, bool Online)> Told(Line watch)
    {
        var told = await watch.Next("presence");
        return (told.GetProperty("user").GetInt64(), told.GetProperty("online").GetBoolean());
    }

    /// <summary>A client that connects and then says nothing, not even a pong.</summary>
    private sealed class SilentLine : IDisposable
    {
        private readonly TcpClient _client = new();

        public static async Task<SilentLine> Open(Person person)
        {
            var line = new SilentLine();
            var address = person.Client.BaseAddress!;
            await line._client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
            await line._client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"GET /ws/chat/?token={person.Token()} HTTP/1.1\r\nHost: {address.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));

            // The answer's head, and the frame that says ready.
            while (!(await line.Read()).EndsWith('}'))
            {
            }

            return line;
        }

        /// <summary>A ping came, and nothing else.</summary>
        public async Task Asked() => Assert.Equal("\u0089\u0000", await Read());

        /// <summary>The end came, without a close before it.</summary>
        public async Task Broken()
        {
            try
            {
                Assert.Equal("", await Read());
            }
            catch (IOException reset) when (reset.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
            {
                // That is an end as well.
            }
        }

        public void Dispose() => _client.Dispose();

        private async Task<string> Read()
        {
            var buffer = new byte[4096];
            var length = await _client.GetStream().ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            return Encoding.Latin1.GetString(buffer, 0, length);
        }
    }
}
