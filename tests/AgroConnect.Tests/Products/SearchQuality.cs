using System.Globalization;
using AgroConnect.Commands;
using CsvHelper;
using Microsoft.Extensions.DependencyInjection;

namespace AgroConnect.Tests.Products;

/// <summary>The demo market, on which the quality of the search is stated.</summary>
public sealed class DemoApp : App, IAsyncLifetime
{
    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        await using var scope = Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<DemoMarket>().SeedAsync(TestContext.Current.CancellationToken);
    }
}

/// <summary><c>search-quality.csv</c>: what people type, and the listings that a farmer would accept as the first hit.</summary>
public sealed class SearchQuality(DemoApp app) : IClassFixture<DemoApp>
{
    private const double Wanted = 0.95;

    [Fact]
    public async Task The_first_result_is_right_for_95_percent_of_the_queries()
    {
        var queries = Read();
        var wrong = new List<string>();
        foreach (var (query, expected, kind) in queries)
        {
            var found = (await app.Stranger().GetJson($"/api/products/?page_size=3&search={Uri.EscapeDataString(query)}")).Names();
            if (found.Length == 0 || !expected.Contains(found[0]))
            {
                wrong.Add($"{kind}: '{query}' found '{string.Join("', '", found)}', wanted '{string.Join("' or '", expected)}'");
            }
        }

        var right = 1 - ((double)wrong.Count / queries.Count);
        TestContext.Current.TestOutputHelper!.WriteLine($"{right:P1} of {queries.Count} queries");
        wrong.ForEach(TestContext.Current.TestOutputHelper.WriteLine);
        Assert.True(queries.Count >= 60, "Too few queries to state a quality.");
        Assert.True(right >= Wanted, $"{right:P1} of {queries.Count} queries:{Environment.NewLine}{string.Join(Environment.NewLine, wrong)}");
    }

    private static List<(string Query, string[] Expected, string Kind)> Read()
    {
        using var text = File.OpenText(Path.Combine(AppContext.BaseDirectory, "Products", "search-quality.csv"));
        using var csv = new CsvReader(text, CultureInfo.InvariantCulture);
        return [.. csv.GetRecords(new { query = "", expected = "", kind = "" }).Select(row => (row.query, row.expected.Split('|'), row.kind))];
    }
}
