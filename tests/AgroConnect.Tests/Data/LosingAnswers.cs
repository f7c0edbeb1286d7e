using System.Net.Http.Headers;
using AgroConnect.Orders;
using AgroConnect.Tests.Chat;
using AgroConnect.Tests.Fakes;
using AgroConnect.Tests.Orders;
using AgroConnect.Tests.Products;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace AgroConnect.Tests.Data;

/// <summary>
/// PostgreSQL commits, and the connection breaks before it can say so. Nobody may take that for a failure that undid anything, and
/// nobody may write it twice. SQLite is in the process: between it and its caller nothing can be lost.
/// </summary>
public sealed class LosingAnswers(App app) : IClassFixture<App>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_is_acknowledged_when_it_is_found_and_is_there_and_told_once()
    {
        await using var way = Way();
        await using var node = await AnotherNode.Of(app, database: way.ConnectionString);
        var (amina, bilal, conversation) = await app.Pair();
        await using var one = await Line.Open(amina, address: node.Address());
        await using var other = await Line.Open(bilal, address: node.Address());

        way.LoseTheAnswerTo("Was it stored?");
        var said = await one.SayWell(conversation, "Was it stored?", "x");

        Assert.Equal(1, way.Lost);
        Assert.Equal(said.ToString(), (await other.Next("message.new")).GetProperty("message").ToString());
        Assert.Equal(said.ToString(), (await one.SayWell(conversation, "Was it stored?", "x")).ToString());
        await one.NothingMore();
        await other.NothingMore();
        var stored = Assert.Single(await app.Stored(conversation));
        Assert.Equal((1L, said.Id()), (stored.Seq, stored.Id));
    }

    [Fact]
    public async Task Messages_whose_fate_is_unknown_are_refused_and_are_there_and_told_once_when_they_are_sent_again()
    {
        const int Messages = 20;
        await using var way = Way();
        await using var node = await AnotherNode.Of(app, database: way.ConnectionString);
        var (amina, bilal, conversation) = await app.Pair();
        await using var one = await Line.Open(amina, address: node.Address());
        await using var other = await Line.Open(bilal, address: node.Address());

        way.LoseTheAnswerTo("Number 7.", staysCut: true);
        for (var number = 0; number < Messages; number++)
        {
            await one.Say(conversation, $"Number {number}.", $"{number}");
        }

        var refused = new List<string>();
        for (var number = 0; number < Messages; number++)
        {
            var answer = await one.Next();
            Assert.Equal($"{number}", answer.GetProperty("client_id").GetString());
            if (answer.Type() == "error")
            {
                Assert.Equal("unavailable", answer.GetProperty("code").GetString());
                refused.Add($"{number}");
            }
        }

        Assert.Equal(1, way.Lost);
        Assert.Contains("7", refused);
        Assert.Contains(await app.Stored(conversation), message => message.ClientId == "7");
        way.Mend();
        foreach (var id in refused)
        {
            await one.SayWell(conversation, $"Number {id}.", id);
        }

        Assert.Equal(
            Enumerable.Range(0, Messages).Select(number => (number + 1L, $"{number}")), (await app.Stored(conversation)).Select(message => (message.Seq, message.ClientId)));
        for (var number = 0; number < Messages; number++)
        {
            Assert.Equal($"{number}", (await other.Next("message.new")).GetProperty("message").GetProperty("client_id").GetString());
        }

        await other.NothingMore();
    }

    [Fact]
    public async Task All_whose_checkouts_shared_the_commit_get_the_error_and_have_one_order_each_when_they_ask_again()
    {
        await using var way = Way();
        await using var node = await AnotherNode.Of(app, database: way.ConnectionString);
        var product = await app.Product(await app.Farmer(), new { stock = 100 });
        var buyers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => app.Buyer()));
        foreach (var buyer in buyers)
        {
            await (await buyer.AddToCart(product, 1)).Json(201);
        }

        // While the first waits for the product, the others gather for the next transaction.
        var checkouts = node.Services.GetRequiredService<Checkouts>();
        Task<Placement> Place(Person buyer) => checkouts.PlaceAsync(buyer.Id, Anything, $"key of {buyer.Id}");
        Task<Placement> first;
        List<Task<Placement>> others;
        await using (var connection = await Hold(product.Id()))
        {
            first = Place(buyers[0]);
            await WhoWaits(connection);
            others = [.. buyers[1..].Select(Place)];
            way.LoseTheAnswerTo($"key of {buyers[^1].Id}");
        }

        Assert.IsType<Placement.Placed>(await first);
        foreach (var other in others)
        {
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => other);
        }

        Assert.Equal(1, way.Lost);
        foreach (var buyer in buyers)
        {
            var again = Assert.IsType<Placement.PlacedBefore>(await Place(buyer));
            Assert.True(again.SameCheckout);
            Assert.Equal(again.OrderId, Assert.Single((await buyer.Client.GetJson("/api/orders/")).GetProperty("results").EnumerateArray()).Id());
        }

        Assert.Equal(100 - buyers.Length, await app.StockOf(product));
    }

    [Fact]
    public async Task A_buyer_is_told_that_it_failed_and_gets_the_order_by_asking_again_with_the_same_Idempotency_Key()
    {
        await using var way = Way();
        await using var node = await AnotherNode.Of(app, database: way.ConnectionString);
        var product = await app.Product(await app.Farmer(), new { stock = 100 });
        var buyer = await app.Buyer();
        await (await buyer.AddToCart(product, 1)).Json(201);
        using var client = node.Stranger();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", buyer.Token());
        var there = buyer with { Client = client };

        way.LoseTheAnswerTo("asked-once");
        var unanswered = await there.CheckOut(key: "asked-once");
        Assert.Equal((503, "2"), ((int)unanswered.StatusCode, $"{unanswered.Headers.RetryAfter}"));
        var order = await (await there.CheckOut(key: "asked-once")).Json(200);

        Assert.Equal(1, way.Lost);
        Assert.Equal(order.Id(), Assert.Single((await buyer.Client.GetJson("/api/orders/")).GetProperty("results").EnumerateArray()).Id());
        Assert.Equal(99, await app.StockOf(product));
    }

    [Fact]
    public async Task What_was_put_into_a_cart_is_in_it_once()
    {
        await using var way = Way();
        await using var node = await AnotherNode.Of(app, database: way.ConnectionString);
        var product = await app.Product(await app.Farmer());
        var buyer = await app.Buyer();
        using var client = node.Stranger();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", buyer.Token());
        var there = buyer with { Client = client };
        await (await there.AddToCart(product, 1)).Json(201);

        way.LoseTheAnswerTo("INTO cart_items");
        var unanswered = await there.AddToCart(product, 2);
        Assert.Equal((503, "2"), ((int)unanswered.StatusCode, $"{unanswered.Headers.RetryAfter}"));

        Assert.Equal(1, way.Lost);
        Assert.Equal(3, (await buyer.Client.GetJson("/api/orders/cart/")).GetProperty("items")[0].GetProperty("quantity").GetInt32());
        Assert.Equal(4, (await (await there.AddToCart(product, 1)).Json(201)).GetProperty("items")[0].GetProperty("quantity").GetInt32());
    }

    [Fact]
    public async Task Who_comes_first_after_the_session_of_the_checkouts_has_ended_does_not_notice()
    {
        Assert.SkipUnless(TestDatabase.IsPostgres, $"{TestDatabase.ServerVariable} names no PostgreSQL server; SQLite has no sessions.");
        var product = await app.Product(await app.Farmer(), new { stock = 100 });
        var checkouts = app.Services.GetRequiredService<Checkouts>();
        var (one, other) = (await app.Buyer(), await app.Buyer());
        await (await one.AddToCart(product, 1)).Json(201);
        await (await other.AddToCart(product, 1)).Json(201);

        Assert.IsType<Placement.Placed>(await EndTheSessionOf(() => checkouts.PlaceAsync(one.Id, Anything, null), product.Id()));

        Assert.IsType<Placement.Placed>(await checkouts.PlaceAsync(other.Id, Anything, null));
        Assert.Equal(98, await app.StockOf(product));
    }

    [Fact]
    public async Task Who_comes_first_after_the_session_of_the_carts_has_ended_does_not_notice()
    {
        Assert.SkipUnless(TestDatabase.IsPostgres, $"{TestDatabase.ServerVariable} names no PostgreSQL server; SQLite has no sessions.");
        var product = await app.Product(await app.Farmer());
        var (one, other) = (await app.Buyer(), await app.Buyer());

        await (await EndTheSessionOf(() => one.AddToCart(product, 1), product.Id())).Json(201);

        // Sooner than a second after, the answer would be that nobody knows.
        await Task.Delay(TimeSpan.FromSeconds(1.2), Stop);
        await (await other.AddToCart(product, 1)).Json(201);
        foreach (var buyer in new[] { one, other })
        {
            Assert.Equal(1, (await buyer.Client.GetJson("/api/orders/cart/")).GetProperty("items")[0].GetProperty("quantity").GetInt32());
        }
    }

    /// <summary>Writes what needs the product, and ends the session that it was written in.</summary>
    private async Task<T> EndTheSessionOf<T>(Func<Task<T>> write, long product)
    {
        Task<T> written;
        int session;
        await using (var connection = await Hold(product))
        {
            written = write();
            session = await WhoWaits(connection);
        }

        var answer = await written;
        await using (var connection = new NpgsqlConnection(app.Database.ConnectionString))
        {
            await connection.OpenAsync(Stop);
            await using var end = new NpgsqlCommand($"SELECT pg_terminate_backend({session}, 10000)", connection);
            Assert.Equal(true, await end.ExecuteScalarAsync(Stop));
        }

        return answer;
    }

    private static PlaceOrder.Checkout Anything => new("cash", new Delivery(Delivery.ToTheDoor, "", "", "", ""), "", null, 10);

    /// <summary>Checkouts and additions to carts wait for this product until the connection is closed.</summary>
    private async Task<NpgsqlConnection> Hold(long product)
    {
        var connection = new NpgsqlConnection(app.Database.ConnectionString);
        await connection.OpenAsync(Stop);
        await using var hold = new NpgsqlCommand($"BEGIN; SELECT 1 FROM products WHERE id = {product} FOR UPDATE", connection);
        await hold.ExecuteNonQueryAsync(Stop);
        return connection;
    }

    /// <summary>Until a session waits for a lock.</summary>
    private static async Task<int> WhoWaits(NpgsqlConnection connection)
    {
        await using var who = new NpgsqlCommand("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'", connection);
        while (true)
        {
            if (await who.ExecuteScalarAsync(Stop) is int session)
            {
                return session;
            }
        }
    }

    private LossyPostgres Way()
    {
        Assert.SkipUnless(TestDatabase.IsPostgres, $"{TestDatabase.ServerVariable} names no PostgreSQL server; SQLite has no connection that could break.");
        return new LossyPostgres(app.Database.ConnectionString);
    }
}
