using System.Net;
using System.Text.Json;
using AgroConnect.Tests.Products;
using AgroConnect.Tests.Users;

namespace AgroConnect.Tests.Orders;

public sealed class ReviewingProducts(App app) : IClassFixture<App>
{
    [Fact]
    public async Task Who_received_a_product_rates_it_once_and_may_change_their_mind()
    {
        var (farm, product, buyer) = await Received();
        var url = Url(product);

        var first = await (await buyer.Client.Post(url, new { rating = 4, text = "Good <b>rice</b>" })).Json(201);
        var again = await (await buyer.Client.Post(url, new { rating = 2 })).Json(200);

        Assert.Equal(["author", "created_at", "id", "rating", "reply", "text", "updated_at"], first.Fields());
        Assert.Equal(["id", "name", "picture_url"], first.GetProperty("author").Fields());
        Assert.Equal((first.Id(), 2, "Good <b>rice</b>", first.Text("created_at")), (again.Id(), again.GetProperty("rating").GetInt32(), again.Text("text"), again.Text("created_at")));
        Assert.Equal([first.Id()], (await app.Stranger().GetJson(url)).Ids());
        Assert.Equal("""{"average":2,"count":1}""", (await app.Stranger().GetJson($"/api/products/{product.Id()}/")).GetProperty("rating").GetRawText());
        var mail = Assert.Single(await app.MailsTo(farm.Email, 2), mail => mail.Subject!.StartsWith("A review", StringComparison.Ordinal));
        Assert.Contains("4 of 5 stars", mail.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", mail.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_else_does()
    {
        var (farm, product, _) = await Received();
        var (waiting, cancelled, other, staff) = (await app.Buyer(), await app.Buyer(), await app.Farmer(), await app.Staff());
        await waiting.Order((product, 1));
        await (await cancelled.Cancel(await cancelled.Order((product, 1)))).Json();

        Assert.Equal(HttpStatusCode.Unauthorized, (await app.Stranger().Post(Url(product), new { rating = 5 })).StatusCode);
        foreach (var person in new[] { farm, waiting, cancelled, other, staff, await app.Buyer() })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await person.Client.Post(Url(product), new { rating = 5 })).StatusCode);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await waiting.Client.Post("/api/products/999999/reviews/", new { rating = 5 })).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.Stranger().Post("/api/products/999999/reviews/", new { rating = 5 })).StatusCode);
    }

    [Fact]
    public async Task A_line_that_was_cancelled_from_a_delivered_order_was_not_received()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var (rice, eggs) = (await app.Product(farm), await app.Product(farm));
        var order = await buyer.Order((rice, 1), (eggs, 1));
        var line = order.GetProperty("items").EnumerateArray().Single(item => item.GetProperty("product").GetInt64() == rice.Id()).Id();
        await (await buyer.Cancel(order, new { items = new[] { new { item = line } } })).Json();
        await farm.Deliver(order);

        Assert.Equal(HttpStatusCode.Forbidden, (await buyer.Client.Post(Url(rice), new { rating = 5 })).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await buyer.Client.Post(Url(eggs), new { rating = 5 })).StatusCode);
    }

    [Theory]
    [InlineData("""{"rating": 0}""", "rating")]
    [InlineData("""{"rating": 6}""", "rating")]
    [InlineData("""{"rating": 4.5}""", "rating")]
    [InlineData("""{"rating": true}""", "rating")]
    [InlineData("""{"rating": null}""", "rating")]
    [InlineData("""{"text": "Good"}""", "rating")]
    [InlineData("""{"rating": 5, "text": ["Good"]}""", "text")]
    public async Task A_rating_is_one_to_five_whole_stars(string body, string field)
    {
        var (_, product, buyer) = await Received();

        Assert.NotEmpty((await (await buyer.Client.Send(HttpMethod.Post, Url(product), body)).Json(400)).Messages(field));
        Assert.Equal("""{"average":null,"count":0}""", (await app.Stranger().GetJson($"/api/products/{product.Id()}/")).GetProperty("rating").GetRawText());
    }

    [Fact]
    public async Task Text_has_an_end_and_numbers_may_be_text()
    {
        var (_, product, buyer) = await Received();

        Assert.NotEmpty((await (await buyer.Client.Post(Url(product), new { rating = 5, text = new string('x', 5001) })).Json(400)).Messages("text"));
        await (await buyer.Client.Post(Url(product), new { rating = "5", text = new string('x', 5000) })).Json(201);
    }

    [Fact]
    public async Task Reviewers_at_the_same_time_all_count_and_lists_see_it_at_once()
    {
        var farm = await app.Farmer();
        var product = await app.Product(farm);
        var buyers = new List<Person>();
        foreach (var _ in Enumerable.Range(0, 8))
        {
            buyers.Add(await app.Buyer());
            await farm.Deliver(await buyers[^1].Order((product, 1)));
        }

        await app.Stranger().GetJson($"/api/products/?seller={farm.Id}");
        await Task.WhenAll(buyers.Select(async (buyer, number) => await (await buyer.Client.Post(Url(product), new { rating = 1 + (number % 5) })).Json(201)));
        await Task.WhenAll(buyers.Select(async buyer => await (await buyer.Client.Post(Url(product), new { rating = 3 })).Json(200)));
        await (await buyers[0].Client.Post(Url(product), new { rating = 5 })).Json();

        var listed = (await app.Stranger().GetJson($"/api/products/?seller={farm.Id}")).GetProperty("results")[0];
        Assert.Equal("""{"average":3.2,"count":8}""", listed.GetProperty("rating").GetRawText());
        Assert.Equal(8, (await app.Stranger().AllPages(Url(product) + "?page_size=3")).Count);
    }

    [Fact]
    public async Task Twenty_first_reviews_of_one_person_at_once_are_one()
    {
        var (_, product, buyer) = await Received();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => buyer.Client.Post(Url(product), new { rating = 4 })));

        Assert.Equal(1, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        Assert.Equal(19, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        Assert.Equal("""{"average":4,"count":1}""", (await app.Stranger().GetJson($"/api/products/{product.Id()}/")).GetProperty("rating").GetRawText());
    }

    [Fact]
    public async Task The_list_is_newest_first_and_known_by_its_etag()
    {
        var (farm, product, first) = await Received();
        var second = await app.Buyer();
        await farm.Deliver(await second.Order((product, 1)));
        var ids = new[] { await Rate(first, product, 5), await Rate(second, product, 3) };

        var answer = await app.Stranger().Get(Url(product));

        Assert.Equal(ids.Reverse(), (await answer.Json()).Ids());
        var etag = answer.Headers.ETag!.ToString();
        Assert.Equal(HttpStatusCode.NotModified, (await app.Stranger().Get(Url(product), etag)).StatusCode);
        await (await farm.Client.Post($"{Url(product)}{ids[0]}/reply/", new { text = "Thank you" })).Json(201);
        Assert.Equal(HttpStatusCode.OK, (await app.Stranger().Get(Url(product), etag)).StatusCode);
        await app.Stranger().GetJson(Url(product) + "?page=2", 404);
        await app.Stranger().GetJson("/api/products/999999/reviews/", 404);
    }

    [Fact]
    public async Task Its_seller_alone_answers_and_may_change_the_answer()
    {
        var (farm, product, buyer) = await Received();
        var review = await Rate(buyer, product, 5);
        var url = $"{Url(product)}{review}/reply/";
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.Stranger().Post(url, new { text = "Hm" })).StatusCode);
        foreach (var person in new[] { buyer, await app.Farmer(), await app.Staff() })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await person.Client.Post(url, new { text = "Hm" })).StatusCode);
        }

        Assert.NotEmpty((await (await farm.Client.Post(url, new { text = " " })).Json(400)).Messages("text"));
        var first = await (await farm.Client.Post(url, new { text = "Thank you" })).Json(201);
        var again = await (await farm.Client.Post(url, new { text = "Thank you!" })).Json(200);

        Assert.Equal(["created_at", "text"], first.GetProperty("reply").Fields());
        Assert.Equal(first.GetProperty("reply").Text("created_at"), again.GetProperty("reply").Text("created_at"));
        Assert.Equal("Thank you!", (await app.Stranger().GetJson(Url(product))).GetProperty("results")[0].GetProperty("reply").Text("text"));
        var other = await app.Product(farm);
        await (await farm.Client.Post($"{Url(other)}{review}/reply/", new { text = "Hm" })).Json(404);
        Assert.Contains(await app.MailsTo(buyer.Email, 5), mail => mail.Subject!.Contains("answered your review", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Staff_take_a_review_away_and_that_is_in_the_audit_log()
    {
        var (farm, product, buyer) = await Received();
        var (staff, review) = (await app.Staff(), await Rate(buyer, product, 1));
        var url = $"{Url(product)}{review}/";
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.Stranger().Delete(url)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await farm.Client.Delete(url)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await (await app.Buyer()).Client.Delete(url)).StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await staff.Client.Delete(url)).StatusCode);

        Assert.Equal(HttpStatusCode.NotFound, (await staff.Client.Delete(url)).StatusCode);
        Assert.Equal("""{"average":null,"count":0}""", (await app.Stranger().GetJson($"/api/products/{product.Id()}/")).GetProperty("rating").GetRawText());
        var entry = (await staff.Client.GetJson($"/api/admin/audit/?action=review.deleted&target_id={review}")).GetProperty("results")[0];
        Assert.Equal(staff.Id, entry.GetProperty("actor").Id());

        var back = await Rate(buyer, product, 2);
        Assert.Equal(HttpStatusCode.NoContent, (await buyer.Client.Delete($"{Url(product)}{back}/")).StatusCode);
    }

    [Fact]
    public async Task Of_a_product_that_is_off_the_market_nobody_hears()
    {
        var (farm, product, buyer) = await Received();
        var review = await Rate(buyer, product, 5);
        await (await farm.Client.Patch($"/api/products/{product.Id()}/", new { is_active = false })).Json();

        await app.Stranger().GetJson(Url(product), 404);
        await (await buyer.Client.Post(Url(product), new { rating = 1 })).Json(404);
        Assert.Equal([review], (await farm.Client.GetJson(Url(product))).Ids());
    }

    [Fact]
    public async Task Who_leaves_takes_the_words_along_and_leaves_the_stars()
    {
        var farm = await app.Farmer();
        var product = await app.Product(farm);
        var email = AccountCalls.NewAddress();
        await app.Account(email);
        var (client, _, _) = await app.SignedIn(email);
        var buyer = new Person(0, email, client, "");
        await farm.Deliver(await buyer.Order((product, 1)));
        await (await client.Post(Url(product), new { rating = 4, text = "My secret garden" })).Json(201);
        Assert.Contains("My secret garden", (await client.GetJson("/api/auth/users/me/export/")).GetProperty("reviews").GetRawText(), StringComparison.Ordinal);

        var gone = await client.Send(HttpMethod.Delete, "/api/auth/users/me/", $$"""{"current_password": "{{App.Password}}"}""");

        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        var review = (await app.Stranger().GetJson(Url(product))).GetProperty("results")[0];
        Assert.Equal((4, "", "Deleted account"), (review.GetProperty("rating").GetInt32(), review.Text("text"), review.GetProperty("author").Text("name")));
    }

    private static string Url(JsonElement product) => $"/api/products/{product.Id()}/reviews/";

    private static async Task<long> Rate(Person buyer, JsonElement product, int rating) =>
        (await (await buyer.Client.Post(Url(product), new { rating, text = "So" })).Json(201)).Id();

    private async Task<(Person Farm, JsonElement Product, Person Buyer)> Received()
    {
        var (farm, buyer) = (await app.Farmer(), await app.Buyer());
        var product = await app.Product(farm);
        await farm.Deliver(await buyer.Order((product, 1)));
        return (farm, product, buyer);
    }
}
