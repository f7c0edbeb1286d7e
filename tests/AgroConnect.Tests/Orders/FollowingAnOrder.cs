using System.Net.Http.Json;
using System.Text.Json;
using AgroConnect.Tests.Products;
using AgroConnect.Tests.Users;

namespace AgroConnect.Tests.Orders;

public sealed class FollowingAnOrder(App app) : IClassFixture<App>
{
    [Fact]
    public async Task Is_completed_when_every_farm_has_delivered_and_been_paid()
    {
        var (amina, juma, buyer) = (await app.Farmer(), await app.Farmer(), await app.Buyer());
        var order = await buyer.Order((await app.Product(amina), 1), (await app.Product(juma), 1));

        await (await amina.Move(order, order.FulfilmentOf(amina), "confirmed")).Json();
        Assert.Equal("pending", (await buyer.SeeOrder(order)).Text("status"));
        await (await juma.Move(order, order.FulfilmentOf(juma), "confirmed", new { note = "Tomorrow." })).Json();
        Assert.Equal("confirmed", (await buyer.SeeOrder(order)).Text("status"));
        var shipped = await (await amina.Move(order, order.FulfilmentOf(amina), "shipped", new { tracking = "G4S 17" })).Json();
        Assert.Equal("G4S 17", shipped.FulfilmentOf(amina).Text("tracking"));
        await (await buyer.Move(order, order.FulfilmentOf(amina), "delivered")).Json();
        Assert.Equal("partly_paid", (await PaidBy(amina)).GetProperty("payment").Text("status"));
        await juma.Move(order, order.FulfilmentOf(juma), "shipped");
        await juma.Move(order, order.FulfilmentOf(juma), "delivered");
        Assert.Equal("delivered", (await buyer.SeeOrder(order)).Text("status"));

        var done = await PaidBy(juma);

        Assert.Equal(("completed", "paid"), (done.Text("status"), done.GetProperty("payment").Text("status")));
        Assert.Equal(
            ["pending", "confirmed*", "confirmed*", "confirmed", "shipped*", "delivered*", "shipped*", "shipped", "delivered*", "delivered", "completed"],
            done.GetProperty("history").EnumerateArray().Select(entry => entry.Text("status") + (entry.GetProperty("fulfilment").ValueKind == JsonValueKind.Null ? "" : "*")));
        Assert.Equal("Tomorrow.", done.GetProperty("history")[2].Text("note"));

        async Task<JsonElement> PaidBy(Person farm)
        {
            await (await farm.MarkPaid(order, order.FulfilmentOf(farm))).Json();
            return await buyer.SeeOrder(order);
        }
    }

    [Fact]
    public async Task Takes_no_step_that_is_not_in_the_table()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var order = await buyer.Order((await app.Product(farm), 1));
        var fulfilment = order.FulfilmentOf(farm);

        foreach (var step in new[] { "shipped", "delivered" })
        {
            Assert.Equal("invalid_transition", (await (await farm.Move(order, fulfilment, step)).Json(409)).Text("code"));
        }

        Assert.Equal(["status"], (await (await farm.Move(order, fulfilment, "lost")).Json(400)).Fields());
        await (await buyer.Move(order, fulfilment, "confirmed")).Json(403);
        await (await buyer.Move(order, fulfilment, "delivered")).Json(409);
        await (await farm.Move(order, fulfilment, "pending")).Json();
        await (await farm.Move(order, fulfilment, "confirmed")).Json();
        var again = await (await farm.Move(order, fulfilment, "confirmed", new { note = "again" })).Json();
        await (await farm.Move(order, fulfilment, "pending")).Json(409);
        await (await farm.Move(order, fulfilment, "delivered")).Json(409);
        await (await farm.Move(order, fulfilment, "shipped")).Json();
        await (await farm.Move(order, fulfilment, "cancelled")).Json(409);

        Assert.Equal(3, again.GetProperty("history").GetArrayLength());
        Assert.Equal("shipped", (await buyer.SeeOrder(order)).Text("status"));
    }

    [Fact]
    public async Task May_be_handed_over_at_the_farm_without_being_shipped()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        await (await buyer.AddToCart(await app.Product(farm), 1)).Json(201);
        var order = await (await buyer.CheckOut(new { delivery = new { method = "pickup" } })).Json(201);

        await (await farm.Move(order, order.FulfilmentOf(farm), "confirmed")).Json();

        Assert.Equal("delivered", (await (await buyer.Move(order, order.FulfilmentOf(farm), "delivered")).Json()).Text("status"));
    }

    [Fact]
    public async Task Gives_stock_back_once_however_often_it_is_cancelled()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var product = await app.Product(farm, new { stock = 10 });
        var order = await buyer.Order((product, 4));

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => buyer.Cancel(order)));

        Assert.All(answers, answer => Assert.Equal(200, (int)answer.StatusCode));
        Assert.Equal(10m, await app.StockOf(product));
        var cancelled = await buyer.SeeOrder(order);
        Assert.Equal(("cancelled", "14.00", "0.00"), (cancelled.Text("status"), cancelled.Text("total"), cancelled.GetProperty("payment").Text("amount_due")));
        Assert.Equal(["pending", "cancelled", "cancelled"], cancelled.GetProperty("history").EnumerateArray().Select(entry => entry.Text("status")));
        await (await farm.Move(order, order.FulfilmentOf(farm), "confirmed")).Json(409);
        await (await farm.MarkPaid(order, order.FulfilmentOf(farm))).Json(409);
    }

    [Fact]
    public async Task Is_cancelled_by_its_buyer_until_something_is_shipped_and_by_staff_until_all_is_delivered()
    {
        var (amina, juma, buyer, staff) = (await app.Farmer(), await app.Farmer(), await app.Buyer(), await app.Staff());
        var (rice, eggs) = (await app.Product(amina, new { stock = 10 }), await app.Product(juma, new { stock = 10 }));
        var order = await buyer.Order((rice, 1), (eggs, 1));
        await amina.Move(order, order.FulfilmentOf(amina), "confirmed");
        await amina.Move(order, order.FulfilmentOf(amina), "shipped");

        Assert.Equal("invalid_transition", (await (await buyer.Cancel(order)).Json(409)).Text("code"));
        await (await amina.Cancel(order)).Json(403);
        var cancelled = await (await staff.Cancel(order)).Json();

        Assert.Equal("cancelled", cancelled.Text("status"));
        Assert.Equal((9m, 10m), (await app.StockOf(rice), await app.StockOf(eggs)));

        var other = await buyer.Order((rice, 2));
        await amina.Deliver(other);
        await (await staff.Cancel(other)).Json(409);
    }

    [Theory]
    [InlineData(true, 10)]
    [InlineData(false, 8)]
    public async Task Goes_back_on_the_shelf_as_staff_say(bool restock, int stock)
    {
        var (farm, buyer, staff) = (await app.Farmer(), await app.Buyer(), await app.Staff());
        var product = await app.Product(farm, new { stock = 10 });
        var order = await buyer.Order((product, 2));
        await farm.Move(order, order.FulfilmentOf(farm), "confirmed");
        await farm.Move(order, order.FulfilmentOf(farm), "shipped");

        await (await staff.Cancel(order, new { restock })).Json();

        Assert.Equal(stock, await app.StockOf(product));
    }

    [Fact]
    public async Task Goes_on_without_what_was_taken_out_of_it()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var (rice, eggs) = (await app.Product(farm, new { stock = 10, price = "1.11" }), await app.Product(farm, new { stock = 10, price = "2.00" }));
        var order = await buyer.Order((rice, 3), (eggs, 2));
        var (first, second) = (order.GetProperty("items")[0], order.GetProperty("items")[1]);

        var shorter = await (await farm.Cancel(order, new { items = new object[] { new { item = first.Id(), quantity = 1 } }, note = "Only two ripe." })).Json();

        Assert.Equal(("6.22", "6.22", "2.22"), (shorter.Text("total"), shorter.FulfilmentOf(farm).Text("total"), shorter.GetProperty("items")[0].Text("line_total")));
        Assert.Equal((3, 1), (shorter.GetProperty("items")[0].GetProperty("quantity").GetInt32(), shorter.GetProperty("items")[0].GetProperty("cancelled_quantity").GetInt32()));
        Assert.Equal(8m, await app.StockOf(rice));
        Assert.Equal(["items"], (await (await buyer.Cancel(order, new { items = new object[] { new { item = first.Id(), quantity = 3 } } })).Json(400)).Fields());
        Assert.Equal(["items"], (await (await buyer.Cancel(order, new { items = new object[] { new { item = 999999999 } } })).Json(400)).Fields());
        Assert.Equal(["items"], (await (await buyer.Cancel(order, new { items = Array.Empty<object>() })).Json(400)).Fields());
        Assert.Equal(["items"], (await (await buyer.Cancel(order, new { items = "all" })).Json(400)).Fields());

        var gone = await (await buyer.Cancel(order, new { items = new object[] { new { item = first.Id() }, new { item = second.Id() } } })).Json();
        Assert.Equal("cancelled", gone.Text("status"));
        Assert.Equal((10m, 10m), (await app.StockOf(rice), await app.StockOf(eggs)));
    }

    [Fact]
    public async Task Is_seen_by_its_buyer_its_farms_and_staff_alone()
    {
        var (amina, juma, buyer, other, staff) = (await app.Farmer(), await app.Farmer(), await app.Buyer(), await app.Buyer(), await app.Staff());
        var order = await buyer.Order((await app.Product(amina, new { price = "1.00" }), 1), (await app.Product(juma, new { price = "7.00" }), 1));
        var (aminas, jumas) = (order.FulfilmentOf(amina), order.FulfilmentOf(juma));
        var item = order.GetProperty("items")[0].Id();

        var seen = await amina.SeeOrder(order);
        Assert.Equal((1, 1, "1.00"), (seen.GetProperty("items").GetArrayLength(), seen.GetProperty("fulfilments").GetArrayLength(), seen.Text("total")));
        Assert.DoesNotContain(buyer.Email, seen.GetRawText(), StringComparison.Ordinal);
        await (await juma.Move(order, jumas, "confirmed")).Json();
        Assert.Equal(1, (await amina.SeeOrder(order)).GetProperty("history").GetArrayLength());
        Assert.Equal(2, (await staff.Client.GetJson($"/api/orders/{order.Id()}/")).GetProperty("items").GetArrayLength());

        await (await amina.Move(order, jumas, "shipped")).Json(404);
        await (await amina.MarkPaid(order, jumas)).Json(404);
        await (await amina.Cancel(order, new { items = new object[] { new { item = order.GetProperty("items")[1].Id() } } })).Json(400);
        foreach (var (client, status) in new[] { (other.Client, 404), ((await app.Farmer()).Client, 404), (app.Stranger(), 401) })
        {
            var person = new Person(0, "", client, "");
            await client.GetJson($"/api/orders/{order.Id()}/", status);
            await (await person.Cancel(order)).Json(status);
            await (await person.Move(order, aminas, "confirmed")).Json(status);
            await (await person.Move(order, aminas, "nonsense")).Json(status);
            await (await person.MarkPaid(order, aminas)).Json(status);
            await (await client.Post($"/api/orders/{order.Id()}/fulfilments/{aminas.Id()}/weights/", new { })).Json(status);
            await (await client.Post($"/api/orders/{order.Id()}/items/{item}/weight/", new { accept = true })).Json(status);
        }

        await (await buyer.MarkPaid(order, aminas)).Json(403);
        await (await buyer.Move(order, aminas, "cancelled")).Json(403);
        await (await amina.Move(new { id = 999999999L }.AsJson(), aminas, "confirmed")).Json(404);
    }

    [Fact]
    public async Task Tells_by_mail_whoever_did_not_do_it()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var order = await buyer.Order((await app.Product(farm), 1));
        await app.MailsTo(buyer.Email);
        await app.MailsTo(farm.Email);

        await (await farm.Move(order, order.FulfilmentOf(farm), "confirmed", new { note = "On Friday." })).Json();
        Assert.Contains("On Friday.", (await app.MailsTo(buyer.Email, 2))[1].TextBody, StringComparison.Ordinal);
        await (await buyer.Cancel(order)).Json();
        Assert.EndsWith("cancelled", (await app.MailsTo(farm.Email, 2))[1].Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forgets_where_it_went_when_its_buyer_has_left_and_it_is_finished()
    {
        var (farm, email) = (await app.Farmer(), await app.Activated());
        var buyer = new Person(0, email, (await app.SignedIn(email)).Client, "");
        var product = await app.Product(farm);
        var delivery = new { name = "Wanjiku", phone = "0700", address = "Market road", notes = "Blue gate" };
        var (done, open) = (await Ordered(), await Ordered());
        await farm.Deliver(done);
        await (await farm.MarkPaid(done, done.FulfilmentOf(farm))).Json();
        Assert.Contains("Market road", (await buyer.Client.GetJson("/api/auth/users/me/export/")).GetProperty("orders").GetRawText(), StringComparison.Ordinal);

        using var leave = new HttpRequestMessage(HttpMethod.Delete, "/api/auth/users/me/") { Content = JsonContent.Create(new { current_password = App.Password }) };
        Assert.Equal(204, (int)(await buyer.Client.SendAsync(leave, TestContext.Current.CancellationToken)).StatusCode);

        Assert.Equal("", (await farm.SeeOrder(done)).GetProperty("delivery").Text("name"));
        Assert.Equal("Market road", (await farm.SeeOrder(open)).GetProperty("delivery").Text("address"));
        await farm.Deliver(open);
        await (await farm.MarkPaid(open, open.FulfilmentOf(farm))).Json();
        Assert.Equal("""{"method":"delivery","name":"","phone":"","address":"","notes":""}""", (await farm.SeeOrder(open)).GetProperty("delivery").GetRawText());

        async Task<JsonElement> Ordered()
        {
            await (await buyer.AddToCart(product, 1)).Json(201);
            return await (await buyer.CheckOut(new { delivery })).Json(201);
        }
    }
}

internal static class Anonymous
{
    public static JsonElement AsJson(this object thing) => JsonSerializer.SerializeToElement(thing);
}
