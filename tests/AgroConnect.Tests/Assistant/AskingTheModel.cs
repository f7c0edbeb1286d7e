using System.Text.Json;
using System.Text.Json.Nodes;
using AgroConnect.Tests.Fakes;
using AgroConnect.Tests.Images;
using AgroConnect.Tests.Orders;
using AgroConnect.Users;
using CsCheck;
using static AgroConnect.Tests.Fakes.GeminiLookAlike;

namespace AgroConnect.Tests.Assistant;

/// <summary>What the model is given, and what becomes of its replies.</summary>
public sealed class AskingTheModel(GeminiApp app) : IClassFixture<GeminiApp>
{
    private static readonly string[] Scraps = ["मक्का", "گندم", "maize", "water", "1.5", ".", ". ", "?\n", "।", "۔ ", "\n\n", " ", "- ", "(twice)", "🌽"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_words_are_the_reply_and_its_citations_are_taken_out_of_them()
    {
        app.Will(Play.Says("x"));
        var id = await GivenArticle();
        app.Will(Play.Says($"Plant when the rains are steady [{id}].\n\n- Weed ea", $"rly [{id}].\n", $"Scout every week. [{id}]"));

        var answer = await app.Stranger().Ask();

        Assert.Equal("Plant when the rains are steady.\n\n- Weed early.\nScout every week.", answer.Reply());
        Assert.Equal([id], answer.Cited());
        Assert.Equal(Model, answer.Model());
        Assert.True(answer.GetProperty("grounded").GetBoolean());
        Assert.False(answer.Degraded());
        var citation = answer.GetProperty("citations")[0];
        Assert.Equal($"/api/knowledge/{id}/", citation.GetProperty("url").GetString());
        Assert.NotEmpty(citation.GetProperty("source").GetString()!);
        Assert.NotEmpty(citation.GetProperty("section").GetString()!);
    }

    [Fact]
    public async Task A_stream_is_the_same_reply_in_pieces()
    {
        app.Will(Play.Says("x"));
        var id = await GivenArticle();
        app.Will(Play.Says("Plant when the ra", $"ins are steady [{id}]. Weed early", $" [{id}]. Keep watching.") with { BytesAtOnce = 7 });

        var (deltas, done) = await app.Stranger().Stream();

        Assert.Equal("Plant when the rains are steady. Weed early. Keep watching.", done.Reply());
        Assert.Equal(done.Reply(), string.Concat(deltas));
        Assert.True(deltas.Count > 1);
        Assert.Equal([id], done.Cited());
        Assert.Equal(Model, done.Model());
    }

    /// <summary>However a reply is cut into pieces, and its bytes into packets.</summary>
    [Fact]
    public Task A_stream_of_any_pieces_adds_up_to_its_reply() =>
        Gen.Select(Gen.Int[0, Scraps.Length - 1].Array[1, 30], Gen.Int[1, 9]).SampleAsync(
            async (picks, bytes) =>
            {
                string[] pieces = ["Farmers:", .. picks.Select(pick => Scraps[pick])];
                app.Will(Play.Says(pieces) with { BytesAtOnce = bytes });
                var (deltas, done) = await app.Stranger().Stream();
                Assert.Equal(string.Concat(pieces).TrimEnd(), done.Reply());
                Assert.Equal(done.Reply(), string.Concat(deltas));
                return true;
            },
            iter: 20, threads: 1);

    [Fact]
    public async Task It_knows_the_rules_the_passages_the_place_the_season_and_what_was_said()
    {
        app.Will(Play.Says("Sow it now."), Play.Says("A week later."));
        using var farmer = await app.Farmer(new Location("Thika", -1.03, 37.07));

        var first = await farmer.Ask();
        await farmer.Ask("How much water does maize need?", first.GetProperty("conversation_id").GetInt64());

        var second = app.Gemini.Asked.Last();
        var contents = second["contents"]!.AsArray();
        Assert.Equal(["user", "model", "user"], contents.Select(content => content!["role"]!.GetValue<string>()));
        Assert.Equal(Asking.Question, contents[0]!["parts"]![0]!["text"]!.GetValue<string>());
        Assert.Equal("Sow it now.", contents[1]!["parts"]![0]!["text"]!.GetValue<string>());
        var context = contents[2]!["parts"]![0]!["text"]!.GetValue<string>();
        Assert.Contains("<passage id=\"", context, StringComparison.Ordinal);
        Assert.Contains("role=\"farmer\" place=\"Thika\"", context, StringComparison.Ordinal);
        Assert.Contains("season=\"", context, StringComparison.Ordinal);
        Assert.Contains("answer_in=\"en\"", context, StringComparison.Ordinal);
        Assert.Equal("How much water does maize need?", contents[2]!["parts"]![1]!["text"]!.GetValue<string>());
        Assert.Contains("instructions", Rules(second), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_long_conversation_is_cut_to_its_latest_messages()
    {
        app.Will(Play.Says("Noted."));
        using var buyer = await app.Buyer();
        var conversation = (await buyer.Ask()).GetProperty("conversation_id").GetInt64();
        for (var number = 0; number < 4; number++)
        {
            await buyer.Ask($"Maize {number} " + new string('x', 3_000), conversation);
        }

        await buyer.Ask("And now?", conversation);

        var contents = app.Gemini.Asked.Last()["contents"]!.AsArray();
        Assert.Equal("user", contents[0]!["role"]!.GetValue<string>());
        Assert.Equal(3, contents.Count);
        Assert.StartsWith("Maize 3", contents[0]!["parts"]![0]!["text"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_may_look_into_the_market_and_gives_each_step_back_as_it_came(bool isStream)
    {
        app.Will();
        using var farm = await app.Farmer(new Location("Thika", -1.03, 37.07));
        using var buyer = await app.Buyer();
        var product = await app.Product(farm, new { name = "Dragonfruit of the valley", price = "4.20", unit = "kg" });
        var order = await buyer.Order((product, 2));
        app.Gemini.Will(
            Play.Asks(("search_products", new { query = "dragonfruit", max_price = 10 }), ("my_orders", new { })),
            Play.Asks(("search_products", new { query = "dragonfruit" })),
            Play.Says("There is Dragonfruit of the valley at 4.20 USD a kg. Your order is pending."));

        var answer = isStream ? (await buyer.Client.Stream("Where is my order of dragonfruit?")).Done : await buyer.Ask("Where is my order of dragonfruit?");

        Assert.Equal("There is Dragonfruit of the valley at 4.20 USD a kg. Your order is pending.", answer.Reply());
        Assert.Empty(app.Gemini.Refused);
        var hit = answer.GetProperty("products")[0];
        Assert.Equal("4.20", hit.GetProperty("price").GetString());
        Assert.Equal(product.GetProperty("id").GetInt64(), hit.GetProperty("id").GetInt64());
        var results = app.Gemini.Asked.Last()["contents"]!.AsArray().SelectMany(content => content!["parts"]!.AsArray()).Where(part => part!["functionResponse"] is not null).ToList();
        Assert.Equal(3, results.Count);
        Assert.Contains("Dragonfruit of the valley", results[0]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains(order.GetProperty("number").GetString()!, results[1]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_sees_the_orders_of_the_one_who_asks_alone()
    {
        app.Will();
        using var farm = await app.Farmer();
        using var other = await app.Buyer();
        using var buyer = await app.Buyer();
        var theirs = await other.Order((await app.Product(farm), 1));
        app.Gemini.Will(Play.Asks(("my_orders", new { user = other.Id, user_id = other.Id, all = true })), Play.Says("You have no orders."));

        await buyer.Ask();

        var result = app.Gemini.Asked.Last()["contents"]!.AsArray()[^1]!["parts"]![0]!["functionResponse"]!;
        Assert.Empty(result["response"]!["output"]!["orders"]!.AsArray());
        Assert.DoesNotContain(theirs.GetProperty("number").GetString()!, app.Gemini.Asked.Last().ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stranger_has_no_orders_to_look_up()
    {
        app.Will(Play.Asks(("my_orders", new { })), Play.Says("Sign in to see your orders."));
        Assert.Equal("Sign in to see your orders.", (await app.Stranger().Ask()).Reply());
        var asked = app.Gemini.Asked.ToArray();
        Assert.DoesNotContain("my_orders", asked[0]["tools"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.NotNull(asked[1]["contents"]!.AsArray()[^1]!["parts"]![0]!["functionResponse"]!["response"]!["error"]);
    }

    [Theory]
    [InlineData("no_such_function", "{}")]
    [InlineData("search_products", "{}")]
    [InlineData("search_products", """{"query": {"deep": [1]}, "max_price": "cheap"}""")]
    public async Task A_broken_call_is_told_to_it_and_nobody_else(string name, string arguments)
    {
        app.Will(Play.Asks((name, JsonNode.Parse(arguments)!)), Play.Says("I could not look."));
        var answer = await app.Stranger().Ask();
        Assert.Equal("I could not look.", answer.Reply());
        Assert.NotNull(app.Gemini.Asked.Last()["contents"]!.AsArray()[^1]!["parts"]![0]!["functionResponse"]!["response"]!["error"]);
    }

    [Fact]
    public async Task Calls_without_end_have_one()
    {
        app.Gemini.WillPlay((body, _) => body["tools"] is null ? Play.Says("Enough.") : Play.Asks(("search_products", new { query = "maize" })));
        var answer = await app.Stranger().Ask();
        Assert.Equal("Enough.", answer.Reply());
        Assert.InRange(app.Gemini.Asked.Count, 2, 6);
    }

    [Fact]
    public async Task A_picture_reaches_it_in_our_own_encoding()
    {
        app.Will(Play.Says("Likely rust. A picture is no proof."));
        var answer = await (await app.Stranger().PostAsync(new Uri("/api/chatbot/", UriKind.Relative), Asking.Picture(Pictures.Jpeg(2_400, 1_800)), Stop)).Json();

        Assert.Equal("Likely rust. A picture is no proof.", answer.Reply());
        var image = app.Gemini.Asked.Single()["contents"]!.AsArray()[^1]!["parts"]!.AsArray().Single(part => part!["inlineData"] is not null)!["inlineData"]!;
        Assert.Equal("image/webp", image["mimeType"]!.GetValue<string>());
    }

    [Fact]
    public async Task Thinking_that_ate_the_budget_gets_a_larger_one()
    {
        app.Will(new Play { FinishReason = "MAX_TOKENS" }, Play.Says("Plant in rows."));
        Assert.Equal("Plant in rows.", (await app.Stranger().Ask()).Reply());
        var limits = app.Gemini.Asked.Select(body => body["generationConfig"]!["maxOutputTokens"]!.GetValue<int>()).ToArray();
        Assert.Equal(4 * limits[0], limits[1]);
    }

    [Fact]
    public async Task A_call_that_it_can_t_write_is_asked_for_without_functions()
    {
        app.Will(new Play { FinishReason = "MALFORMED_FUNCTION_CALL" }, Play.Says("Plant in rows."));
        Assert.Equal("Plant in rows.", (await app.Stranger().Stream()).Done.Reply());
        Assert.Equal("NONE", app.Gemini.Asked.Last()["toolConfig"]!["functionCallingConfig"]!["mode"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_reason_that_nobody_knows_yet_is_an_end()
    {
        app.Will(Play.Says("Plant in rows.") with { FinishReason = "STOPPED_BY_NEXT_YEARS_RULE" });
        Assert.Equal("Plant in rows.", (await app.Stranger().Ask()).Reply());
    }

    [Fact]
    public async Task The_key_is_in_no_address()
    {
        app.Will(Play.Says("Fine."));
        await app.Stranger().Ask();
        await app.Stranger().GetAsync(new Uri("/health/ready", UriKind.Relative), Stop);
        Assert.Contains(app.Gemini.Calls, call => call.StartsWith("GET", StringComparison.Ordinal));
        Assert.All(app.Gemini.Calls, call => Assert.DoesNotContain(Key, call, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_it_cost_is_counted()
    {
        app.Will(Play.Says("Plant in rows."));
        await app.Stranger().Ask();
        await app.Stranger().Stream();
        var metrics = await app.Stranger().GetStringAsync(new Uri("/metrics", UriKind.Relative), Stop);
        foreach (var kind in (string[])["input", "output", "thinking"])
        {
            Assert.Matches($"agroconnect_assistant_tokens_total\\{{[^}}]*kind=\"{kind}\"[^}}]*\\}} [1-9]", metrics);
        }
    }

    [Fact]
    public async Task Many_at_once_each_get_their_own_answer()
    {
        app.Will();
        app.Gemini.WillPlay((body, _) => Play.Says("You asked ", Message(body)) with { Pause = TimeSpan.FromMilliseconds(20) });
        var asked = Enumerable.Range(0, 20).Select(async number =>
        {
            var message = $"How do I grow{new string(' ', number + 1)}maize?";
            return number % 2 == 0 ? (message, await app.Stranger().Ask(message)) : (message, (await app.Stranger().Stream(message)).Done);
        });
        foreach (var (message, answer) in await Task.WhenAll(asked))
        {
            Assert.Equal($"You asked {message}", answer.Reply());
        }
    }

    internal static string Rules(JsonObject body) => body["systemInstruction"]!["parts"]![0]!["text"]!.GetValue<string>();

    internal static string Message(JsonObject body) => body["contents"]!.AsArray()[^1]!["parts"]![1]!["text"]!.GetValue<string>();

    /// <summary>The id of a passage that the usual question brings.</summary>
    private async Task<string> GivenArticle()
    {
        await app.Stranger().Ask();
        return GivenArticle(app.Gemini.Asked.Last());
    }

    internal static string GivenArticle(JsonObject body) =>
        body["contents"]!.AsArray()[^1]!["parts"]![0]!["text"]!.GetValue<string>().Split("<passage id=\"", 2)[1].Split('"', 2)[0];
}
