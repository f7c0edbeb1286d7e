using System.Text.Json;

namespace AgroConnect.Tests.Commands;

public sealed class SeedingTheMarket(App app) : IClassFixture<App>
{
    private static readonly string[] Fields = ["slug", "name", "price", "unit", "stock", "organic", "description"];

    [Fact]
    public async Task Twice_is_the_same_as_once_and_a_number_is_how_many_there_shall_be()
    {
        await using var other = new App();
        await other.InitializeAsync();

        (await TheProgram.Run(app.Database, "seed")).Well();
        var market = await Listings(app);
        (await TheProgram.Run(app.Database, "seed")).Well();
        Assert.Equal(market, await Listings(app));

        // In two steps here, in one there: the same market.
        (await TheProgram.Run(app.Database, "seed", "--products", "300", "--users", "5")).Well();
        (await TheProgram.Run(app.Database, "seed", "--products", "1000", "--users", "5")).Well();
        (await TheProgram.Run(other.Database, "seed", "--products", "1000")).Well();

        var grown = await Listings(app);
        Assert.Equal(market.Count + 1_000, grown.Count);
        Assert.Equal(grown.Order(StringComparer.Ordinal), (await Listings(other)).Order(StringComparer.Ordinal));
    }

    private static async Task<List<string>> Listings(App app)
    {
        var listings = new List<string>();
        var next = "/api/products/?page_size=100&ordering=name";
        while (next is not null)
        {
            var page = await app.Stranger().GetJson(next);
            listings.AddRange(page.GetProperty("results").EnumerateArray().Select(Told));
            next = page.GetProperty("next").GetString();
        }

        return listings;

        static string Told(JsonElement product) => string.Join(' ', Fields
            .Select(name => product.GetProperty(name).ToString())
            .Append(product.GetProperty("category").GetProperty("slug").GetString())
            .Append(product.GetProperty("seller").GetProperty("name").GetString()));
    }
}
