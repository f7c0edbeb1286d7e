using System.Net;
using AgroConnect.Tests.Products;

namespace AgroConnect.Tests.Orders;

public sealed class SeeingTheMarketInNumbers(Catalogue app) : IClassFixture<Catalogue>
{
    private const string Url = "/api/admin/summary/";

    [Fact]
    public async Task Staff_see_what_came_by_day_in_few_statements()
    {
        var (staff, farm, buyer) = (await app.Staff(), await app.Farmer(), await app.Buyer());
        var before = await staff.Client.GetJson(Url);
        var product = await app.Product(farm, new { price = "2.50" });
        await buyer.Order((product, 2));
        await (await buyer.Cancel(await buyer.Order((product, 1)))).Json();

        System.Text.Json.JsonElement after = default;
        var statements = int.MaxValue;
        for (var tries = 0; tries < 5; tries++)
        {
            // Mails may be on their way at the same time.
            statements = Math.Min(statements, await app.StatementsOf(async () => after = await staff.Client.GetJson(Url)));
        }

        Assert.InRange(statements, 1, 4);
        Assert.Equal(["active_products", "active_users", "farmers", "open_orders", "orders", "pending_applications", "products", "users"], after.GetProperty("now").Fields());
        Assert.Equal(["cancelled", "currency", "days", "from", "now", "orders", "products", "revenue", "to", "users"], after.Fields());
        long Grown(string name) => after.GetProperty(name).GetInt64() - before.GetProperty(name).GetInt64();
        Assert.Equal((1, 2, 1), (Grown("products"), Grown("orders"), Grown("cancelled")));
        Assert.Equal("5.00", after.Text("revenue"));
        var days = after.GetProperty("days").EnumerateArray().ToList();
        Assert.Equal(30, days.Count);
        Assert.Equal(("5.00", 2, 1), (days[^1].Text("revenue"), days[^1].GetProperty("orders").GetInt32(), days[^1].GetProperty("cancelled").GetInt32()));
        Assert.Equal(1, after.GetProperty("now").GetProperty("open_orders").GetInt32());
        Assert.Equal(30, (await staff.Client.GetJson(Url + "?tz=Asia/Kathmandu")).GetProperty("days").GetArrayLength());
        Assert.Equal("0.00", (await staff.Client.GetJson(Url + "?from=2020-01-01&to=2020-12-31&tz=America/New_York")).Text("revenue"));
    }

    [Fact]
    public async Task It_is_for_staff_and_for_days_that_are()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.Stranger().Get(Url)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await (await app.Buyer()).Client.Get(Url)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await (await app.Farmer()).Client.Get(Url)).StatusCode);
        var staff = await app.Staff();
        Assert.NotEmpty((await staff.Client.GetJson(Url + "?tz=Moon", 400)).Messages("tz"));
        Assert.NotEmpty((await staff.Client.GetJson(Url + "?from=2026-02-02&to=2026-02-01", 400)).Messages("from"));
    }
}
