using System.Globalization;
using System.Net.Http.Json;
using AgroConnect.Tests.Chat;
using AgroConnect.Tests.Live;
using Npgsql;

namespace AgroConnect.Tests.Products;

/// <summary>Nodes that share what they made of the catalogue, and read it from a replica.</summary>
public sealed class CatalogueOnManyNodes(Catalogue app) : IClassFixture<Catalogue>
{
    private const string ReadsProducts = "products";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_many_ask_for_at_once_is_read_once()
    {
        using var farmer = await app.Farmer();
        await app.Product(farmer, new { name = "Asked by all" });
        using var anyone = app.Stranger();
        await anyone.GetJson("/api/products/?page_size=3");

        var one = await app.StatementsOf(() => anyone.GetJson("/api/products/?page_size=4&facets=true"), ReadsProducts);
        var all = await app.StatementsOf(
            () => Task.WhenAll(Enumerable.Range(0, 60).Select(_ => anyone.GetJson("/api/products/?page_size=5&facets=true"))), ReadsProducts);

        // Who came between two answers makes the next one: a few of sixty.
        Assert.InRange(one, 2, 3);
        Assert.InRange(all, 1, 10 * one);
    }

    [Fact]
    public async Task A_node_finds_what_another_made_and_never_what_is_no_more()
    {
        await using var redis = await RedisServer.Start();
        await using var one = await AnotherNode.Of(app, redis.Address);
        await using var two = await AnotherNode.Of(app, redis.Address);
        using var farmer = await app.Farmer();
        var product = await app.Product(farmer, new { name = "Shared 0" });
        using var atOne = one.Stranger();
        using var atTwo = two.Stranger();
        atOne.DefaultRequestHeaders.Host = atTwo.DefaultRequestHeaders.Host = "market.example";

        // A change that no version tells of shows which answers were made anew.
        var shared = false;
        for (var i = 1; i <= 20 && !shared; i++)
        {
            var list = $"/api/products/?seller={farmer.Id}&asked={i}";
            var made = (await atOne.GetJson(list)).Names();
            await app.RenameBehindAllBacks(product.Id(), $"Shared {i}");
            shared = Enumerable.SequenceEqual(made, (await atTwo.GetJson(list)).Names());
        }

        Assert.True(shared, "Twenty times a node made anew what another had made just before.");
        (await farmer.Client.PatchAsJsonAsync($"/api/products/{product.Id()}/", new { name = "Renamed" }, Ct)).EnsureSuccessStatusCode();
        Assert.Equal(["Renamed"], (await atOne.GetJson($"/api/products/?seller={farmer.Id}")).Names());
        Assert.Equal(["Renamed"], (await atTwo.GetJson($"/api/products/?seller={farmer.Id}")).Names());
    }

    [Fact]
    public async Task Lists_are_read_from_a_replica_that_has_what_was_written_and_else_from_the_primary()
    {
        Assert.SkipUnless(TestDatabase.IsPostgres, $"{TestDatabase.ServerVariable} names no PostgreSQL server; SQLite has no replicas.");
        // A market of its own in the replica's place: so its rows can be told from the primary's.
        await using var replica = new Catalogue();
        await replica.InitializeAsync();
        await ListSomething(replica, "On the replica");
        await ListSomething(app, "On the primary");
        await replica.CatchUpWith(app);
        var server = new NpgsqlConnectionStringBuilder(replica.Database.ConnectionString);
        await using var wire = new Wire($"{server.Host}:{server.Port}");
        (server.Host, server.Port) = (wire.Address.Split(':')[0], int.Parse(wire.Address.Split(':')[1], CultureInfo.InvariantCulture));
        await using var node = new NodeWithReplica(app, server.ConnectionString);
        await node.InitializeAsync();
        using var anyone = node.Stranger();
        var asked = 0;

        Assert.Equal("On the replica", await Newest());
        Assert.Equal("healthy", await Health());

        await ListSomething(app, "Just written");
        Assert.Equal("Just written", await Newest());

        await replica.CatchUpWith(app);
        Assert.Equal("On the replica", await Newest());

        wire.Cut();
        Assert.Equal("Just written", await Newest());
        Assert.Equal("degraded", await Health());

        async Task<string> Newest() => (await anyone.GetJson($"/api/products/?asked={asked++}")).Names()[0];
        async Task<string?> Health() => (await anyone.GetJson("/health/ready")).GetProperty("checks").GetProperty("replica").GetString();
    }

    private static async Task ListSomething(App market, string name)
    {
        using var farmer = await market.Farmer();
        await market.Product(farmer, new { name });
    }

    private sealed class NodeWithReplica(App first, string replica) : App(first)
    {
        protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
        {
            ["Database:ReplicaConnectionString"] = replica,
        };
    }
}
