using System.Net;
using System.Text.Json;
using AgroConnect.Data;
using AgroConnect.Orders;
using AgroConnect.Tests.Products;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgroConnect.Tests.Orders;

public sealed class SeeingWhatWasSold(App app) : IClassFixture<App>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_farm_sees_its_own_part_of_each_order_with_what_it_needs_to_deliver()
    {
        var (amina, juma, buyer) = (await app.Farmer(), await app.Farmer(), await app.Buyer());
        var (rice, eggs) = (await app.Product(amina, new { name = "Rice", price = "2.35", unit = "kg" }), await app.Product(juma, new { name = "Eggs", price = "3.10" }));
        var delivery = new { method = "delivery", name = "Asha", phone = "0700 123", address = "Moi Avenue 1", notes = "Ring twice" };
        await (await buyer.AddToCart(rice, 2)).Json(201);
        await (await buyer.AddToCart(eggs, 1)).Json(201);
        var order = await (await buyer.CheckOut(new { note = "Thank you", delivery })).Json(201);

        var page = await amina.Client.GetJson("/api/sales/");

        Assert.Equal(1, page.GetProperty("count").GetInt32());
        var sale = page.GetProperty("results")[0];
        Assert.Equal((order.FulfilmentOf(amina).Id(), "pending", "unpaid", "4.70"), (sale.Id(), sale.Text("status"), sale.Text("payment_status"), sale.Text("total")));
        Assert.Equal((order.Id(), order.Text("number"), "Thank you"), (sale.GetProperty("order").Id(), sale.GetProperty("order").Text("number"), sale.GetProperty("order").Text("note")));
        Assert.Equal(order.Text("created_at"), sale.GetProperty("order").Text("created_at"));
        Assert.Equal(["id", "name"], sale.GetProperty("buyer").Fields());
        Assert.Equal(buyer.Id, sale.GetProperty("buyer").Id());
        Assert.Equal(JsonSerializer.Serialize(delivery), sale.GetProperty("delivery").GetRawText());
        Assert.Equal(["Rice"], sale.GetProperty("items").EnumerateArray().Select(item => item.Text("product_name")));
        Assert.Equal(2, sale.GetProperty("items")[0].GetProperty("quantity").GetDecimal());
        Assert.DoesNotContain("Eggs", page.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(buyer.Email, page.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strangers_and_buyers_see_nothing_and_another_farms_sales_are_for_staff()
    {
        var (farm, other, staff, buyer) = (await app.Farmer(), await app.Farmer(), await app.Staff(), await app.Buyer());
        var order = await buyer.Order((await app.Product(farm), 1));
        foreach (var route in new[] { "/api/sales/", "/api/sales/summary/" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await app.Stranger().Get(route)).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await buyer.Client.Get(route)).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await other.Client.Get($"{route}?seller={farm.Id}")).StatusCode);
            Assert.NotEmpty((await staff.Client.GetJson($"{route}?seller=999999", 400)).Messages("seller"));
        }

        Assert.Empty((await other.Client.GetJson("/api/sales/")).Ids());
        Assert.Empty((await staff.Client.GetJson("/api/sales/")).Ids());
        Assert.Equal([order.FulfilmentOf(farm).Id()], (await staff.Client.GetJson($"/api/sales/?seller={farm.Id}")).Ids());
        Assert.Equal([order.FulfilmentOf(farm).Id()], (await farm.Client.GetJson($"/api/sales/?seller={farm.Id}")).Ids());
        Assert.Equal(1, (await staff.Client.GetJson($"/api/sales/summary/?seller={farm.Id}")).GetProperty("orders").GetInt32());
    }

    [Fact]
    public async Task The_list_is_filtered_by_status_payment_and_time_newest_first()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var rice = await app.Product(farm);
        var (first, second, third) = (await buyer.Order((rice, 1)), await buyer.Order((rice, 2)), await buyer.Order((rice, 3)));
        await farm.Deliver(first);
        await (await farm.MarkPaid(first, first.FulfilmentOf(farm))).Json();
        await (await buyer.Cancel(second)).Json();
        long Part(JsonElement order) => order.FulfilmentOf(farm).Id();

        Assert.Equal([Part(third), Part(second), Part(first)], (await farm.Client.GetJson("/api/sales/")).Ids());
        Assert.Equal([Part(first)], (await farm.Client.GetJson("/api/sales/?status=delivered")).Ids());
        Assert.Equal([Part(first)], (await farm.Client.GetJson("/api/sales/?payment_status=paid")).Ids());
        Assert.Equal([Part(second)], (await farm.Client.GetJson("/api/sales/?status=cancelled&payment_status=unpaid")).Ids());
        Assert.Equal([Part(third), Part(second)], (await farm.Client.GetJson($"/api/sales/?created_after={second.Text("created_at")}")).Ids());
        Assert.Equal([Part(first)], (await farm.Client.GetJson($"/api/sales/?created_before={second.Text("created_at")}")).Ids());
        Assert.Equal([Part(third), Part(second), Part(first)], await farm.Client.AllPages("/api/sales/?page_size=1"));
        Assert.NotEmpty((await farm.Client.GetJson("/api/sales/?status=lost", 400)).Messages("status"));
        Assert.NotEmpty((await farm.Client.GetJson("/api/sales/?payment_status=owed", 400)).Messages("payment_status"));
        Assert.NotEmpty((await farm.Client.GetJson("/api/sales/?created_after=soon", 400)).Messages("created_after"));
        await farm.Client.GetJson("/api/sales/?page=9", 404);
    }

    [Fact]
    public async Task The_summary_adds_up_what_is_not_cancelled_by_day_and_product()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var rice = await app.Product(farm, new { name = "Rice", price = "2.35", unit = "kg", quantity_step = 0.5, min_order_quantity = 0.5 });
        var eggs = await app.Product(farm, new { name = "Eggs", price = "3.10", unit = "tray" });
        await buyer.Order((rice, 1.5m), (eggs, 1));
        var shortened = await buyer.Order((rice, 2), (eggs, 1));
        var gone = await buyer.Order((rice, 50));
        await (await buyer.Cancel(gone)).Json();
        var line = shortened.GetProperty("items").EnumerateArray().Single(item => item.Text("product_name") == "Rice").Id();
        await (await buyer.Cancel(shortened, new { items = new[] { new { item = line, quantity = 1 } } })).Json();
        var today = DateOnly.FromDateTime(DateTime.UtcNow);

        var summary = await farm.Client.GetJson("/api/sales/summary/");

        Assert.Equal((today.AddDays(-29).Iso(), today.Iso(), "USD"), (summary.Text("from"), summary.Text("to"), summary.Text("currency")));
        Assert.Equal(("12.08", 2), (summary.Text("revenue"), summary.GetProperty("orders").GetInt32()));
        var days = summary.GetProperty("days").EnumerateArray().ToList();
        Assert.Equal(30, days.Count);
        Assert.Equal(("12.08", 2), (days[^1].Text("revenue"), days[^1].GetProperty("orders").GetInt32()));
        Assert.Equal(("0.00", 0), (days[0].Text("revenue"), days[0].GetProperty("orders").GetInt32()));
        Assert.Equal(
            $$"""[{"product":{{eggs.Id()}},"name":"Eggs","unit":"tray","quantity":2,"revenue":"6.20"},{"product":{{rice.Id()}},"name":"Rice","unit":"kg","quantity":2.5,"revenue":"5.88"}]""",
            summary.GetProperty("products").GetRawText());
    }

    [Theory]
    [InlineData("UTC", "2026-03-01T18:14:59Z", "2026-03-01")]
    [InlineData("Asia/Kathmandu", "2026-03-01T18:14:59.999999Z", "2026-03-01")]
    [InlineData("Asia/Kathmandu", "2026-03-01T18:15:00Z", "2026-03-02")]
    [InlineData("America/Los_Angeles", "2026-03-09T06:59:59Z", "2026-03-08")]
    [InlineData("America/Los_Angeles", "2026-03-09T07:00:00Z", "2026-03-09")]
    [InlineData("Africa/Cairo", "2026-04-23T22:00:00Z", "2026-04-24")]
    public async Task A_day_is_that_of_the_time_zone(string zone, string at, string day)
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var order = await buyer.Order((await app.Product(farm), 1));
        await OrderedAt(order, DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture));

        var summary = await farm.Client.GetJson($"/api/sales/summary/?from={day}&to={day}&tz={zone}");
        var before = DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture).AddDays(-1).Iso();

        Assert.Equal(1, summary.GetProperty("orders").GetInt32());
        Assert.Equal([day], summary.GetProperty("days").EnumerateArray().Select(row => row.Text("date")));
        Assert.Equal(0, (await farm.Client.GetJson($"/api/sales/summary/?from={before}&to={before}&tz={zone}")).GetProperty("orders").GetInt32());
    }

    [Theory]
    [InlineData("tz=Mars/Olympus", "tz")]
    [InlineData("tz=../../etc/passwd", "tz")]
    [InlineData("from=yesterday", "from")]
    [InlineData("from=2026-02-02&to=2026-02-01", "from")]
    [InlineData("from=2025-01-01&to=2026-01-02", "from")]
    [InlineData("to=0001-01-01", "to")]
    [InlineData("to=9999-12-31", "to")]
    [InlineData("to=2026-02-30", "to")]
    public async Task A_summary_of_no_days_is_refused(string query, string field) =>
        Assert.NotEmpty((await (await app.Farmer()).Client.GetJson("/api/sales/summary/?" + query, 400)).Messages(field));

    [Fact]
    public async Task A_leap_year_is_not_too_long()
    {
        var year = await (await app.Farmer()).Client.GetJson("/api/sales/summary/?from=2024-01-01&to=2024-12-31");

        Assert.Equal(366, year.GetProperty("days").GetArrayLength());
    }

    private async Task OrderedAt(JsonElement order, DateTimeOffset at)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var fulfilments = scope.ServiceProvider.GetRequiredService<AppDbContext>().Fulfilments;
        var id = order.Id();
        await fulfilments.Where(part => part.OrderId == id).ExecuteUpdateAsync(set => set.SetProperty(part => part.CreatedAt, at), Ct);
    }
}
