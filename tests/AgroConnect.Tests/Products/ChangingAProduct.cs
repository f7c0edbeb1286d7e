using System.Text.Json;
using AgroConnect.Users;

namespace AgroConnect.Tests.Products;

public sealed class ChangingAProduct(Catalogue app) : IClassFixture<Catalogue>
{
    [Fact]
    public async Task A_patch_changes_what_it_names_and_leaves_the_rest()
    {
        using var farmer = await app.Farmer(new Location("Thika", -1.03, 37.07));
        var before = await app.Product(farmer, new { name = "Kale", description = "Curly.", unit = "bunch", organic = true, harvested_on = "2026-11-20", quantity_step = 2, min_order_quantity = 4 });

        var changed = await (await farmer.Client.Patch(Address(before), new { price = "4.20", harvested_on = (string?)null })).Json();

        var expected = before.EnumerateObject().ToDictionary(field => field.Name, field => field.Value.GetRawText());
        (expected["price"], expected["harvested_on"], expected["updated_at"]) = ("\"4.20\"", "null", changed.GetProperty("updated_at").GetRawText());
        Assert.Equal(expected, changed.EnumerateObject().ToDictionary(field => field.Name, field => field.Value.GetRawText()));
        Assert.True(string.CompareOrdinal(changed.Text("updated_at"), before.Text("updated_at")) > 0);
        Assert.Equal(changed.GetRawText(), (await app.Stranger().GetJson(Address(before))).GetRawText());
    }

    [Fact]
    public async Task A_put_needs_what_is_required_and_keeps_what_it_does_not_name()
    {
        using var farmer = await app.Farmer();
        var product = await app.Product(farmer, new { name = "Kale", description = "Curly.", unit = "bunch" });
        var category = await app.Category();

        Assert.Equal(["category", "name", "stock"], (await (await farmer.Client.Put(Address(product), new { price = 1 })).Json(400)).Fields());
        var changed = await (await farmer.Client.Put(Address(product), new { name = "Cavolo nero", price = 5, stock = 0, category })).Json();

        Assert.Equal(("Cavolo nero", "5.00", "Curly.", "bunch"), (changed.Text("name"), changed.Text("price"), changed.Text("description"), changed.Text("unit")));
        Assert.Equal(category, changed.GetProperty("category").Id());
        Assert.Equal(product.Text("slug"), changed.Text("slug"));
        Assert.False(changed.GetProperty("in_stock").GetBoolean());
    }

    [Theory]
    [InlineData("""{"name": ""}""", "name")]
    [InlineData("""{"price": null}""", "price")]
    [InlineData("""{"price": -1}""", "price")]
    [InlineData("""{"stock": -0.5}""", "stock")]
    [InlineData("""{"category": 999999}""", "category")]
    [InlineData("""{"unit": "lb"}""", "unit")]
    [InlineData("""{"is_active": "perhaps"}""", "is_active")]
    [InlineData("""{"available_until": "2026-01-01", "available_from": "2026-01-02"}""", "available_until")]
    [InlineData("""{"location": {"name": "Only a name"}}""", "location")]
    [InlineData("""{"location": {}}""", "location")]
    public async Task A_bad_value_changes_nothing_at_all(string json, string field)
    {
        using var farmer = await app.Farmer(new Location("Thika", -1.03, 37.07));
        var product = await app.Product(farmer);

        var errors = await (await farmer.Client.Send(HttpMethod.Patch, Address(product), json.Replace("{\"", "{\"description\": \"New\", \"", StringComparison.Ordinal))).Json(400);

        Assert.Equal([field], errors.Fields());
        Assert.Equal(product.GetRawText(), (await app.Stranger().GetJson(Address(product))).GetRawText());
    }

    [Fact]
    public async Task A_place_of_its_own_can_be_given_moved_and_taken_back()
    {
        using var farmer = await app.Farmer(new Location("Thika", -1.03, 37.07));
        var product = await app.Product(farmer);

        Assert.Equal("Shed", await Patch(new { location = new { name = "Shed", latitude = 1.5, longitude = "2.25" } }));
        Assert.Equal("Barn", await Patch(new { location = new { name = "Barn" } }));
        var found = await app.Stranger().GetJson($"/api/products/?category={product.GetProperty("category").Id()}&near=1.5,2.25&radius_km=1");
        Assert.Equal("""{"name":"Barn","latitude":1.5,"longitude":2.25}""", found.GetProperty("results")[0].GetProperty("location").GetRawText());
        Assert.Equal("Thika", await Patch(new { location = (object?)null }));

        async Task<string> Patch(object body) => (await (await farmer.Client.Patch(Address(product), body)).Json()).GetProperty("location").Text("name");
    }

    [Theory]
    [InlineData("PATCH", "price=4.5&harvested_on=&location=&organic=on", "4.50")]
    [InlineData("PATCH", "location.name=Barn&stock=7", "3.50")]
    [InlineData("PUT", "name=Kale&price=2&stock=1.5&category={0}&description=", "2.00")]
    public async Task A_form_changes_it_too(string method, string form, string price)
    {
        using var farmer = await app.Farmer();
        var product = await app.Product(farmer, new { harvested_on = "2026-11-20", location = new { name = "Shed", latitude = 1, longitude = 2 } });
        form = form.Replace("{0}", $"{product.GetProperty("category").Id()}", StringComparison.Ordinal);

        var changed = await (await farmer.Client.Send(new HttpMethod(method), Address(product), new StringContent(form, null, "application/x-www-form-urlencoded"))).Json();

        Assert.Equal(price, changed.Text("price"));
        Assert.Equal(form.Contains("harvested_on", StringComparison.Ordinal) ? JsonValueKind.Null : JsonValueKind.String, changed.GetProperty("harvested_on").ValueKind);
        Assert.Equal(form.Contains("location=", StringComparison.Ordinal) ? JsonValueKind.Null : JsonValueKind.Object, changed.GetProperty("location").ValueKind);
    }

    [Fact]
    public async Task Is_for_its_seller_and_staff()
    {
        using var seller = await app.Farmer();
        using var other = await app.Farmer();
        using var buyer = await app.Buyer();
        using var staff = await app.Staff();
        var product = await app.Product(seller);
        var address = Address(product);

        foreach (var stranger in new[] { address, "/api/products/999999/", "/api/products/-1/" })
        {
            await EveryChange(app.Stranger(), stranger, 401);
        }

        await EveryChange(other.Client, address, 403);
        await EveryChange(buyer.Client, address, 403);
        await EveryChange(seller.Client, "/api/products/999999/", 404);
        Assert.Equal(product.GetRawText(), (await app.Stranger().GetJson(address)).GetRawText());

        Assert.Equal("9.00", (await (await staff.Client.Patch(address, new { price = 9, is_active = false })).Json()).Text("price"));
        await EveryChange(other.Client, address, 404);
        await EveryChange(buyer.Client, address, 404);
        Assert.Equal(seller.Id, (await (await seller.Client.Patch(address, new { price = 8 })).Json()).GetProperty("seller").Id());
        Assert.Equal(204, (int)(await staff.Client.Delete(address)).StatusCode);

        static async Task EveryChange(HttpClient someone, string address, int status)
        {
            await (await someone.Patch(address, new { price = 1 })).Json(status);
            await (await someone.Put(address, new { name = "Mine", price = "x" })).Json(status);
            await (await someone.Delete(address)).Json(status);
        }
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("9223372036854775807")]
    [InlineData("99999999999999999999")]
    [InlineData("abc")]
    public async Task What_is_no_product_is_a_404(string id)
    {
        using var farmer = await app.Farmer();

        await (await farmer.Client.Patch($"/api/products/{id}/", new { price = 1 })).Json(404);
        await (await farmer.Client.Delete($"/api/products/{id}/")).Json(404);
    }

    [Fact]
    public async Task A_deleted_product_is_gone()
    {
        using var farmer = await app.Farmer();
        var product = await app.Product(farmer, new { name = "Salsify" });

        var deleted = await farmer.Client.Delete(Address(product));

        Assert.Equal(204, (int)deleted.StatusCode);
        Assert.Empty(await deleted.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        await farmer.Client.GetJson(Address(product), 404);
        await (await farmer.Client.Delete(Address(product))).Json(404);
        await (await farmer.Client.Patch(Address(product), new { price = 1 })).Json(404);
        Assert.Empty((await app.Stranger().GetJson("/api/products/?search=salsify")).Names());
    }

    [Fact]
    public async Task Changes_of_different_fields_at_the_same_time_all_survive()
    {
        using var farmer = await app.Farmer();
        var category = await app.Category();
        for (var round = 0; round < 5; round++)
        {
            var product = await app.Product(farmer, new { category });
            object[] changes =
            [
                new { name = $"Aubergine {round}" }, new { description = $"Glossy{round}x" }, new { price = 7 }, new { stock = 3.5 },
                new { unit = "crate" }, new { organic = true }, new { quantity_step = 2 }, new { harvested_on = "2026-11-20" },
            ];

            await Task.WhenAll(changes.Select(async change => await (await farmer.Client.Patch(Address(product), change)).Json()));

            var seen = await app.Stranger().GetJson(Address(product));
            Assert.Equal(($"Aubergine {round}", $"Glossy{round}x", "7.00", "crate"), (seen.Text("name"), seen.Text("description"), seen.Text("price"), seen.Text("unit")));
            Assert.Equal(("3.5", "true", "2", "2026-11-20"), (Raw("stock"), Raw("organic"), Raw("quantity_step"), seen.Text("harvested_on")));
            Assert.Equal([product.Id()], (await app.Stranger().GetJson($"/api/products/?search=glossy{round}x")).Ids());
            Assert.Contains(product.Id(), (await app.Stranger().GetJson($"/api/products/?search=aubergine+{round}")).Ids());

            string Raw(string name) => seen.GetProperty(name).GetRawText();
        }
    }

    [Fact]
    public async Task Changes_of_a_product_and_of_its_pictures_do_not_hinder_each_other()
    {
        using var farmer = await app.Farmer();
        var product = await app.Product(farmer);
        await app.Picture(product.Id(), 4);
        var pictures = (await app.Stranger().GetJson(Address(product))).GetProperty("images").EnumerateArray().Select(picture => picture.Id()).ToList();

        for (var round = 0; round < 8; round++)
        {
            var answers = await Task.WhenAll(pictures.SelectMany(picture => new[]
            {
                farmer.Client.Patch($"{Address(product)}images/{picture}/", new { alt = $"Picture {picture} in round {round}" }),
                farmer.Client.Patch(Address(product), new { price = round + 1 }),
            }));
            Assert.All(answers, answer => Assert.Equal(200, (int)answer.StatusCode));
        }

        var seen = await app.Stranger().GetJson(Address(product));
        Assert.Equal("8.00", seen.Text("price"));
        Assert.Equal(pictures.Select(picture => $"Picture {picture} in round 7"), seen.GetProperty("images").EnumerateArray().Select(picture => picture.Text("alt")));
    }

    [Fact]
    public async Task Of_many_who_delete_at_the_same_time_one_does_it_and_a_change_comes_before_or_too_late()
    {
        using var farmer = await app.Farmer();
        var category = await app.Category();
        for (var round = 0; round < 5; round++)
        {
            var product = await app.Product(farmer, new { category });

            var deletions = Enumerable.Range(0, 6).Select(_ => farmer.Client.Delete(Address(product))).ToList();
            var changes = Enumerable.Range(0, 6).Select(i => farmer.Client.Patch(Address(product), new { name = $"Name {i}" })).ToList();

            Assert.Equal([204, 404, 404, 404, 404, 404], (await Task.WhenAll(deletions)).Select(answer => (int)answer.StatusCode).Order());
            Assert.All(await Task.WhenAll(changes), answer => Assert.True((int)answer.StatusCode is 200 or 404, answer.StatusCode.ToString()));
            await farmer.Client.GetJson(Address(product), 404);
        }
    }

    private static string Address(JsonElement product) => $"/api/products/{product.Id()}/";
}
