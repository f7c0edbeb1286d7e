using System.Net.Http.Json;
using System.Text.Json;
using AgroConnect.Tests.Commands;
using AgroConnect.Tests.Fakes;
using AgroConnect.Tests.Products;

namespace AgroConnect.Tests.Orders;

/// <summary>Card payments on more than one node.</summary>
public sealed class CardNodes(CardApp app) : IClassFixture<CardApp>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The node that is killed is a process of its own; the fixture's goes on.</summary>
    [Fact]
    public async Task Another_node_goes_on_where_one_died()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var product = await app.Product(farm, new { price = "4.00" });
        await (await buyer.AddToCart(product, 1)).Json(201);
        app.Stripe.Fate = _ => StripeLookAlike.Mishap.Hangs;
        await KillDuring(buyer, "/api/orders/", new { payment_method = "stripe" });
        app.Stripe.Fate = null;
        var order = (await buyer.Client.GetJson("/api/orders/")).GetProperty("results")[0];
        Assert.Equal(JsonValueKind.Null, order.GetProperty("payment").GetProperty("client_secret").ValueKind);

        app.Clock.Advance(TimeSpan.FromMinutes(3));
        await app.Settle();
        Assert.Equal(JsonValueKind.String, (await buyer.SeeOrder(order)).GetProperty("payment").GetProperty("client_secret").ValueKind);
        await app.Told(app.Stripe.Pay(order.Id()));
        await (await farm.Move(order, order.FulfilmentOf(farm), "confirmed")).Json();
        await app.Settle();
        app.Stripe.Fate = _ => StripeLookAlike.Mishap.Hangs;
        await KillDuring(farm, $"/api/orders/{order.Id()}/fulfilments/{order.FulfilmentOf(farm).Id()}/status/", new { status = "shipped" });
        app.Stripe.Fate = null;
        app.Clock.Advance(TimeSpan.FromMinutes(20));
        await app.Settle();

        Assert.Equal(400, app.Stripe.IntentOf(order.Id())["amount_received"]!.GetValue<long>());
        Assert.Equal("paid", (await buyer.SeeOrder(order)).GetProperty("payment").Text("status"));
        Assert.Single(app.Stripe.Effects, path => path.EndsWith($"{app.Stripe.IntentOf(order.Id())["id"]}/capture", StringComparison.Ordinal));
    }

    /// <summary>Asks a node of its own for something, and kills it while it waits for the provider.</summary>
    private async Task KillDuring(Person person, string path, object body)
    {
        await using var node = await TheProgram.Serve(new Dictionary<string, string?>(TheProgram.On(app.Database))
        {
            ["Payments__Provider"] = "cash,stripe",
            ["Payments__Stripe__SecretKey"] = StripeLookAlike.SecretKey,
            ["Payments__Stripe__WebhookSecret"] = StripeLookAlike.WebhookSecret,
            ["Payments__Stripe__ApiUrl"] = app.Stripe.Address,
        });
        using var client = new HttpClient { BaseAddress = new Uri(node.Address), DefaultRequestHeaders = { Authorization = person.Client.DefaultRequestHeaders.Authorization } };
        var asked = client.PostAsJsonAsync(new Uri(path, UriKind.Relative), body, Stop);
        for (var tries = 0; app.Stripe.Hanging == 0 && tries < 600; tries++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), Stop);
        }

        Assert.NotEqual(0, app.Stripe.Hanging);
        await node.Kill();
        await asked.ContinueWith(_ => { }, Stop, TaskContinuationOptions.None, TaskScheduler.Default);
    }
}
