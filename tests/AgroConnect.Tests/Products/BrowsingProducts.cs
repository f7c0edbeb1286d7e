using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using AgroConnect.Users;

namespace AgroConnect.Tests.Products;

public sealed partial class BrowsingProducts(Catalogue app) : IClassFixture<Catalogue>
{
    [Fact]
    public async Task Shows_each_product_as_the_contract_writes_it()
    {
        using var farmer = await app.Farmer(new Location("Thika", -1.03, 37.07));
        var vegetables = await app.Category("Vegetables of the contract");
        var created = await app.Product(farmer, new
        {
            name = "Vine tomatoes",
            description = "Red.",
            price = "3.50",
            category = vegetables,
            unit = "kg",
            quantity_step = 0.5,
            min_order_quantity = 1,
            stock = 120.5,
            organic = true,
            harvested_on = "2026-11-20",
        });
        await app.Picture(created.Id(), 2);
        await app.Rate(created.Id(), 4.5833, 12);

        var product = (await app.Stranger().GetJson($"/api/products/?category={vegetables}")).GetProperty("results")[0];

        string[] fields =
        [
            "available_from", "available_until", "category", "created_at", "currency", "description", "distance_km", "harvested_on", "id", "images", "in_stock",
            "is_active", "location", "min_order_quantity", "name", "organic", "price", "price_unit", "quantity_step", "rating", "seller", "slug", "stock", "unit", "unit_weight", "updated_at",
        ];
        Assert.Equal(fields, product.Fields());
        Assert.Equal("\"3.50\"", product.GetProperty("price").GetRawText());
        Assert.Equal("USD", product.Text("currency"));
        Assert.Equal("vine-tomatoes", product.Text("slug"));
        Assert.Equal("0.5", product.GetProperty("quantity_step").GetRawText());
        Assert.Equal("1", product.GetProperty("min_order_quantity").GetRawText());
        Assert.Equal("120.5", product.GetProperty("stock").GetRawText());
        Assert.True(product.GetProperty("in_stock").GetBoolean());
        Assert.True(product.GetProperty("is_active").GetBoolean());
        Assert.Equal("2026-11-20", product.Text("harvested_on"));
        Assert.Equal(JsonValueKind.Null, product.GetProperty("available_from").ValueKind);
        Assert.Equal(JsonValueKind.Null, product.GetProperty("available_until").ValueKind);
        Assert.Equal(JsonValueKind.Null, product.GetProperty("distance_km").ValueKind);
        Assert.Equal(
            $$"""{"id":{{vegetables}},"name":"Vegetables of the contract","slug":"vegetables-of-the-contract"}""",
            product.GetProperty("category").GetRawText());
        Assert.Equal(["id", "name", "picture_url"], product.GetProperty("seller").Fields());
        Assert.Equal(farmer.Id, product.GetProperty("seller").Id());
        Assert.StartsWith("Farm ", product.GetProperty("seller").Text("name"), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, product.GetProperty("seller").GetProperty("picture_url").ValueKind);
        Assert.Equal("""{"average":4.6,"count":12}""", product.GetProperty("rating").GetRawText());
        Assert.Equal("""{"name":"Thika","latitude":-1.03,"longitude":37.07}""", product.GetProperty("location").GetRawText());
        Assert.Matches(UtcTime(), product.Text("created_at"));
        Assert.Matches(UtcTime(), product.Text("updated_at"));

        var image = product.GetProperty("images")[1];
        Assert.Equal(["alt", "height", "id", "image_url", "position", "thumbnail_url", "width"], image.Fields());
        Assert.Equal((1, 1600, 1200, "Picture 2"), (
            image.GetProperty("position").GetInt32(), image.GetProperty("width").GetInt32(), image.GetProperty("height").GetInt32(), image.Text("alt")));
        Assert.All(new[] { image.Text("image_url"), image.Text("thumbnail_url") }, address => Assert.True(Uri.TryCreate(address, UriKind.Absolute, out _)));
    }

    [Fact]
    public async Task Shows_the_same_product_alone_as_in_the_list()
    {
        using var farmer = await app.Farmer();
        var created = await app.Product(farmer);

        var alone = await app.Stranger().GetJson($"/api/products/{created.Id()}/");
        var listed = (await app.Stranger().GetJson($"/api/products/?category={created.GetProperty("category").Id()}")).GetProperty("results")[0];

        Assert.Equal(created.GetRawText(), alone.GetRawText());
        Assert.Equal(alone.GetRawText(), listed.GetRawText());
    }

    [Fact]
    public async Task Has_no_average_without_reviews_and_no_place_without_a_location()
    {
        using var farmer = await app.Farmer();

        var product = await app.Product(farmer, new { stock = 0 });

        Assert.Equal("""{"average":null,"count":0}""", product.GetProperty("rating").GetRawText());
        Assert.Equal(JsonValueKind.Null, product.GetProperty("location").ValueKind);
        Assert.Equal("[]", product.GetProperty("images").GetRawText());
        Assert.False(product.GetProperty("in_stock").GetBoolean());
    }

    [Fact]
    public async Task Cuts_the_list_into_pages_that_link_to_each_other()
    {
        var category = await Category(products: 5);
        var address = $"/api/products/?category={category}&ordering=name&page_size=2";
        var here = app.Stranger().BaseAddress!.ToString().TrimEnd('/');

        var first = await app.Stranger().GetJson(address);
        Assert.Equal(["count", "next", "previous", "results"], first.Fields());
        Assert.Equal(5, first.GetProperty("count").GetInt32());
        Assert.Equal(JsonValueKind.Null, first.GetProperty("previous").ValueKind);
        Assert.Equal($"{here}{address}&page=2", first.Text("next"));

        var second = await app.Stranger().GetJson(first.Text("next"));
        Assert.Equal($"{here}{address}", second.Text("previous"));

        var last = await app.Stranger().GetJson(second.Text("next"));
        Assert.Equal(JsonValueKind.Null, last.GetProperty("next").ValueKind);
        Assert.Equal($"{here}{address}&page=2", last.Text("previous"));
        Assert.Equal(["Item 1", "Item 2", "Item 3", "Item 4", "Item 5"], [.. first.Names(), .. second.Names(), .. last.Names()]);
    }

    [Theory]
    [InlineData("Host", "farm.example:8080", null, "http://farm.example:8080/")]
    [InlineData("X-Forwarded-Host", "market.example", "https", "https://market.example/")]
    public async Task Links_to_the_host_that_the_client_sees(string header, string host, string? scheme, string expected)
    {
        var category = await Category(products: 2);
        var request = new HttpRequestMessage(HttpMethod.Get, $"/api/products/?category={category}&page_size=1&colour=%26%3D%20red");
        request.Headers.TryAddWithoutValidation(header, host);
        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", scheme ?? "");

        var page = await (await app.Stranger().SendAsync(request, TestContext.Current.CancellationToken)).Json();

        var next = new Uri(page.Text("next"));
        Assert.StartsWith(expected, page.Text("next"), StringComparison.Ordinal);
        Assert.Contains("colour=%26%3D%20red", next.Query, StringComparison.Ordinal);
        Assert.Contains("page=2", next.Query, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 20)]
    [InlineData("page_size=3", 3)]
    [InlineData("page_size=100", 100)]
    [InlineData("page_size=101", 100)]
    [InlineData("page_size=99999999999999", 100)]
    public async Task Has_twenty_on_a_page_and_never_more_than_a_hundred(string size, int expected)
    {
        _many ??= await Category(products: 103);

        var page = await app.Stranger().GetJson($"/api/products/?category={_many}&{size}");

        Assert.Equal(103, page.GetProperty("count").GetInt32());
        Assert.Equal(expected, page.GetProperty("results").GetArrayLength());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("1.5")]
    [InlineData("2")]
    [InlineData("9223372036854775807")]
    [InlineData("99999999999999999999")]
    public async Task A_page_that_is_not_there_is_a_404(string page)
    {
        var category = await Category(products: 1);

        var answer = await app.Stranger().GetJson($"/api/products/?category={category}&page={page}", 404);

        Assert.Equal("""{"detail":"Invalid page."}""", answer.GetRawText());
    }

    [Fact]
    public async Task The_first_page_is_there_even_when_nothing_is_found()
    {
        var category = await app.Category();

        var page = await app.Stranger().GetJson($"/api/products/?category={category}&page=1&facets=true");

        Assert.Equal("""{"count":0,"next":null,"previous":null,"results":[],"facets":{"categories":[],"units":[],"price":{"min":null,"max":null}}}""", page.GetRawText());
    }

    [Theory]
    [InlineData("page_size=0")]
    [InlineData("page_size=-1")]
    [InlineData("page_size=x")]
    [InlineData("page_size=1.5")]
    [InlineData("category=999999")]
    [InlineData("category=no-such-thing")]
    [InlineData("category=%00")]
    [InlineData("seller=999999")]
    [InlineData("seller=x")]
    [InlineData("seller=99999999999999999999")]
    [InlineData("unit=pound")]
    [InlineData("unit=KG")]
    [InlineData("min_price=x")]
    [InlineData("min_price=-1")]
    [InlineData("min_price=1.005")]
    [InlineData("min_price=NaN")]
    [InlineData("min_price=1e400")]
    [InlineData("max_price=Infinity")]
    [InlineData("max_price=true")]
    [InlineData("min_price=5&max_price=4.99")]
    [InlineData("in_stock=maybe")]
    [InlineData("organic=2")]
    [InlineData("facets=x")]
    [InlineData("is_active=x")]
    [InlineData("available_on=tomorrow")]
    [InlineData("available_on=2026-02-30")]
    [InlineData("near=x")]
    [InlineData("near=1")]
    [InlineData("near=1,2,3")]
    [InlineData("near=90.1,0")]
    [InlineData("near=0,180.1")]
    [InlineData("near=NaN,0")]
    [InlineData("radius_km=-1&near=0,0")]
    [InlineData("radius_km=0&near=0,0")]
    [InlineData("radius_km=x&near=0,0")]
    [InlineData("ordering=colour")]
    [InlineData("ordering=--price")]
    [InlineData("ordering=-")]
    [InlineData("ordering=distance")]
    [InlineData("ordering=-distance")]
    [InlineData("ordering=distance&near=")]
    [InlineData("search=%00")]
    public async Task A_bad_parameter_is_a_400_that_names_it(string query)
    {
        var errors = await app.Stranger().GetJson("/api/products/?" + query, 400);

        Assert.Equal([query.Split('=')[0]], errors.Fields());
        Assert.NotEmpty(Assert.Single(errors.Messages(query.Split('=')[0])));
    }

    [Fact]
    public async Task Bad_parameters_are_told_together()
    {
        var errors = await app.Stranger().GetJson("/api/products/?organic=x&min_price=y&page_size=0&category=nowhere", 400);

        Assert.Equal(["category", "min_price", "organic", "page_size"], errors.Fields());
    }

    [Theory]
    [InlineData("colour=red")]
    [InlineData("page_siez=0")]
    [InlineData("seller_name=%00")]
    [InlineData("category=")]
    [InlineData("min_price=&max_price=&unit=&near=&seller=&available_on=&search=&ordering=")]
    public async Task What_it_does_not_know_and_what_is_left_empty_changes_nothing(string query)
    {
        using var farmer = await app.Farmer();
        await app.Product(farmer);

        var page = await app.Stranger().GetJson("/api/products/?" + query);

        Assert.Equal((await app.Stranger().GetJson("/api/products/")).GetProperty("count").GetInt64(), page.GetProperty("count").GetInt64());
    }

    [Theory]
    [InlineData("", "apples bread carrots dates")]
    [InlineData("min_price=2", "bread carrots dates")]
    [InlineData("max_price=2.00", "apples bread")]
    [InlineData("min_price=2&max_price=3", "bread carrots")]
    [InlineData("min_price=2.01&max_price=2.99", "")]
    [InlineData("in_stock=true", "apples carrots dates")]
    [InlineData("in_stock=false", "bread")]
    [InlineData("organic=true", "apples dates")]
    [InlineData("organic=0", "bread carrots")]
    [InlineData("unit=kg", "apples carrots")]
    [InlineData("unit=kg&unit=piece", "apples bread carrots")]
    [InlineData("available_on=2026-05-31", "apples bread dates")]
    [InlineData("available_on=2026-06-01", "apples bread carrots dates")]
    [InlineData("available_on=2026-06-30", "apples bread carrots dates")]
    [InlineData("available_on=2026-07-01", "apples bread")]
    [InlineData("organic=true&unit=kg&max_price=1&in_stock=true&available_on=2026-06-15", "apples")]
    [InlineData("organic=true&unit=piece", "")]
    public async Task Filters_alone_and_together(string query, string expected)
    {
        _shelf ??= await Shelf();

        var page = await app.Stranger().GetJson($"/api/products/?seller={_shelf}&ordering=name&{query}");

        Assert.Equal(expected, string.Join(' ', page.Names()));
        Assert.Equal(page.Names().Length, page.GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task A_category_brings_its_descendants_by_id_or_slug_and_can_be_repeated()
    {
        using var farmer = await app.Farmer();
        var food = await app.Category("Food in general");
        var fruit = await app.Category("Fruit in general", food);
        var berries = await app.Category("Berries in general", fruit);
        var tools = await app.Category("Tools in general");
        foreach (var (name, category) in new[] { ("a bread", food), ("b apple", fruit), ("c currant", berries), ("d spade", tools) })
        {
            await app.Product(farmer, new { name, category });
        }

        Assert.Equal(["a bread", "b apple", "c currant"], await Found($"category={food}"));
        Assert.Equal(["b apple", "c currant"], await Found("category=fruit-in-general"));
        Assert.Equal(["c currant"], await Found($"category={berries}"));
        Assert.Equal(["c currant", "d spade"], await Found($"category=berries-in-general&category={tools}"));
        Assert.Equal(["b apple", "c currant"], await Found($"category={fruit}&category={berries}"));

        async Task<string[]> Found(string query) => (await app.Stranger().GetJson($"/api/products/?ordering=name&seller={farmer.Id}&{query}")).Names();
    }

    [Fact]
    public async Task A_seller_with_nothing_to_sell_has_an_empty_page()
    {
        using var buyer = await app.Buyer();

        Assert.Empty((await app.Stranger().GetJson($"/api/products/?seller={buyer.Id}")).Names());
    }

    [Theory]
    [InlineData("-1.0333,37.0693", 40.0, -1.2921, 36.8219, 39.8)]
    [InlineData("-1.0333,37.0693", 39.0, -1.2921, 36.8219, null)]
    [InlineData("0,0", null, 0.2248, 0, 25.0)]
    [InlineData("0,0", null, 0.2249, 0, null)]
    [InlineData("0,0", 0.001, 0, 0, 0.0)]
    [InlineData("0,179.9", null, 0, -179.9, 22.2)]
    [InlineData("0,-179.9", 22.0, 0, 179.9, null)]
    [InlineData("10,180", null, 10, -180, 0.0)]
    [InlineData("89.95,0", null, 89.95, 180, 11.1)]
    [InlineData("90,0", null, 89.9, 123, 11.1)]
    [InlineData("-90,77", 11.0, -89.9, -45, null)]
    [InlineData("80,0", null, 80, 1.29, 24.9)]
    [InlineData("80,0", null, 80, 1.3, null)]
    [InlineData("0,0", 20100.0, 0, 180, 20015.1)]
    [InlineData("52,13", 20100.0, -52, -167, 20015.1)]
    public async Task Near_finds_what_is_within_the_radius_and_says_how_far_it_is(string near, double? radius, double latitude, double longitude, double? expected)
    {
        using var farmer = await app.Farmer(new Location("Here", latitude, longitude));
        var category = await app.Category();
        await app.Product(farmer, new { category });
        var radiusKm = radius is { } km ? string.Create(CultureInfo.InvariantCulture, $"&radius_km={km}") : "";

        var page = await app.Stranger().GetJson($"/api/products/?category={category}&near={near}{radiusKm}&ordering=distance");

        Assert.Equal(expected, page.GetProperty("results").EnumerateArray().Select(product => (double?)product.GetProperty("distance_km").GetDouble()).SingleOrDefault());
    }

    [Fact]
    public async Task Near_leaves_out_what_has_no_place()
    {
        using var nomad = await app.Farmer();
        var category = await app.Category();
        await app.Product(nomad, new { category });

        Assert.Empty((await app.Stranger().GetJson($"/api/products/?category={category}&near=0,0&radius_km=20100")).Names());
    }

    [Theory]
    [InlineData("name", "alpha beta gamma")]
    [InlineData("-name", "gamma beta alpha")]
    [InlineData("price", "beta gamma alpha")]
    [InlineData("-price", "alpha gamma beta")]
    [InlineData("created_at", "gamma alpha beta")]
    [InlineData("-created_at", "beta alpha gamma")]
    [InlineData("", "beta alpha gamma")]
    [InlineData("rating", "gamma alpha beta")]
    [InlineData("-rating", "beta alpha gamma")]
    [InlineData("distance", "alpha gamma beta")]
    [InlineData("-distance", "beta gamma alpha")]
    [InlineData("relevance", "beta alpha gamma")]
    public async Task Orders_by_what_is_asked_each_way(string ordering, string expected)
    {
        if (_row is null)
        {
            using var farmer = await app.Farmer();
            var category = await app.Category();
            await app.Product(farmer, new { name = "gamma", price = "9.00", category, location = new { name = "Far", latitude = 0.1, longitude = 0 } });
            var alpha = await app.Product(farmer, new { name = "alpha", price = "10.00", category, location = new { name = "Here", latitude = 0, longitude = 0 } });
            var beta = await app.Product(farmer, new { name = "beta", price = "1.50", category, location = new { name = "Farther", latitude = 0, longitude = -0.2 } });
            await app.Rate(alpha.Id(), 3.5, 2);
            await app.Rate(beta.Id(), 4.8, 9);
            _row = category;
        }

        var page = await app.Stranger().GetJson($"/api/products/?category={_row}&near=0,0&ordering={ordering}");

        Assert.Equal(expected, string.Join(' ', page.Names()));
    }

    [Fact]
    public async Task Relevance_can_be_reversed()
    {
        using var farmer = await app.Farmer();
        var category = await app.Category();
        await app.Product(farmer, new { name = "Quinoa", category });
        await app.Product(farmer, new { name = "Bread", description = "With some quinoa in it.", category });

        var best = (await app.Stranger().GetJson($"/api/products/?category={category}&search=quinoa&ordering=relevance")).Names();
        var worst = (await app.Stranger().GetJson($"/api/products/?category={category}&search=quinoa&ordering=-relevance")).Names();

        Assert.Equal(["Quinoa", "Bread"], best);
        Assert.Equal(["Bread", "Quinoa"], worst);
    }

    [Theory]
    [InlineData("name")]
    [InlineData("-price")]
    [InlineData("rating")]
    [InlineData("-distance")]
    [InlineData("created_at")]
    public async Task Listings_with_equal_keys_neither_repeat_nor_vanish_between_pages(string ordering)
    {
        if (_twins is null)
        {
            using var farmer = await app.Farmer(new Location("One place", 10, 10));
            var category = await app.Category();
            for (var i = 0; i < 7; i++)
            {
                await app.Product(farmer, new { name = "Twin", price = 2, category });
            }

            _twins = category;
        }

        var ids = await app.Stranger().AllPages($"/api/products/?category={_twins}&near=10,10&page_size=2&ordering={ordering}");

        Assert.Equal(7, ids.Count);
        Assert.Equal(7, ids.Distinct().Count());
    }

    [Fact]
    public async Task Facets_count_all_that_is_found_not_only_the_page()
    {
        using var farmer = await app.Farmer();
        var parent = await app.Category("Facets");
        var child = await app.Category("More facets", parent);
        await app.Product(farmer, new { category = parent, unit = "kg", price = "0.30" });
        await app.Product(farmer, new { category = child, unit = "kg", price = "12.00" });
        await app.Product(farmer, new { category = child, unit = "box", price = "7.00" });
        await app.Product(farmer, new { category = child, unit = "bag", price = "99.00", is_active = false });
        await app.Product(farmer, new { category = child, unit = "box", price = "500.00" });

        var facets = (await app.Stranger().GetJson($"/api/products/?category={parent}&max_price=100&facets=true&page_size=1")).GetProperty("facets");

        Assert.Equal(
            "{\"categories\":[{\"id\":" + child + ",\"name\":\"More facets\",\"slug\":\"more-facets\",\"count\":2},{\"id\":" + parent
            + ",\"name\":\"Facets\",\"slug\":\"facets\",\"count\":1}],\"units\":[{\"unit\":\"kg\",\"count\":2},{\"unit\":\"box\",\"count\":1}],\"price\":{\"min\":\"0.30\",\"max\":\"12.00\"}}",
            facets.GetRawText());
    }

    [Fact]
    public async Task Inactive_products_are_for_their_seller_and_staff()
    {
        using var seller = await app.Farmer();
        using var other = await app.Farmer();
        using var staff = await app.Staff();
        var product = await app.Product(seller, new { is_active = false });
        var (alone, listed) = ($"/api/products/{product.Id()}/", $"/api/products/?seller={seller.Id}");

        foreach (var someone in new[] { app.Stranger(), other.Client })
        {
            await someone.GetJson(alone, 404);
            Assert.Empty((await someone.GetJson($"{listed}&is_active=false")).Names());
            Assert.Empty((await someone.GetJson($"{listed}&is_active=all")).Names());
        }

        foreach (var owner in new[] { seller.Client, staff.Client })
        {
            Assert.False((await owner.GetJson(alone)).GetProperty("is_active").GetBoolean());
            Assert.Empty((await owner.GetJson(listed)).Names());
            Assert.Single((await owner.GetJson($"{listed}&is_active=false")).Names());
            Assert.Single((await owner.GetJson($"{listed}&is_active=all")).Names());
            Assert.Empty((await owner.GetJson($"{listed}&is_active=true")).Names());
        }
    }

    [Theory]
    [InlineData("/api/products/?category={0}")]
    [InlineData("/api/products/{1}/")]
    [InlineData("/api/categories/")]
    [InlineData("/api/categories/{0}/")]
    public async Task What_a_client_has_already_is_not_sent_again_until_it_changes(string template)
    {
        using var farmer = await app.Farmer();
        var product = await app.Product(farmer);
        var address = string.Format(CultureInfo.InvariantCulture, template, product.GetProperty("category").Id(), product.Id());
        var etag = (await app.Stranger().Get(address)).Headers.ETag!.ToString();

        var again = await app.Stranger().Get(address, etag);
        Assert.Equal(304, (int)again.StatusCode);
        Assert.Equal(etag, again.Headers.ETag!.ToString());
        Assert.Empty(await again.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(304, (int)(await app.Stranger().Get(address, $"\"other\", {etag}")).StatusCode);
        Assert.Equal(200, (int)(await app.Stranger().Get(address, "\"other\"")).StatusCode);

        await (await farmer.Client.Patch($"/api/products/{product.Id()}/", new { is_active = false, name = "Changed" })).Json();
        await (await farmer.Client.Post("/api/products/", new { name = "New", price = 1, stock = 1, category = product.GetProperty("category").Id() })).Json(201);
        await (await farmer.Client.Post("/api/products/", new { name = "New", price = 1, stock = 1, category = product.GetProperty("category").Id() })).Json(201);

        var changed = await farmer.Client.Get(address, etag);
        Assert.Equal(200, (int)changed.StatusCode);
        Assert.NotEqual(etag, changed.Headers.ETag!.ToString());
    }

    [Theory]
    [InlineData("/api/products/0/")]
    [InlineData("/api/products/-1/")]
    [InlineData("/api/products/9223372036854775807/")]
    [InlineData("/api/products/99999999999999999999/")]
    [InlineData("/api/products/abc/")]
    public async Task What_is_no_product_is_a_404(string address) => await app.Stranger().GetJson(address, 404);

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public async Task A_page_of_any_size_takes_three_statements_with_its_pictures(int size)
    {
        using var farmer = await app.Farmer(new Location("One place", 20, 20));
        var category = await app.Category();
        for (var i = 0; i < size; i++)
        {
            await app.Picture((await app.Product(farmer, new { category })).Id(), 3);
        }

        await app.Stranger().GetJson("/api/categories/");
        foreach (var query in new[] { "", "&near=20,20&ordering=distance", "&unit=piece&ordering=price", "&in_stock=true&organic=false&min_price=1" })
        {
            var statements = await app.StatementsOf(async () =>
                Assert.Equal(size, (await app.Stranger().GetJson($"/api/products/?category={category}&page_size=100{query}")).Names().Length));

            Assert.InRange(statements, 1, 3);
        }
    }

    [Fact]
    public async Task A_product_takes_two_statements()
    {
        using var farmer = await app.Farmer();
        var product = await app.Product(farmer);
        await app.Picture(product.Id(), 5);
        await app.Stranger().GetJson($"/api/products/{product.Id()}/");

        Assert.InRange(await app.StatementsOf(() => app.Stranger().GetJson($"/api/products/{product.Id()}/")), 1, 2);
    }

    private static long? _many, _shelf, _row, _twins;

    /// <summary>A category with this many products, "Item 1" and so on.</summary>
    private async Task<long> Category(int products)
    {
        using var farmer = await app.Farmer();
        var category = await app.Category();
        for (var i = 1; i <= products; i++)
        {
            await app.Product(farmer, new { name = $"Item {i}", category });
        }

        return category;
    }

    /// <summary>A seller with a few products that differ in everything.</summary>
    private async Task<long> Shelf()
    {
        using var farmer = await app.Farmer();
        var category = await app.Category();
        await app.Product(farmer, new { name = "apples", category, price = "1.00", unit = "kg", organic = true, stock = 0.001 });
        await app.Product(farmer, new { name = "bread", category, price = "2.00", unit = "piece", organic = false, stock = 0 });
        await app.Product(farmer, new { name = "carrots", category, price = "3.00", unit = "kg", stock = 5, available_from = "2026-06-01", available_until = "2026-06-30" });
        await app.Product(farmer, new { name = "dates", category, price = "4.00", unit = "box", organic = true, stock = 1000, available_until = "2026-06-30" });
        return farmer.Id;
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")]
    private static partial Regex UtcTime();
}
