using System.Text.Json;
using AgroConnect.Data;
using AgroConnect.Orders.Payments;
using AgroConnect.Tests.Fakes;
using AgroConnect.Tests.Products;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgroConnect.Tests.Orders;

/// <summary>Card payments when the provider, the network or a node does what it should not.</summary>
public sealed class CardMishaps(CardApp app) : IClassFixture<CardApp>, IDisposable
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => (app.Stripe.IsDown, app.Stripe.HidesCharges, app.Stripe.Fate, app.Stripe.CountsReleasedAsRefunded) = (false, false, null, true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_capture_lets_go_is_not_taken_for_a_refund(bool countsReleased)
    {
        app.Stripe.CountsReleasedAsRefunded = countsReleased;
        var (amina, juma, buyer, staff) = (await app.Farmer(), await app.Farmer(), await app.Buyer(), await app.Staff());
        var order = await app.PaidByCard(buyer, (await app.Product(amina, new { price = "4.00" }), 3), (await app.Product(juma, new { price = "5.00" }), 2));
        await (await amina.Cancel(order, new { items = new object[] { new { item = order.GetProperty("items").EnumerateArray().First(item => item.Text("price_at_order_time") == "4.00").Id(), quantity = 2 } } })).Json();
        await amina.Ship(order);
        await juma.Ship(order);
        await app.Settle();
        Assert.Equal((1400, 0), (Received(order), app.Stripe.GivenBack(order.Id())));

        await (await staff.Move(order, order.FulfilmentOf(amina), "cancelled")).Json();
        await app.Settle();

        Assert.Equal(400, app.Stripe.GivenBack(order.Id()));
    }

    [Fact]
    public async Task What_is_given_back_at_the_provider_shows_in_the_order()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var order = await app.PaidByCard(buyer, (await app.Product(farm, new { price = "4.00" }), 2));
        await farm.Ship(order);
        await (await buyer.Move(order, order.FulfilmentOf(farm), "delivered")).Json();
        await app.Settle();
        Assert.Equal("completed", (await buyer.SeeOrder(order)).Text("status"));

        var intent = app.Stripe.Change(order.Id(), intent => intent["latest_charge"]!["amount_refunded"] = 800L);
        await app.Told(intent["latest_charge"]!.DeepClone().AsObject(), "charge.refunded");

        var seen = await buyer.SeeOrder(order);
        Assert.Equal(("completed", "refunded"), (seen.Text("status"), seen.GetProperty("payment").Text("status")));
    }

    [Fact]
    public async Task A_refund_is_made_once_also_when_the_provider_does_not_count_it_for_us()
    {
        var (farm, buyer, staff) = (await app.Farmer(), await app.Buyer(), await app.Staff());
        var order = await app.PaidByCard(buyer, (await app.Product(farm, new { price = "4.00" }), 2));
        await farm.Ship(order);
        await app.Settle();
        app.Stripe.HidesCharges = true;
        var before = Refunds();

        await (await staff.Cancel(order)).Json();
        await SettleFor(TimeSpan.FromDays(2));

        Assert.Equal(before + 1, Refunds());
        Assert.Equal("refunded", (await (await app.Staff()).SeeOrder(order)).GetProperty("payment").Text("status"));

        // Other orders of this market may be let go in two days, but none is refunded.
        int Refunds() => app.Stripe.Effects.Count(path => path == "/v1/refunds");
    }

    [Theory]
    [InlineData("/capture")]
    [InlineData("/refunds")]
    [InlineData("/payment_intents")]
    public async Task An_error_that_the_provider_repeats_for_its_key_does_not_stop_an_order_for_a_day(string call)
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var fails = 3;
        app.Stripe.Fate = path => path.EndsWith(call, StringComparison.Ordinal) && Interlocked.Decrement(ref fails) >= 0 ? StripeLookAlike.Mishap.Fails : null;

        var order = await app.OrderedByCard(buyer, (await app.Product(farm, new { price = "4.00" }), 1));
        await SettleFor(TimeSpan.FromMinutes(10));
        await app.Told(app.Stripe.Pay(order.Id()));
        await farm.Ship(order);
        await SettleFor(TimeSpan.FromHours(1));
        Assert.Equal("succeeded", Status(order));
        await (await (await app.Staff()).Cancel(order)).Json();
        await SettleFor(TimeSpan.FromHours(1));

        Assert.Equal(400, app.Stripe.GivenBack(order.Id()));
        Assert.True(fails < 0);
    }

    [Fact]
    public async Task A_provider_that_is_away_is_asked_less_and_less_often_and_an_order_that_nobody_can_pay_is_given_up_in_time()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var product = await app.Product(farm, new { stock = 5 });
        app.Stripe.IsDown = true;
        var order = await app.OrderedByCard(buyer, (product, 2));
        for (var times = 0; times < 4; times++)
        {
            await (await buyer.Client.PostAsync(new Uri($"/api/orders/{order.Id()}/payment/", UriKind.Relative), null, Stop)).Json(503);
        }

        Assert.InRange(await DueIn(order), TimeSpan.FromMinutes(8), TimeSpan.FromMinutes(16));
        app.Clock.Advance(TimeSpan.FromMinutes(30));
        await app.Settle();

        Assert.Equal("cancelled", (await (await app.Staff()).SeeOrder(order)).Text("status"));
        Assert.Equal(5m, await app.StockOf(product));
    }

    [Fact]
    public async Task A_slow_provider_does_not_hold_up_a_checkout_for_long()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        app.Stripe.Fate = _ => StripeLookAlike.Mishap.Hangs;
        var started = TimeProvider.System.GetTimestamp();

        var order = await app.OrderedByCard(buyer, (await app.Product(farm), 1));

        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(15));
        Assert.Equal(JsonValueKind.Null, order.GetProperty("payment").GetProperty("client_secret").ValueKind);
        app.Stripe.Fate = null;
        await SettleFor(TimeSpan.FromMinutes(3));
        Assert.Equal(JsonValueKind.String, (await buyer.SeeOrder(order)).GetProperty("payment").GetProperty("client_secret").ValueKind);
    }

    [Fact]
    public async Task A_payment_that_is_being_processed_when_time_is_up_is_waited_for()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var order = await app.OrderedByCard(buyer, (await app.Product(farm), 1));
        app.Stripe.Change(order.Id(), intent => intent["status"] = "processing");
        await SettleFor(TimeSpan.FromMinutes(31));
        Assert.Equal("pending", (await (await app.Staff()).SeeOrder(order)).Text("status"));

        app.Stripe.Pay(order.Id());
        await SettleFor(TimeSpan.FromMinutes(2));

        Assert.Equal("authorised", (await (await app.Staff()).SeeOrder(order)).GetProperty("payment").Text("status"));
    }

    [Fact]
    public async Task A_hold_that_lapses_early_is_used_early()
    {
        var (amina, juma, buyer) = (await app.Farmer(), await app.Farmer(), await app.Buyer());
        var order = await app.OrderedByCard(buyer, (await app.Product(amina, new { price = "4.00" }), 1), (await app.Product(juma), 1));
        app.Stripe.Pay(order.Id());
        await app.Told(app.Stripe.Change(order.Id(), intent => intent["latest_charge"]!["payment_method_details"] = new System.Text.Json.Nodes.JsonObject
        {
            ["type"] = "card",
            ["card"] = new System.Text.Json.Nodes.JsonObject { ["capture_before"] = app.Clock.GetUtcNow().AddHours(70).ToUnixTimeSeconds() },
        }));
        await amina.Ship(order);
        await SettleFor(TimeSpan.FromHours(50));
        Assert.Equal("requires_capture", Status(order));

        await SettleFor(TimeSpan.FromHours(11));

        Assert.Equal(400, Received(order));
        Assert.Equal("cancelled", (await (await app.Staff()).SeeOrder(order)).FulfilmentOf(juma).Text("status"));
    }

    [Theory]
    [InlineData("amount", 1L)]
    [InlineData("currency", "jpy")]
    [InlineData("livemode", true)]
    public async Task What_is_not_what_was_asked_for_pays_nothing(string field, object value)
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var order = await app.OrderedByCard(buyer, (await app.Product(farm), 1));

        await app.Told(app.Stripe.Change(order.Id(), intent => (intent["status"], intent[field]) = ("requires_capture", JsonSerializer.SerializeToNode(value))));

        Assert.Equal("unpaid", (await buyer.SeeOrder(order)).GetProperty("payment").Text("status"));
    }

    [Fact]
    public async Task An_event_from_the_future_is_refused() =>
        Assert.Equal(400, (int)(await app.Stranger().SendAsync(
            StripeLookAlike.Event("payment_intent.succeeded", new() { ["object"] = "payment_intent", ["id"] = "pi_x" }, at: app.Clock.GetUtcNow().AddMinutes(6)), Stop)).StatusCode);

    [Theory]
    [InlineData("USD", true)]
    [InlineData("JPY", true)]
    [InlineData("UGX", true)]
    [InlineData("KWD", false)]
    [InlineData("MGA", false)]
    public void Currencies_are_refused_that_the_provider_counts_in_larger_steps(string code, bool canCharge) =>
        Assert.Equal(canCharge, StripeGateway.CanCharge(Currency.FromCode(code)));

    /// <summary>Lets time go by in steps, with all that falls due in it.</summary>
    private async Task SettleFor(TimeSpan time)
    {
        for (var step = 0; step < 6; step++)
        {
            app.Clock.Advance(time / 6);
            await app.Services.GetRequiredService<PaymentWorker>().SettleDueAsync(Stop);
        }

        await app.Settle();
    }

    private async Task<TimeSpan> DueIn(JsonElement order)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var id = order.Id();
        return (await scope.ServiceProvider.GetRequiredService<AppDbContext>().Set<Payment>().SingleAsync(payment => payment.OrderId == id, Stop)).DueAt!.Value - app.Clock.GetUtcNow();
    }

    private long Received(JsonElement order) => app.Stripe.IntentOf(order.Id())["amount_received"]!.GetValue<long>();

    private string Status(JsonElement order) => app.Stripe.IntentOf(order.Id())["status"]!.GetValue<string>();
}
