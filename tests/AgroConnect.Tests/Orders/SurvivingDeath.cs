using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using AgroConnect.Data;
using AgroConnect.Email;
using AgroConnect.Orders;
using AgroConnect.Products;
using AgroConnect.Tests.Commands;
using AgroConnect.Tests.Products;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgroConnect.Tests.Orders;

public sealed class SurvivingDeath(App app) : IClassFixture<App>
{
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("AGROCONNECT_TEST_KILLS") ?? "4", CultureInfo.InvariantCulture);

    /// <summary>The fixture's own node only prepares and looks; the one that is killed is a process of its own.</summary>
    [Fact]
    public async Task Every_order_that_was_answered_is_there_whole_and_none_is_there_half()
    {
        var farm = await app.Farmer();
        var products = new List<JsonElement>();
        for (var number = 0; number < 4; number++)
        {
            products.Add(await app.Product(farm, new { stock = 100_000 }));
        }

        var buyers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => app.Buyer()));
        var acknowledged = new ConcurrentBag<long>();
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var node = await TheProgram.Serve(TheProgram.On(app.Database));
            using var stop = new CancellationTokenSource();
            var load = buyers.Select(buyer => OrderUntil(node.Address, buyer, products, acknowledged, stop.Token)).ToList();
            var (enough, patience) = (acknowledged.Count + Random.Shared.Next(1, 100), 2000);
            while (acknowledged.Count < enough && patience-- > 0)
            {
                await Task.Delay(Random.Shared.Next(5, 50), TestContext.Current.CancellationToken);
            }

            await node.Kill();
            await stop.CancelAsync();
            await Task.WhenAll(load);
        }

        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var orders = await db.Orders.Include(order => order.Fulfilments).ThenInclude(fulfilment => fulfilment.Items).Include(order => order.History).Include(order => order.StockEntries)
            .ToDictionaryAsync(order => order.Id, TestContext.Current.CancellationToken);
        Assert.NotEmpty(acknowledged);
        Assert.Empty(acknowledged.Except(orders.Keys));
        Assert.All(orders.Values, order =>
        {
            Assert.Equal(2, order.Fulfilments.SelectMany(fulfilment => fulfilment.Items).Count());
            Assert.Equal(2, order.StockEntries.Count);
            Assert.Single(order.History);
            Assert.Equal(order.Total, Money.Sum(order.Fulfilments.SelectMany(fulfilment => fulfilment.Items).Select(item => item.LineTotal)));
        });

        // One to the buyer, one to the farm; written to files in the end, or still on their way.
        var subjects = await db.Set<OutboxMail>().Select(mail => mail.Subject).ToListAsync(TestContext.Current.CancellationToken);
        Assert.All(orders.Values, order => Assert.Equal(2, subjects.Count(subject => subject.Contains(order.Number, StringComparison.Ordinal))));
        foreach (var product in products)
        {
            var id = product.Id();
            var sold = orders.Values.SelectMany(order => order.Fulfilments).SelectMany(fulfilment => fulfilment.Items).Count(item => item.ProductId == id);
            Assert.Equal(100_000 - sold, await app.StockOf(product));
            Assert.Equal(100_000 - sold, (await db.StockEntries.Where(entry => entry.ProductId == id).Select(entry => entry.Change).ToListAsync(TestContext.Current.CancellationToken)).Sum(change => change.ToDecimal()));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{Kills} kills, {acknowledged.Count} orders acknowledged, {orders.Count} stored.");
    }

    private static async Task OrderUntil(string address, Person buyer, List<JsonElement> products, ConcurrentBag<long> acknowledged, CancellationToken stop)
    {
        using var client = new HttpClient { BaseAddress = new Uri(address), DefaultRequestHeaders = { Authorization = buyer.Client.DefaultRequestHeaders.Authorization } };
        var shuffled = products.ToArray();
        try
        {
            while (!stop.IsCancellationRequested)
            {
                await client.DeleteAsync(new Uri("/api/orders/cart/", UriKind.Relative), stop);
                Random.Shared.Shuffle(shuffled);
                foreach (var product in shuffled.Take(2))
                {
                    await client.PostAsJsonAsync("/api/orders/cart/items/", new { product = product.Id(), quantity = 1 }, stop);
                }

                var answer = await client.PostAsJsonAsync("/api/orders/", new { payment_method = "cash" }, stop);
                if ((int)answer.StatusCode == 201)
                {
                    acknowledged.Add((await answer.Content.ReadFromJsonAsync<JsonElement>(stop)).Id());
                }
            }
        }
        catch (Exception dead) when (dead is HttpRequestException or OperationCanceledException or IOException)
        {
            // The node is gone; what it had not answered may be there or not.
        }
    }
}
