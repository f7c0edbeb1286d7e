using System.Text.RegularExpressions;
using AgroConnect.Tests.Images;
using AgroConnect.Tests.Products;
using AgroConnect.Tests.Users;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AgroConnect.Tests.WebClient;

/// <summary>What people come for, from the first page to the last, in real browsers.</summary>
[Collection(typeof(InABrowser))]
public sealed partial class BuyingAndSelling(BrowserApp app)
{
    [Fact]
    public async Task A_new_buyer_signs_up_orders_talks_with_the_farm_and_reviews_what_came()
    {
        var farm = await app.Farmer();
        await app.Product(farm, new { name = "Purple carrots", price = "3.50", stock = 40, unit = "kg" });
        await using var buyer = await app.Visit(phone: true);
        await using var farmer = await app.Visit(farm);

        await SignUp(buyer);
        await OrderTwoKilos(buyer);
        var order = new Uri(buyer.Page.Url).AbsolutePath;
        var number = (await buyer.Page.GetByRole(AriaRole.Heading, new() { Level = 1 }).InnerTextAsync()).Replace("Order ", "", StringComparison.Ordinal);

        await farmer.GoTo("/farm/orders");
        await farmer.Follow(number);
        await farmer.Press("Confirm the order");
        await Expect(farmer.Step).ToHaveTextAsync("Confirmed");
        await Expect(buyer.Step).ToHaveTextAsync("Confirmed"); // while the page is open

        await Talk(buyer, farmer);

        await farmer.GoTo("/farm");
        await farmer.FollowIn("My farm", "To pack");
        await farmer.Sees("Purple carrots");
        await farmer.Follow(number);
        await farmer.Press("Send it off");
        await farmer.Fill("Tracking number or link (optional)", "BODA-7");
        Assert.Empty(await farmer.Barriers());
        await farmer.Press("It is on its way");
        await Expect(farmer.Step).ToHaveTextAsync("On its way");

        await buyer.GoTo(order);
        await buyer.Sees("Tracking: BODA-7");
        await buyer.Press("I have received it");
        await Expect(buyer.Step).ToHaveTextAsync("Delivered");
        await Expect(farmer.Step).ToHaveTextAsync("Delivered");

        await buyer.Press("Write a review");
        await buyer.Page.GetByRole(AriaRole.Radio, new() { Name = "4 stars of 5" }).PressAsync("Space");
        await buyer.Fill("How was it? (optional)", "Sweet, and still with their greens.");
        Assert.Empty(await buyer.Barriers());
        await buyer.Press("Send");
        await buyer.Sees("Thank you for your review.");
        await buyer.Follow("Purple carrots");
        var reviews = buyer.Page.Locator("#reviews");
        await Expect(reviews).ToContainTextAsync("Sweet, and still with their greens.");
        await Expect(reviews.GetByRole(AriaRole.Img, new() { Name = "4 stars of 5" })).ToBeVisibleAsync();
        Assert.Empty(buyer.Errors.Concat(farmer.Errors));
    }

    [Fact]
    public async Task A_farmer_lists_a_product_with_a_photo_and_changes_its_stock()
    {
        var category = $"Herbs {Guid.NewGuid():N}";
        await app.Category(category);
        await using var farmer = await app.Visit(await app.Farmer());
        await using var buyer = await app.Visit(phone: true);

        await farmer.GoTo("/farm/listings");
        await farmer.Follow("New product");
        await farmer.Fill("Name", "Lemon basil");
        await farmer.Page.GetByLabel("Category").SelectOptionAsync(new SelectOptionValue { Label = category });
        await farmer.Fill("Price per kg (USD)", "4.20");
        await farmer.Fill("In stock now (kg)", "12");
        await farmer.Press("Put it on the market");
        await farmer.SeesHeading("Lemon basil");

        await farmer.Page.GetByLabel("Add photos").SetInputFilesAsync(new FilePayload { Name = "basil.png", MimeType = "image/png", Buffer = Pictures.Png() });
        await farmer.Fill("What does it show? (optional)", "A bunch of basil");
        Assert.Empty(await farmer.Barriers());
        await farmer.Press("Send it");
        await Expect(farmer.Page.GetByRole(AriaRole.Img, new() { Name = "A bunch of basil" })).ToBeVisibleAsync();

        var stock = farmer.Page.Locator("#stock");
        await stock.GetByLabel("I counted: there is").CheckAsync();
        await farmer.Fill("How much (kg)", "25");
        await stock.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(stock).ToContainTextAsync("25 kg");

        await buyer.GoTo("/products?ordering=-created_at");
        await buyer.Follow("Lemon basil");
        await buyer.Sees("25 kg in stock");
        await Expect(buyer.Page.GetByRole(AriaRole.Img, new() { Name = "A bunch of basil" })).Not.ToHaveJSPropertyAsync("naturalWidth", 0);
        Assert.Empty(buyer.Errors.Concat(farmer.Errors));
    }

    [Fact]
    public async Task Whoever_applies_to_sell_has_the_pages_of_a_farm_when_staff_approve()
    {
        await using var person = await app.Visit(await app.Buyer(), phone: true);
        await using var staff = await app.Visit(await app.Staff());
        var farm = $"Farm {Guid.NewGuid():N}";

        await person.GoTo("/account");
        await person.Follow("Sell here");
        await person.Fill("Name of the farm", farm);
        await person.Fill("What do you grow, and where? (optional)", "Millet, near Thiès");
        await person.Press("Apply");
        await person.SeesHeading("Thank you!");

        await staff.GoTo("/staff");
        await staff.FollowIn("Office", "Applications");
        var row = staff.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = farm });
        await row.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await Expect(row.GetByText("Approved")).ToBeVisibleAsync();

        await person.GoTo("/");
        await person.FollowIn("Main", "My farm");
        await person.FollowIn("My farm", "Products");
        await person.Sees("You have no products yet");
        Assert.Empty(person.Errors.Concat(staff.Errors));
    }

    private async Task SignUp(Visitor buyer)
    {
        var address = AccountCalls.NewAddress();
        await buyer.GoTo("/");
        await buyer.FollowIn("Main", "Log in");
        await buyer.Follow("Create an account");
        await buyer.Fill("First name", "Amina");
        await buyer.Fill("Last name", "Diallo");
        await buyer.Fill("E-mail address", address);
        await buyer.Fill("Password", App.Password);
        await buyer.Press("Create the account");
        await buyer.SeesHeading("Look into your mail");

        var mail = Assert.Single(await app.MailsTo(address));
        await buyer.GoTo(Link().Match(mail.TextBody!).Groups[1].Value);
        await buyer.Press("Activate");
        await buyer.SeesHeading("Your account is active");
        await buyer.Follow("Log in");
        await buyer.Fill("E-mail address", address);
        await buyer.Fill("Password", App.Password);
        await buyer.Press("Log in");
    }

    private static async Task OrderTwoKilos(Visitor buyer)
    {
        var search = buyer.Page.GetByRole(AriaRole.Combobox, new() { Name = "Search the market" });
        await search.FillAsync("carots purple"); // as people write it
        await search.PressAsync("Enter");
        await buyer.Follow("Purple carrots");
        await buyer.Press("More");
        await buyer.Press("Put into the cart");
        await buyer.Sees("Purple carrots is in your cart.");
        await buyer.FollowIn("Main", "Cart, 1 product");
        await Expect(buyer.Page.GetByRole(AriaRole.Complementary, new() { Name = "Sum" })).ToContainTextAsync("$7.00");
        await buyer.Follow("To the checkout");
        await buyer.Fill("Phone", "+221 33 123 45 67");
        await buyer.Fill("Address", "Rue 10, Dakar");
        await buyer.Press("Order for $7.00");
        await Expect(buyer.Page).ToHaveURLAsync(OrderAddress());
        await Expect(buyer.Step).ToHaveTextAsync("Ordered");
    }

    private static async Task Talk(Visitor buyer, Visitor farmer)
    {
        await buyer.Press("Ask the farm");
        await buyer.Fill("Write a message", "Do they come with their greens?");
        await buyer.Press("Send");

        await farmer.GoTo("/messages");
        await farmer.Page.GetByRole(AriaRole.Link).Filter(new() { HasText = "Do they come with their greens?" }).ClickAsync();
        await Expect(farmer.Log).ToContainTextAsync("Do they come with their greens?");
        await Expect(buyer.Log.GetByText("Read", new() { Exact = true })).ToHaveCountAsync(1);
        await farmer.Fill("Write a message", "They do.");
        await Expect(Writing(buyer)).ToHaveCountAsync(1);
        await farmer.Press("Send");

        await Expect(buyer.Log).ToContainTextAsync("They do.");
        await Expect(Writing(buyer)).ToHaveCountAsync(0);
        await Expect(farmer.Log.GetByText("Read", new() { Exact = true })).ToHaveCountAsync(1);
    }

    /// <summary>That the other one is writing.</summary>
    private static ILocator Writing(Visitor visitor) => visitor.Main.GetByText("is writing …").Filter(new() { Visible = true });

    [GeneratedRegex(@"https://market\.example(/\S+)")]
    private static partial Regex Link();

    [GeneratedRegex(@"/orders/\d+$")]
    private static partial Regex OrderAddress();
}
