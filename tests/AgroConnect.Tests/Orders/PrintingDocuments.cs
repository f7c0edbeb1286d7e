using System.Net;
using System.Text;
using System.Text.Json;
using AgroConnect.Tests.Products;

namespace AgroConnect.Tests.Orders;

public sealed class PrintingDocuments(App app) : IClassFixture<App>
{
    [Fact]
    public async Task A_receipt_is_a_page_for_browsers_and_a_pdf_for_who_asks_for_one()
    {
        var (amina, juma, buyer) = (await app.Farmer(), await app.Farmer(), await app.Buyer());
        var order = await Basket(amina, juma, buyer);
        var url = $"/api/orders/{order.Id()}/receipt/";

        Assert.Equal("text/html", await TypeOf(buyer, url));
        Assert.Equal("text/html", await TypeOf(buyer, url, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"));
        Assert.Equal("text/html", await TypeOf(buyer, url, "*/*"));
        Assert.Equal("application/pdf", await TypeOf(buyer, url, "application/pdf"));
        Assert.Equal("application/pdf", await TypeOf(buyer, url, "text/html;q=0.5, application/*"));
        Assert.Equal("application/pdf", await TypeOf(buyer, url, "application/json, application/pdf;q=0.1"));
        Assert.Equal("application/pdf", await TypeOf(buyer, url + "?format=pdf", "text/html"));
        Assert.NotEmpty((await buyer.Client.GetJson(url + "?format=docx", 400)).Messages("format"));
        var refused = await Ask(buyer, url, "application/json");
        Assert.Equal("""{"detail":"Could not satisfy the request Accept header."}""", (await refused.Json(406)).GetRawText());

        var pdf = await buyer.Client.Get(url + "?format=pdf");
        Assert.StartsWith("%PDF-1.", Encoding.Latin1.GetString(await pdf.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)), StringComparison.Ordinal);
        Assert.Contains(order.Text("number"), pdf.Content.Headers.ContentDisposition!.FileName, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_has_each_farm_with_what_was_cancelled_and_encodes_what_people_wrote()
    {
        var (amina, juma, buyer) = (await app.Farmer(), await app.Farmer(), await app.Buyer());
        var order = await Basket(amina, juma, buyer);
        await (await juma.Move(order, order.FulfilmentOf(juma), "cancelled")).Json();
        var rice = order.GetProperty("items").EnumerateArray().Single(item => item.Text("product_name").StartsWith("Rice", StringComparison.Ordinal)).Id();
        await (await buyer.Cancel(order, new { items = new[] { new { item = rice, quantity = 1 } } })).Json();

        var page = await Page(buyer, order);

        Assert.Contains(order.Text("number"), page, StringComparison.Ordinal);
        Assert.Contains("Rice &lt;script&gt;alert(1)&lt;/script&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.Contains("1 of 3 kg cancelled", page, StringComparison.Ordinal);
        Assert.Contains("Total: 4.70 USD", page, StringComparison.Ordinal);
        Assert.Contains("Cancelled: 3.10 USD", page, StringComparison.Ordinal);
        Assert.Contains("ٹماٹر", page, StringComparison.Ordinal);
        Assert.Contains("cash, unpaid", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_farm_gets_a_receipt_of_its_part_and_strangers_get_none()
    {
        var (amina, juma, buyer) = (await app.Farmer(), await app.Farmer(), await app.Buyer());
        var order = await Basket(amina, juma, buyer);
        var url = $"/api/orders/{order.Id()}/receipt/";

        var page = await Page(juma, order);

        Assert.Contains("ٹماٹر", page, StringComparison.Ordinal);
        Assert.Contains("Total: 3.10 USD", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Rice", page, StringComparison.Ordinal);
        Assert.Contains("Rice", await Page(await app.Staff(), order), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.Stranger().Get(url)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await (await app.Farmer()).Client.Get(url)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await (await app.Buyer()).Client.Get(url + "?format=pdf")).StatusCode);
    }

    [Fact]
    public async Task A_long_order_goes_on_over_several_pages_of_pdf()
    {
        var (farm, buyer, category) = (await app.Farmer(), await app.Buyer(), await app.Category());
        var goods = new List<(JsonElement, decimal)>();
        foreach (var number in Enumerable.Range(1, 45))
        {
            goods.Add((await app.Product(farm, new { name = $"हिन्दी किसान टमाटर {number} {new string('W', 120)}", category }), 1));
        }

        var order = await buyer.Order([.. goods]);
        var pdf = Encoding.Latin1.GetString(await (await buyer.Client.Get($"/api/orders/{order.Id()}/receipt/?format=pdf")).Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));

        Assert.Matches("/Count ([2-9]|[1-9][0-9])", pdf);
    }

    [Fact]
    public async Task A_pick_list_sums_what_a_farm_has_to_pack_and_lists_it_order_by_order()
    {
        var (farm, other, buyer, neighbour) = (await app.Farmer(), await app.Farmer(), await app.Buyer(), await app.Buyer());
        var first = await Basket(farm, other, buyer);
        var second = await Basket(farm, other, neighbour, first);
        var done = await Basket(farm, other, buyer, first);
        await farm.Deliver(done);
        var today = DateOnly.FromDateTime(DateTime.UtcNow);

        var page = await Text(farm, "/api/sales/pick-list/");

        Assert.Contains($"Ordered on {today.Iso()}", page, StringComparison.Ordinal);
        Assert.Contains("<b>6 kg</b>", page, StringComparison.Ordinal);
        Assert.Contains("Rice &lt;script&gt;", page, StringComparison.Ordinal);
        Assert.Contains(first.Text("number"), page, StringComparison.Ordinal);
        Assert.Contains(second.Text("number"), page, StringComparison.Ordinal);
        Assert.DoesNotContain(done.Text("number"), page, StringComparison.Ordinal);
        Assert.DoesNotContain("ٹماٹر", page, StringComparison.Ordinal);
        Assert.Contains("Moi Avenue 1", page, StringComparison.Ordinal);
        Assert.Contains(done.Text("number"), await Text(farm, "/api/sales/pick-list/?status=delivered"), StringComparison.Ordinal);
        Assert.Contains("nothing to pack", await Text(farm, $"/api/sales/pick-list/?date={today.AddDays(-3).Iso()}&tz=Asia/Karachi"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_csv_no_cell_is_a_formula()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var product = await app.Product(farm, new { name = "=HYPERLINK(\"http://evil\")", unit = "kg" });
        await (await buyer.AddToCart(product, 2)).Json(201);
        await (await buyer.CheckOut(new { delivery = new { name = "@Asha", phone = "+254", address = "-1", notes = "Gate, left" } })).Json(201);

        var answer = await Ask(farm, "/api/sales/pick-list/", "text/csv");
        var csv = (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).TrimStart('\uFEFF').Split("\r\n");

        Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("day,order,status,product,quantity,unit,usual_weight,weight_unit,method,name,phone,address,notes,note", csv[0]);
        Assert.Contains("\"'=HYPERLINK(\"\"http://evil\"\")\",2,kg,,,delivery,\"'@Asha\",\"'+254\",\"'-1\",\"Gate, left\",", csv[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pick_list_is_for_its_farm_and_staff()
    {
        var (farm, staff, buyer) = (await app.Farmer(), await app.Staff(), await app.Buyer());
        await buyer.Order((await app.Product(farm, new { name = "Turnips" }), 1));
        const string url = "/api/sales/pick-list/";

        Assert.Equal(HttpStatusCode.Unauthorized, (await app.Stranger().Get(url)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await buyer.Client.Get(url)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await (await app.Farmer()).Client.Get($"{url}?seller={farm.Id}")).StatusCode);
        Assert.Contains("Turnips", await Text(staff, $"{url}?seller={farm.Id}"), StringComparison.Ordinal);
        Assert.NotEmpty((await farm.Client.GetJson(url + "?date=soon", 400)).Messages("date"));
        Assert.NotEmpty((await farm.Client.GetJson(url + "?tz=Moon", 400)).Messages("tz"));
        Assert.NotEmpty((await farm.Client.GetJson(url + "?status=cancelled", 400)).Messages("status"));
        Assert.NotEmpty((await farm.Client.GetJson(url + "?format=pdf", 400)).Messages("format"));
        Assert.Equal(HttpStatusCode.NotAcceptable, (await Ask(farm, url, "application/pdf")).StatusCode);
    }

    private static async Task<string> Page(Person person, JsonElement order) => await Text(person, $"/api/orders/{order.Id()}/receipt/");

    private static async Task<string> Text(Person person, string url) =>
        await (await person.Client.Get(url)).EnsureSuccessStatusCode().Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    private static async Task<string?> TypeOf(Person person, string url, string? accept = null) =>
        (await Ask(person, url, accept)).EnsureSuccessStatusCode().Content.Headers.ContentType?.MediaType;

    private static Task<HttpResponseMessage> Ask(Person person, string url, string? accept)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("Accept", accept ?? "");
        return person.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Three kilos of rice of one farm and tomatoes of another; the goods of an earlier basket, if there is one.</summary>
    private async Task<JsonElement> Basket(Person rices, Person tomatoes, Person buyer, JsonElement? like = null)
    {
        var goods = like is { } earlier
            ? earlier.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("product").GetInt64()).ToList()
            : [
                (await app.Product(rices, new { name = "Rice <script>alert(1)</script>", price = "2.35", unit = "kg" })).Id(),
                (await app.Product(tomatoes, new { name = "ٹماٹر", price = "3.10", unit = "crate" })).Id(),
            ];
        await (await buyer.Client.Post("/api/orders/cart/items/", new { product = goods[0], quantity = 3 })).Json(201);
        await (await buyer.Client.Post("/api/orders/cart/items/", new { product = goods[1], quantity = 1 })).Json(201);
        return await (await buyer.CheckOut(new { delivery = new { name = "Asha", address = "Moi Avenue 1" } })).Json(201);
    }
}
