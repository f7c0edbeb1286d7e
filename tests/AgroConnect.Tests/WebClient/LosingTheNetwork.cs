using System.Globalization;
using System.Text.Json;
using AgroConnect.Tests.Chat;
using AgroConnect.Tests.Images;
using AgroConnect.Tests.Orders;
using AgroConnect.Tests.Products;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AgroConnect.Tests.WebClient;

/// <summary>The network goes and comes back, as it does on the way to a market.</summary>
[Collection(typeof(InABrowser))]
public sealed class LosingTheNetwork(BrowserApp app)
{
    [Fact]
    public async Task What_was_seen_is_read_without_a_network_and_what_was_changed_is_sent_once_when_it_is_back()
    {
        var (person, farm, talk) = await app.TwoWhoTalk();
        var maize = await app.Product(farm, new { name = "Blue maize", description = "Dried on the cob.", price = "2.00", stock = 40 });
        var beans = await app.Product(farm, new { name = "Black beans", price = "5.00", stock = 40 });
        await Photograph(farm, maize, "A cob of blue maize");
        await (await person.AddToCart(beans, 1)).Json(201);
        await farm.Said(talk, "The maize is in.");
        var conversation = $"/messages/{talk.Id()}";
        await using var buyer = await app.Visit(person, phone: true);

        await buyer.GoTo("/products?ordering=-created_at");
        await buyer.Follow("Blue maize");
        await Expect(Photo(buyer)).Not.ToHaveJSPropertyAsync("naturalWidth", 0);
        await buyer.IsReadyToBeOffline();
        await buyer.FollowIn("Main", "Cart, 1 product");
        await buyer.Sees("$5.00");
        await buyer.GoTo(conversation);
        await Expect(buyer.Log).ToContainTextAsync("The maize is in.");
        await buyer.LosesTheNetwork();

        await buyer.GoTo("/products?ordering=-created_at");
        await buyer.Sees("You are offline.");
        await buyer.Follow("Blue maize");
        await buyer.Sees("Dried on the cob.");
        await Expect(Photo(buyer)).Not.ToHaveJSPropertyAsync("naturalWidth", 0);
        await buyer.Press("More");
        await buyer.Press("Put into the cart");
        await buyer.FollowIn("Main", "Cart, 2 products");
        await buyer.Main.GetByRole(AriaRole.Group, new() { Name = "Black beans" }).GetByRole(AriaRole.Button, new() { Name = "More" }).ClickAsync();
        await Expect(buyer.Main.GetByRole(AriaRole.Complementary, new() { Name = "Sum" })).ToContainTextAsync("$14.00");
        await buyer.GoTo(conversation);
        await buyer.Fill("Write a message", "I take two kilos.");
        await buyer.Press("Send");
        await Expect(Waiting(buyer)).ToHaveCountAsync(1);

        await buyer.Page.ReloadAsync();
        await Expect(Waiting(buyer)).ToHaveCountAsync(1);
        await Expect(buyer.Log).ToContainTextAsync("I take two kilos.");
        await using var tab = await buyer.OpensATab("/cart"); // which has the same to send
        await Expect(tab.Main.GetByRole(AriaRole.Complementary, new() { Name = "Sum" })).ToContainTextAsync("$14.00");
        Assert.Equal(["Black beans 1"], await InTheCart(person));
        Assert.Equal(["The maize is in."], await Said(farm, talk));

        var sent = buyer.Sends("/api/orders/cart/");
        await buyer.HasTheNetworkAgain();

        await Expect(buyer.Log.GetByText("Sent", new() { Exact = true })).ToHaveCountAsync(1);
        await Expect(Waiting(buyer)).ToHaveCountAsync(0);
        await ImageHost.UntilAsync(async () => (await InTheCart(person)).SequenceEqual(["Black beans 2", "Blue maize 2"]));
        Assert.Equal(["PATCH", "POST"], sent.Order());
        Assert.Equal(["The maize is in.", "I take two kilos."], await Said(farm, talk));
        Assert.Empty(buyer.Errors.Concat(tab.Errors));
    }

    private static ILocator Photo(Visitor visitor) => visitor.Main.GetByRole(AriaRole.Img, new() { Name = "A cob of blue maize" });

    private static ILocator Waiting(Visitor visitor) => visitor.Log.GetByText("Waiting to be sent", new() { Exact = true });

    private static async Task<string[]> Said(Person person, JsonElement talk) =>
        [.. (await person.Client.GetJson(talk.Messages())).GetProperty("results").EnumerateArray().Select(message => message.Said())];

    private static async Task<string[]> InTheCart(Person person) =>
        [.. (await person.Client.GetJson("/api/orders/cart/")).GetProperty("items").EnumerateArray()
            .Select(item => string.Create(CultureInfo.InvariantCulture, $"{item.GetProperty("product").Text("name")} {item.GetProperty("quantity").GetDecimal():0.###}")).Order(StringComparer.Ordinal)];

    private static async Task Photograph(Person farm, JsonElement product, string alt)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Pictures.Jpeg()), "image", "photo.jpg" }, { new StringContent(alt), "alt" } };
        await (await farm.Client.Send(HttpMethod.Post, $"/api/products/{product.Id()}/images/", form)).Json(201);
    }
}
