using System.Net.Http.Json;
using AgroConnect.Tests.Assistant;
using AgroConnect.Tests.Chat;
using AgroConnect.Tests.Fakes;
using AgroConnect.Tests.Live;
using AgroConnect.Tests.Products;

namespace AgroConnect.Tests.Web;

/// <summary>The product with a collector of traces, a Redis and a model.</summary>
public sealed class TracedApp : App
{
    private readonly IReadOnlyDictionary<string, string?> _settings;

    internal TracedApp(OtlpLookAlike collector, RedisServer redis, GeminiLookAlike gemini) => _settings = new Dictionary<string, string?>
    {
        ["Telemetry:OtlpEndpoint"] = collector.Address,
        ["Redis:ConnectionString"] = redis.Address,
        ["RateLimits:Enabled"] = "true",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        ["Assistant:Provider"] = "gemini",
        ["Assistant:Gemini:ApiKey"] = GeminiLookAlike.Key,
        ["Assistant:Gemini:BaseUrl"] = gemini.Address,
    };

    protected override IReadOnlyDictionary<string, string?> Settings => _settings;
}

public sealed class Tracing
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_and_a_frame_are_followed_through_the_database_Redis_and_the_model_by_the_id_that_the_answer_names()
    {
        await using var collector = await OtlpLookAlike.StartAsync();
        await using var redis = await RedisServer.Start();
        await using var gemini = await GeminiLookAlike.StartAsync();
        await using var app = new TracedApp(collector, redis, gemini);
        await app.InitializeAsync();
        var (amina, _, conversation) = await app.Pair();
        var tomatoes = await app.Product(await app.Farmer());

        var listed = await TraceOf(amina.Client.GetAsync("/api/products/?search=tomato", Ct));
        var asked = await TraceOf(amina.Client.Post(new { message = Asking.Question }));
        await amina.Client.PostAsJsonAsync("/api/orders/cart/items/", new { product = tomatoes.Id(), quantity = 1 }, Ct);
        var ordered = await TraceOf(amina.Client.PostAsJsonAsync("/api/orders/", new { payment_method = "cash" }, Ct));
        await using var line = await Line.Open(amina);
        await line.SayWell(conversation, "Are they ripe?");

        await collector.Wait("the request", span => span.TraceId == listed && span.Name == "GET /api/products/");
        await collector.Wait("its statements", span => span.TraceId == listed && IsOfDatabase(span));
        await collector.Wait("its calls of Redis", span => span.TraceId == listed && span.Scope.Contains("Redis", StringComparison.Ordinal));
        await collector.Wait("the model", span => span.TraceId == asked && span.Attributes.Contains("generateContent", StringComparison.OrdinalIgnoreCase));
        await collector.Wait("the checkout's transaction", span => span.TraceId == ordered && span.Name == "group commit");
        await collector.Wait("its statements", span => span.TraceId == ordered && IsOfDatabase(span));

        var frame = await collector.Wait("the frame", span => span.Name == "chat message.send");
        await collector.Wait("its transaction", span => span.TraceId == frame.TraceId && span.Name == "chat commit");
        if (TestDatabase.IsPostgres)
        {
            // On SQLite, messages are written by commands of our own, and EF alone has an instrument.
            await collector.Wait("its statements", span => span.TraceId == frame.TraceId && IsOfDatabase(span));
        }
    }

    private static bool IsOfDatabase(SeenSpan span) =>
        span.Scope.Contains(TestDatabase.IsPostgres ? "Npgsql" : "EntityFrameworkCore", StringComparison.Ordinal);

    private static async Task<string> TraceOf(Task<HttpResponseMessage> asking)
    {
        using var answer = await asking;
        Assert.True(answer.IsSuccessStatusCode, $"{answer}");
        return Assert.Single(answer.Headers.GetValues("Trace-Id"));
    }
}
