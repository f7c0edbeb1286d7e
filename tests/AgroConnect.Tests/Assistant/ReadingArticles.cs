using System.Net;
using System.Text.Json;
using AgroConnect.Tests.Products;

namespace AgroConnect.Tests.Assistant;

/// <summary><c>/api/knowledge/</c>, as anybody sees it.</summary>
public sealed class ReadingArticles(App app) : IClassFixture<App>
{
    [Fact]
    public async Task Lists_articles_in_pages()
    {
        var first = await app.Stranger().GetJson("/api/knowledge/");

        Assert.True(first.GetProperty("count").GetInt32() >= 150 + 146);
        Assert.Equal(20, first.GetProperty("results").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, first.GetProperty("previous").ValueKind);
        var second = await app.Stranger().GetJson(new Uri(first.Text("next")).PathAndQuery);
        Assert.DoesNotContain(Ids(second), Ids(first).Contains);
        Assert.Equal("Invalid page.", (await app.Stranger().GetJson("/api/knowledge/?page=99", 404)).Text("detail"));
    }

    [Theory]
    [InlineData("army worm in maize", "fall-armyworm")]
    [InlineData("whitflies on tomatos", "whitefly")]
    [InlineData("کپاس پر سفید مکھی", "whitefly")]
    [InlineData("mboji", "compost")]
    [InlineData("quinoa temperature", "quinoa-facts")]
    public async Task Finds_by_words_of_any_language_with_or_without_mistakes(string search, string best) =>
        Assert.Equal(best, Ids(await app.Stranger().GetJson($"/api/knowledge/?search={Uri.EscapeDataString(search)}"))[0]);

    [Fact]
    public async Task Narrows_by_topic_and_crop()
    {
        var rows = (await app.Stranger().GetJson("/api/knowledge/?topic=pest&crop=mahindi&page_size=100")).GetProperty("results").EnumerateArray().ToList();

        Assert.Contains(rows, row => row.Text("id") == "fall-armyworm");
        Assert.All(rows, row =>
        {
            Assert.Contains("pest", row.GetProperty("topics").EnumerateArray().Select(topic => topic.GetString()));
            Assert.Contains("maize", row.GetProperty("crops").EnumerateArray().Select(crop => crop.GetString()));
        });
    }

    [Fact]
    public async Task Shows_titles_in_the_language_that_is_asked_for()
    {
        var row = (await app.Stranger().GetJson("/api/knowledge/?search=cogollero&language=es")).GetProperty("results")[0];

        Assert.Equal("es", row.Text("language"));
        Assert.Equal("Gusano cogollero del maíz", row.Text("title"));
    }

    [Theory]
    [InlineData("topic=gossip", "topic")]
    [InlineData("language=de", "language")]
    [InlineData("crop=unicorn", "crop")]
    [InlineData("page_size=0", "page_size")]
    [InlineData("search=a%00b", "search")]
    public async Task Refuses_what_it_does_not_know_by_name(string query, string field) =>
        Assert.Equal([field], (await app.Stranger().GetJson("/api/knowledge/?" + query, 400)).Fields());

    [Fact]
    public async Task Shows_an_article_with_sections_sources_and_translations()
    {
        var article = await app.Stranger().GetJson("/api/knowledge/fall-armyworm/");

        Assert.Equal("Fall armyworm in maize", article.Text("title"));
        Assert.Equal("/api/knowledge/fall-armyworm/", article.Text("url"));
        Assert.Contains(article.GetProperty("sections").EnumerateArray(), section => section.Text("heading") == "What to do now" && section.Text("text").Length > 100);
        Assert.Contains(article.GetProperty("sources").EnumerateArray(), source => source.Text("name") == "FAO" && source.GetProperty("year").GetInt32() == 2018);
        Assert.Equal("Gusano cogollero del maíz", article.GetProperty("translations").GetProperty("es").Text("title"));
        Assert.False(article.GetProperty("fact_sheet").GetBoolean());
    }

    [Fact]
    public async Task Says_of_a_fact_sheet_that_it_is_one()
    {
        var article = await app.Stranger().GetJson("/api/knowledge/wheat-facts/");

        Assert.True(article.GetProperty("fact_sheet").GetBoolean());
        Assert.Contains("fact sheet", article.Text("summary"), StringComparison.Ordinal);
        Assert.Contains(article.GetProperty("sources").EnumerateArray(), source => source.Text("title").Contains("ECOCROP", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/api/knowledge/nothing/")]
    [InlineData("/api/knowledge/../etc/")]
    [InlineData("/api/knowledge/FALL-ARMYWORM/")]
    public async Task Knows_no_other_articles(string address) =>
        Assert.Equal(HttpStatusCode.NotFound, (await app.Stranger().Get(address)).StatusCode);

    [Theory]
    [InlineData("/api/knowledge/")]
    [InlineData("/api/knowledge/compost/")]
    public async Task Sends_nothing_to_who_has_it_already(string address)
    {
        var answer = await app.Stranger().Get(address);

        Assert.Equal(HttpStatusCode.NotModified, (await app.Stranger().Get(address, answer.Headers.ETag!.ToString())).StatusCode);
    }

    [Fact]
    public async Task Is_described_in_the_API_document()
    {
        var schemas = (await app.Stranger().GetJson("/openapi/v1.json")).GetProperty("components").GetProperty("schemas");

        Assert.True(schemas.TryGetProperty("ArticleView", out _));
        Assert.True(schemas.TryGetProperty("ArticleRow", out _));
    }

    private static string[] Ids(JsonElement page) => [.. page.GetProperty("results").EnumerateArray().Select(row => row.Text("id"))];
}
