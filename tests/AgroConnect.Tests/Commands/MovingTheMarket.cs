using System.Net.Http.Json;
using System.Text.Json;
using AgroConnect.Tests.Users;

namespace AgroConnect.Tests.Commands;

/// <summary>From a market on SQLite to an empty one on the database under test.</summary>
public sealed class MovingTheMarket(App app) : IClassFixture<App>
{
    private static readonly string[] Questions =
    [
        "/api/products/?page_size=100", "/api/products/?page_size=100&page=2", "/api/products/?search=tomatoe&facets=true&ordering=name", "/api/products/?near=-1.03,37.07&radius_km=200",
        "/api/products/?category=vegetables&ordering=price", "/api/categories/", "/api/products/suggest/?q=to", "/api/products/1/",
    ];

    private static readonly string[] StaffQuestions =
    [
        "/api/admin/orders/?page_size=100", "/api/admin/orders/?page_size=100&page=2", "/api/products/1/stock/", "/api/products/2/stock/?page_size=100", "/api/products/2/reviews/",
        "/api/admin/summary/?from=2026-01-01&to=2026-12-31", "/api/sales/?seller=1&page_size=100",
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Export_and_import_leave_every_answer_as_it_was()
    {
        var source = Directory.CreateTempSubdirectory("agroconnect-test-");
        var settings = TheProgram.Production(source.FullName);
        var files = Path.Combine(source.FullName, "files");
        (await TheProgram.Run(settings, null, "seed", "--products", "150", "--users", "3", "--orders", "80")).Well();
        (await TheProgram.Run(settings, null, "export", files)).Well();
        List<string> before;
        await using (var server = await TheProgram.Serve(settings))
        {
            before = await Answers(server.Client);
        }

        (await TheProgram.Run(app.Database, "import", files)).Well();
        var again = await TheProgram.Run(app.Database, "import", files);

        var stranger = app.Stranger();
        Assert.Equal(before, await Answers(stranger));
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("empty", again.OnlyErrorLine, StringComparison.Ordinal);

        // Passwords are good still, and new rows get new numbers.
        var pair = await (await app.LogIn("admin@example.com", App.Password)).Json();
        stranger.DefaultRequestHeaders.Authorization = new("Bearer", pair.GetProperty("access").GetString());
        var category = await (await stranger.PostAsJsonAsync("/api/categories/", new { name = "Made afterwards" }, Ct)).Json(201);
        await (await stranger.PostAsJsonAsync("/api/products/", new { name = "After", price = 1, stock = 1, category = category.GetProperty("id").GetInt64() }, Ct)).Json(201);
        source.Delete(recursive: true);
    }

    [Fact]
    public async Task Import_refuses_a_folder_that_is_not_there()
    {
        await using var empty = TestDatabase.Create();

        var ended = await TheProgram.Run(empty, "import", Path.Combine(empty.Directory, "nowhere"));

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("is not there", ended.OnlyErrorLine, StringComparison.Ordinal);
    }

    private static async Task<List<string>> Answers(HttpClient client)
    {
        var answers = new List<string>();
        foreach (var question in Questions)
        {
            var answer = await client.GetJson(question);
            answers.Add(answer.ToString().Replace(client.BaseAddress!.ToString().TrimEnd('/'), "", StringComparison.Ordinal));
        }

        var pair = await (await client.PostAsJsonAsync("/api/auth/jwt/create/", new { email = "admin@example.com", password = App.Password }, Ct)).Json();
        foreach (var question in StaffQuestions)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, question);
            request.Headers.Authorization = new("Bearer", pair.GetProperty("access").GetString());
            var answer = await (await client.SendAsync(request, Ct)).Json();
            answers.Add(answer.ToString().Replace(client.BaseAddress!.ToString().TrimEnd('/'), "", StringComparison.Ordinal));
        }

        return answers;
    }
}
