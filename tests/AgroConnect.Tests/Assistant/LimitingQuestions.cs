using AgroConnect.Tests.Fakes;
using static AgroConnect.Tests.Fakes.GeminiLookAlike;

namespace AgroConnect.Tests.Assistant;

/// <summary>How much one may ask, and of the model.</summary>
[WithoutDatabase]
public sealed class LimitingQuestions
{
    [Fact]
    public async Task Too_many_questions_of_an_address_are_told_when_to_come_again()
    {
        await using var app = new LimitedApp();
        await ((IAsyncLifetime)app).InitializeAsync();
        using var buyer = await app.Buyer();
        for (var times = 0; times < 3; times++)
        {
            await app.Stranger().Ask();
        }

        var refused = await app.Stranger().Post(new { message = Asking.Question });
        Assert.StartsWith("Request was throttled.", (await refused.Json(429)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.NotNull(refused.Headers.RetryAfter);

        // A user has a limit of their own.
        for (var times = 0; times < 5; times++)
        {
            await buyer.Ask();
        }

        await (await buyer.Client.Post(new { message = Asking.Question })).Json(429);
    }

    [Fact]
    public async Task Beyond_their_share_of_the_model_the_articles_answer()
    {
        await using var app = new LimitedApp();
        await ((IAsyncLifetime)app).InitializeAsync();
        app.Will(Play.Says("Plant in rows."));
        using var buyer = await app.Buyer();

        Assert.Equal([Model, "knowledge"], await Models(() => app.Stranger().Ask()));
        Assert.Equal([Model, Model, "knowledge"], await Models(() => buyer.Ask(), 3));
        Assert.True((await buyer.Ask()).Degraded());
        Assert.Equal(3, app.Gemini.Asked.Count);

        static async Task<List<string>> Models(Func<Task<System.Text.Json.JsonElement>> ask, int times = 2)
        {
            var models = new List<string>();
            for (var time = 0; time < times; time++)
            {
                models.Add((await ask()).Model());
            }

            return models;
        }
    }

    private sealed class LimitedApp : GeminiApp
    {
        protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(base.Settings)
        {
            ["RateLimits:Enabled"] = "true",
            ["RateLimits:QuestionsPerAddress"] = "3",
            ["RateLimits:QuestionsPerUser"] = "5",
            ["Assistant:Gemini:AnswersPerAddress"] = "1",
            ["Assistant:Gemini:AnswersPerUser"] = "2",
        };
    }
}
