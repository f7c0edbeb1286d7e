using System.Text.Json;
using AgroConnect.Tests.Products;
using AgroConnect.Tests.Users;

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
        Assert.Equal(("3.53", "3.10"), (order.FulfilmentOf(amina).Text("total"), order.FulfilmentOf(juma).Text("total")));
        Assert.Equal("""[{"status":"pending","fulfilment":null}]""", History(order));
        Assert.Equal((9m, 3m), (await app.StockOf(rice), await app.StockOf(eggs)));
        Assert.Equal(0, (await buyer.Client.GetJson("/api/orders/cart/")).GetProperty("items").GetArrayLength());
        Assert.Equal(order.GetRawText(), (await buyer.SeeOrder(order)).GetRawText());
        Assert.Equal(order.GetRawText(), (await buyer.Client.GetJson("/api/orders/")).GetProperty("results")[0].GetRawText());
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

    [Fact]
    public async Task Copies_names_and_prices_so_that_nothing_changes_a_past_order()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var product = await app.Product(farm, new { name = "Kale", price = "1.20" });
        var order = await buyer.Order((product, 2));

        await (await farm.Client.Patch($"/api/products/{product.Id()}/", new { name = "Gold", price = "99.00", unit = "t", stock = 7 })).Json();
        Assert.Equal(204, (int)(await farm.Client.Delete($"/api/products/{product.Id()}/")).StatusCode);

        Assert.Equal(order.GetRawText(), (await buyer.SeeOrder(order)).GetRawText());
    }

    [Fact]
    public async Task Refuses_an_empty_cart_and_fields_that_are_wrong()
    {
        var buyer = await app.Buyer();

        Assert.Equal(["Your cart is empty."], (await (await buyer.CheckOut()).Json(400)).Messages("cart"));
        var errors = await (await buyer.CheckOut(new { payment_method = "gold", delivery = new { method = "drone", name = new string('x', 201) }, expected_total = "7.005", weight_tolerance = 51 })).Json(400);
        Assert.Equal(["delivery", "expected_total", "payment_method", "weight_tolerance"], errors.Fields());
        Assert.Equal(["method", "name"], errors.GetProperty("delivery").Fields());
        Assert.Equal(["payment_method"], (await (await buyer.Client.Post("/api/orders/", new { })).Json(400)).Fields());
    }

    [Fact]
    public async Task Takes_prices_and_totals_from_the_server_alone()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var product = await app.Product(farm, new { price = "19.99" });
        await (await buyer.AddToCart(product, 1)).Json(201);

        var changed = await (await buyer.CheckOut(new { expected_total = "1.00", total = "1.00", status = "completed", user = farm.Id, paid = true })).Json(409);
        var order = await (await buyer.CheckOut(new { expected_total = "19.99", total = "1.00", status = "completed", user = farm.Id, payment_status = "paid" })).Json(201);

        Assert.Equal(("total_changed", "19.99"), (changed.Text("code"), changed.GetProperty("cart").Text("total")));
        Assert.Equal(("19.99", "pending", buyer.Id), (order.Text("total"), order.Text("status"), order.GetProperty("user").GetInt64()));
        Assert.Equal("unpaid", order.GetProperty("payment").Text("status"));
        Assert.Equal(99m, await app.StockOf(product));
    }

    [Fact]
    public async Task Takes_a_form_with_dots_for_the_delivery()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        await (await buyer.AddToCart(await app.Product(farm), 1)).Json(201);

        var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["payment_method"] = "cash",
            ["delivery.method"] = "pickup",
            ["delivery.name"] = "Amina",
            ["note"] = "Early, please.",
        });
        var order = await (await buyer.Client.Send(HttpMethod.Post, "/api/orders/", form)).Json(201);

        Assert.Equal("""{"method":"pickup","name":"Amina","phone":"","address":"","notes":""}""", order.GetProperty("delivery").GetRawText());
        Assert.Equal("Early, please.", order.Text("note"));
    }

    [Fact]
    public async Task Gives_the_same_order_for_the_same_key_and_meaning()
    {
        var (farm, buyer, other) = (await app.Farmer(), await app.Buyer(), await app.Buyer());
        var product = await app.Product(farm, new { stock = 10 });
        await (await buyer.CheckOut(key: "spring")).Json(400);
        await (await buyer.AddToCart(product, 1)).Json(201);

        var first = await (await buyer.CheckOut(new { expected_total = "3.50", note = "a" }, "spring")).Json(201);
        var again = await buyer.CheckOut(new { note = " a ", expected_total = 3.5m, delivery = new { } }, "spring");

        Assert.Equal(first.GetRawText(), (await again.Json()).GetRawText());
        Assert.Equal("idempotency_conflict", (await (await buyer.CheckOut(new { note = "b" }, "spring")).Json(409)).Text("code"));
        Assert.Equal(["Idempotency-Key"], (await (await buyer.CheckOut(key: new string('k', 256))).Json(400)).Fields());
        await (await other.CheckOut(key: "spring")).Json(400);
        Assert.Equal(9m, await app.StockOf(product));
    }

    [Fact]
    public async Task Makes_one_order_of_twenty_twins_at_once()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var product = await app.Product(farm, new { stock = 100 });
        await (await buyer.AddToCart(product, 1)).Json(201);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => buyer.CheckOut(key: "twins")));

        Assert.Equal(1, answers.Count(answer => (int)answer.StatusCode == 201));
        Assert.Equal(19, answers.Count(answer => (int)answer.StatusCode == 200));
        Assert.Single((await Task.WhenAll(answers.Select(answer => answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)))).Distinct());
        Assert.Equal(99m, await app.StockOf(product));
        Assert.Equal(1, (await buyer.Client.GetJson("/api/orders/")).GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task Makes_one_order_of_a_cart_that_is_checked_out_twice_without_a_key()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var product = await app.Product(farm, new { stock = 100 });
        await (await buyer.AddToCart(product, 1)).Json(201);

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => buyer.CheckOut()));

        Assert.Equal([201, .. Enumerable.Repeat(400, 9)], answers.Select(answer => (int)answer.StatusCode).Order());
        Assert.Equal(99m, await app.StockOf(product));
    }

    [Fact]
    public async Task Writes_to_the_buyer_and_to_each_farm_what_concerns_them()
    {
        var (amina, juma, buyer) = (await app.Farmer(), await app.Farmer(), await app.Buyer());
        var (rice, eggs) = (await app.Product(amina, new { name = "Rice & <b>peas</b>" }), await app.Product(juma, new { name = "Eggs" }));
        await (await buyer.AddToCart(rice, 2)).Json(201);
        await (await buyer.AddToCart(eggs, 1)).Json(201);

        var order = await (await buyer.CheckOut(new { delivery = new { name = "Wanjiku", phone = "0700", address = "Market road" } })).Json(201);

        var (mine, aminas) = (Assert.Single(await app.MailsTo(buyer.Email)), Assert.Single(await app.MailsTo(amina.Email)));
        Assert.Contains(order.Text("number"), mine.Subject, StringComparison.Ordinal);
        Assert.Contains("2 piece Rice & <b>peas</b>: 7.00 USD", mine.TextBody, StringComparison.Ordinal);
        Assert.Contains("Rice &amp; &lt;b&gt;peas", mine.HtmlBody, StringComparison.Ordinal);
        Assert.Contains("Total: 10.50 USD", mine.TextBody!, StringComparison.Ordinal);
        Assert.Contains("Wanjiku\n0700\nMarket road", aminas.TextBody!.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.DoesNotContain("Eggs", aminas.TextBody, StringComparison.Ordinal);
        Assert.Contains("Eggs", Assert.Single(await app.MailsTo(juma.Email)).TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Filters_ones_own_orders_and_shows_all_to_staff()
    {
        var (farm, buyer, other, staff) = (await app.Farmer(), await app.Buyer(), await app.Buyer(), await app.Staff());
        var product = await app.Product(farm);
        var (first, second) = (await buyer.Order((product, 1)), await buyer.Order((product, 2)));
        await other.Order((product, 1));
        await (await buyer.Cancel(first)).Json();

        Assert.Equal([second.Id(), first.Id()], (await buyer.Client.GetJson("/api/orders/?all=true")).Ids());
        Assert.Equal([first.Id()], (await buyer.Client.GetJson("/api/orders/?status=cancelled")).Ids());
        Assert.Equal([second.Id()], (await buyer.Client.GetJson($"/api/orders/?created_after={second.Text("created_at")}")).Ids());
        Assert.Equal([first.Id()], (await buyer.Client.GetJson($"/api/orders/?created_before={second.Text("created_at")}")).Ids());
        Assert.Equal([first.Id()], (await buyer.Client.GetJson("/api/orders/?page_size=1&page=2")).Ids());
        Assert.Equal(["created_after", "created_before", "status"], (await buyer.Client.GetJson("/api/orders/?status=lost&created_after=soon&created_before=31/12/2026", 400)).Fields());
        Assert.Equal([second.Id(), first.Id()], (await staff.Client.GetJson($"/api/admin/orders/?user={buyer.Id}&seller={farm.Id}")).Ids());
        Assert.True((await staff.Client.GetJson("/api/orders/?all=true")).GetProperty("count").GetInt32() >= 3);
        await buyer.Client.GetJson("/api/admin/orders/", 403);
        await app.Stranger().GetJson("/api/orders/", 401);
    }

    private static string History(JsonElement order) => JsonSerializer.Serialize(
        order.GetProperty("history").EnumerateArray().Select(entry => new { status = entry.Text("status"), fulfilment = entry.GetProperty("fulfilment") }));
}
