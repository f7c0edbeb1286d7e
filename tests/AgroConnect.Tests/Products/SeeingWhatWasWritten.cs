using System.Text.Json;

namespace AgroConnect.Tests.Products;

/// <summary>What one wrote, everyone sees in the next read, whatever else happens at the same time.</summary>
public sealed class SeeingWhatWasWritten(App app) : IClassFixture<App>
{
    [Fact]
    public async Task The_next_read_of_anyone_has_it()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => WriteAndRead(i))));
    }

    [Fact]
    public async Task A_page_agrees_with_itself_while_products_come_and_go()
    {
        using var farmer = await app.Farmer();
        var category = await app.Category();
        using var done = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            for (var round = 0; round < 12; round++)
            {
                var product = await app.Product(farmer, new { category });
                Assert.Equal(204, (int)(await farmer.Client.Delete($"/api/products/{product.Id()}/")).StatusCode);
            }
        })).ToList();
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                var page = await app.Stranger().GetJson($"/api/products/?category={category}&page_size=100&facets=true");
                Assert.Equal(page.GetProperty("count").GetInt32(), page.GetProperty("results").GetArrayLength());
                Assert.All(page.GetProperty("results").EnumerateArray(), product => Assert.Equal(category, product.GetProperty("category").Id()));
            }
        })).ToList();

        await Task.WhenAll(writers);
        await done.CancelAsync();
        await Task.WhenAll(readers);
    }

    [Fact]
    public async Task A_product_always_has_its_category_even_one_that_was_made_a_moment_ago()
    {
        using var farmer = await app.Farmer();
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; !done.IsCancellationRequested; i++)
            {
                var page = await app.Stranger().GetJson($"/api/products/?seller={farmer.Id}&facets=true&page_size={1 + (i % 100)}");
                Assert.All(page.GetProperty("results").EnumerateArray(), product => Assert.Equal(JsonValueKind.Object, product.GetProperty("category").ValueKind));
            }
        })).ToList();

        for (var round = 0; round < 25; round++)
        {
            await app.Product(farmer);
        }

        await done.CancelAsync();
        await Task.WhenAll(readers);
    }

    private async Task WriteAndRead(int writer)
    {
        using var farmer = await app.Farmer();
        using var staff = await app.Staff();
        var reader = app.Stranger();
        var category = await app.Category();
        var word = "fruit" + (char)('a' + writer);
        for (var round = 0; round < 4; round++)
        {
            var product = await app.Product(farmer, new { name = $"{word}{(char)('a' + round)}x", category, price = "1.00", stock = 1 });
            var address = $"/api/products/{product.Id()}/";
            await Sees(product, count: 1, price: "1.00", stock: "1");

            product = await (await farmer.Client.Patch(address, new { price = $"{round + 2}.00", stock = 5, name = product.Text("name") + "y" })).Json();
            await Sees(product, count: 1, price: $"{round + 2}.00", stock: "5");

            product = await (await staff.Client.Patch(address, new { is_active = false })).Json();
            await Sees(product, count: 0);
            product = await (await farmer.Client.Patch(address, new { is_active = true })).Json();
            await Sees(product, count: 1, price: $"{round + 2}.00", stock: "5");

            Assert.Equal(204, (int)(await farmer.Client.Delete(address)).StatusCode);
            await Sees(product, count: 0);
        }

        async Task Sees(JsonElement product, int count, string? price = null, string? stock = null)
        {
            var name = product.Text("name");
            var page = await reader.GetJson($"/api/products/?category={category}&facets=true");
            Assert.Equal(count, page.GetProperty("count").GetInt32());
            Assert.Equal(count, page.GetProperty("facets").GetProperty("categories").EnumerateArray().Sum(facet => facet.GetProperty("count").GetInt32()));
            Assert.Equal(price, page.GetProperty("facets").GetProperty("price").GetProperty("max").GetString());
            Assert.Equal(count, (await reader.GetJson($"/api/products/?search={name}")).Ids().Count(id => id == product.Id()));
            var categories = await reader.GetJson("/api/categories/");
            Assert.Equal(count, categories.EnumerateArray().Single(one => one.Id() == category).GetProperty("product_count").GetInt32());
            var suggestions = await reader.GetJson($"/api/products/suggest/?q={name}");
            Assert.Equal(count, suggestions.EnumerateArray().Count(suggestion => suggestion.Text("text") == name));
            var alone = await reader.GetJson($"/api/products/{product.Id()}/", count == 0 ? 404 : 200);
            if (count > 0)
            {
                Assert.All([page.GetProperty("results")[0], alone], seen =>
                    Assert.Equal((name, price, stock), (seen.Text("name"), seen.Text("price"), seen.GetProperty("stock").GetRawText())));
            }
        }
    }
}
