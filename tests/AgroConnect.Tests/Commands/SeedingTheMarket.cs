using System.Globalization;
using System.Text.Json;
using AgroConnect.Chat;
using AgroConnect.Data;
using AgroConnect.Orders;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgroConnect.Tests.Commands;

/// <summary>A market that was seeded in two steps.</summary>
public sealed class SeededMarket : IAsyncLifetime
{
    public static readonly string[] Wanted = ["--products", "1000", "--users", "3", "--orders", "150", "--messages", "1250"];

    public App App { get; } = new();

    public async ValueTask InitializeAsync()
    {
        await App.InitializeAsync();
        (await TheProgram.Run(App.Database, "seed", "--products", "300", "--users", "3", "--orders", "100", "--messages", "150")).Well();
        (await TheProgram.Run(App.Database, ["seed", .. Wanted])).Well();
    }

    public ValueTask DisposeAsync() => App.DisposeAsync();
}

public sealed class SeedingTheMarket(SeededMarket market) : IClassFixture<SeededMarket>
{
    private static readonly string[] Fields = ["slug", "name", "price", "unit", "stock", "organic", "description"];

    [Fact]
    public async Task Twice_is_the_same_as_once_and_a_number_is_how_many_there_shall_be()
    {
        await using var other = new App();
        await other.InitializeAsync();
        (await TheProgram.Run(other.Database, "seed")).Well();
        var handMade = await Listings(other);
        var before = await Everything();

        (await TheProgram.Run(market.App.Database, ["seed", .. SeededMarket.Wanted])).Well();
        (await TheProgram.Run(other.Database, "seed", "--products", "1000")).Well();

        var grown = await Listings(market.App);
        Assert.Equal(before, await Everything());
        Assert.Equal(handMade.Count + 1_000, grown.Count);
        Assert.Equal(grown.Order(StringComparer.Ordinal), (await Listings(other)).Order(StringComparer.Ordinal));

        async Task<(string Listings, int Orders, int Messages)> Everything()
        {
            await using var scope = market.App.Services.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
            return (
                string.Join('\n', await Listings(market.App)),
                await db.Orders.CountAsync(TestContext.Current.CancellationToken),
                await db.Set<Message>().CountAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Has_orders_and_reviews_whose_sums_hold()
    {
        using var staff = await market.App.Staff();

        var orders = new List<JsonElement>();
        for (var next = "/api/admin/orders/?page_size=100"; next is not null;)
        {
            var page = await staff.Client.GetJson(next);
            orders.AddRange(page.GetProperty("results").EnumerateArray());
            next = page.GetProperty("next").GetString();
        }

        Assert.Equal(210, orders.Count);
        Assert.Equal(["cancelled", "completed", "confirmed", "delivered", "pending", "shipped"], orders.Select(order => order.GetProperty("status").GetString()).Distinct().Order(StringComparer.Ordinal));
        Assert.All(orders, order => Assert.Equal(
            decimal.Parse(order.GetProperty("total").GetString()!, CultureInfo.InvariantCulture),
            order.GetProperty("items").EnumerateArray().Sum(item => decimal.Parse(item.GetProperty("line_total").GetString()!, CultureInfo.InvariantCulture))));
        var products = (await staff.Client.GetJson("/api/products/?page_size=100&ordering=-rating")).GetProperty("results").EnumerateArray().ToList();
        Assert.Contains(products, product => product.GetProperty("rating").GetProperty("count").GetInt32() > 1);
        foreach (var product in products.Take(30).Concat(products.TakeLast(30)))
        {
            await AddsUp(staff, product);
        }
    }

    [Fact]
    public async Task Has_conversations_that_are_whole_and_as_many_messages_as_are_wanted()
    {
        await using var scope = market.App.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var conversations = await db.Set<Conversation>().ToListAsync(TestContext.Current.CancellationToken);
        var messages = await db.Set<Message>().ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1250, messages.Count(message => message.ClientId.StartsWith("generated-", StringComparison.Ordinal)));
        Assert.InRange(conversations.Count(conversation => conversation.ProductId is not null), 3, 20);
        Assert.All(conversations, conversation =>
        {
            var mine = messages.Where(message => message.ConversationId == conversation.Id).OrderBy(message => message.Seq).ToList();
            Assert.Equal(Enumerable.Range(1, (int)conversation.LastSeq).Select(seq => (long)seq), mine.Select(message => message.Seq));
            Assert.Equal(conversation.UpdatedAt, mine[^1].CreatedAt);
            Assert.All(mine, message => Assert.True(conversation.Has(message.SenderId)));
        });
        Assert.Contains(conversations, conversation => conversation.UnreadBy(conversation.FirstUserId) + conversation.UnreadBy(conversation.SecondUserId) == 1);
    }

    private static async Task AddsUp(Person staff, JsonElement product)
    {
        var id = product.GetProperty("id").GetInt64();
        var stock = 0m;
        for (var next = $"/api/products/{id}/stock/?page_size=100"; next is not null;)
        {
            var page = await staff.Client.GetJson(next);
            stock += page.GetProperty("results").EnumerateArray().Sum(entry => entry.GetProperty("change").GetDecimal());
            next = page.GetProperty("next").GetString();
        }

        Assert.Equal(product.GetProperty("stock").GetDecimal(), stock);
        var stars = (await staff.Client.GetJson($"/api/products/{id}/reviews/?page_size=100")).GetProperty("results").EnumerateArray().Select(review => review.GetProperty("rating").GetInt32()).ToList();
        var rating = product.GetProperty("rating");
        Assert.Equal(stars.Count, rating.GetProperty("count").GetInt32());
        Assert.Equal(stars.Count == 0 ? -1 : Math.Round(stars.Average(), 1), rating.GetProperty("average") is { ValueKind: JsonValueKind.Number } average ? average.GetDouble() : -1);
    }

    private static async Task<List<string>> Listings(App app)
    {
        var listings = new List<string>();
        var next = "/api/products/?page_size=100&ordering=name";
        while (next is not null)
        {
            var page = await app.Stranger().GetJson(next);
            listings.AddRange(page.GetProperty("results").EnumerateArray().Select(Told));
            next = page.GetProperty("next").GetString();
        }

        return listings;

        static string Told(JsonElement product) => string.Join(' ', Fields
            .Select(name => product.GetProperty(name).ToString())
            .Append(product.GetProperty("category").GetProperty("slug").GetString())
            .Append(product.GetProperty("seller").GetProperty("name").GetString()));
    }
}
