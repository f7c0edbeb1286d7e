using System.Globalization;
using System.Text.Json;
using AgroConnect.Tests.Chat;
using AgroConnect.Tests.Commands;
using AgroConnect.Tests.Orders;
using AgroConnect.Tests.Products;
using AgroConnect.Tests.Users;

namespace AgroConnect.Tests.WebClient;

/// <summary>The demo market, and what it leaves empty: a cart, a question, a picture in the chat, something for staff to decide.</summary>
public sealed class LivelyMarket : IAsyncLifetime
{
    public const string Buyer = "buyer@example.com";
    public const string Staff = "admin@example.com";
    private const string Applicant = "asha.mohamed@example.com";

    /// <summary>Addresses to look at, of routes that have parameters or that show several things.</summary>
    private readonly Dictionary<string, string[]> _examples = new()
    {
        ["/products"] = ["/products", "/products?search=bhindi&in_stock=true", "/products?search=nothing+like+it"],
        ["/farm/listings"] = ["/farm/listings", "/farm/listings?stock=low"],
        ["/auth/:provider"] = ["/auth/google"],
        ["/activate/:uid/:token"] = ["/activate/MQ/old"],
        ["/password/reset/confirm/:uid/:token"] = ["/password/reset/confirm/MQ/old"],
        ["/email/reset/confirm/:uid/:token"] = ["/email/reset/confirm/MQ/old"],
        ["*"] = ["/nowhere"],
    };

    public BrowserApp App { get; } = new();

    /// <summary>Who has sold most often.</summary>
    public string Farmer { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        await App.InitializeAsync();
        (await TheProgram.Run(App.Database, "seed")).Well();
        using var buyer = await LogIn(Buyer);
        using var staff = await LogIn(Staff);

        var orders = Results(await staff.Client.GetJson("/api/admin/orders/?page_size=100"));
        var farm = orders.SelectMany(order => order.GetProperty("fulfilments").EnumerateArray()).CountBy(part => part.GetProperty("seller").Id()).MaxBy(sold => sold.Value).Key;
        Farmer = Results(await staff.Client.GetJson("/api/admin/users/?page_size=100")).Single(user => user.Id() == farm).Text("email");
        using var farmer = await LogIn(Farmer);
        _examples["/staff/orders/:id"] = [Address("/staff/orders", orders.First(order => order.Text("status") == "pending").Id())];
        _examples["/orders/:id"] = OneOfEach("/orders", Results(await buyer.Client.GetJson("/api/orders/")), order => order.Id());
        _examples["/farm/orders/:id"] = OneOfEach("/farm/orders", Results(await farmer.Client.GetJson("/api/sales/")), sale => sale.GetProperty("order").Id());

        var products = Results(await buyer.Client.GetJson("/api/products/?in_stock=true&page_size=100"));
        var reviewed = Results(await buyer.Client.GetJson(string.Create(CultureInfo.InvariantCulture, $"/api/products/?seller={farm}&ordering=-rating&page_size=1")))[0].Id();
        _examples["/products/:id"] = [Address("/products", reviewed), Address("/products", products.First(product => product.GetProperty("images").GetArrayLength() > 1).Id())];
        _examples["/farm/listings/:id"] = [Address("/farm/listings", reviewed)];
        _examples["/farms/:id"] = [Address("/farms", farm)];
        _examples["/knowledge/:id"] = [$"/knowledge/{Results(await buyer.Client.GetJson("/api/knowledge/?page_size=1"))[0].GetProperty("id")}"];
        foreach (var product in products.Take(3))
        {
            await (await buyer.AddToCart(product, Math.Max(product.GetProperty("min_order_quantity").GetDecimal(), product.GetProperty("quantity_step").GetDecimal()))).Json(201);
        }

        await Talk(buyer);
        using var applicant = await LogIn(Applicant);
        await (await applicant.Client.Post("/api/sales/apply/", new { farm_name = "Mohamed Greens", message = "Kale and spinach from two acres in Athi River." })).Json(201);
        var answer = await (await buyer.Client.Post("/api/chatbot/", new { message = "How do I keep weevils out of stored maize?" })).Json();
        _examples["/ask/:id"] = [Address("/ask", answer.GetProperty("conversation_id").GetInt64())];
    }

    public ValueTask DisposeAsync() => App.DisposeAsync();

    /// <summary>Where to look at what a route shows; one with parameters needs an example.</summary>
    internal string[] AddressesOf(string route)
    {
        Assert.True(_examples.ContainsKey(route) || !route.AsSpan().ContainsAny(":*"), $"There is no example of {route}.");
        return _examples.GetValueOrDefault(route, [route]);
    }

    public async Task<Person> LogIn(string email)
    {
        var (client, _, refresh) = await App.SignedIn(email);
        return new Person((await client.GetJson($"{AccountCalls.UsersUrl}me/")).Id(), email, client, refresh);
    }

    /// <summary>A picture, and a message that is reported to staff.</summary>
    private async Task Talk(Person buyer)
    {
        var talk = Results(await buyer.Client.GetJson(Conversing.Conversations))[0];
        await buyer.Said(talk, "Like these?", images: [(await (await buyer.UploadPicture()).Json(201)).Id()]);
        var theirs = Results(await buyer.Client.GetJson(talk.Messages())).First(message => message.GetProperty("sender").GetInt64() != buyer.Id);
        await (await buyer.Client.Post($"/api/chat/messages/{theirs.Id()}/report/", new { reason = "Asks to be paid outside the market." })).Json(201);
        _examples["/messages/:id?"] = ["/messages", Address("/messages", talk.Id())];
    }

    private static string[] OneOfEach(string page, List<JsonElement> orders, Func<JsonElement, long> idOf) =>
        [.. orders.DistinctBy(order => order.Text("status")).Select(order => Address(page, idOf(order)))];

    private static string Address(string page, long id) => string.Create(CultureInfo.InvariantCulture, $"{page}/{id}");

    private static List<JsonElement> Results(JsonElement page) => [.. page.GetProperty("results").EnumerateArray()];
}
