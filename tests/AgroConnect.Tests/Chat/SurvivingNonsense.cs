using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using AgroConnect.Chat;
using Microsoft.Extensions.DependencyInjection;

namespace AgroConnect.Tests.Chat;

public sealed class SurvivingNonsense(App app) : IClassFixture<App>
{
    /// <summary>How many lines full of nonsense.</summary>
    private const int Lines = 300;

    private static readonly string[] Words =
        ["{", "}", "[", "]", ":", ",", "\"", "\"type\"", "\"message.send\"", "\"sync\"", "\"read\"", "\"typing\"", "\"presence.watch\"", "\"conversation\"", "\"client_id\"",
         "\"text\"", "\"images\"", "\"users\"", "\"after\"", "\"up_to\"", "null", "true", "-1", "1e400", "99999999999999999999", "\"\\ud800\"", "\"\\u0000\"", "\u0000", "\\"];

    [Fact]
    public async Task Others_notice_nothing_of_a_fuzzer()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"Seed {seed}");
        var (amina, bilal, conversation) = await app.Pair();
        var (fuzzer, _, fuzzed) = await app.Pair();
        await using var one = await Line.Open(amina);
        await using var other = await Line.Open(bilal);

        using var stop = new CancellationTokenSource();
        var talking = Task.Run(async () =>
        {
            var said = 0;
            while (!stop.IsCancellationRequested || said < 20)
            {
                await one.SayWell(conversation, $"{said}");
                Assert.Equal($"{said++}", (await other.Next("message.new")).GetProperty("message").Said());
            }

            return said;
        });
        await Parallel.ForEachAsync(Enumerable.Range(0, Lines), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, _) =>
            await Fuzz(fuzzer, fuzzed, new Random(seed + number)));
        await stop.CancelAsync();

        Assert.InRange(await talking, 20, int.MaxValue);
        await one.NothingMore();
        Assert.All(await app.Stored(fuzzed), message => Assert.NotEmpty(message.Text));

        // None of those lines is left behind: the fuzzer's sockets end, by themselves or with the connection.
        var hub = app.Services.GetRequiredService<ChatHub>();
        while (hub.SocketsOf(fuzzer.Id).Length > 0)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Buffers_of_lines_that_break_in_a_long_message_are_handed_out_to_one_at_a_time()
    {
        var person = await app.Buyer();
        var hub = app.Services.GetRequiredService<ChatHub>();
        for (var count = 0; count < 20; count++)
        {
            await using var line = await Line.Open(person);
            await line.SendBytes(new byte[5_000], ends: false);
            await Task.Delay(20, TestContext.Current.CancellationToken);
            line.Socket.Abort();
        }

        while (hub.SocketsOf(person.Id).Length > 0)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        // The server is in this process: its pool is ours.
        var rented = Enumerable.Range(0, 1_000).Select(_ => ArrayPool<byte>.Shared.Rent(1024)).ToList();
        Assert.Equal(rented.Count, rented.Distinct(ReferenceEqualityComparer.Instance).Count());
    }

    private static async Task Fuzz(Person fuzzer, long conversation, Random random)
    {
        using var client = new TcpClient { NoDelay = true, LingerState = new LingerOption(random.Next(2) == 0, 0) };
        var address = fuzzer.Client.BaseAddress!;
        await client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        var handshake = $"GET /ws/chat/{(random.Next(2) == 0 ? $"{conversation}/" : "")}?token={fuzzer.Token()} HTTP/1.1\r\nHost: {address.Authority}\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(handshake));
            await stream.ReadAtLeastAsync(new byte[16], 16, throwOnEndOfStream: false);
            _ = stream.CopyToAsync(Stream.Null).ContinueWith(gone => gone.Exception, TaskScheduler.Default);
            for (var count = random.Next(1, 30); count > 0; count--)
            {
                await Nonsense(stream, conversation, random);
            }

            if (random.Next(2) == 0)
            {
                client.Client.Shutdown(SocketShutdown.Send);
                await Task.Delay(random.Next(20));
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException)
        {
            // The server had enough of it.
        }
    }

    private static async Task Nonsense(NetworkStream stream, long conversation, Random random)
    {
        switch (random.Next(9))
        {
            case 0:
                var bytes = new byte[random.Next(1, 300)];
                random.NextBytes(bytes);
                await stream.WriteAsync(bytes);
                break;
            case 1:
                // A header that promises more than comes.
                await stream.WriteAsync(Header(WebSocketMessageType.Text, random.Next(2) == 0 ? long.MaxValue : 500_000, true));
                await stream.WriteAsync(new byte[random.Next(500)]);
                break;
            case 2:
                await Frame(stream, Encoding.UTF8.GetBytes(new string('[', random.Next(1, 60_000))), random);
                break;
            case 3:
                await Frame(stream, Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"type\":", random.Next(1, 2_000)))), random);
                break;
            case 4:
                await Frame(stream, new byte[random.Next(1, 200_000)], random);
                break;
            case 5:
                var text = Encoding.UTF8.GetBytes($"{{\"type\":\"message.send\",\"conversation\":{conversation},\"client_id\":\"{Guid.NewGuid()}\",\"text\":\"{new string('\u00FC', random.Next(5_000))}\"}}");
                foreach (var part in Header(WebSocketMessageType.Text, text.Length, true).Concat(text).Chunk(random.Next(1, 400)))
                {
                    await stream.WriteAsync(part);
                }

                break;
            default:
                await Frame(stream, Encoding.UTF8.GetBytes(string.Concat(random.GetItems(Words, random.Next(1, 40)))), random);
                break;
        }
    }

    /// <summary>A well-formed frame or some fragments, masked with zeros.</summary>
    private static async Task Frame(NetworkStream stream, byte[] payload, Random random)
    {
        var type = random.Next(20) == 0 ? WebSocketMessageType.Binary : WebSocketMessageType.Text;
        var cut = random.Next(3) == 0 ? random.Next(payload.Length) : 0;
        if (cut > 0)
        {
            await stream.WriteAsync(Header(type, cut, ends: false));
            await stream.WriteAsync(payload.AsMemory(0, cut));
        }

        await stream.WriteAsync(Header(cut > 0 ? null : type, payload.Length - cut, ends: true));
        await stream.WriteAsync(payload.AsMemory(cut));
    }

    private static byte[] Header(WebSocketMessageType? type, long length, bool ends)
    {
        var header = new byte[14];
        header[0] = (byte)((ends ? 0x80 : 0) | (type is null ? 0 : type == WebSocketMessageType.Text ? 1 : 2));
        header[1] = 0x80 | 127;
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(2), length);
        return header;
    }
}

public sealed class ReadingSlowly(App app) : IClassFixture<App>
{
    [Fact]
    public async Task Ends_a_line_that_is_not_read_and_slows_no_other()
    {
        var (amina, bilal, conversation) = await app.Pair();
        await using var slow = await Line.Dial(bilal.Client, "/ws/chat/?token=" + bilal.Token(), reads: false);
        await using var one = await Line.Open(amina);
        await using var fast = await Line.Open(bilal);
        var longest = new StringBuilder().Insert(0, "\U0001F33D", 4000).ToString();
        var hub = app.Services.GetRequiredService<ChatHub>();
        Assert.Equal(2, hub.SocketsOf(bilal.Id).Length);

        var sent = 0;
        while (hub.SocketsOf(bilal.Id).Length == 2)
        {
            await one.SayWell(conversation, longest);
            Assert.Equal(++sent, (await fast.Next("message.new")).GetProperty("message").Seq());
            Assert.True(sent < 3_000, "The slow line is still open.");
        }

        await fast.NothingMore();
        Assert.Single(hub.SocketsOf(bilal.Id));
    }
}
