using System.Text.Json;
using AgroConnect.Tests.Fakes;
using static AgroConnect.Tests.Fakes.GeminiLookAlike;

namespace AgroConnect.Tests.Assistant;

/// <summary>Whatever happens to the model, there is an answer in time: that of the articles, and it says so.</summary>
public sealed class WhenTheModelFails(GeminiApp app) : IClassFixture<GeminiApp>
{
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(20);

    /// <summary>Mishaps of one reply, by name.</summary>
    private static readonly Dictionary<string, Play> Mishaps = new()
    {
        ["overloaded"] = Play.Fails(503),
        ["broken"] = Play.Fails(500, "INTERNAL"),
        ["deadline"] = Play.Fails(504, "DEADLINE_EXCEEDED"),
        ["a proxy's page"] = Play.Fails(502) with { Html = true },
        ["refused"] = Play.Fails(400, "INVALID_ARGUMENT"),
        ["not allowed"] = Play.Fails(403, "PERMISSION_DENIED"),
        ["no such model"] = Play.Fails(404, "NOT_FOUND"),
        ["over quota"] = Play.OverQuota(),
        ["over quota for a while"] = Play.OverQuota(40),
        ["over quota for today"] = Play.OverQuota(1, "GenerateRequestsPerDayPerProjectPerModel"),
        ["silent"] = Play.Says("Too late.") with { Wait = TimeSpan.FromSeconds(30) },
        ["hanging"] = Play.Says("Plant in rows. Then") with { Cut = Cut.Hangs },
        ["dropped"] = Play.Says("Plant in rows. Then", " water.") with { Cut = Cut.Dropped },
        ["malformed"] = Play.Says("Plant in rows. Then") with { Malformed = true },
        ["question blocked"] = new Play { PromptBlock = "SAFETY" },
        ["reply blocked"] = new Play { FinishReason = "SAFETY" },
        ["reply blocked on its way"] = Play.Says("Plant in rows. Then") with { FinishReason = "PROHIBITED_CONTENT" },
        ["too long"] = Play.Says("Plant in rows. Then") with { FinishReason = "MAX_TOKENS" },
        ["empty"] = new Play(),
        ["only functions that it can't write"] = new Play { FinishReason = "MALFORMED_FUNCTION_CALL" },
        ["dripping"] = Play.Says([.. Enumerable.Repeat("and ", 40)]) with { Pause = TimeSpan.FromSeconds(1) },
    };

    private static readonly Dictionary<string, Play> MishapsOfStreams = new()
    {
        ["ended early"] = Play.Says("Plant in rows. Then", " water.") with { Cut = Cut.Ended },
        ["error in the stream"] = Play.Says("Plant in rows. Then", " water.") with { Cut = Cut.Error },
        ["bare error in the stream"] = Play.Says("Plant in rows. Then", " water.") with { Cut = Cut.BareError },
        ["nothing at all"] = new Play { Cut = Cut.Ended },
    };

    public static TheoryData<string> OfReplies => [.. Mishaps.Keys.Except(["dripping"])];

    public static TheoryData<string> OfStreams => [.. Mishaps.Keys, .. MishapsOfStreams.Keys];

    [Theory]
    [MemberData(nameof(OfReplies))]
    public async Task The_articles_answer(string mishap)
    {
        app.Will(Mishaps[mishap]);
        using var stranger = app.Stranger();
        stranger.Timeout = Promise;
        IsOfArticles(await stranger.Ask());
        Assert.Empty(app.Gemini.Refused);
    }

    [Theory]
    [MemberData(nameof(OfStreams))]
    public async Task The_articles_answer_at_the_end_of_a_stream(string mishap)
    {
        app.Will(Mishaps.GetValueOrDefault(mishap) ?? MishapsOfStreams[mishap]);
        using var stranger = app.Stranger();
        stranger.Timeout = Promise;
        var (deltas, done) = await stranger.Stream().WaitAsync(Promise, TestContext.Current.CancellationToken);
        IsOfArticles(done);
        Assert.NotEmpty(deltas);
        Assert.DoesNotContain("Secret", string.Concat(deltas), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(OfReplies))]
    public async Task It_may_fail_after_a_function_too(string mishap)
    {
        app.Will(Play.Asks(("search_products", new { query = "maize" })), Mishaps[mishap]);
        using var stranger = app.Stranger();
        stranger.Timeout = Promise;
        IsOfArticles(await stranger.Ask());
    }

    [Fact]
    public async Task Nobody_there_is_no_reason_to_fail()
    {
        await using var alone = new AloneApp();
        await alone.InitializeAsync();
        IsOfArticles(await alone.Stranger().Ask());
        IsOfArticles((await alone.Stranger().Stream()).Done);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_short_pause_that_is_asked_for_is_kept_and_then_it_is_asked_again(bool isStream)
    {
        app.Will(Play.OverQuota(0.4), Play.Says("Plant in rows."));
        var answer = isStream ? (await app.Stranger().Stream()).Done : await app.Stranger().Ask();
        Assert.Equal("Plant in rows.", answer.Reply());
        Assert.Equal(2, app.Gemini.Calls.Count);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(500)]
    [InlineData(504)]
    public async Task What_passes_is_tried_again(int status)
    {
        app.Will(Play.Fails(status), Play.Says("Plant in rows."));
        Assert.Equal("Plant in rows.", (await app.Stranger().Ask()).Reply());
    }

    [Fact]
    public async Task A_long_pause_that_is_asked_for_is_kept_by_everybody()
    {
        app.Will(Play.OverQuota(40), Play.Says("Plant in rows."));
        for (var times = 0; times < 5; times++)
        {
            IsOfArticles(await app.Stranger().Ask());
        }

        Assert.Single(app.Gemini.Calls);
        app.Clock.Advance(TimeSpan.FromSeconds(41));
        Assert.Equal("Plant in rows.", (await app.Stranger().Ask()).Reply());
    }

    [Fact]
    public async Task One_that_keeps_failing_is_left_alone_for_a_while()
    {
        app.Will(Play.Fails(500));
        for (var times = 0; times < 12; times++)
        {
            IsOfArticles(await app.Stranger().Ask());
        }

        var calls = app.Gemini.Calls.Count;
        IsOfArticles(await app.Stranger().Ask());
        Assert.Equal(calls, app.Gemini.Calls.Count);

        app.Gemini.Will(Play.Says("Plant in rows."));
        app.Clock.Advance(TimeSpan.FromSeconds(16));
        Assert.Equal("Plant in rows.", (await app.Stranger().Ask()).Reply());
    }

    [Fact]
    public async Task A_reader_who_leaves_ends_the_call()
    {
        app.Will(Play.Says("Plant in rows. Then", " water. Then") with { Pause = TimeSpan.FromSeconds(1.5) });
        var gone = app.Gemini.Gone;
        await using (var events = app.Stranger().Events(new { message = Asking.Question }).GetAsyncEnumerator(TestContext.Current.CancellationToken))
        {
            Assert.True(await events.MoveNextAsync());
        }

        for (var tries = 0; app.Gemini.Gone == gone && tries < 100; tries++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        }

        Assert.Equal(gone + 1, app.Gemini.Gone);
    }

    /// <summary>Two hundred wait for a model that says nothing, and the market goes on: nobody holds a thread.</summary>
    [Fact]
    public async Task Many_who_wait_hold_up_nobody()
    {
        app.Will(Play.Says("Too late.") with { Wait = TimeSpan.FromSeconds(30) });
        var waiting = Enumerable.Range(0, 200).Select(_ => app.Stranger().Ask()).ToList();
        using var shopper = app.Stranger();
        shopper.Timeout = Promise;
        await shopper.GetJson("/api/products/");
        foreach (var answer in await Task.WhenAll(waiting).WaitAsync(Promise, TestContext.Current.CancellationToken))
        {
            IsOfArticles(answer);
        }
    }

    private static void IsOfArticles(JsonElement answer)
    {
        Assert.Equal("knowledge", answer.Model());
        Assert.True(answer.Degraded());
        Assert.NotEmpty(answer.Reply());
        Assert.DoesNotContain("Secret", answer.GetRawText(), StringComparison.Ordinal);
    }

    /// <summary>A market whose model is at an address where nobody listens.</summary>
    private sealed class AloneApp : App
    {
        protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
        {
            ["Assistant:Provider"] = "gemini",
            ["Assistant:Gemini:ApiKey"] = Key,
            ["Assistant:Gemini:BaseUrl"] = "http://127.0.0.1:9",
        };
    }
}
