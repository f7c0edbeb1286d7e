using System.Net;
using System.Text.Json;
using AgroConnect.Tests.Products;

namespace AgroConnect.Tests.Orders;

public sealed class ReadingTheStockLedger(App app) : IClassFixture<App>
{
    [Fact]
    public async Task It_tells_a_seller_how_the_stock_came_and_went()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var product = await app.Product(farm, new { stock = 10.5, unit = "kg", quantity_step = 0.5, min_order_quantity = 0.5 });
        var order = await buyer.Order((product, 1.5m));
        await (await buyer.Cancel(order)).Json();
        await (await farm.Client.Patch($"/api/products/{product.Id()}/", new { stock = 8 })).Json();
        var url = $"/api/products/{product.Id()}/stock/";

        var page = await farm.Client.GetJson(url);

        var rows = page.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(["at", "cause", "change", "id", "order"], rows[0].Fields());
        Assert.Equal(
            [("corrected", -2.5m), ("returned", 1.5m), ("sold", -1.5m), ("set", 10.5m)],
            rows.Select(row => (row.Text("cause"), row.GetProperty("change").GetDecimal())));
        Assert.Equal([null, order.Id(), order.Id(), null], rows.Select(row => row.GetProperty("order") is { ValueKind: JsonValueKind.Number } id ? id.GetInt64() : (long?)null));
        Assert.Equal(await app.StockOf(product), rows.Sum(row => row.GetProperty("change").GetDecimal()));
        Assert.Equal(page.Ids(), await (await app.Staff()).Client.AllPages(url + "?page_size=3"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.Stranger().Get(url)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await buyer.Client.Get(url)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await (await app.Farmer()).Client.Get(url)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await farm.Client.Get("/api/products/999999/stock/")).StatusCode);
        await (await farm.Client.Patch($"/api/products/{product.Id()}/", new { is_active = false })).Json();
        Assert.Equal(HttpStatusCode.NotFound, (await (await app.Farmer()).Client.Get(url)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await farm.Client.Get(url)).StatusCode);
    }
}
