namespace AgroConnect.Tests.Products;

/// <summary>Amounts have the places of the site's currency, no more and no fewer.</summary>
public sealed class PricesInOtherCurrencies(PricesInOtherCurrencies.Yen yen, PricesInOtherCurrencies.Dinar dinar)
    : IClassFixture<PricesInOtherCurrencies.Yen>, IClassFixture<PricesInOtherCurrencies.Dinar>
{
    [Fact]
    public async Task The_yen_has_no_places()
    {
        using var farmer = await yen.Farmer();

        var product = await yen.Product(farmer, new { price = 350 });

        Assert.Equal(("350", "JPY"), (product.Text("price"), product.Text("currency")));
        Assert.Equal(["price"], (await (await farmer.Client.Patch($"/api/products/{product.Id()}/", new { price = 350.5 })).Json(400)).Fields());
        Assert.Single((await yen.Stranger().GetJson("/api/products/?min_price=350&max_price=350")).Names());
    }

    [Fact]
    public async Task The_dinar_has_three()
    {
        using var farmer = await dinar.Farmer();

        var product = await dinar.Product(farmer, new { price = "0.005" });

        Assert.Equal(("0.005", "KWD"), (product.Text("price"), product.Text("currency")));
        Assert.Equal("0.005", (await dinar.Stranger().GetJson("/api/products/?facets=true")).GetProperty("facets").GetProperty("price").Text("min"));
    }

    public sealed class Yen : App
    {
        protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?> { ["Site:Currency"] = "JPY" };
    }

    public sealed class Dinar : App
    {
        protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?> { ["Site:Currency"] = "KWD" };
    }
}
