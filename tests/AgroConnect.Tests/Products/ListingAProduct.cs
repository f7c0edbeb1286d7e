using System.Globalization;
using System.Text.Json;
using AgroConnect.Users;
using CsCheck;

namespace AgroConnect.Tests.Products;

public sealed class ListingAProduct(App app) : IClassFixture<App>
{
    private const string Half = "\"\\ud83c\"";

    [Fact]
    public async Task Is_for_farmers_and_staff()
    {
        using var buyer = await app.Buyer();
        using var farmer = await app.Farmer();
        using var staff = await app.Staff();
        var category = await app.Category();
        var leeks = new { name = "Leeks", price = "2.00", stock = 5, category };

        var refused = await app.Stranger().Post("/api/products/", leeks);
        Assert.Equal("Bearer realm=\"api\"", refused.Headers.WwwAuthenticate.ToString());
        await refused.Json(401);
        await (await buyer.Client.Post("/api/products/", new { })).Json(403);
        Assert.Equal(0, await CountIn(category));

        Assert.Equal(farmer.Id, (await (await farmer.Client.Post("/api/products/", leeks)).Json(201)).GetProperty("seller").Id());
        Assert.Equal(staff.Id, (await (await staff.Client.Post("/api/products/", leeks)).Json(201)).GetProperty("seller").Id());
        Assert.Equal(2, await CountIn(category));
    }

    [Fact]
    public async Task Needs_four_fields_and_fills_in_the_rest()
    {
        using var farmer = await app.Farmer(new Location("Thika", -1.03, 37.07));
        var category = await app.Category();

        var response = await farmer.Client.Post("/api/products/", new { name = "  Leeks  ", price = 2, stock = 5, category });

        var product = await response.Json(201);
        Assert.Equal(new Uri(farmer.Client.BaseAddress!, $"/api/products/{product.Id()}/"), response.Headers.Location);
        Assert.Equal(("Leeks", "", "2.00", "piece"), (product.Text("name"), product.Text("description"), product.Text("price"), product.Text("unit")));
        Assert.Equal(("1", "1", "5"), (Raw(product, "quantity_step"), Raw(product, "min_order_quantity"), Raw(product, "stock")));
        Assert.Equal(("true", "false"), (Raw(product, "is_active"), Raw(product, "organic")));
        Assert.Equal(("null", "null", "null"), (Raw(product, "harvested_on"), Raw(product, "available_from"), Raw(product, "available_until")));
        Assert.Equal("Thika", product.GetProperty("location").Text("name"));
        Assert.Equal(product.GetRawText(), (await app.Stranger().GetJson(response.Headers.Location!.ToString())).GetRawText());
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data")]
    public async Task Takes_json_and_both_kinds_of_forms(string type)
    {
        using var farmer = await app.Farmer();
        var fields = new Dictionary<string, string>
        {
            ["name"] = "Leeks & onions",
            ["price"] = "2.50",
            ["stock"] = "12.125",
            ["category"] = (await app.Category()).ToString(CultureInfo.InvariantCulture),
            ["unit"] = "kg",
            ["quantity_step"] = "0.5",
            ["organic"] = "true",
            ["available_from"] = "2026-06-01",
            ["location.name"] = "Thika",
            ["location.latitude"] = "-1.03",
            ["location.longitude"] = "37.07",
        };
        using HttpContent body = type switch
        {
            "multipart/form-data" => Multipart(fields),
            "application/json" => new StringContent(Nested(fields), null, type),
            _ => new FormUrlEncodedContent(fields),
        };

        var product = await (await farmer.Client.Send(HttpMethod.Post, "/api/products", body)).Json(201);

        Assert.Equal(("Leeks & onions", "2.50", "12.125", "0.5"), (product.Text("name"), product.Text("price"), Raw(product, "stock"), Raw(product, "quantity_step")));
        Assert.Equal(("kg", "true", "2026-06-01"), (product.Text("unit"), Raw(product, "organic"), product.Text("available_from")));
        Assert.Equal("""{"name":"Thika","latitude":-1.03,"longitude":37.07}""", Raw(product, "location"));
    }

    public static TheoryData<string, string> BadValues()
    {
        var cases = new TheoryData<string, string>();
        string[] noNumbers = ["null", "\"\"", "\"abc\"", "\"1,5\"", "true", "false", "[]", "[1]", "{}", "-1", "\"NaN\"", "\"Infinity\"", "\"-Infinity\"", "1e400", "\"1e400\"", "1e-400", "-1e400", "1e27", "\"\\u0000\"", Half];
        string[] noDates = ["\"\"", "\"2026-13-01\"", "\"2026-02-30\"", "\"20.11.2026\"", "\"2026-11-20T10:00:00Z\"", "20261120", "true", "[]", "{}", "\"\\u0000\"", Half];
        string[] noFlags = ["null", "\"\"", "\"maybe\"", "2", "[]", "{}", "\"\\u0000\"", Half];
        Add("name", "", "null", "\"\"", "\" \\t \"", Long(201), "true", "[]", "{}", "\"a\\u0000b\"", Half, "\"a\\udc00\\ud800\"");
        Add("price", ["", "0", "\"0.00\"", "0.001", "\"3.505\"", "10000000000", "\"99999999999999999999999999.00\"", .. noNumbers]);
        Add("stock", ["", "-0.001", "0.0001", "\"1.2345\"", "1000000000", .. noNumbers]);
        Add("category", "", "null", "\"\"", "\"abc\"", "true", "[]", "{}", "999999", "0", "-1", "1.5", "1e400", "99999999999999999999", "\"\\u0000\"", Half);
        Add("description", "null", "true", "[]", "{}", Long(20_001), "\"a\\u0000b\"", Half);
        Add("unit", "null", "\"\"", "\"pound\"", "\"KG\"", "5", "true", "[]", "{}", "\"\\u0000\"", Half);
        Add("quantity_step", ["0", "0.0001", "1000000000", .. noNumbers]);
        Add("min_order_quantity", ["0", "0.0001", "1000000000", .. noNumbers]);
        Add("is_active", noFlags);
        Add("organic", noFlags);
        Add("harvested_on", noDates);
        Add("available_from", noDates);
        Add("available_until", noDates);
        Add("location", "\"\"", "\"Thika\"", "5", "true", "[]", "[{}]", "{}", Half);
        return cases;

        void Add(string field, params string[] values)
        {
            foreach (var value in values)
            {
                cases.Add(field, value);
            }
        }
    }

    [Theory]
    [MemberData(nameof(BadValues))]
    public async Task A_bad_value_is_told_under_its_field_and_nothing_is_written(string field, string json)
    {
        (_farmer, _category) = _category == 0 ? (await app.Farmer(), await app.Category()) : (_farmer, _category);

        var errors = await (await _farmer!.Client.Send(HttpMethod.Post, "/api/products/", Body(_category, (field, json)))).Json(400);

        Assert.Equal([field], errors.Fields());
        Assert.True(errors.GetProperty(field).ValueKind is JsonValueKind.Array || field == "location", errors.GetRawText());
        Assert.Equal(0, await CountIn(_category));
    }

    [Fact]
    public async Task All_bad_fields_are_told_together()
    {
        using var farmer = await app.Farmer();

        var missing = await (await farmer.Client.Send(HttpMethod.Post, "/api/products/", "{}")).Json(400);
        var bad = await (await farmer.Client.Post("/api/products/", new { name = "", price = "x", stock = -1, category = 0, unit = "lb", location = new { latitude = 91 } })).Json(400);

        Assert.Equal(
            """{"name":["This field is required."],"price":["This field is required."],"stock":["This field is required."],"category":["This field is required."]}""",
            missing.GetRawText());
        Assert.Equal(["category", "location", "name", "price", "stock", "unit"], bad.Fields());
        Assert.Equal("A valid number is required.", Assert.Single(bad.Messages("price")));
        Assert.Equal(["latitude", "longitude", "name"], bad.GetProperty("location").Fields());
    }

    [Theory]
    [InlineData("""{"name":"Here","latitude":90.5,"longitude":0}""", "latitude")]
    [InlineData("""{"name":"Here","latitude":"NaN","longitude":0}""", "latitude")]
    [InlineData("""{"name":"Here","latitude":null,"longitude":0}""", "latitude")]
    [InlineData("""{"name":"Here","latitude":0,"longitude":-180.001}""", "longitude")]
    [InlineData("""{"name":"Here","latitude":0,"longitude":true}""", "longitude")]
    [InlineData("""{"name":"Here","latitude":0}""", "longitude")]
    [InlineData("""{"name":"","latitude":0,"longitude":0}""", "name")]
    [InlineData("""{"name":"\ud800","latitude":0,"longitude":0}""", "name")]
    public async Task What_is_wrong_with_a_place_is_nested_under_it(string location, string field)
    {
        using var farmer = await app.Farmer();

        var errors = await (await farmer.Client.Send(HttpMethod.Post, "/api/products/", Body(await app.Category(), ("location", location)))).Json(400);

        Assert.Equal(["location"], errors.Fields());
        Assert.Equal([field], errors.GetProperty("location").Fields());
        Assert.NotEmpty(errors.GetProperty("location").Messages(field));
    }

    [Fact]
    public async Task A_season_ends_after_it_begins()
    {
        using var farmer = await app.Farmer();
        var category = await app.Category();

        var errors = await (await farmer.Client.Post("/api/products/", new { name = "Figs", price = 1, stock = 1, category, available_from = "2026-06-02", available_until = "2026-06-01" })).Json(400);
        await app.Product(farmer, new { category, available_from = "2026-06-01", available_until = "2026-06-01" });

        Assert.Equal(["available_until"], errors.Fields());
    }

    [Theory]
    [InlineData("name=", "name")]
    [InlineData("price=", "price")]
    [InlineData("price=1,50", "price")]
    [InlineData("price=NaN", "price")]
    [InlineData("stock=-1", "stock")]
    [InlineData("category=", "category")]
    [InlineData("unit=", "unit")]
    [InlineData("organic=perhaps", "organic")]
    [InlineData("available_from=soon", "available_from")]
    [InlineData("location=Thika", "location")]
    [InlineData("location.name=Thika", "location")]
    public async Task A_form_is_checked_by_the_same_rules(string bad, string field)
    {
        using var farmer = await app.Farmer();
        var good = new[] { "name=Leeks", "price=2", "stock=5", $"category={await app.Category()}" }.Where(part => !part.StartsWith(field + "=", StringComparison.Ordinal));
        var form = new StringContent(string.Join('&', good.Append(bad)), null, "application/x-www-form-urlencoded");

        Assert.Equal([field], (await (await farmer.Client.Send(HttpMethod.Post, "/api/products/", form)).Json(400)).Fields());
    }

    [Fact]
    public async Task A_form_that_breaks_off_is_a_parse_error()
    {
        using var farmer = await app.Farmer();
        var form = new StringContent("--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nLee");
        form.Headers.ContentType = new("multipart/form-data") { Parameters = { new("boundary", "x") } };

        Assert.StartsWith("Multipart form parse error - ", (await (await farmer.Client.Send(HttpMethod.Post, "/api/products/", form)).Json(400)).Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"Leeks\"")]
    [InlineData("5")]
    [InlineData("null")]
    public async Task A_body_that_is_no_object_is_an_error_of_the_whole(string json)
    {
        using var farmer = await app.Farmer();

        Assert.Equal(["non_field_errors"], (await (await farmer.Client.Send(HttpMethod.Post, "/api/products/", json)).Json(400)).Fields());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"name\": }")]
    [InlineData("{'name': 1}")]
    [InlineData("{\"price\": NaN}")]
    public async Task Malformed_json_is_a_parse_error(string json)
    {
        using var farmer = await app.Farmer();

        Assert.StartsWith("JSON parse error - ", (await (await farmer.Client.Send(HttpMethod.Post, "/api/products/", json)).Json(400)).Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_of_fields_may_be_any_json_text()
    {
        using var farmer = await app.Farmer();
        var body = Body(await app.Category()).Replace("{", "{\"\\ud800\":1,\"\\u006eope\":{\"\\udc00\":2},", StringComparison.Ordinal);

        await (await farmer.Client.Send(HttpMethod.Post, "/api/products/", body)).Json(201);
    }

    [Fact]
    public async Task What_is_not_the_farmers_to_write_is_ignored()
    {
        using var farmer = await app.Farmer();
        using var other = await app.Farmer();
        var foreign = new
        {
            id = 4711,
            seller = other.Id,
            seller_id = other.Id,
            slug = "mine",
            currency = "EUR",
            rating = new { average = 5, count = 99 },
            rating_average = 5,
            images = new[] { new { id = 1 } },
            created_at = "2001-01-01T00:00:00Z",
            updated_at = "2001-01-01T00:00:00Z",
            in_stock = false,
            distance_km = 1,
            colour = "red",
            name = "Nobody else's",
        };

        var product = await app.Product(farmer, foreign);
        var changed = await (await farmer.Client.Patch($"/api/products/{product.Id()}/", foreign)).Json();

        Assert.All([product, changed], seen =>
        {
            Assert.NotEqual(4711, seen.Id());
            Assert.Equal(farmer.Id, seen.GetProperty("seller").Id());
            Assert.Equal(("nobody-elses", "USD", """{"average":null,"count":0}""", "[]"), (seen.Text("slug"), seen.Text("currency"), Raw(seen, "rating"), Raw(seen, "images")));
            Assert.NotEqual("2001", seen.Text("created_at")[..4]);
            Assert.NotEqual("2001", seen.Text("updated_at")[..4]);
            Assert.True(seen.GetProperty("in_stock").GetBoolean());
        });
    }

    [Theory]
    [InlineData("Crème fraîche d'Isigny", "creme-fraiche-disigny")]
    [InlineData("  --Eggs (30)!  ", "eggs-30")]
    [InlineData("टमाटर", "टमाटर")]
    [InlineData("آم", "آم")]
    [InlineData("トマト", "トマト")]
    [InlineData("🍅🍅", "product")]
    public async Task A_slug_is_made_of_the_name_in_any_script(string name, string slug)
    {
        using var farmer = await app.Farmer();

        // Other tests list nameless things too: the slug may be taken.
        Assert.Matches($"^{slug}(-[0-9]+)?$", (await app.Product(farmer, new { name })).Text("slug"));
    }

    public static TheoryData<string> OddNames() =>
    [
        "a\uFFFEb", "\uFFFF", "\u200B", "'; DROP TABLE products; --", "<b>\"&amp;\\</b>",
        new string('x', 200), new string('\u0958', 200), new string('\uAC01', 200), new string('\uFB2C', 200), new string('\uFDFA', 200),
        string.Concat(Enumerable.Repeat("\U0001F345", 100)), string.Concat(Enumerable.Repeat("\U00020000", 100)),
    ];

    [Theory]
    [MemberData(nameof(OddNames))]
    public async Task Odd_names_are_kept_as_they_are(string name)
    {
        using var farmer = await app.Farmer();

        var product = await app.Product(farmer, new { name, description = name });

        var seen = await app.Stranger().GetJson($"/api/products/{product.Id()}/");
        Assert.Equal((name, name), (seen.Text("name"), seen.Text("description")));
        Assert.NotEmpty(seen.Text("slug"));
    }

    [Fact]
    public async Task Listings_of_one_name_get_slugs_of_their_own_even_at_the_same_time()
    {
        using var farmer = await app.Farmer();
        var category = await app.Category();

        var products = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => app.Product(farmer, new { name = "Same", category })));

        Assert.Equal(
            ["same", .. Enumerable.Range(2, 11).Select(i => $"same-{i}").Order(StringComparer.Ordinal)],
            products.Select(product => product.Text("slug")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Prices_and_quantities_come_back_exactly()
    {
        using var farmer = await app.Farmer();
        var category = await app.Category();
        var amounts = Gen.Select(
            Gen.OneOf(Gen.Long[1, 5_000], Gen.Long[1, 999_999_999_999]),
            Gen.OneOf(Gen.Long[0, 9_999], Gen.Long[0, 999_999_999_999]),
            Gen.Long[1, 999_999_999_999],
            Gen.Bool);

        await amounts.SampleAsync(
            async (cents, stock, step, asText) =>
            {
                var price = (cents / 100m).ToString("0.##", CultureInfo.InvariantCulture);
                var quantities = (Stock: Thousandths(stock), Step: Thousandths(step));
                var quote = asText ? "\"" : "";
                var body = Body(
                    category, ("price", quote + price + quote), ("stock", quote + quantities.Stock + quote), ("quantity_step", quote + quantities.Step + quote), ("is_active", "false"));

                var written = await (await farmer.Client.Send(HttpMethod.Post, "/api/products/", body)).Json(201);
                var read = await farmer.Client.GetJson($"/api/products/{written.Id()}/");

                Assert.All([written, read], seen =>
                {
                    Assert.Equal((cents / 100m).ToString("F2", CultureInfo.InvariantCulture), seen.Text("price"));
                    Assert.Equal(quantities, (Raw(seen, "stock"), Raw(seen, "quantity_step")));
                });
            },
            iter: 60,
            threads: 2);

        static string Thousandths(long amount) => (amount / 1000m).ToString("0.###", CultureInfo.InvariantCulture);
    }

    private static Person? _farmer;
    private static long _category;

    private static string Raw(JsonElement thing, string name) => thing.GetProperty(name).GetRawText();

    private static string Long(int length) => '"' + new string('x', length) + '"';

    /// <summary>A good body but for some fields, given as they stand in JSON; the empty text leaves one out.</summary>
    private static string Body(long category, params ReadOnlySpan<(string Field, string Json)> fields)
    {
        var body = new Dictionary<string, string>
        {
            ["name"] = "\"Leeks\"",
            ["price"] = "\"2.00\"",
            ["stock"] = "5",
            ["category"] = category.ToString(CultureInfo.InvariantCulture),
        };
        foreach (var (field, json) in fields)
        {
            body[field] = json;
        }

        return "{" + string.Join(',', body.Where(field => field.Value.Length > 0).Select(field => $"\"{field.Key}\":{field.Value}")) + "}";
    }

    private static MultipartFormDataContent Multipart(Dictionary<string, string> fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        return form;
    }

    /// <summary>The same fields in JSON, all of them texts.</summary>
    private static string Nested(Dictionary<string, string> fields) => JsonSerializer.Serialize(
        fields.Where(field => !field.Key.Contains('.', StringComparison.Ordinal)).ToDictionary(field => field.Key, field => (object)field.Value)
            .Append(new("location", fields.Where(field => field.Key.StartsWith("location.", StringComparison.Ordinal)).ToDictionary(field => field.Key[9..], field => field.Value)))
            .ToDictionary());

    private async Task<long> CountIn(long category) =>
        (await app.Stranger().GetJson($"/api/products/?category={category}")).GetProperty("count").GetInt64();
}
