using AgroConnect.Chat;
using Microsoft.Extensions.DependencyInjection;

namespace AgroConnect.Tests.Chat;

public sealed class KeepingOrder(App app) : IClassFixture<App>
{
    [Fact]
    public Task Gives_all_one_order_without_a_gap_when_many_speak_at_once() => Converse(app, app, 12, 60);

    /// <summary>On PostgreSQL by two nodes that share a Redis; SQLite is for one.</summary>
    [Fact]
    public async Task Gives_all_one_order_on_as_many_nodes_as_the_database_is_for()
    {
        if (!TestDatabase.IsPostgres)
        {
            await Converse(app, app, 8, 40);
            return;
        }

        await using var redis = await Live.RedisServer.Start();
        await using var one = await AnotherNode.Of(app, redis.Address);
        await using var two = await AnotherNode.Of(app, redis.Address);
        await Heard(one, two);
        await Converse(one, two, 8, 40);
    }

    [Fact]
    public async Task Stores_a_message_once_however_many_bring_it_at_once()
    {
        var (amina, bilal, conversation) = await app.Pair();
        await using var other = TestDatabase.IsPostgres ? await AnotherNode.Of(app) : null;
        var store = app.Services.GetRequiredService<MessageStore>();
        var another = other?.Services.GetRequiredService<MessageStore>() ?? store;
        await using var line = await Line.Open(bilal);

        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(number =>
            (number % 2 == 0 ? store : another).SendAsync(new NewMessage(conversation, amina.Id, $"{number / 20}", $"{number}", []))));

        Assert.Equal([(SendOutcome.Stored, 10), (SendOutcome.Repeated, 190)], results.CountBy(result => result.Outcome).Select(count => (count.Key, count.Value)).Order());
        Assert.All(results.GroupBy(result => result.Message!.ClientId), same => Assert.Single(same.Select(result => result.Message!.Seq).Distinct()));
        Assert.Equal(Enumerable.Range(1, 10).Select(seq => (long)seq), (await app.Stored(conversation)).Select(message => message.Seq));
    }

    [Fact]
    public async Task Refuses_the_bad_one_of_a_group_and_stores_its_neighbours()
    {
        var (amina, _, conversation) = await app.Pair();
        var stranger = await app.Buyer();
        var store = app.Services.GetRequiredService<MessageStore>();

        // The last passes no rule of ours, only the database could refuse it: nothing in front of the store let it through.
        var results = await Task.WhenAll(
            store.SendAsync(new NewMessage(conversation, amina.Id, "a", "one", [])),
            store.SendAsync(new NewMessage(conversation, stranger.Id, "a", "stranger", [])),
            store.SendAsync(new NewMessage(conversation, amina.Id, "b", "picture", [123_456_789])),
            store.SendAsync(new NewMessage(long.MaxValue, amina.Id, "c", "nowhere", [])),
            store.SendAsync(new NewMessage(conversation, amina.Id, "d", "two", [])),
            store.SendAsync(new NewMessage(conversation, amina.Id, "e", TestDatabase.IsPostgres ? "\0" : "three", [])));

        Assert.Equal(
            [SendOutcome.Stored, SendOutcome.NotFound, SendOutcome.WrongImages, SendOutcome.NotFound, SendOutcome.Stored, TestDatabase.IsPostgres ? SendOutcome.Unavailable : SendOutcome.Stored],
            results.Select(result => result.Outcome));
        Assert.Equal(TestDatabase.IsPostgres ? ["one", "two"] : ["one", "two", "three"], (await app.Stored(conversation)).Select(message => message.Text));
    }

    /// <summary>Until both hear each other.</summary>
    internal static async Task Heard(params App[] nodes)
    {
        while (!nodes.All(node => node.Services.GetRequiredService<ChatNodes>().AreHeard))
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Both members speak through many sockets, half of them on each node, and all see the same.</summary>
    private static async Task Converse(App one, App other, int sockets, int each)
    {
        var (amina, bilal, conversation) = await one.Pair();
        var lines = new List<Line>();
        for (var number = 0; number < sockets; number++)
        {
            var address = (number / 2 % 2 == 0 ? one : other).Stranger().BaseAddress!.ToString();
            lines.Add(await Line.Open(number % 2 == 0 ? amina : bilal, address: address));
        }

        await Task.WhenAll(lines.Select(async (line, speaker) =>
        {
            for (var number = 0; number < each; number++)
            {
                await line.Say(conversation, $"{speaker}/{number}", $"{speaker}/{number}");
            }
        }));

        var total = sockets * each;
        var stored = await Task.WhenAll(lines.Select(async (line, speaker) =>
        {
            var (told, acknowledged) = (new SortedDictionary<long, string>(), new List<string>());
            var last = 0L;
            while (told.Count < total)
            {
                var frame = await line.Next();
                var message = frame.GetProperty("message");
                Assert.True(told.TryAdd(message.Seq(), message.Said()), $"Twice: {message}");
                if (frame.Type() == "message.ack")
                {
                    acknowledged.Add(message.Said());
                }
                else
                {
                    // An acknowledgement may overtake, a message may not.
                    Assert.Equal("message.new", frame.Type());
                    Assert.True(message.Seq() > last, $"{message.Seq()} after {last}");
                    last = message.Seq();
                }
            }

            Assert.Equal(Enumerable.Range(0, each).Select(number => $"{speaker}/{number}"), acknowledged);
            await line.NothingMore();
            await line.DisposeAsync();
            return told;
        }));

        var expected = (await one.Stored(conversation)).Select(message => KeyValuePair.Create(message.Seq, message.Text)).ToList();
        Assert.Equal(Enumerable.Range(1, total).Select(seq => (long)seq), expected.Select(message => message.Key));
        Assert.All(stored, told => Assert.Equal(expected, told));
    }
}
