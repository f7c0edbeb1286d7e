using System.Text.Json;
using AgroConnect.Tests.Products;

namespace AgroConnect.Tests.Orders;

/// <summary>Goods that are ordered by the piece and priced by weight.</summary>
public sealed class WeighingGoods(App app) : IClassFixture<App>
{
    [Fact]
    public async Task Costs_by_the_usual_weight_at_first_and_by_the_real_one_when_it_is_packed()
    {
        var (farm, buyer, order, line) = await TwoChickens();
        Assert.Equal(("18.00", "3"), (order.Text("total"), line.GetProperty("usual_weight").GetRawText()));

        await (await farm.Move(order, order.FulfilmentOf(farm), "confirmed")).Json();
        Assert.Equal("weight_missing", (await (await farm.Move(order, order.FulfilmentOf(farm), "shipped")).Json(409)).Text("code"));
        var packed = await (await Weigh(farm, order, line, 3.155m)).Json();

        Assert.Equal(("18.93", "18.93"), (packed.Text("total"), packed.FulfilmentOf(farm).Text("total")));
        Assert.Equal("3.155", packed.GetProperty("items")[0].GetProperty("packed_weight").GetRawText());
        await (await farm.Move(order, order.FulfilmentOf(farm), "shipped")).Json();
        Assert.Equal("invalid_transition", (await (await Weigh(farm, order, line, 3)).Json(409)).Text("code"));
        await (await Weigh(buyer, order, line, 3)).Json(403);
    }

    [Theory]
    [InlineData(true, "4", "24.00", "pending", 8)]
    [InlineData(false, "null", "18.00", "cancelled", 10)]
    public async Task Asks_the_buyer_beyond_the_tolerance(bool accept, string weight, string total, string status, int stock)
    {
        var (farm, buyer, order, line) = await TwoChickens();

        var asked = await (await Weigh(farm, order, line, 4)).Json();
        Assert.Equal(("18.00", "4"), (asked.Text("total"), asked.GetProperty("items")[0].GetProperty("proposed_weight").GetRawText()));
        await (await Answer(farm, order, line, accept)).Json(403);
        var answered = await (await Answer(buyer, order, line, accept)).Json();

        Assert.Equal((total, status), (answered.Text("total"), answered.Text("status")));
        Assert.Equal(weight, answered.GetProperty("items")[0].GetProperty("packed_weight").GetRawText());
        Assert.Equal(stock, await app.StockOf(new { id = line.GetProperty("product").GetInt64() }.AsJson()));
        Assert.Equal(accept ? 200 : 409, (int)(await Answer(buyer, order, line, accept)).StatusCode);
    }

    [Fact]
    public async Task Takes_the_tolerance_that_the_buyer_agreed_to()
    {
        var (farm, _, order, line) = await TwoChickens(tolerance: 0);

        Assert.Equal("3.001", (await (await Weigh(farm, order, line, 3.001m)).Json()).GetProperty("items")[0].GetProperty("proposed_weight").GetRawText());
        Assert.Equal("3", (await (await Weigh(farm, order, line, 3)).Json()).GetProperty("items")[0].GetProperty("packed_weight").GetRawText());
    }

    [Fact]
    public async Task Refuses_weights_of_lines_that_have_none()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var order = await buyer.Order((await app.Product(farm), 1));

        Assert.Equal(["items"], (await (await Weigh(farm, order, order.GetProperty("items")[0], 2)).Json(400)).Fields());
        Assert.Equal(["items"], (await (await Weigh(farm, order, new { id = 999999999L }.AsJson(), 2)).Json(400)).Fields());
        Assert.Equal(["items"], (await (await Weigh(farm, order, order.GetProperty("items")[0], -1)).Json(400)).Fields());
        Assert.Equal("no_question", (await (await Answer(buyer, order, order.GetProperty("items")[0], true)).Json(409)).Text("code"));
    }

    [Fact]
    public async Task Is_listed_with_a_unit_of_its_price_and_a_usual_weight_or_neither()
    {
        var farm = await app.Farmer();
        var product = await app.Product(farm, new { unit = "piece", price_unit = "kg", unit_weight = 1.5 });

        Assert.Equal(("kg", 1.5m), (product.Text("price_unit"), product.GetProperty("unit_weight").GetDecimal()));
        var address = $"/api/products/{product.Id()}/";
        Assert.Equal(["unit_weight"], (await (await farm.Client.Patch(address, new { unit_weight = (decimal?)null })).Json(400)).Fields());
        Assert.Equal(["price_unit"], (await (await farm.Client.Patch(address, new { price_unit = "dozen" })).Json(400)).Fields());
        var plain = await (await farm.Client.Patch(address, new { price_unit = (string?)null })).Json();
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (plain.GetProperty("price_unit").ValueKind, plain.GetProperty("unit_weight").ValueKind));
    }

    private async Task<(Person Farm, Person Buyer, JsonElement Order, JsonElement Line)> TwoChickens(int tolerance = 10)
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        await (await buyer.AddToCart(await app.Product(farm, new { name = "Chicken", price = "6.00", stock = 10, unit = "piece", price_unit = "kg", unit_weight = 1.5 }), 2)).Json(201);
        var order = await (await buyer.CheckOut(new { weight_tolerance = tolerance })).Json(201);
        return (farm, buyer, order, order.GetProperty("items")[0]);
    }

    private static Task<HttpResponseMessage> Weigh(Person person, JsonElement order, JsonElement line, decimal weight) => person.Client.Post(
        $"/api/orders/{order.Id()}/fulfilments/{order.GetProperty("fulfilments")[0].Id()}/weights/", new { items = new[] { new { item = line.Id(), weight } } });

    private static Task<HttpResponseMessage> Answer(Person person, JsonElement order, JsonElement line, bool accept) =>
        person.Client.Post($"/api/orders/{order.Id()}/items/{line.Id()}/weight/", new { accept });
}
