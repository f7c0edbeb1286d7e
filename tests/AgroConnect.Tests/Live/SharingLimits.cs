using System.Net;

namespace AgroConnect.Tests.Live;

/// <summary>A node of a market whose nodes share a Redis, with a limit that is soon reached.</summary>
public sealed class Node(string redis) : App
{
    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["RateLimits:Enabled"] = "true",
        ["RateLimits:PerAddress"] = "5",
        ["Redis:ConnectionString"] = redis,
    };

    public static async Task<Node> Start(string redis)
    {
        var node = new Node(redis);
        await node.InitializeAsync();
        return node;
    }
}

public sealed class SharingLimits
{
    [Fact]
    public async Task Nodes_with_one_redis_count_together()
    {
        await using var redis = await RedisServer.Start();
        await using var one = await Node.Start(redis.Address);
        await using var two = await Node.Start(redis.Address);

        var statuses = new List<HttpStatusCode>();
        for (var asked = 0; asked < 4; asked++)
        {
            statuses.Add((await one.Stranger().GetAsync("/api/categories/", Token)).StatusCode);
            statuses.Add((await two.Stranger().GetAsync("/api/categories/", Token)).StatusCode);
        }

        Assert.Equal(5, statuses.Count(status => status == HttpStatusCode.OK));
        Assert.Equal(3, statuses.Count(status => status == HttpStatusCode.TooManyRequests));
        Assert.Equal("healthy", (await one.Stranger().GetJson("/health/ready")).GetProperty("checks").GetProperty("redis").GetString());
    }

    [Fact]
    public async Task A_node_whose_redis_is_away_serves_counts_alone_and_says_so()
    {
        // Nobody listens on the discard port.
        await using var alone = await Node.Start("127.0.0.1:9");

        var statuses = new List<HttpStatusCode>();
        for (var asked = 0; asked < 7; asked++)
        {
            statuses.Add((await alone.Stranger().GetAsync("/api/categories/", Token)).StatusCode);
        }

        Assert.Equal(5, statuses.Count(status => status == HttpStatusCode.OK));
        Assert.Equal(2, statuses.Count(status => status == HttpStatusCode.TooManyRequests));
        var health = await alone.Stranger().GetJson("/health/ready");
        Assert.Equal(("degraded", "degraded"), (health.GetProperty("status").GetString(), health.GetProperty("checks").GetProperty("redis").GetString()));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
