using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using AgroConnect.Tests.Commands;

namespace AgroConnect.Tests.Chat;

/// <summary>
/// Clients that send and send again, while their node is killed and started again and again. Two variables make it the long
/// form: <c>AGROCONNECT_TEST_CHAT_CLIENTS=200 AGROCONNECT_TEST_CHAT_SECONDS=60</c>.
/// </summary>
public sealed class OutlivingANode(App app) : IClassFixture<App>
{
    private static readonly int Clients = Setting("AGROCONNECT_TEST_CHAT_CLIENTS", 16);
    private static readonly int Seconds = Setting("AGROCONNECT_TEST_CHAT_SECONDS", 12);

    [Fact]
    public async Task Every_acknowledged_message_is_there_once_in_one_order_however_often_the_node_dies()
    {
        var clients = new List<Client>();
        while (clients.Count < Clients)
        {
            var (amina, bilal, conversation) = await app.Pair();
            clients.Add(new Client(amina, conversation));
            clients.Add(new Client(bilal, conversation));
        }

        // The fixture's own node only prepares and looks; those that are killed are processes of their own.
        var started = TimeProvider.System.GetTimestamp();
        var (kills, address) = (0, new Address());
        using var stop = new CancellationTokenSource();
        var talking = clients.Select(client => Task.Run(() => client.Talk(address, stop.Token))).ToList();
        do
        {
            await using var node = await TheProgram.Serve(Settings());
            address.Now = node.Address;
            var enough = clients.Sum(client => client.Acknowledged.Count) + Random.Shared.Next(20, 200);
            for (var waited = 0; waited < 300 && clients.Sum(client => client.Acknowledged.Count) < enough; waited++)
            {
                await Task.Delay(Random.Shared.Next(5, 30), TestContext.Current.CancellationToken);
            }

            await Task.Delay(Random.Shared.Next(Seconds * 40), TestContext.Current.CancellationToken);
            await node.Kill();
            kills++;
        }
        while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(Seconds) || kills < 3);

        await using (var last = await TheProgram.Serve(Settings()))
        {
            address.Now = last.Address;
            await stop.CancelAsync();
            await Task.WhenAll(talking);
        }

        foreach (var both in clients.GroupBy(client => client.Conversation))
        {
            var stored = await app.Stored(both.Key);
            Assert.Equal(Enumerable.Range(1, stored.Count).Select(seq => (long)seq), stored.Select(message => message.Seq));
            var expected = stored.Select(message => (message.Seq, message.SenderId, message.ClientId, message.Text)).ToList();
            foreach (var client in both)
            {
                Assert.Equal(expected, client.Seen.Select(seen => (seen.Key, seen.Value.Sender, seen.Value.ClientId, seen.Value.Text)));
                Assert.All(client.Acknowledged, acknowledged => Assert.Equal(
                    acknowledged.Value, Assert.Single(stored, message => message.SenderId == client.Who.Id && message.ClientId == acknowledged.Key).Seq));

                // What one says is in the order in which it was said; the last may not have been acknowledged any more.
                var said = stored.Where(message => message.SenderId == client.Who.Id).Select(message => message.ClientId).ToList();
                Assert.Equal(Enumerable.Range(0, said.Count).Select(number => $"{number}"), said);
                Assert.InRange(said.Count, client.Acknowledged.Count, client.Acknowledged.Count + 1);
            }
        }

        Assert.All(clients, client => Assert.NotEmpty(client.Acknowledged));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{kills} kills, {clients.Count} clients, {clients.Sum(client => client.Acknowledged.Count)} messages acknowledged, {clients.Sum(client => client.Repeats)} sent again.");
    }

    [Fact]
    public async Task A_node_that_is_told_to_stop_answers_what_it_has_stored_and_closes_with_1001()
    {
        var (amina, bilal, conversation) = await app.Pair();
        await using var node = await TheProgram.Serve(Settings());
        await using var one = await Line.Open(amina, address: node.Address);
        await using var other = await Line.Open(bilal, address: node.Address);
        var acknowledged = new HashSet<string>();
        for (var number = 0; number < 200; number++)
        {
            await one.Say(conversation, $"{number}", $"{number}");
        }

        acknowledged.Add((await one.Next("message.ack")).GetProperty("client_id").GetString()!);
        node.Terminate();

        Assert.Equal((1001, 1001), (await one.End(), await other.End()));
        while (await one.NextOrNothing() is { } frame)
        {
            Assert.Equal("message.ack", frame.Type());
            acknowledged.Add(frame.GetProperty("client_id").GetString()!);
        }

        Assert.Equal((await app.Stored(conversation)).Select(message => message.ClientId).ToHashSet(), acknowledged);
        Assert.Equal(0, (await node.End()).ExitCode);
    }

    private Dictionary<string, string?> Settings() => new(TheProgram.On(app.Database))
    {
        ["RateLimits__Enabled"] = "false",
        ["Redis__ConnectionString"] = Environment.GetEnvironmentVariable(Live.Node.RedisVariable),
    };

    private static int Setting(string name, int usual) => int.Parse(Environment.GetEnvironmentVariable(name) ?? $"{usual}", CultureInfo.InvariantCulture);

    /// <summary>Where the node is now.</summary>
    private sealed class Address
    {
        public volatile string? Now;
    }

    /// <summary>Somebody who says 0, 1, 2 … and says again what was not acknowledged.</summary>
    private sealed class Client(Person who, long conversation)
    {
        private int _next;

        public Person Who => who;

        public long Conversation => conversation;

        /// <summary>By client id: the <c>seq</c> that it was given.</summary>
        public ConcurrentDictionary<string, long> Acknowledged { get; } = new();

        public SortedDictionary<long, (long Sender, string ClientId, string Text)> Seen { get; } = [];

        public int Repeats { get; private set; }

        public async Task Talk(Address address, CancellationToken stop)
        {
            while (true)
            {
                try
                {
                    if (address.Now is { } now)
                    {
                        await using var line = await Line.Dial(who.Client, "/ws/chat/?token=" + who.Token(), address: now);
                        if (await TalkOn(line, stop))
                        {
                            return;
                        }
                    }
                }
                catch (Exception gone) when (gone is WebSocketException or IOException or OperationCanceledException)
                {
                    // Killed; there will be another.
                }

                await Task.Delay(Random.Shared.Next(20, 100), CancellationToken.None);
            }
        }

        /// <returns>Whether all is said and seen; false when the line went.</returns>
        private async Task<bool> TalkOn(Line line, CancellationToken stop)
        {
            if (await line.NextOrNothing() is null || !await Sync(line))
            {
                return false;
            }

            while (!stop.IsCancellationRequested)
            {
                var id = $"{_next}";
                await line.Say(conversation, $"{who.Id} says {id}", id);
                do
                {
                    if (await line.NextOrNothing() is not { } frame)
                    {
                        Repeats++;
                        return false;
                    }

                    Take(frame);
                }
                while (!Acknowledged.ContainsKey(id));
                _next++;
            }

            // What was sent and not acknowledged may be stored: it is said once more, until somebody says so.
            return await Sync(line);
        }

        private async Task<bool> Sync(Line line)
        {
            while (true)
            {
                await line.Send(new { type = "sync", conversation, after = Contiguous() });
                JsonElement batch;
                do
                {
                    if (await line.NextOrNothing() is not { } frame)
                    {
                        return false;
                    }

                    Take(batch = frame);
                }
                while (batch.Type() != "message.batch");
                if (!batch.GetProperty("has_more").GetBoolean())
                {
                    return true;
                }
            }
        }

        private long Contiguous()
        {
            var last = 0L;
            foreach (var seq in Seen.Keys)
            {
                if (seq != last + 1)
                {
                    break;
                }

                last = seq;
            }

            return last;
        }

        private void Take(JsonElement frame)
        {
            switch (frame.Type())
            {
                case "message.ack":
                    See(frame.GetProperty("message"));
                    Acknowledged[frame.GetProperty("client_id").GetString()!] = frame.GetProperty("message").Seq();
                    break;
                case "message.new":
                    See(frame.GetProperty("message"));
                    break;
                case "message.batch":
                    foreach (var message in frame.GetProperty("messages").EnumerateArray())
                    {
                        See(message);
                    }

                    break;
                default:
                    Assert.Fail($"{frame}");
                    break;
            }
        }

        private void See(JsonElement message)
        {
            var seen = (message.GetProperty("sender").GetInt64(), message.GetProperty("client_id").GetString()!, message.Said());
            if (!Seen.TryAdd(message.Seq(), seen))
            {
                Assert.Equal(Seen[message.Seq()], seen);
            }
        }
    }
}
