using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using AgroConnect.Tests.Live;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace AgroConnect.Tests.Chat;

/// <summary>A wire to a server, that can be cut and mended.</summary>
internal sealed class Wire : IAsyncDisposable
{
    private readonly ConcurrentBag<TcpClient> _open = [];
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string _host;
    private readonly int _port;
    private volatile bool _isCut;

    public Wire(string to)
    {
        (_host, _port) = (to.Split(':')[0], int.Parse(to.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture));
        _listener.Start();
        _ = ListenAsync();
    }

    public string Address => _listener.LocalEndpoint.ToString()!;

    public void Cut()
    {
        _isCut = true;
        while (_open.TryTake(out var client))
        {
            client.Dispose();
        }
    }

    public void Mend() => _isCut = false;

    public ValueTask DisposeAsync()
    {
        _listener.Stop();
        Cut();
        return ValueTask.CompletedTask;
    }

    private async Task ListenAsync()
    {
        try
        {
            while (true)
            {
                var near = await _listener.AcceptTcpClientAsync();
                if (_isCut)
                {
                    near.Dispose();
                    continue;
                }

                var far = new TcpClient();
                await far.ConnectAsync(_host, _port);
                _open.Add(near);
                _open.Add(far);
                _ = CarryAsync(near, far);
                _ = CarryAsync(far, near);
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private static async Task CarryAsync(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream());
        }
        catch (Exception cut) when (cut is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Both ends find out.
        }

        from.Dispose();
        to.Dispose();
    }
}

/// <summary>Two nodes on PostgreSQL with a Redis between them. SQLite is for one node: then the same is asked of that one.</summary>
public sealed class TalkingAcrossNodes(App app) : IClassFixture<App>, IAsyncLifetime
{
    private RedisServer _redis = null!;

    public async ValueTask InitializeAsync() => _redis = await RedisServer.Start();

    public async ValueTask DisposeAsync() => await _redis.DisposeAsync();

    [Fact]
    public async Task Tells_messages_reading_typing_presence_and_orders_on_the_other_node()
    {
        var (one, two) = await Nodes(_redis.Address, _redis.Address);
        var (amina, bilal, conversation) = await app.Pair();
        await using var here = await Line.Open(amina, address: one.Address());
        await here.Send(new { type = "presence.watch", users = new[] { bilal.Id } });
        Assert.False((await here.Next("presence")).GetProperty("online").GetBoolean());
        var there = await Line.Open(bilal, address: two.Address());
        Assert.True((await here.Next("presence")).GetProperty("online").GetBoolean());

        await here.Send(new { type = "typing", conversation, active = true });
        Assert.True((await there.Next("typing")).GetProperty("active").GetBoolean());
        var said = await here.SayWell(conversation, "Across");
        Assert.Equal(said.ToString(), (await there.Next("message.new")).GetProperty("message").ToString());
        await there.Send(new { type = "read", conversation, up_to = 1 });
        Assert.Equal(bilal.Id, (await here.Next("read")).GetProperty("user").GetInt64());
        await there.Next("read");
        await here.Send(new { type = "typing", conversation, active = false });
        Assert.False((await there.Next("typing")).GetProperty("active").GetBoolean());

        await using (var second = await Line.Open(bilal, address: one.Address()))
        {
            await there.DisposeAsync();
            await second.NothingMore();
            await here.NothingMore();

            // Longer than a node gathers who came and went: of two who go at once, either may be told.
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
            await here.NothingMore();
        }

        var went = await here.Next("presence");
        Assert.False(went.GetProperty("online").GetBoolean());
        await using var asking = await Line.Open(amina, address: two.Address());
        await asking.Send(new { type = "presence.watch", users = new[] { bilal.Id } });
        Assert.Equal(went.ToString(), (await asking.Next("presence")).ToString());
        await End(one, two);
    }

    [Fact]
    public async Task Goes_on_without_Redis_says_so_and_has_missed_nothing_when_it_is_back()
    {
        await using var wire = new Wire(_redis.Address);
        var (one, two) = await Nodes(wire.Address, wire.Address);
        var (amina, bilal, conversation) = await app.Pair();
        await using var phone = await Line.Open(amina, address: one.Address());
        await using var desk = await Line.Open(amina, address: one.Address());
        await using var farm = await Line.Open(bilal, address: two.Address());
        await phone.SayWell(conversation, "0");
        await farm.Next("message.new");
        await desk.Next("message.new");

        wire.Cut();
        await Health(one, "degraded");
        for (var number = 1; number <= 150; number++)
        {
            Assert.Equal(number + 1, (await phone.SayWell(conversation, $"{number}")).Seq());
            Assert.Equal(number + 1, (await desk.Next("message.new")).GetProperty("message").Seq());
        }

        wire.Mend();
        for (var number = 1; number <= 150; number++)
        {
            Assert.Equal($"{number}", (await farm.Next("message.new")).GetProperty("message").Said());
        }

        await Health(one, "healthy");
        await KeepingOrder.Heard(one, two);

        // Typing is nowhere but in what nodes tell each other.
        await phone.Send(new { type = "typing", conversation, active = true });
        await farm.Next("typing");
        await phone.SayWell(conversation, "After");
        Assert.Equal("After", (await farm.Next("message.new")).GetProperty("message").Said());
        await phone.NothingMore();
        await End(one, two);
    }

    [Fact]
    public async Task Hears_the_others_once_Redis_is_there_and_keeps_nothing_of_its_trying_before()
    {
        await using var wire = new Wire(_redis.Address);
        wire.Cut();
        var one = await AnotherNode.Of(app, wire.Address);
        var two = TestDatabase.IsPostgres ? await AnotherNode.Of(app, _redis.Address) : one;
        var (amina, bilal, conversation) = await app.Pair();

        // It looks each second; at each look it might ask once more.
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        wire.Mend();
        await KeepingOrder.Heard(one, two);
        await using var phone = await Line.Open(amina, address: one.Address());
        await using var farm = await Line.Open(bilal, address: two.Address());
        await farm.Send(new { type = "typing", conversation, active = true });
        await phone.Next("typing");

        Assert.Equal(1, QueuesOf(one));
        await phone.NothingMore();
        await End(one, two);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Misses_nothing_when_the_wire_of_one_node_to_Redis_or_of_both_breaks_for_a_moment_only(bool ofSender, bool ofReader)
    {
        await using var wire = new Wire(_redis.Address);
        var (one, two) = await Nodes(ofSender ? wire.Address : _redis.Address, ofReader ? wire.Address : _redis.Address);
        var (amina, bilal, conversation) = await app.Pair();
        await using var phone = await Line.Open(amina, address: one.Address());
        await using var farm = await Line.Open(bilal, address: two.Address());

        // Nothing follows that would show the gap.
        for (var number = 1; number <= 5; number++)
        {
            wire.Cut();
            await phone.SayWell(conversation, $"{number}");
            wire.Mend();
            Assert.Equal($"{number}", (await farm.Next("message.new")).GetProperty("message").Said());
        }

        await End(one, two);
    }

    /// <summary>How many queues a node has for what others tell. One that nobody reads grows for as long as the node lives, and nothing public shows it.</summary>
    private static int QueuesOf(AnotherNode node)
    {
        object[] arguments = [RedisChannel.Literal("agroconnect:chat"), 0, 0];
        var counts = typeof(ConnectionMultiplexer).GetMethod("GetSubscriberCounts", BindingFlags.Instance | BindingFlags.NonPublic)!;
        Assert.True((bool)counts.Invoke(node.Services.GetRequiredService<IConnectionMultiplexer>(), arguments)!);
        return (int)arguments[2];
    }

    private static async Task Health(App node, string status)
    {
        while ((await node.Stranger().GetJson("/health/ready")).GetProperty("checks").GetProperty("redis").GetString() != status)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private async Task<(App One, App Two)> Nodes(string redisOfOne, string redisOfTwo)
    {
        var one = await AnotherNode.Of(app, redisOfOne);
        var two = TestDatabase.IsPostgres ? await AnotherNode.Of(app, redisOfTwo) : one;
        await KeepingOrder.Heard(one, two);
        return (one, two);
    }

    private static async Task End(App one, App two)
    {
        foreach (var node in new[] { one, two }.Distinct())
        {
            await node.DisposeAsync();
        }
    }
}
