namespace AgroConnect.Tests.Products;

public sealed class CompletingASearch(App app) : IClassFixture<App>
{
    [Fact]
    public async Task Offers_products_and_categories_by_the_beginning_of_any_word()
    {
        using var farmer = await app.Farmer();
        var category = await app.Category("Heirloom tomatillos");
        var product = await app.Product(farmer, new { name = "Green tomatillos", category });
        await app.Product(farmer, new { name = "Hidden tomatillos", category, is_active = false });

        foreach (var beginning in new[] { "tomatil", "TOMATILLOS", " tomati" })
        {
            var suggestions = await app.Stranger().GetJson($"/api/products/suggest/?q={Uri.EscapeDataString(beginning)}");

            Assert.Equal(
                "[{\"type\":\"category\",\"id\":" + category + ",\"text\":\"Heirloom tomatillos\"},{\"type\":\"product\",\"id\":" + product.Id() + ",\"text\":\"Green tomatillos\"}]",
                suggestions.GetRawText());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("?q=")]
    [InlineData("?q=%20%20")]
    [InlineData("?q=%21%3F")]
    [InlineData("?q=xqzwvk")]
    public async Task Offers_nothing_for_nothing(string query) =>
        Assert.Equal("[]", (await app.Stranger().GetJson("/api/products/suggest/" + query)).GetRawText());

    [Theory]
    [InlineData("%00")]
    [InlineData("a%00b")]
    public async Task Refuses_what_is_no_text(string text) =>
        Assert.Equal(["q"], (await app.Stranger().GetJson("/api/products/suggest/?q=" + text, 400)).Fields());

    [Fact]
    public async Task Offers_ten_at_most_and_no_text_twice()
    {
        using var farmer = await app.Farmer();
        var category = await app.Category();
        for (var i = 0; i < 14; i++)
        {
            await app.Product(farmer, new { name = $"Rutabaga {(char)('a' + (i / 2))}{(char)('a' + (i / 2))}", category });
        }

        for (var i = 0; i < 5; i++)
        {
            await app.Category($"Rutabaga kind {i}");
            await app.Product(farmer, new { name = $"Rutabaga {i}{i}{i}", category });
        }

        var texts = (await app.Stranger().GetJson("/api/products/suggest/?q=rutab")).EnumerateArray().Select(suggestion => suggestion.Text("text")).ToList();

        Assert.Equal(10, texts.Count);
        Assert.Equal(10, texts.Distinct().Count());
    }

    [Fact]
    public async Task A_name_that_is_listed_often_does_not_hide_the_others()
    {
        using var farmer = await app.Farmer();
        var category = await app.Category();
        await app.Product(farmer, new { name = "Kohlrabi white", category });
        for (var i = 0; i < 55; i++)
        {
            await app.Product(farmer, new { name = "Kohlrabi", category });
        }

        var texts = (await app.Stranger().GetJson("/api/products/suggest/?q=kohl")).EnumerateArray().Select(suggestion => suggestion.Text("text"));

        Assert.Equal(["Kohlrabi", "Kohlrabi white"], texts.Order(StringComparer.Ordinal));
    }
}
