using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using AgroConnect.Tests.Products;

namespace AgroConnect.Tests.Orders;

/// <summary>What shoppers and farms do, in the words of the tests.</summary>
internal static class Shopping
{
    public static Task<HttpResponseMessage> AddToCart(this Person buyer, JsonElement product, decimal quantity) =>
        buyer.Client.PostAsJsonAsync("/api/orders/cart/items/", new { product = product.Id(), quantity });

    public static Task<HttpResponseMessage> CheckOut(this Person buyer, object? fields = null, string? key = null)
    {
        var body = JsonSerializer.SerializeToNode(fields ?? new { })!.AsObject();
        body.TryAdd("payment_method", "cash");
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/orders/") { Content = JsonContent.Create(body) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return buyer.Client.SendAsync(request);
    }

    /// <summary>Puts goods into the cart and orders them.</summary>
    public static async Task<JsonElement> Order(this Person buyer, params (JsonElement Product, decimal Quantity)[] goods)
    {
        foreach (var (product, quantity) in goods)
        {
            await (await buyer.AddToCart(product, quantity)).Json(201);
        }

        return await (await buyer.CheckOut()).Json(201);
    }

    /// <summary>The one fulfilment, or that of a farm.</summary>
    public static JsonElement FulfilmentOf(this JsonElement order, Person farm) =>
        order.GetProperty("fulfilments").EnumerateArray().Single(fulfilment => fulfilment.GetProperty("seller").Id() == farm.Id);

    public static Task<HttpResponseMessage> Move(this Person person, JsonElement order, JsonElement fulfilment, string status, object? more = null)
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        body["status"] = status;
        return person.Client.PostAsJsonAsync(string.Create(CultureInfo.InvariantCulture, $"/api/orders/{order.Id()}/fulfilments/{fulfilment.Id()}/status/"), body);
    }

    public static Task<HttpResponseMessage> MarkPaid(this Person person, JsonElement order, JsonElement fulfilment) =>
        person.Client.PostAsync(new Uri($"/api/orders/{order.Id()}/fulfilments/{fulfilment.Id()}/paid/", UriKind.Relative), null);

    public static Task<HttpResponseMessage> Cancel(this Person person, JsonElement order, object? fields = null) =>
        person.Client.PostAsJsonAsync($"/api/orders/{order.Id()}/cancel/", fields ?? new { });

    public static Task<JsonElement> SeeOrder(this Person person, JsonElement order, int status = 200) => person.Client.GetJson($"/api/orders/{order.Id()}/", status);

    public static async Task<decimal> StockOf(this App app, JsonElement product) =>
        (await app.Stranger().GetJson($"/api/products/{product.Id()}/")).GetProperty("stock").GetDecimal();

    /// <summary>Takes the order's goods of a farm from its door to the buyer's.</summary>
    public static async Task<JsonElement> Deliver(this Person farm, JsonElement order)
    {
        var fulfilment = order.FulfilmentOf(farm);
        await (await farm.Move(order, fulfilment, "confirmed")).Json();
        await (await farm.Move(order, fulfilment, "shipped")).Json();
        return await (await farm.Move(order, fulfilment, "delivered")).Json();
    }
}
