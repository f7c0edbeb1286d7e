using System.Text.Json;
using AgroConnect.Tests.Products;

namespace AgroConnect.Tests.Orders;

public sealed class PlacingAnOrder(App app) : IClassFixture<App>
{
    [Fact]
    public async Task Takes_the_goods_of_several_farms_from_stock_and_makes_a_fulfilment_for_each()
    {
        var (amina, juma, buyer) = (await app.Farmer(), await app.Farmer(), await app.Buyer());
        var rice = await app.Product(amina, new { name = "Rice", price = "2.35", stock = 10.5, unit = "kg", quantity_step = 0.5, min_order_quantity = 0.5 });
        var eggs = await app.Product(juma, new { name = "Eggs", price = "3.10", stock = 4, unit = "tray" });

        var order = await buyer.Order((eggs, 1), (rice, 1.5m));

        Assert.Equal(("pending", "6.63", "USD"), (order.Text("status"), order.Text("total"), order.Text("currency")));
        Assert.Matches("^AC-20[0-9]{2}-[0-9]{6,}$", order.Text("number"));
        Assert.Equal(buyer.Id, order.GetProperty("user").GetInt64());
        Assert.Equal(["3.53", "3.10"], order.GetProperty("fulfilments").EnumerateArray().Select(part => part.Text("total")).Order().Reverse());
        Assert.Equal((9m, 3m), (await app.StockOf(rice), await app.StockOf(eggs)));
        Assert.Equal(0, (await buyer.Client.GetJson("/api/orders/cart/")).GetProperty("items").GetArrayLength());
        Assert.Equal(order.GetRawText(), (await buyer.SeeOrder(order)).GetRawText());
    }

    [Fact]
    public async Task Takes_nothing_when_one_line_is_out_of_stock()
    {
        var (farm, buyer, other) = (await app.Farmer(), await app.Buyer(), await app.Buyer());
        var (rice, seed) = (await app.Product(farm, new { stock = 10 }), await app.Product(farm, new { stock = 2 }));
        await (await buyer.AddToCart(rice, 3)).Json(201);
        await (await buyer.AddToCart(seed, 2)).Json(201);
        await other.Order((seed, 1));

        var refused = await (await buyer.CheckOut()).Json(409);

        Assert.Equal("insufficient_stock", refused.Text("code"));
        Assert.Equal($$"""[{"product":{{seed.Id()}},"requested":2,"available":1}]""", refused.GetProperty("items").GetRawText());
        Assert.Equal((10m, 1m), (await app.StockOf(rice), await app.StockOf(seed)));
        Assert.Equal(2, (await buyer.Client.GetJson("/api/orders/cart/")).GetProperty("items").GetArrayLength());
    }
}
