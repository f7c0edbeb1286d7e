using System.Data.Common;
using System.Text.Json;
using AgroConnect.Data;
using AgroConnect.Orders;
using AgroConnect.Products;
using AgroConnect.Tests.Commands;
using AgroConnect.Tests.Products;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgroConnect.Tests.Orders;

public sealed class SellingOut(App app) : IClassFixture<App>
{
    [Fact]
    public async Task Sells_exactly_what_there_is_to_sixty_four_buyers_at_once()
    {
        var product = await app.Product(await app.Farmer(), new { stock = 20 });
        var buyers = await Buyers(64, (product, 1));

        var answers = await Task.WhenAll(buyers.Select(buyer => buyer.CheckOut()));

        await SoldTwenty(answers, product);
    }

    [Fact]
    public async Task Sells_exactly_what_there_is_on_as_many_nodes_as_the_database_is_for()
    {
        var product = await app.Product(await app.Farmer(), new { stock = 20 });
        var buyers = await Buyers(64, (product, 1));
        await using var other = TestDatabase.IsPostgres ? await TheProgram.Serve(TheProgram.On(app.Database)) : null;

        var answers = await Task.WhenAll(buyers.Select((buyer, number) => other is null || number % 2 == 0 ? buyer.CheckOut() : On(other, buyer).CheckOut()));

        await SoldTwenty(answers, product);
    }

    [Theory]
    [InlineData(6, true)]
    [InlineData(1, false)]
    public async Task Takes_no_stock_that_is_not_there_or_not_for_sale_from_whoever_gets_past_all_checks(int units, bool isActive)
    {
        var farm = await app.Farmer();
        var (other, product) = (await app.Product(farm, new { stock = 5 }), await app.Product(farm, new { stock = 5, is_active = isActive }));
        await using (var scope = app.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
            await using var transaction = await db.Database.BeginTransactionAsync(TestContext.Current.CancellationToken);
            var trip = new RoundTrip(db);
            StockReservation.Take(trip, new Dictionary<long, Quantity> { [other.Id()] = Quantity.One, [product.Id()] = new(1000 * units) });
            await Assert.ThrowsAnyAsync<DbException>(trip.CommitAsync);
        }

        Assert.Equal(5, (await farm.Client.GetJson($"/api/products/{product.Id()}/")).GetProperty("stock").GetDecimal());
        Assert.Equal(5, await app.StockOf(other));
    }

    [Fact]
    public async Task Never_makes_two_carts_wait_for_each_other()
    {
        var farm = await app.Farmer();
        var (one, two, three) = (await app.Product(farm, new { stock = 1000 }), await app.Product(farm, new { stock = 1000 }), await app.Product(farm, new { stock = 1000 }));
        var forth = await Buyers(16, (one, 1), (two, 1), (three, 1));
        var back = await Buyers(16, (three, 1), (two, 1), (one, 1));

        var answers = await Task.WhenAll(forth.Concat(back).Select(async buyer =>
        {
            var order = await (await buyer.CheckOut()).Json(201);
            return await buyer.Cancel(order);
        }));

        Assert.All(answers, answer => Assert.Equal(200, (int)answer.StatusCode));
        foreach (var product in new[] { one, two, three })
        {
            Assert.Equal((1000m, 1000m), (await app.StockOf(product), await Ledger(product)));
        }
    }

    [Fact]
    public async Task Keeps_the_ledger_true_while_its_seller_writes_the_stock()
    {
        var farm = await app.Farmer();
        var product = await app.Product(farm, new { stock = 500 });
        var buyers = await Buyers(20, (product, 1));

        await Task.WhenAll([
            .. buyers.Select(async buyer => await (await buyer.CheckOut()).Json(201)),
            .. Enumerable.Range(1, 10).Select(async number => await (await farm.Client.Patch($"/api/products/{product.Id()}/", new { stock = 100 * number })).Json()),
            .. Enumerable.Range(1, 10).Select(async number => await (await farm.Client.Patch($"/api/products/{product.Id()}/", new { name = $"Name {number}" })).Json()),
        ]);

        Assert.Equal(await app.StockOf(product), await Ledger(product));
    }

    [Fact]
    public async Task Sees_what_was_sold_while_it_waited_for_the_product()
    {
        var product = await app.Product(await app.Farmer(), new { stock = 20 });
        var (buyer, id) = ((await Buyers(1, (product, 5)))[0], product.Id());

        var refused = await (await CheckOutDuring(buyer, db =>
            db.Products.Where(sold => sold.Id == id).ExecuteUpdateAsync(set => set.SetProperty(sold => sold.Stock, new Quantity(3000)), Stop))).Json(409);

        Assert.Equal("insufficient_stock", refused.Text("code"));
        Assert.Equal(3, refused.GetProperty("items")[0].GetProperty("available").GetDecimal());
    }

    [Fact]
    public async Task Sees_what_was_taken_out_while_it_waited_for_the_cart()
    {
        var product = await app.Product(await app.Farmer(), new { stock = 20 });
        var buyer = (await Buyers(1, (product, 5)))[0];

        var refused = await (await CheckOutDuring(buyer, async db =>
        {
            await db.LockCartAsync(buyer.Id, DateTimeOffset.UtcNow, Stop);
            await db.CartItems.Where(item => item.UserId == buyer.Id).ExecuteDeleteAsync(Stop);
        })).Json(400);

        Assert.Equal("Your cart is empty.", refused.GetProperty("cart")[0].GetString());
        Assert.Equal(20, await app.StockOf(product));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A checkout that comes while somebody else's transaction is open.</summary>
    private async Task<HttpResponseMessage> CheckOutDuring(Person buyer, Func<AppDbContext, Task> change)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync(Stop);
        await change(db);
        var checkout = buyer.CheckOut();
        await Task.Delay(TimeSpan.FromMilliseconds(500), Stop);
        Assert.False(checkout.IsCompleted);
        await transaction.CommitAsync(Stop);
        return await checkout;
    }

    private async Task SoldTwenty(HttpResponseMessage[] answers, JsonElement product)
    {
        Assert.Equal(20, answers.Count(answer => (int)answer.StatusCode == 201));
        foreach (var refused in answers.Where(answer => (int)answer.StatusCode != 201))
        {
            Assert.Equal("insufficient_stock", (await refused.Json(409)).Text("code"));
        }

        Assert.Equal((0m, 0m), (await app.StockOf(product), await Ledger(product)));
    }

    private async Task<List<Person>> Buyers(int count, params (JsonElement Product, decimal Quantity)[] goods)
    {
        var buyers = new List<Person>();
        for (var number = 0; number < count; number++)
        {
            buyers.Add(await app.Buyer());
            foreach (var (product, quantity) in goods)
            {
                await (await buyers[^1].AddToCart(product, quantity)).Json(201);
            }
        }

        return buyers;
    }

    private static Person On(TheProgram node, Person person)
    {
        var client = new HttpClient { BaseAddress = new Uri(node.Address) };
        client.DefaultRequestHeaders.Authorization = person.Client.DefaultRequestHeaders.Authorization;
        return person with { Client = client };
    }

    private async Task<decimal> Ledger(JsonElement product)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var (db, id) = (scope.ServiceProvider.GetRequiredService<AppDbContext>(), product.Id());
        return (await db.Set<StockEntry>().Where(entry => entry.ProductId == id).Select(entry => entry.Change).ToListAsync(Stop)).Sum(change => change.ToDecimal());
    }
}
