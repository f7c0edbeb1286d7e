using System.Text.Json;
using AgroConnect.Tests.Products;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Tests.Orders;

public sealed class FillingACart(App app) : IClassFixture<App>
{
    private const string Cart = "/api/orders/cart/";

    [Fact]
    public async Task Shows_each_line_with_its_price_and_adds_the_same_product_up()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var beans = await app.Product(farm, new { name = "Beans", price = "1.99", stock = 50, unit = "kg", quantity_step = 0.25, min_order_quantity = 0.5 });
        var eggs = await app.Product(farm, new { price = "3.00", stock = 9, unit = "tray" });

        await (await buyer.AddToCart(beans, 0.5m)).Json(201);
        await (await buyer.AddToCart(eggs, 1)).Json(201);
        var cart = await (await buyer.AddToCart(beans, 0.25m)).Json(201);

        var line = cart.GetProperty("items")[0];
        Assert.Equal(("1.99", "1.49"), (line.Text("unit_price"), line.Text("line_total")));
        Assert.Equal(0.75m, line.GetProperty("quantity").GetDecimal());
        Assert.Equal(("Beans", "kg", 50m), (line.GetProperty("product").Text("name"), line.GetProperty("product").Text("unit"), line.GetProperty("product").GetProperty("stock").GetDecimal()));
        Assert.Equal(JsonValueKind.Null, line.GetProperty("problem").ValueKind);
        Assert.Equal(("4.49", "USD"), (cart.Text("total"), cart.Text("currency")));
        Assert.Equal(cart.GetRawText(), (await buyer.Client.GetJson(Cart)).GetRawText());
    }

    [Fact]
    public async Task Is_empty_at_first_and_again_after_it_was_emptied()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var first = await buyer.Client.GetJson(Cart);
        Assert.Equal((0, "0.00"), (first.GetProperty("items").GetArrayLength(), first.Text("total")));

        await (await buyer.AddToCart(await app.Product(farm), 1)).Json(201);
        Assert.Equal(204, (int)(await buyer.Client.Delete(Cart)).StatusCode);

        Assert.Equal(0, (await buyer.Client.GetJson(Cart)).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task May_be_tried_again_when_it_takes_nothing_and_nothing_is_wrong()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var beans = await app.Product(farm, new { stock = 1000 });
        await using (var db = app.Database.Open())
        {
            // Without a word, as would a statement that knows a rule which nobody explains.
            await db.Database.ExecuteSqlRawAsync(
                TestDatabase.IsPostgres
                    ? """
                      CREATE FUNCTION keep_out() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
                      CREATE TRIGGER keep_out BEFORE INSERT ON cart_items FOR EACH ROW WHEN (NEW.quantity = 777000) EXECUTE FUNCTION keep_out();
                      """
                    : "CREATE TRIGGER keep_out BEFORE INSERT ON cart_items WHEN NEW.quantity = 777000 BEGIN SELECT RAISE(IGNORE); END",
                TestContext.Current.CancellationToken);
        }

        Assert.Equal("goods_changing", (await (await buyer.AddToCart(beans, 777)).Json(409)).Text("code"));
        await (await buyer.AddToCart(beans, 776)).Json(201);
    }

    [Theory]
    [InlineData(0, "Ensure this value is greater than or equal to 0.001.")]
    [InlineData(-2, "Ensure this value is greater than or equal to 0.001.")]
    [InlineData(1.25, "Ensure this value is a multiple of 0.5.")]
    [InlineData(0.5, "Ensure this value is greater than or equal to 1.5.")]
    [InlineData(1000000, "Ensure this value is less than or equal to 999999.999.")]
    public async Task Refuses_a_quantity_that_breaks_the_products_rules(double quantity, string message)
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var product = await app.Product(farm, new { quantity_step = 0.5, min_order_quantity = 1.5 });

        Assert.Equal([message], (await (await buyer.AddToCart(product, (decimal)quantity)).Json(400)).Messages("quantity"));

        var line = (await (await buyer.AddToCart(product, 2)).Json(201)).GetProperty("items")[0];
        Assert.Equal([message], (await (await buyer.Client.Patch($"{Cart}items/{line.Id()}/", new { quantity })).Json(400)).Messages("quantity"));
        Assert.Equal(2, (await buyer.Client.GetJson(Cart)).GetProperty("items")[0].GetProperty("quantity").GetInt32());
    }

    [Fact]
    public async Task Refuses_what_is_unknown_inactive_or_ones_own()
    {
        var farm = await app.Farmer();
        var (own, hidden) = (await app.Product(farm), await app.Product(await app.Farmer(), new { is_active = false }));

        Assert.Equal(["You cannot buy your own product."], (await (await farm.AddToCart(own, 1)).Json(400)).Messages("product"));
        Assert.Equal(["product"], (await (await farm.AddToCart(hidden, 1)).Json(400)).Fields());
        Assert.Single((await (await farm.AddToCart(await app.Product(farm, new { is_active = false }), 1)).Json(400)).Messages("product"));
        Assert.Equal(["product", "quantity"], (await (await farm.Client.Post(Cart + "items/", new { product = 999999999, quantity = "much" })).Json(400)).Fields());
        Assert.Equal(["product", "quantity"], (await (await farm.Client.Post(Cart + "items/", new { })).Json(400)).Fields());
        Assert.Equal(0, (await farm.Client.GetJson(Cart)).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Stays_as_it_was_when_an_addition_is_refused_whatever_others_add_at_the_same_moment()
    {
        var product = await app.Product(await app.Farmer(), new { quantity_step = 0.5, min_order_quantity = 1.5 });
        var buyers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => app.Buyer()));
        await Task.WhenAll(buyers[..6].Select(async buyer => await (await buyer.AddToCart(product, 2)).Json(201)));

        var answers = await Task.WhenAll(buyers.Select((buyer, number) => buyer.AddToCart(product, number % 2 == 0 ? 1.25m : 1.5m)));
        var carts = await Task.WhenAll(buyers.Select(buyer => buyer.Client.GetJson(Cart)));

        Assert.Equal([400, 201, 400, 201, 400, 201, 400, 201, 400, 201, 400, 201], answers.Select(answer => (int)answer.StatusCode));
        Assert.Equal(
            ["2", "3.5", "2", "3.5", "2", "3.5", "", "1.5", "", "1.5", "", "1.5"],
            carts.Select(cart => string.Join(' ', cart.GetProperty("items").EnumerateArray().Select(line => line.GetProperty("quantity").GetRawText()))));
    }

    [Fact]
    public async Task Holds_a_hundred_products_and_more_of_them_but_not_one_more()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var products = await Task.WhenAll(Enumerable.Range(0, 101).Select(_ => app.Product(farm)));
        await Task.WhenAll(products[..100].Select(async product => await (await buyer.AddToCart(product, 1)).Json(201)));

        Assert.Equal(["A cart holds at most 100 products."], (await (await buyer.AddToCart(products[100], 1)).Json(400)).Messages("product"));
        var cart = await (await buyer.AddToCart(products[0], 1)).Json(201);

        Assert.Equal(products[..100].Select(product => product.Id()).Order(), cart.GetProperty("items").EnumerateArray().Select(line => line.GetProperty("product").Id()).Order());
    }

    [Fact]
    public async Task Says_line_by_line_what_became_wrong_since()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var products = new List<JsonElement>();
        foreach (var _ in Enumerable.Range(0, 6))
        {
            products.Add(await app.Product(farm, new { stock = 5, price = "2.00" }));
            await (await buyer.AddToCart(products[^1], 2)).Json(201);
        }

        await Change(0, new { is_active = false });
        await Change(1, new { stock = 1 });
        await Change(2, new { min_order_quantity = 3 });
        await Change(3, new { quantity_step = 4 });
        await Change(4, new { available_until = "2020-01-01" });
        await Change(5, new { price = "2.50" });
        var cart = await buyer.Client.GetJson(Cart);

        Assert.Equal(
            ["unavailable", "insufficient_stock", "below_minimum", "invalid_step", "unavailable", null],
            cart.GetProperty("items").EnumerateArray().Select(line => line.GetProperty("problem").GetString()));
        Assert.Equal("25.00", cart.Text("total"));
        Assert.Equal("cart_problem", (await (await buyer.CheckOut()).Json(409)).Text("code"));

        async Task Change(int number, object fields) => await (await farm.Client.Patch($"/api/products/{products[number].Id()}/", fields)).Json();
    }

    [Fact]
    public async Task Keeps_a_deleted_product_as_unavailable()
    {
        var (farm, buyer, staff) = (await app.Farmer(), await app.Buyer(), await app.Staff());
        var product = await app.Product(farm, new { name = "Last season's" });
        await (await buyer.AddToCart(product, 1)).Json(201);

        Assert.Equal(204, (int)(await farm.Client.Delete($"/api/products/{product.Id()}/")).StatusCode);

        Assert.Equal("unavailable", (await buyer.Client.GetJson(Cart)).GetProperty("items")[0].Text("problem"));
        await farm.Client.GetJson($"/api/products/{product.Id()}/", 404);
        Assert.False((await staff.Client.GetJson($"/api/products/{product.Id()}/")).GetProperty("is_active").GetBoolean());
        Assert.Equal(["is_active"], (await (await staff.Client.Patch($"/api/products/{product.Id()}/", new { is_active = true })).Json(400)).Fields());
        Assert.Empty((await farm.Client.GetJson($"/api/products/?seller={farm.Id}&is_active=false")).Ids());
    }

    [Fact]
    public async Task Belongs_to_one_person()
    {
        var (farm, buyer, other) = (await app.Farmer(), await app.Buyer(), await app.Buyer());
        var line = (await (await buyer.AddToCart(await app.Product(farm), 1)).Json(201)).GetProperty("items")[0];

        await (await other.Client.Patch($"{Cart}items/{line.Id()}/", new { quantity = 5 })).Json(404);
        await (await other.Client.Delete($"{Cart}items/{line.Id()}/")).Json(404);
        await app.Stranger().GetJson(Cart, 401);
        await (await app.Stranger().Delete($"{Cart}items/999999/")).Json(401);

        Assert.Equal("3.50", (await buyer.Client.GetJson(Cart)).Text("total"));
        Assert.Equal(204, (int)(await buyer.Client.Delete($"{Cart}items/{line.Id()}/")).StatusCode);
    }

    [Fact]
    public async Task Adds_up_what_many_tabs_add_at_once()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var (one, two) = (await app.Product(farm), await app.Product(farm));

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => buyer.AddToCart(number % 2 == 0 ? one : two, 1)));

        Assert.All(answers, answer => Assert.Equal(201, (int)answer.StatusCode));
        Assert.Equal([10, 10], (await buyer.Client.GetJson(Cart)).GetProperty("items").EnumerateArray().Select(line => line.GetProperty("quantity").GetInt32()));
    }
}
