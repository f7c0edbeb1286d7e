using System.Globalization;

namespace AgroConnect.Tests.Commands;

public sealed class ImportingProducts(App app) : IClassFixture<App>
{
    [Fact]
    public async Task Creates_and_updates_listings_and_shows_them_at_once()
    {
        using var farmer = await app.Farmer();
        var category = await app.Category("Roots");
        await app.Stranger().GetJson($"/api/products/?seller={farmer.Id}");

        (await Import(
            "seller,name,price,category,stock,unit,organic,description",
            $"{farmer.Email},Red beet,1.20,roots,50,kg,true,\"Round,\nand red\"",
            $"{farmer.Email.ToUpperInvariant()},Parsnip,2.5,{category},7.5,bunch,,")).Well();
        var made = await app.Stranger().GetJson($"/api/products/?seller={farmer.Id}&ordering=name");
        var second = await Import("seller,name,price,category,stock", $"{farmer.Email},Red beet,1.40,roots,20", $"{farmer.Email},Swede,1,roots,1");
        var changed = await app.Stranger().GetJson($"/api/products/?seller={farmer.Id}&ordering=name");

        Assert.Equal(["Parsnip", "Red beet"], made.Names());
        var beet = made.GetProperty("results")[1];
        Assert.Equal("1.20 kg 50 True Round,\nand red", $"{beet.GetProperty("price")} {beet.GetProperty("unit")} {beet.GetProperty("stock")} {beet.GetProperty("organic")} {beet.GetProperty("description")}");
        Assert.Contains("1 created, 1 updated, 0 refused.", second.Well().Out, StringComparison.Ordinal);
        Assert.Equal(["Parsnip", "Red beet", "Swede"], changed.Names());
        Assert.Equal("1.40", changed.GetProperty("results")[1].GetProperty("price").GetString());
        Assert.Equal(["Red beet"], (await app.Stranger().GetJson($"/api/products/?seller={farmer.Id}&search=beet")).Names());
    }

    [Fact]
    public async Task Reports_every_bad_row_by_its_line_and_takes_the_others()
    {
        using var farmer = await app.Farmer();
        using var buyer = await app.Buyer();
        await app.Category("Leaves");

        var ended = await Import(
            "seller,name,price,category,stock",
            $"{farmer.Email},Chard,2,leaves,1",
            $"{farmer.Email},Cress,free,leaves,1",
            $"{buyer.Email},Kale,2,leaves,1",
            $"nobody@example.com,Kale,2,leaves,1",
            $"{farmer.Email},Rocket,2,weeds,1",
            $"{farmer.Email},,2,leaves,1",
            $"{farmer.Email},Chard,0,leaves,1",
            $"{farmer.Email},Sorrel,2,leaves,1");

        Assert.Equal(1, ended.ExitCode);
        Assert.Equal(
            ["line 3: price: ", "line 4: seller: ", "line 5: seller: ", "line 6: category: ", "line 7: name: ", "line 8: price: "],
            ended.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[..(line.IndexOf(": ", 8, StringComparison.Ordinal) + 2)]));
        var listed = await app.Stranger().GetJson($"/api/products/?seller={farmer.Id}&ordering=name");
        Assert.Equal(["Chard", "Sorrel"], listed.Names());
        Assert.Equal("2.00", listed.GetProperty("results")[0].GetProperty("price").GetString());
    }

    [Fact]
    public async Task Takes_a_long_file_in_one_go()
    {
        using var farmer = await app.Farmer();
        await app.Category("Long list");

        var ended = await Import(["seller,name,price,category,stock", .. Enumerable.Range(1, 20_000).Select(number =>
            string.Create(CultureInfo.InvariantCulture, $"{farmer.Email},Lot {number},1.50,long-list,10"))]);

        Assert.Contains("20,000 created, 0 updated, 0 refused.", ended.Well().Out, StringComparison.Ordinal);
        Assert.Equal(20_000, (await app.Stranger().GetJson($"/api/products/?seller={farmer.Id}&page=200&page_size=100")).GetProperty("count").GetInt64());
    }

    [Theory]
    [InlineData(null, "is not there")]
    [InlineData("", "header")]
    [InlineData("name;price\n", "seller")]
    public async Task A_file_that_is_none_is_one_line(string? text, string why)
    {
        var file = Path.Combine(app.Database.Directory, Guid.NewGuid() + ".csv");
        if (text is not null)
        {
            await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
        }

        var ended = await TheProgram.Run(app.Database, "import-products", file);

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains(why, ended.OnlyErrorLine, StringComparison.Ordinal);
    }

    private async Task<Ended> Import(params string[] lines)
    {
        var file = Path.Combine(app.Database.Directory, Guid.NewGuid() + ".csv");
        await File.WriteAllLinesAsync(file, lines, TestContext.Current.CancellationToken);
        return await TheProgram.Run(app.Database, "import-products", file);
    }
}
