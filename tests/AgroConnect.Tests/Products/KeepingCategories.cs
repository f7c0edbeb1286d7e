using System.Text.Json;

namespace AgroConnect.Tests.Products;

public sealed class KeepingCategories(App app) : IClassFixture<App>
{
    [Fact]
    public async Task They_are_a_bare_list_that_tells_the_tree_and_counts_with_what_is_below()
    {
        using var farmer = await app.Farmer();
        var food = await app.Category("Food");
        var fruit = await app.Category("Fruit", food);
        var berries = await app.Category("Berries", fruit);
        await app.Product(farmer, new { category = food });
        await app.Product(farmer, new { category = berries });
        await app.Product(farmer, new { category = berries, is_active = false });

        var all = (await app.Stranger().GetJson("/api/categories/")).EnumerateArray().ToDictionary(category => category.Id());

        Assert.Equal(["description", "id", "image_url", "name", "parent", "product_count", "slug"], all[food].Fields());
        Assert.Equal($$"""{"id":{{fruit}},"name":"Fruit","slug":"fruit","description":"","parent":{{food}},"product_count":1,"image_url":null}""", all[fruit].GetRawText());
        Assert.Equal(JsonValueKind.Null, all[food].GetProperty("parent").ValueKind);
        Assert.Equal((2, 1, 1), (Count(all[food]), Count(all[fruit]), Count(all[berries])));
        Assert.Equal(all[food].GetRawText(), (await app.Stranger().GetJson($"/api/categories/{food}/")).GetRawText());
        Assert.Equal(all[berries].GetRawText(), (await app.Stranger().GetJson("/api/categories/berries")).GetRawText());
    }

    [Fact]
    public async Task Only_staff_keep_them()
    {
        using var farmer = await app.Farmer();
        var category = await app.Category();

        foreach (var address in new[] { $"/api/categories/{category}/", "/api/categories/999999/" })
        {
            foreach (var (someone, status) in new[] { (app.Stranger(), 401), (farmer.Client, 403) })
            {
                await (await someone.Post("/api/categories/", new { name = "Mine" })).Json(status);
                await (await someone.Put(address, new { name = "Mine" })).Json(status);
                await (await someone.Patch(address, new { name = "Mine" })).Json(status);
                await (await someone.Delete(address)).Json(status);
            }
        }
    }

    [Fact]
    public async Task Staff_create_change_and_delete_them()
    {
        using var staff = await app.Staff();
        var parent = await app.Category();

        var created = await staff.Client.Post("/api/categories/", new { name = "Spices", description = "Dried.", parent });
        var spices = await created.Json(201);
        Assert.Equal(new Uri(staff.Client.BaseAddress!, $"/api/categories/{spices.Id()}/"), created.Headers.Location);
        Assert.Equal((parent, "Dried."), (spices.GetProperty("parent").GetInt64(), spices.Text("description")));

        var moved = await (await staff.Client.Patch("/api/categories/spices/", new { parent = (long?)null, id = 5, slug = "x", product_count = 9 })).Json();
        Assert.Equal((spices.Id(), "Spices", "spices", "Dried."), (moved.Id(), moved.Text("name"), moved.Text("slug"), moved.Text("description")));
        Assert.Equal(JsonValueKind.Null, moved.GetProperty("parent").ValueKind);
        Assert.Equal(0, Count(moved));

        Assert.Equal(["name"], (await (await staff.Client.Put($"/api/categories/{spices.Id()}/", new { description = "New" })).Json(400)).Fields());
        var renamed = await (await staff.Client.Put($"/api/categories/{spices.Id()}/", new { name = "Spices and herbs" })).Json();
        Assert.Equal(renamed.GetRawText(), (await app.Stranger().GetJson($"/api/categories/{spices.Id()}/")).GetRawText());

        Assert.Equal(204, (int)(await staff.Client.Delete($"/api/categories/{spices.Id()}/")).StatusCode);
        await app.Stranger().GetJson($"/api/categories/{spices.Id()}/", 404);
        await (await staff.Client.Delete($"/api/categories/{spices.Id()}/")).Json(404);
        await (await staff.Client.Patch("/api/categories/spices/", new { })).Json(404);
        await (await staff.Client.Put("/api/categories/no-such-thing/", new { name = "x" })).Json(404);
    }

    [Theory]
    [InlineData("{}", "name")]
    [InlineData("""{"name": null}""", "name")]
    [InlineData("""{"name": "  "}""", "name")]
    [InlineData("""{"name": true}""", "name")]
    [InlineData("""{"name": "a\u0000"}""", "name")]
    [InlineData("""{"name": "\ud800"}""", "name")]
    [InlineData("""{"name": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}""", "name")]
    [InlineData("""{"name": "Good", "description": null}""", "description")]
    [InlineData("""{"name": "Good", "parent": 999999}""", "parent")]
    [InlineData("""{"name": "Good", "parent": "x"}""", "parent")]
    [InlineData("""{"name": "Good", "parent": true}""", "parent")]
    [InlineData("""{"name": "Good", "parent": 1e400}""", "parent")]
    public async Task A_bad_value_is_told_under_its_field(string json, string field)
    {
        using var staff = await app.Staff();

        Assert.Equal([field], (await (await staff.Client.Send(HttpMethod.Post, "/api/categories/", json)).Json(400)).Fields());
    }

    [Fact]
    public async Task A_name_is_unique_under_its_parent_whatever_its_case()
    {
        using var staff = await app.Staff();
        var parent = await app.Category();
        var nuts = await app.Category("Nuts");
        var below = await app.Category("Nuts", parent);

        await Refused(await staff.Client.Post("/api/categories/", new { name = "nuts" }));
        await Refused(await staff.Client.Post("/api/categories/", new { name = " NUTS ", parent = (long?)null }));
        await Refused(await staff.Client.Post("/api/categories/", new { name = "nuts", parent }));
        await Refused(await staff.Client.Patch($"/api/categories/{below}/", new { parent = (long?)null }));
        Assert.Equal("NUTS", (await (await staff.Client.Patch($"/api/categories/{nuts}/", new { name = "NUTS" })).Json()).Text("name"));

        async Task Refused(HttpResponseMessage answer) => Assert.Equal(["name"], (await answer.Json(400)).Fields());
    }

    [Fact]
    public async Task A_slug_that_is_taken_gets_a_number()
    {
        using var staff = await app.Staff();
        var slugs = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            var created = await staff.Client.Post("/api/categories/", new { name = "Café", parent = await app.Category() });
            slugs.Add((await created.Json(201)).Text("slug"));
        }

        Assert.Equal(["cafe", "cafe-2", "cafe-3"], slugs);
    }

    [Fact]
    public async Task A_slug_is_never_taken_for_an_id()
    {
        using var staff = await app.Staff();
        var other = await app.Category();

        var numbered = await (await staff.Client.Post("/api/categories/", new { name = $"{other}" })).Json(201);

        Assert.Equal(numbered.Id(), (await app.Stranger().GetJson($"/api/categories/{numbered.Text("slug")}/")).Id());
        Assert.Equal(other, (await app.Stranger().GetJson($"/api/categories/{other}/")).Id());
    }

    [Theory]
    [InlineData('\u0958')]
    [InlineData('\uFFFE')]
    public async Task An_odd_name_is_kept_as_it_is(char letter)
    {
        using var staff = await app.Staff();
        var name = new string(letter, 100);

        Assert.Equal(name, (await (await staff.Client.Post("/api/categories/", new { name })).Json(201)).Text("name"));
    }

    [Fact]
    public async Task Of_many_who_create_one_name_at_the_same_time_one_does()
    {
        using var staff = await app.Staff();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => staff.Client.Post("/api/categories/", new { name = i % 2 == 0 ? "Roots" : "roots" })));

        Assert.Equal([201, 400, 400, 400, 400, 400, 400, 400], answers.Select(answer => (int)answer.StatusCode).Order());
    }

    [Fact]
    public async Task None_can_be_below_itself()
    {
        using var staff = await app.Staff();
        var top = await app.Category();
        var middle = await app.Category(parent: top);
        var bottom = await app.Category(parent: middle);

        foreach (var parent in new[] { top, middle, bottom })
        {
            Assert.Equal(["parent"], (await (await staff.Client.Patch($"/api/categories/{top}/", new { parent })).Json(400)).Fields());
        }
    }

    [Fact]
    public async Task Two_moves_at_the_same_time_make_no_cycle()
    {
        using var staff = await app.Staff();
        for (var round = 0; round < 5; round++)
        {
            var (left, right) = (await app.Category(), await app.Category());

            var answers = await Task.WhenAll(
                staff.Client.Patch($"/api/categories/{left}/", new { parent = right }),
                staff.Client.Patch($"/api/categories/{right}/", new { parent = left }));

            Assert.Equal([200, 400], answers.Select(answer => (int)answer.StatusCode).Order());
        }
    }

    [Fact]
    public async Task One_that_is_in_use_stays()
    {
        using var staff = await app.Staff();
        using var farmer = await app.Farmer();
        var parent = await app.Category();
        var child = await app.Category(parent: parent);
        var product = await app.Product(farmer, new { category = child, is_active = false });

        foreach (var used in new[] { parent, child })
        {
            Assert.Equal("category_in_use", (await (await staff.Client.Delete($"/api/categories/{used}/")).Json(409)).Text("code"));
        }

        Assert.Equal(204, (int)(await farmer.Client.Delete($"/api/products/{product.Id()}/")).StatusCode);
        Assert.Equal(204, (int)(await staff.Client.Delete($"/api/categories/{child}/")).StatusCode);
        Assert.Equal(204, (int)(await staff.Client.Delete($"/api/categories/{parent}/")).StatusCode);
    }

    [Fact]
    public async Task One_that_goes_while_a_product_comes_is_either_kept_or_unknown()
    {
        using var staff = await app.Staff();
        using var farmer = await app.Farmer();
        for (var round = 0; round < 15; round++)
        {
            var category = await app.Category();

            var listing = farmer.Client.Post("/api/products/", new { name = "Leeks", price = 1, stock = 1, category });
            await Task.Delay(round % 5, TestContext.Current.CancellationToken);
            var deletion = staff.Client.Delete($"/api/categories/{category}/");

            if ((int)(await listing).StatusCode == 201)
            {
                Assert.Equal("category_in_use", (await (await deletion).Json(409)).Text("code"));
            }
            else
            {
                Assert.Equal(["category"], (await (await listing).Json(400)).Fields());
                Assert.Equal(204, (int)(await deletion).StatusCode);
            }
        }
    }

    private static int Count(JsonElement category) => category.GetProperty("product_count").GetInt32();
}
