using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using AgroConnect.Tests.Commands;

namespace AgroConnect.Tests.Chat;

/// <summary>
/// Clients that send and send again, while their nodes are killed and started again and again. Two variables make it the long
/// form: <c>AGROCONNECT_TEST_CHAT_CLIENTS=200 AGROCONNECT_TEST_CHAT_SECONDS=60</c>.
/// </summary>
public sealed class OutlivingANode(App app) : IClassFixture<App>
{
    private static readonly int Clients = Setting("AGROCONNECT_TEST_CHAT_CLIENTS", 20);
    private static readonly int Seconds = Setting("AGROCONNECT_TEST_CHAT_SECONDS", 10);

    /// <summary>Of some nodes, all alive again in the end.</summary>
    private const int FewestKills = 4;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_acknowledged_message_is_there_once_in_one_order_however_often_the_node_dies()
    {
        await using var redis = await Live.RedisServer.Start();
        var clients = await Chatters();

        var kills = await KillWhile(clients, new TheProgram?[1], redis.Address, _ => Task.CompletedTask);

        await Check(clients, $"{kills} kills");
    }

    /// <summary>SQLite is for one node: there, one is killed, and Redis with it.</summary>
    [Fact]
    public async Task Every_acknowledged_message_is_there_once_in_one_order_when_two_nodes_die_in_turn_and_Redis_between()
    {
        await using var redis = await Live.RedisServer.Start();
        var (clients, restarts, isAway) = (await Chatters(), 0, false);

        // Away while a node starts, back while both serve: nodes meet without it, and find it again.
        var kills = await KillWhile(clients, new TheProgram?[TestDatabase.IsPostgres ? 2 : 1], redis.Address, async kill =>
        {
            if (isAway)
            {
                await redis.StartAgain();
                restarts++;
            }
            else if (kill % 3 == 1)
            {
                await redis.Kill();
            }

            isAway = !isAway && kill % 3 == 1;
        });

        Assert.NotEqual(0, restarts);
        await Check(clients, $"{kills} kills, {restarts} restarts of Redis");
    }

    private async Task<List<Client>> Chatters()
    {
        var clients = new List<Client>();
        while (clients.Count < Clients)
        {
            var (amina, bilal, conversation) = await app.Pair();
            clients.Add(new Client(amina, conversation));
            clients.Add(new Client(bilal, conversation));
        }

        return clients;
    }

    /// <summary>Kills one node after the other, and starts it again, while the clients talk to all of them.</summary>
    /// <param name="clients">Who talk; they have said all, and seen all, in the end.</param>
    /// <param name="nodes">Processes of their own; the fixture's node only prepares and looks.</param>
    /// <param name="redis">Address of the Redis that they share; null for none.</param>
    /// <param name="before">What else happens before a kill, whose number it is given.</param>
    /// <returns>How many were killed.</returns>
    private async Task<int> KillWhile(List<Client> clients, TheProgram?[] nodes, string? redis, Func<int, Task> before)
    {
        var addresses = new string?[nodes.Length];
        using var stop = new CancellationTokenSource();
        var talking = clients.Select(client => Task.Run(() => client.Talk(addresses, stop.Token))).ToList();
        try
        {
            var (kills, started) = (0, TimeProvider.System.GetTimestamp());
            for (; TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(Seconds) || kills < FewestKills; kills++)
            {
                await StartAll();
                await Acknowledged(Random.Shared.Next(20, 200));
                await Task.Delay(Random.Shared.Next(Seconds * 40), Stop);
                await before(kills);
                var turn = kills % nodes.Length;
                addresses[turn] = null;
                await nodes[turn]!.Kill();
                await nodes[turn]!.DisposeAsync();
                nodes[turn] = null;
            }

            await StartAll();

            // SQLite shows a commit in the midst of which its process was killed to all, or to nobody, after the next one at the latest.
            await Acknowledged(1);
            await stop.CancelAsync();
            await Task.WhenAll(talking);

            // Nobody says any more. What was sent and not acknowledged may be stored: who has all has that too.
            await Task.WhenAll(clients.Select(client => client.Talk(addresses, stop.Token)));
            return kills;
        }
        finally
        {
            foreach (var node in nodes.OfType<TheProgram>())
            {
                await node.DisposeAsync();
            }
        }

        async Task Acknowledged(int more)
        {
            var enough = clients.Sum(client => client.Acknowledged.Count) + more;
            for (var waited = 0; waited < 3_000 && clients.Sum(client => client.Acknowledged.Count) < enough; waited++)
            {
                await Task.Delay(Random.Shared.Next(5, 30), Stop);
            }
        }

        async Task StartAll()
        {
            for (var number = 0; number < nodes.Length; number++)
            {
                nodes[number] ??= await TheProgram.Serve(Settings(redis));
                addresses[number] = nodes[number]!.Address;
            }
        }
    }

    private async Task Check(List<Client> clients, string deaths)
    {
        var total = 0;
        foreach (var both in clients.GroupBy(client => client.Conversation))
        {
            var stored = await app.Stored(both.Key);
            total += stored.Count;
            Assert.Equal(Enumerable.Range(1, stored.Count).Select(seq => (long)seq), stored.Select(message => message.Seq));
            var expected = stored.Select(message => (message.Seq, message.SenderId, message.ClientId, message.Text)).ToList();
            foreach (var client in both)
            {
                Assert.Equal(expected, client.Seen.Select(seen => (seen.Key, seen.Value.Sender, seen.Value.ClientId, seen.Value.Text)));
                var its = stored.Where(message => message.SenderId == client.Who.Id).ToDictionary(message => message.ClientId, message => message.Seq);
                Assert.Equal(client.Acknowledged.OrderBy(acknowledged => acknowledged.Value), its.Where(one => client.Acknowledged.ContainsKey(one.Key)).OrderBy(one => one.Value));

                // What one says is in the order in which it was said; the last may not have been acknowledged any more.
                var said = stored.Where(message => message.SenderId == client.Who.Id).Select(message => message.ClientId).ToList();
                Assert.Equal(Enumerable.Range(0, said.Count).Select(number => $"{number}"), said);
                Assert.InRange(said.Count, client.Acknowledged.Count, client.Acknowledged.Count + 1);
            }
        }

        Assert.All(clients, client => Assert.NotEmpty(client.Acknowledged));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{deaths}, {clients.Count} clients, {clients.Sum(client => client.Sent)} messages sent, {clients.Sum(client => client.Repeats)} of them again, "
            + $"{clients.Sum(client => client.Acknowledged.Count)} acknowledged, {total} stored.");
    }

    [Fact]
    public async Task A_node_that_is_told_to_stop_answers_what_it_has_stored_and_closes_with_1001()
    {
        var (amina, bilal, conversation) = await app.Pair();
        await using var redis = await Live.RedisServer.Start();
        await using var node = await TheProgram.Serve(Settings(redis.Address));
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

    private Dictionary<string, string?> Settings(string? redis = null) => new(TheProgram.On(app.Database))
    {
        ["RateLimits__Enabled"] = "false",
        ["Redis__ConnectionString"] = redis,
    };

    private static int Setting(string name, int usual) => int.Parse(Environment.GetEnvironmentVariable(name) ?? $"{usual}", CultureInfo.InvariantCulture);

    /// <summary>Somebody who says 0, 1, 2 … and says again what was not acknowledged.</summary>
    private sealed class Client(Person who, long conversation)
    {
        private int _next;
        private int _last = -1;
        private bool _isSynced;
        private long _lastNew;

        public Person Who => who;

        public long Conversation => conversation;

        /// <summary>By client id: the <c>seq</c> that it was given.</summary>
        public ConcurrentDictionary<string, long> Acknowledged { get; } = new();

        public SortedDictionary<long, (long Sender, string ClientId, string Text)> Seen { get; } = [];

        public int Sent { get; private set; }

        public int Repeats { get; private set; }

        /// <param name="addresses">Where the nodes are now; null for one that is dead.</param>
        /// <param name="stop">When to say no more.</param>
        public async Task Talk(string?[] addresses, CancellationToken stop)
        {
            while (true)
            {
                try
                {
                    if (Volatile.Read(ref addresses[Random.Shared.Next(addresses.Length)]) is { } address)
                    {
                        await using var line = await Line.Dial(who.Client, "/ws/chat/?token=" + who.Token(), address: address);
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

        /// <returns>Whether all is said, and seen what was there at the beginning; false when the line went.</returns>
        private async Task<bool> TalkOn(Line line, CancellationToken stop)
        {
            (_isSynced, _lastNew) = (false, 0);
            if (await line.NextOrNothing() is null || !await Sync(line))
            {
                return false;
            }

            _isSynced = true;
            while (!stop.IsCancellationRequested)
            {
                var id = $"{_next}";
                (Sent, Repeats, _last) = (Sent + 1, Repeats + (_last == _next ? 1 : 0), _next);
                await line.Say(conversation, $"{who.Id} says {id}", id);
                do
                {
                    if (await line.NextOrNothing() is not { } frame)
                    {
                        return false;
                    }

                    Take(frame);
                }
                while (!Acknowledged.ContainsKey(id));
                _next++;
            }

            return true;
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
                    CheckOrder(frame.GetProperty("message").Seq());
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

        /// <summary>One line gets them in order, and all of them: only the acknowledgement of what this client says now may be late.</summary>
        private void CheckOrder(long seq)
        {
            Assert.True(seq > _lastNew, $"{seq} came after {_lastNew}.");
            _lastNew = seq;
            if (_isSynced)
            {
                var missing = 0;
                for (var earlier = seq - 1; earlier > 0 && missing < 2 && earlier > seq - 50; earlier--)
                {
                    missing += Seen.ContainsKey(earlier) ? 0 : 1;
                }

                Assert.True(missing < 2, $"{who.Id} was told {seq} of {conversation} without what came before it.");
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
