using System.Text.Json;
using System.Text.Json.Nodes;
using AgroConnect.Tests.Fakes;
using AgroConnect.Tests.Products;

namespace AgroConnect.Tests.Orders;

/// <summary>What buyers and the provider do, in the words of the tests.</summary>
internal static class CardShopping
{
    private static readonly object ByCard = new { payment_method = "stripe" };

    /// <summary>Puts goods into the cart and orders them, to be paid by card.</summary>
    public static async Task<JsonElement> OrderedByCard(this CardApp app, Person buyer, params (JsonElement Product, decimal Quantity)[] goods)
    {
        Assert.NotNull(app.Stripe);
        foreach (var (product, quantity) in goods)
        {
            await (await buyer.AddToCart(product, quantity)).Json(201);
        }

        return await (await buyer.CheckOut(ByCard)).Json(201);
    }

    /// <summary>Orders goods and pays for them: the farms may go ahead.</summary>
    public static async Task<JsonElement> PaidByCard(this CardApp app, Person buyer, params (JsonElement Product, decimal Quantity)[] goods)
    {
        var order = await app.OrderedByCard(buyer, goods);
        await app.Told(app.Stripe.Pay(order.Id()));
        return await buyer.SeeOrder(order);
    }

    /// <summary>An event arrives.</summary>
    public static async Task Told(this CardApp app, JsonObject intent, string type = "payment_intent.amount_capturable_updated") =>
        Assert.Equal(200, (int)(await app.Stranger().SendAsync(StripeLookAlike.Event(type, intent, at: app.Clock.GetUtcNow()), TestContext.Current.CancellationToken)).StatusCode);

    /// <summary>The order's goods of a farm leave it.</summary>
    public static async Task Ship(this Person farm, JsonElement order)
    {
        await (await farm.Move(order, order.FulfilmentOf(farm), "confirmed")).Json();
        await (await farm.Move(order, order.FulfilmentOf(farm), "shipped")).Json();
    }
}
