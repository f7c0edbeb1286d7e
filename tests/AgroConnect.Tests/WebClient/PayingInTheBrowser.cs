using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AgroConnect.Tests.Fakes;
using AgroConnect.Tests.Orders;
using AgroConnect.Tests.Products;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AgroConnect.Tests.WebClient;

/// <summary>A market that takes cards, with look-alikes of Stripe for the server and for browsers.</summary>
public sealed class BrowserCardApp : BrowserApp, IAsyncLifetime
{
    internal StripeLookAlike Stripe { get; private set; } = null!;

    /// <summary>Stripe's events don't arrive.</summary>
    internal bool LosesEvents { get; set; }

    protected override IReadOnlyDictionary<string, string?> Settings => StripeLookAlike.MarketSettings(Stripe.Address, StripeInBrowser.PublishableKey);

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

    /// <summary>A buyer whose browser finds Stripe.</summary>
    internal async Task<Visitor> VisitWithACard(Person person, bool phone = false, string locale = "en-GB", ColorScheme colours = ColorScheme.Light)
    {
        var visitor = await Visit(person, phone, locale, colours);
        await new StripeInBrowser(Stripe, Tell).ServeAsync(visitor.Page.Context);
        return visitor;
    }

    private async Task Tell(string type, JsonObject intent)
    {
        if (!LosesEvents)
        {
            Assert.Equal(200, (int)(await Stranger().SendAsync(StripeLookAlike.Event(type, intent), TestContext.Current.CancellationToken)).StatusCode);
        }
    }
}

/// <summary>Buyers pay by card, on the page of their order.</summary>
[Collection(typeof(InABrowser))]
public sealed partial class PayingInTheBrowser(BrowserCardApp app) : IClassFixture<BrowserCardApp>
{
    private static readonly object ByCard = new { payment_method = "stripe" };

    [Fact]
    public async Task A_declined_card_can_be_followed_by_a_good_one_and_the_farm_goes_ahead()
    {
        var (farm, person) = (await app.Farmer(), await app.Buyer());
        await (await person.AddToCart(await app.Product(farm, new { name = "Purple carrots", price = "3.50", unit = "kg" }), 2)).Json(201);
        await using var buyer = await app.VisitWithACard(person, phone: true);
        await using var farmer = await app.Visit(farm);
        var fetched = FromStripe(buyer);

        await buyer.GoTo("/checkout");
        await buyer.Page.GetByLabel("Card").CheckAsync();
        await buyer.Fill("Name", "Amina Diallo");
        await buyer.Fill("Phone", "+221 33 123 45 67");
        await buyer.Fill("Address", "Rue 10, Dakar");
        Assert.Empty(await buyer.Barriers());
        Assert.Empty(fetched); // Stripe hears of nobody who does not pay
        await buyer.Press("Order for $7.00");
        await Expect(buyer.Page).ToHaveURLAsync(OrderAddress());
        await buyer.SeesHeading("Pay by card");
        var number = (await buyer.Page.GetByRole(AriaRole.Heading, new() { Level = 1 }).InnerTextAsync()).Replace("Order ", "", StringComparison.Ordinal);

        await Pay(buyer);
        await Expect(buyer.Page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "Your card number is incomplete." })).ToBeVisibleAsync();
        await TypeCard(buyer, StripeInBrowser.DeclinedCard);
        Assert.Empty(await buyer.Barriers());
        await Pay(buyer);
        await Expect(buyer.Page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "Your card was declined." })).ToBeVisibleAsync();
        await Expect(buyer.Main.GetByText("failed", new() { Exact = true })).ToBeVisibleAsync(); // the order says so too

        await TypeCard(buyer, StripeInBrowser.GoodCard);
        await Pay(buyer);
        await buyer.Sees("Thank you! The amount is reserved on your card");
        await Expect(buyer.Main.GetByText("reserved", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(buyer.Page.Locator("iframe")).ToHaveCountAsync(0);
        Assert.Empty(await buyer.Barriers());

        await farmer.GoTo("/farm/orders");
        await farmer.Follow(number);
        await farmer.Press("Confirm the order");
        await Expect(buyer.Step).ToHaveTextAsync("Confirmed");
        Assert.Empty(buyer.Errors.Concat(farmer.Errors));
    }

    [Fact]
    public async Task Whoever_was_at_their_bank_comes_back_to_the_order_also_when_no_event_tells_of_it()
    {
        var (farm, person) = (await app.Farmer(), await app.Buyer());
        await (await person.AddToCart(await app.Product(farm, new { price = "3.50" }), 2)).Json(201);
        var order = await (await person.CheckOut(ByCard)).Json(201);
        app.LosesEvents = true;
        await using var buyer = await app.VisitWithACard(person, locale: "es-ES", colours: ColorScheme.Dark);

        await buyer.GoTo($"/orders/{order.Id()}");
        await Expect(buyer.Page.Locator("iframe")).ToHaveAttributeAsync("src", new Regex(@"theme=night&locale=es$"));
        await buyer.ChangesItsColours();
        await Expect(buyer.Page.Locator("iframe")).ToHaveAttributeAsync("src", new Regex(@"theme=stripe&locale=es$"));
        await TypeCard(buyer, StripeInBrowser.CardOfACarefulBank);
        await PayInSpanish();
        await buyer.Page.GetByRole(AriaRole.Link, new() { Name = "No", Exact = true }).ClickAsync();
        await Expect(buyer.Page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "Your card was declined." })).ToBeVisibleAsync(); // the words are Stripe's
        await Expect(buyer.Page).ToHaveURLAsync(OrderAddress());

        await TypeCard(buyer, StripeInBrowser.CardOfACarefulBank);
        await PayInSpanish();
        await buyer.Page.GetByRole(AriaRole.Link, new() { Name = "Yes", Exact = true }).ClickAsync();
        await buyer.Sees("¡Gracias! El importe está reservado en tu tarjeta");
        await Expect(buyer.Page).ToHaveURLAsync(OrderAddress());
        Assert.Equal("authorised", (await person.SeeOrder(order)).GetProperty("payment").GetProperty("status").GetString());
        app.LosesEvents = false;
        Assert.Empty(buyer.Errors);

        Task PayInSpanish() => buyer.Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Pagar ") }).ClickAsync();
    }

    [Fact]
    public async Task An_order_from_while_Stripe_was_away_is_paid_when_it_is_back()
    {
        var (farm, person) = (await app.Farmer(), await app.Buyer());
        await (await person.AddToCart(await app.Product(farm, new { price = "3.50" }), 2)).Json(201);
        app.Stripe.IsDown = true;
        var order = await (await person.CheckOut(ByCard)).Json(201);
        await using var buyer = await app.VisitWithACard(person);

        await buyer.GoTo($"/orders/{order.Id()}");
        await buyer.Sees("Cards can't be charged just now.");
        Assert.Empty(await buyer.Barriers());
        app.Stripe.IsDown = false;
        await buyer.Press("Try again");
        await TypeCard(buyer, StripeInBrowser.GoodCard);
        await Pay(buyer);
        await buyer.Sees("Thank you! The amount is reserved on your card");
        Assert.Empty(buyer.Errors);
    }

    [Fact]
    public async Task A_page_that_a_browser_kept_from_before_there_were_cards_is_taken_anew()
    {
        var (farm, person) = (await app.Farmer(), await app.Buyer());
        await (await person.AddToCart(await app.Product(farm, new { price = "3.50" }), 2)).Json(201);
        var order = await (await person.CheckOut(ByCard)).Json(201);
        await using var buyer = await app.VisitWithACard(person, phone: true);
        await buyer.GoTo("/orders");
        await buyer.IsReadyToBeOffline();
        await buyer.Page.EvaluateAsync(
            """
            async () => {
                for (const key of await caches.keys()) {
                    const cache = await caches.open(key);
                    for (const request of (await cache.keys()).filter(({ url }) => new URL(url).pathname === '/index.html')) {
                        const page = await cache.match(request);
                        const headers = new Headers(page.headers);
                        headers.set('Content-Security-Policy', headers.get('Content-Security-Policy').replace(/https:\/\/\S*stripe\.com/g, ''));
                        await cache.put(request, new Response(await page.blob(), { headers }));
                    }
                }
            }
            """);

        await buyer.Page.RunAndWaitForRequestAsync(() => buyer.GoTo($"/orders/{order.Id()}"), request => request.Url.EndsWith("/index.html?newer", StringComparison.Ordinal));

        await TypeCard(buyer, StripeInBrowser.GoodCard);
        await Pay(buyer);
        await buyer.Sees("Thank you! The amount is reserved on your card");
        Assert.Empty(buyer.Errors);
    }

    /// <summary>By the keyboard: a mouse right beside a frame of another site may be taken for one inside it.</summary>
    private static Task Pay(Visitor buyer) => buyer.Page.GetByRole(AriaRole.Button, new() { Name = "Pay $7.00", Exact = true }).PressAsync("Enter");

    private static async Task TypeCard(Visitor buyer, string card)
    {
        var form = buyer.Page.FrameLocator("iframe");
        await form.GetByLabel("Card number").FillAsync(card);
        await form.GetByLabel("Expiration date").FillAsync("12 / 34");
        await form.GetByLabel("Security code").FillAsync("123");
    }

    /// <summary>What a browser asks of Stripe from now on.</summary>
    private static List<string> FromStripe(Visitor buyer)
    {
        var addresses = new List<string>();
        buyer.Page.Context.Request += (_, request) =>
        {
            if (new Uri(request.Url).Host.EndsWith("stripe.com", StringComparison.Ordinal))
            {
                addresses.Add(request.Url);
            }
        };
        return addresses;
    }

    [GeneratedRegex(@"/orders/\d+$")]
    private static partial Regex OrderAddress();
}
