using System.Text.Json;
using AgroConnect.Data;
using AgroConnect.Orders.Payments;
using AgroConnect.Tests.Commands;
using AgroConnect.Tests.Fakes;
using AgroConnect.Tests.Products;
using AgroConnect.Tests.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgroConnect.Tests.Orders;

/// <summary>The product with a look-alike of Stripe.</summary>
public sealed class CardApp : ClockedApp, IAsyncLifetime
{
    internal StripeLookAlike Stripe { get; private set; } = null!;

    protected override IReadOnlyDictionary<string, string?> Settings => StripeLookAlike.MarketSettings(Stripe.Address);

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        Stripe = await StripeLookAlike.StartAsync();
        await InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Stripe.DisposeAsync();
    }

    /// <summary>What the worker does by itself in a few seconds; returns when neither has anything left to do.</summary>
    internal async Task Settle()
    {
        for (var tries = 0; tries < 200; tries++)
        {
            await Services.GetRequiredService<PaymentWorker>().SettleDueAsync(TestContext.Current.CancellationToken);
            await using var scope = Services.CreateAsyncScope();

            // What the worker has taken is due again when its lease ends.
            var soon = Clock.GetUtcNow().AddMinutes(3);
            if (!await scope.ServiceProvider.GetRequiredService<AppDbContext>().Set<Payment>().AnyAsync(payment => payment.DueAt < soon, TestContext.Current.CancellationToken))
            {
                return;
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}

public sealed class PayingByCard(CardApp app) : IClassFixture<CardApp>
{
    [Fact]
    public async Task Holds_the_money_at_checkout_and_takes_it_when_all_is_shipped()
    {
        var (amina, juma, buyer) = (await app.Farmer(), await app.Farmer(), await app.Buyer());
        var order = await app.OrderedByCard(buyer, (await app.Product(amina, new { price = "4.10" }), 1), (await app.Product(juma, new { price = "5.00" }), 2));
        Assert.Equal(("unpaid", "stripe"), (order.GetProperty("payment").Text("status"), order.GetProperty("payment").Text("method")));
        Assert.Equal(app.Stripe.IntentOf(order.Id())["client_secret"]!.GetValue<string>(), order.GetProperty("payment").Text("client_secret"));
        Assert.Equal(1410, app.Stripe.IntentOf(order.Id())["amount"]!.GetValue<long>());
        Assert.Equal("payment_required", (await (await amina.Move(order, order.FulfilmentOf(amina), "confirmed")).Json(409)).Text("code"));

        await app.Told(app.Stripe.Pay(order.Id()), "payment_intent.amount_capturable_updated");
        var authorised = await buyer.SeeOrder(order);
        Assert.Equal(("authorised", JsonValueKind.Null), (authorised.GetProperty("payment").Text("status"), authorised.GetProperty("payment").GetProperty("client_secret").ValueKind));
        Assert.Single(await app.MailsTo(amina.Email));
        await amina.Ship(order);
        await app.Settle();
        Assert.Equal("requires_capture", app.Stripe.IntentOf(order.Id())["status"]!.GetValue<string>());
        await juma.Ship(order);
        await app.Settle();

        Assert.Equal(1410, app.Stripe.IntentOf(order.Id())["amount_received"]!.GetValue<long>());
        Assert.Equal("paid", (await buyer.SeeOrder(order)).GetProperty("payment").Text("status"));
        await (await amina.MarkPaid(order, order.FulfilmentOf(amina))).Json(409);
        await buyer.Move(order, order.FulfilmentOf(amina), "delivered");
        Assert.Equal("completed", (await (await buyer.Move(order, order.FulfilmentOf(juma), "delivered")).Json()).Text("status"));
    }

    [Fact]
    public async Task Takes_only_what_was_not_cancelled_and_gives_back_what_is_cancelled_later()
    {
        var (amina, juma, buyer, staff) = (await app.Farmer(), await app.Farmer(), await app.Buyer(), await app.Staff());
        var order = await app.PaidByCard(buyer, (await app.Product(amina, new { price = "4.00" }), 3), (await app.Product(juma, new { price = "5.00" }), 2));
        var line = order.GetProperty("items").EnumerateArray().First(item => item.Text("price_at_order_time") == "4.00");

        await (await amina.Cancel(order, new { items = new object[] { new { item = line.Id(), quantity = 1 } } })).Json();
        await amina.Ship(order);
        await juma.Ship(order);
        await app.Settle();
        Assert.Equal(1800, app.Stripe.IntentOf(order.Id())["amount_received"]!.GetValue<long>());

        await (await staff.Move(order, order.FulfilmentOf(amina), "cancelled")).Json();
        await app.Settle();
        await app.Settle();
        Assert.Equal(800, app.Stripe.GivenBack(order.Id()));
        await (await staff.Cancel(order)).Json();
        await app.Settle();

        Assert.Equal(1800, app.Stripe.GivenBack(order.Id()));
        Assert.Equal("refunded", (await buyer.SeeOrder(order)).GetProperty("payment").Text("status"));
    }

    [Fact]
    public async Task Lets_the_hold_go_when_all_is_cancelled()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var order = await app.PaidByCard(buyer, (await app.Product(farm), 1));

        await (await buyer.Cancel(order)).Json();
        await app.Settle();

        Assert.Equal("canceled", app.Stripe.IntentOf(order.Id())["status"]!.GetValue<string>());
        Assert.Equal("unpaid", (await buyer.SeeOrder(order)).GetProperty("payment").Text("status"));
    }

    [Fact]
    public async Task Heeds_an_event_once_however_often_and_in_whatever_order_events_come()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var order = await app.OrderedByCard(buyer, (await app.Product(farm), 1));
        var early = app.Stripe.IntentOf(order.Id()).DeepClone().AsObject();
        var intent = app.Stripe.Pay(order.Id());

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => app.Stranger().SendAsync(StripeLookAlike.Event("payment_intent.amount_capturable_updated", intent, "evt_twins" + order.Id(), at: app.Clock.GetUtcNow()), Stop)));
        await app.Told(early, "payment_intent.payment_failed");
        await app.Told(early, "payment_intent.requires_action");

        Assert.All(answers, answer => Assert.Equal(200, (int)answer.StatusCode));
        var seen = await buyer.SeeOrder(order);
        Assert.Equal("authorised", seen.GetProperty("payment").Text("status"));
        Assert.Equal(1, seen.GetProperty("history").GetArrayLength());
        Assert.Equal(1, await app.CountMailsTo(farm.Email));

        await farm.Ship(order);
        await app.Settle();
        await app.Told(intent, "payment_intent.amount_capturable_updated");
        await app.Told(early, "payment_intent.created");
        Assert.Equal("paid", (await buyer.SeeOrder(order)).GetProperty("payment").Text("status"));
        Assert.Single(app.Stripe.Effects, path => path.StartsWith($"/v1/payment_intents/{intent["id"]}/capture", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Refuses_events_that_are_not_signed_and_ignores_those_that_are_not_ours()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var order = await app.OrderedByCard(buyer, (await app.Product(farm), 1));
        var intent = app.Stripe.Pay(order.Id());
        var unknown = intent.DeepClone().AsObject();
        (unknown["id"], unknown["metadata"]!["order_id"]) = ("pi_other", "999999999");

        Assert.Equal(400, await Sent(StripeLookAlike.Event("payment_intent.succeeded", intent, secret: "whsec_wrong")));
        Assert.Equal(400, await Sent(StripeLookAlike.Event("payment_intent.succeeded", intent, at: app.Clock.GetUtcNow().AddMinutes(-6))));
        Assert.Equal(400, await Sent(new HttpRequestMessage(HttpMethod.Post, "/api/payments/stripe/webhook/") { Content = new StringContent("{}") }));
        Assert.Equal(200, await Sent(StripeLookAlike.Event("payment_intent.succeeded", unknown, at: app.Clock.GetUtcNow())));
        Assert.Equal(200, await Sent(StripeLookAlike.Event("invoice.paid", intent, at: app.Clock.GetUtcNow())));

        async Task<int> Sent(HttpRequestMessage request) => (int)(await app.Stranger().SendAsync(request, Stop)).StatusCode;
    }

    [Fact]
    public async Task Finds_a_payment_whose_event_was_lost()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var order = await app.OrderedByCard(buyer, (await app.Product(farm), 1));
        app.Stripe.Pay(order.Id());

        app.Clock.Advance(TimeSpan.FromMinutes(16));
        await app.Settle();

        Assert.Equal("authorised", (await buyer.SeeOrder(order)).GetProperty("payment").Text("status"));
    }

    [Fact]
    public async Task Takes_the_order_while_the_provider_is_away_and_opens_the_payment_when_it_is_back()
    {
        var (farm, buyer, other) = (await app.Farmer(), await app.Buyer(), await app.Buyer());
        app.Stripe.IsDown = true;
        var order = await app.OrderedByCard(buyer, (await app.Product(farm), 1));
        Assert.Equal(JsonValueKind.Null, order.GetProperty("payment").GetProperty("client_secret").ValueKind);
        Assert.Equal("provider_unavailable", (await (await Open(buyer)).Json(503)).Text("code"));
        (app.Stripe.IsDown, app.Stripe.LosesAnswers) = (false, true);
        await (await Open(buyer)).Json(503);
        app.Stripe.LosesAnswers = false;

        var opened = await (await Open(buyer)).Json();
        var again = await (await Open(buyer)).Json();

        Assert.Equal(app.Stripe.IntentOf(order.Id())["client_secret"]!.GetValue<string>(), opened.GetProperty("payment").Text("client_secret"));
        Assert.Equal(opened.GetRawText(), again.GetRawText());
        Assert.Equal(JsonValueKind.Null, (await farm.SeeOrder(order)).GetProperty("payment").GetProperty("client_secret").ValueKind);
        await (await Open(other)).Json(404);
        await (await Open(farm)).Json(403);
        await (await app.Stranger().PostAsync(new Uri($"/api/orders/{order.Id()}/payment/", UriKind.Relative), null, Stop)).Json(401);

        Task<HttpResponseMessage> Open(Person person) => person.Client.PostAsync(new Uri($"/api/orders/{order.Id()}/payment/", UriKind.Relative), null, Stop);
    }

    [Fact]
    public async Task Gives_up_an_order_that_nobody_paid_and_puts_its_goods_back_once()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var product = await app.Product(farm, new { stock = 5 });
        var order = await app.OrderedByCard(buyer, (product, 2));
        Assert.Equal(3m, await app.StockOf(product));
        await app.Told(app.Stripe.Decline(order.Id()), "payment_intent.payment_failed");
        Assert.Equal("failed", (await buyer.SeeOrder(order)).GetProperty("payment").Text("status"));

        app.Clock.Advance(TimeSpan.FromMinutes(31));
        await Task.WhenAll(app.Settle(), app.Settle(), app.Settle());
        await app.Settle();

        Assert.Equal(5m, await app.StockOf(product));
        var given = await (await app.Staff()).SeeOrder(order);
        Assert.Equal("cancelled", given.Text("status"));
        Assert.Equal(JsonValueKind.Null, given.GetProperty("history")[2].GetProperty("by").ValueKind);
        Assert.Equal("canceled", app.Stripe.IntentOf(order.Id())["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task Keeps_an_order_that_is_paid_for_in_the_last_moment()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var order = await app.OrderedByCard(buyer, (await app.Product(farm), 1));

        app.Clock.Advance(TimeSpan.FromMinutes(31));
        app.Stripe.Pay(order.Id());
        await app.Settle();

        var kept = await (await app.Staff()).SeeOrder(order);
        Assert.Equal(("pending", "authorised"), (kept.Text("status"), kept.GetProperty("payment").Text("status")));
    }

    [Fact]
    public async Task Takes_what_was_shipped_and_cancels_the_rest_before_the_hold_lapses()
    {
        var (amina, juma, buyer) = (await app.Farmer(), await app.Farmer(), await app.Buyer());
        var order = await app.PaidByCard(buyer, (await app.Product(amina, new { price = "4.00" }), 1), (await app.Product(juma, new { price = "5.00" }), 1));
        await amina.Ship(order);

        app.Clock.Advance(TimeSpan.FromDays(6));
        await app.Settle();
        await app.Settle();

        Assert.Equal(400, app.Stripe.IntentOf(order.Id())["amount_received"]!.GetValue<long>());
        var seen = await (await app.Staff()).SeeOrder(order);
        Assert.Equal(("shipped", "cancelled"), (seen.FulfilmentOf(amina).Text("status"), seen.FulfilmentOf(juma).Text("status")));
    }

    [Fact]
    public async Task Holds_as_much_as_the_tolerance_may_add_and_takes_what_was_weighed()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var order = await app.PaidByCard(buyer, (await app.Product(farm, new { price = "6.00", unit = "piece", price_unit = "kg", unit_weight = 1.5 }), 2));
        Assert.Equal(1981, app.Stripe.IntentOf(order.Id())["amount"]!.GetValue<long>());
        var item = order.GetProperty("items")[0].Id();

        await (await farm.Client.Post($"/api/orders/{order.Id()}/fulfilments/{order.FulfilmentOf(farm).Id()}/weights/", new { items = new[] { new { item, weight = 4 } } })).Json();
        Assert.Equal("hold_exceeded", (await (await buyer.Client.Post($"/api/orders/{order.Id()}/items/{item}/weight/", new { accept = true })).Json(409)).Text("code"));
        await (await farm.Client.Post($"/api/orders/{order.Id()}/fulfilments/{order.FulfilmentOf(farm).Id()}/weights/", new { items = new[] { new { item, weight = 3.3 } } })).Json();
        await farm.Ship(order);
        await app.Settle();

        Assert.Equal(1980, app.Stripe.IntentOf(order.Id())["amount_received"]!.GetValue<long>());
    }

    [Fact]
    public async Task Cancels_at_once_what_the_provider_does_not_take()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var product = await app.Product(farm, new { price = "0.10", stock = 5 });

        var order = await app.OrderedByCard(buyer, (product, 1));

        Assert.Equal("cancelled", (await buyer.SeeOrder(order)).Text("status"));
        Assert.Equal(5m, await app.StockOf(product));
    }

    [Fact]
    public async Task Needs_both_secrets_to_start()
    {
        await using var database = new Started();
        var ended = await TheProgram.Run(
            new Dictionary<string, string?>(TheProgram.On(database.Database)) { ["Payments__Provider"] = "cash,stripe", ["Payments__Stripe__SecretKey"] = "sk_test_1" }, null, "check");

        Assert.NotEqual(0, ended.ExitCode);
        Assert.Contains("Payments:Stripe:WebhookSecret", ended.OnlyErrorLine, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sk_test_told_to_everybody")]
    [InlineData("pk_live_of_another_mode")]
    public async Task Refuses_a_key_for_browsers_that_is_a_secret_or_of_another_mode(string key)
    {
        await using var database = new Started();
        var ended = await TheProgram.Run(
            new Dictionary<string, string?>(TheProgram.On(database.Database))
            {
                ["Payments__Provider"] = "cash,stripe",
                ["Payments__Stripe__SecretKey"] = "sk_test_1",
                ["Payments__Stripe__WebhookSecret"] = "whsec_1",
                ["Payments__Stripe__PublishableKey"] = key,
            },
            null,
            "check");

        Assert.NotEqual(0, ended.ExitCode);
        Assert.Contains("Payments:Stripe:PublishableKey", ended.OnlyErrorLine, StringComparison.Ordinal);
        Assert.DoesNotContain(key, ended.OnlyErrorLine, StringComparison.Ordinal);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private sealed class Started : IAsyncDisposable
    {
        public TestDatabase Database { get; } = TestDatabase.Create();

        public ValueTask DisposeAsync() => new(Task.Run(() => Directory.Delete(Database.Directory, recursive: true)));
    }
}
