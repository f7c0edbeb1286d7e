using System.Net.Http.Json;
using System.Text.Json;
using AgroConnect.Tests.Images;

namespace AgroConnect.Tests.Assistant;

/// <summary>The assistant without a model, and what is kept of its conversations.</summary>
public sealed class KeepingConversations(App app) : IClassFixture<App>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stranger_is_answered_and_nothing_is_kept()
    {
        var answer = await app.Stranger().Ask();

        Assert.Equal(
            ["conversation_id", "message_id", "reply", "language", "grounded", "declined", "safety_notice", "citations", "products", "model", "degraded"],
            answer.EnumerateObject().Select(field => field.Name));
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("conversation_id").ValueKind);
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("message_id").ValueKind);
        Assert.Equal("knowledge", answer.Model());
        Assert.False(answer.Degraded());
        Assert.NotEmpty(answer.Reply());
    }

    [Fact]
    public async Task A_stream_shows_the_reply_of_the_articles_too()
    {
        var (deltas, done) = await app.Stranger().Stream();
        Assert.Equal(done.Reply(), string.Concat(deltas));
        Assert.Equal((await app.Stranger().Ask()).GetRawText(), done.GetRawText());
    }

    [Theory]
    [InlineData("""{}""", "message", "This field is required.")]
    [InlineData("""{"message": "  "}""", "message", "This field may not be blank.")]
    [InlineData("""{"message": null}""", "message", "This field may not be null.")]
    [InlineData("""{"message": ["a"]}""", "message", "Not a valid string.")]
    [InlineData("""{"message": "a", "conversation_id": "x"}""", "conversation_id", "Incorrect type. Expected pk value, received str.")]
    [InlineData("""{"message": "a", "language": "tlh"}""", "language", "\"tlh\" is not a valid choice.")]
    public async Task A_bad_question_is_told_by_field(string body, string field, string message)
    {
        foreach (var accept in (string[])["application/json", "text/event-stream"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/chatbot/") { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
            request.Headers.Add("Accept", accept);
            Assert.Equal([message], (await (await app.Stranger().SendAsync(request, Stop)).Json(400)).Messages(field));
        }
    }

    [Fact]
    public async Task A_message_has_four_thousand_characters_and_no_more()
    {
        var longest = string.Concat(Enumerable.Repeat("🌽", 4_000));
        await (await app.Stranger().Post(new { message = longest })).Json();
        Assert.Equal(["Ensure this field has no more than 4000 characters."], (await (await app.Stranger().Post(new { message = longest + "!" })).Json(400)).Messages("message"));
    }

    [Fact]
    public async Task Forms_and_paths_without_a_slash_work_too()
    {
        using var form = new FormUrlEncodedContent([new("message", Asking.Question), new("conversation_id", ""), new("language", "")]);
        Assert.NotEmpty((await (await app.Stranger().PostAsync(new Uri("/api/chatbot", UriKind.Relative), form, Stop)).Json()).Reply());
    }

    [Fact]
    public async Task The_language_may_be_asked_for_also_with_its_country() =>
        Assert.Equal("sw", (await app.Stranger().Ask(language: "sw-KE")).GetProperty("language").GetString());

    [Fact]
    public async Task Without_a_model_a_picture_is_answered_with_what_to_write()
    {
        var answer = await (await app.Stranger().PostAsync(new Uri("/api/chatbot/", UriKind.Relative), Asking.Picture(Pictures.Png()), Stop)).Json();
        Assert.StartsWith("I can't look at the picture here.", answer.Reply(), StringComparison.Ordinal);
        Assert.False(answer.Degraded());
    }

    [Fact]
    public async Task What_is_no_picture_is_refused()
    {
        var errors = await (await app.Stranger().PostAsync(new Uri("/api/chatbot/", UriKind.Relative), Asking.Picture(Pictures.Gif()), Stop)).Json(400);
        Assert.StartsWith("Upload a valid image.", errors.Messages("image")[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_crop_that_is_for_sale_is_shown_with_its_price()
    {
        using var farm = await app.Farmer();
        var kohlrabi = await app.Product(farm, new { name = "Sweet kohlrabi", price = "1.25", unit = "kg" });
        await app.Product(farm, new { name = "Kohlrabi that is sold out", stock = 0 });

        var answer = await app.Stranger().Ask("How do I store kohlrabi?");

        var hit = Assert.Single(answer.GetProperty("products").EnumerateArray());
        Assert.Equal($$"""{"id":{{kohlrabi.GetProperty("id").GetInt64()}},"name":"Sweet kohlrabi","price":"1.25","unit":"kg"}""", hit.GetRawText());
    }

    [Fact]
    public async Task A_conversation_goes_on_and_can_be_read_again()
    {
        using var buyer = await app.Buyer();
        var first = await buyer.Ask("How do I grow maize?");
        var id = first.GetProperty("conversation_id").GetInt64();
        var second = await buyer.Ask("And how much water does it need?", id);
        Assert.Equal(id, second.GetProperty("conversation_id").GetInt64());

        var conversation = await buyer.Client.GetJson($"/api/chatbot/conversations/{id}/");
        Assert.Equal("How do I grow maize?", conversation.GetProperty("title").GetString());
        Assert.Equal(4, conversation.GetProperty("message_count").GetInt32());
        var messages = conversation.GetProperty("messages").EnumerateArray().ToArray();
        Assert.Equal(["user", "assistant", "user", "assistant"], messages.Select(message => message.GetProperty("role").GetString()));
        Assert.Equal("And how much water does it need?", messages[2].GetProperty("text").GetString());
        Assert.Equal(second.Reply(), messages[3].GetProperty("text").GetString());
        Assert.Equal(second.GetProperty("message_id").GetInt64(), messages[3].GetProperty("id").GetInt64());
        Assert.Equal(second.GetProperty("citations").GetRawText(), messages[3].GetProperty("answer").GetProperty("citations").GetRawText());
    }

    [Fact]
    public async Task Conversations_are_a_page_the_latest_first()
    {
        using var buyer = await app.Buyer();
        var one = (await buyer.Ask("One about maize")).GetProperty("conversation_id").GetInt64();
        await buyer.Ask("Two about maize " + new string('y', 200));
        await buyer.Ask("Three about maize");
        await buyer.Ask("More of one", one);

        var page = await buyer.Client.GetJson("/api/chatbot/conversations/?page_size=2");
        Assert.Equal(3, page.GetProperty("count").GetInt32());
        Assert.Equal(["One about maize", "Three about maize"], page.GetProperty("results").EnumerateArray().Select(row => row.GetProperty("title").GetString()));
        var last = await buyer.Client.GetJson(page.GetProperty("next").GetString()!);
        Assert.Equal(80, last.GetProperty("results")[0].GetProperty("title").GetString()!.Length);
        await buyer.Client.GetJson("/api/chatbot/conversations/?page=3&page_size=2", 404);
    }

    [Fact]
    public async Task A_long_conversation_is_read_from_its_end()
    {
        using var buyer = await app.Buyer();
        var id = (await buyer.Ask("Maize 0")).GetProperty("conversation_id").GetInt64();
        for (var number = 1; number <= 50; number++)
        {
            await buyer.Ask($"Maize {number}", id);
        }

        var latest = await buyer.Client.GetJson($"/api/chatbot/conversations/{id}/");
        Assert.Equal(100, latest.GetProperty("messages").GetArrayLength());
        Assert.Equal("Maize 1", latest.GetProperty("messages")[0].GetProperty("text").GetString());
        var earlier = await buyer.Client.GetJson(latest.GetProperty("earlier").GetString()!);
        Assert.Equal("Maize 0", earlier.GetProperty("messages")[0].GetProperty("text").GetString());
        Assert.Equal(2, earlier.GetProperty("messages").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, earlier.GetProperty("earlier").ValueKind);
    }

    [Fact]
    public async Task Others_and_strangers_find_nothing()
    {
        using var buyer = await app.Buyer();
        using var other = await app.Staff();
        var answer = await buyer.Ask();
        var (id, message) = (answer.GetProperty("conversation_id").GetInt64(), answer.GetProperty("message_id").GetInt64());

        await other.Client.GetJson($"/api/chatbot/conversations/{id}/", 404);
        Assert.Equal(404, (int)(await other.Client.DeleteAsync(new Uri($"/api/chatbot/conversations/{id}/", UriKind.Relative), Stop)).StatusCode);
        await (await Judge(other, message, true)).Json(404);
        await (await other.Client.Post(new { message = "Mine?", conversation_id = id })).Json(404);
        await (await app.Stranger().Post(new { message = "Mine?", conversation_id = id })).Json(404);
        await (await other.Client.Post(new { message = "Mine?", conversation_id = long.MaxValue })).Json(404);
        await app.Stranger().GetJson("/api/chatbot/conversations/", 401);
        await app.Stranger().GetJson($"/api/chatbot/conversations/{id}/", 401);
        Assert.Equal(401, (int)(await app.Stranger().DeleteAsync(new Uri($"/api/chatbot/conversations/{id}/", UriKind.Relative), Stop)).StatusCode);
        Assert.Equal(401, (int)(await app.Stranger().PostAsJsonAsync($"/api/chatbot/messages/{message}/feedback/", new { helpful = true }, Stop)).StatusCode);
        Assert.Equal(0, (await other.Client.GetJson("/api/chatbot/conversations/")).GetProperty("count").GetInt32());
        Assert.Equal(2, (await buyer.Client.GetJson($"/api/chatbot/conversations/{id}/")).GetProperty("message_count").GetInt32());
    }

    [Fact]
    public async Task Feedback_is_of_an_answer_and_the_last_word_counts()
    {
        using var buyer = await app.Buyer();
        var answer = await buyer.Ask();
        var (id, message) = (answer.GetProperty("conversation_id").GetInt64(), answer.GetProperty("message_id").GetInt64());
        await (await Judge(buyer, message, true)).Json();
        await (await Judge(buyer, message, false, "Too short.")).Json();
        Assert.Equal(["This field is required."], (await (await buyer.Client.PostAsJsonAsync($"/api/chatbot/messages/{message}/feedback/", new { }, Stop)).Json(400)).Messages("helpful"));

        var messages = (await buyer.Client.GetJson($"/api/chatbot/conversations/{id}/")).GetProperty("messages");
        Assert.Equal("""{"helpful":false,"comment":"Too short."}""", messages[1].GetProperty("feedback").GetRawText());
        await (await Judge(buyer, messages[0].GetProperty("id").GetInt64(), true)).Json(404);
    }

    [Fact]
    public async Task What_is_deleted_is_gone()
    {
        using var buyer = await app.Buyer();
        var answer = await buyer.Ask();
        var id = answer.GetProperty("conversation_id").GetInt64();
        Assert.Equal(204, (int)(await buyer.Client.DeleteAsync(new Uri($"/api/chatbot/conversations/{id}/", UriKind.Relative), Stop)).StatusCode);
        Assert.Equal(404, (int)(await buyer.Client.DeleteAsync(new Uri($"/api/chatbot/conversations/{id}/", UriKind.Relative), Stop)).StatusCode);
        await buyer.Client.GetJson($"/api/chatbot/conversations/{id}/", 404);
        await (await buyer.Client.Post(new { message = "Still there?", conversation_id = id })).Json(404);
        await (await Judge(buyer, answer.GetProperty("message_id").GetInt64(), true)).Json(404);
    }

    [Fact]
    public async Task A_person_gets_what_is_kept_of_them()
    {
        using var buyer = await app.Buyer();
        await buyer.Ask("How do I grow maize on my hill?");
        var export = await buyer.Client.GetJson("/api/auth/users/me/export/");
        Assert.Equal("How do I grow maize on my hill?", export.GetProperty("assistant")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task Questions_at_the_same_time_stay_with_their_answers()
    {
        using var buyer = await app.Buyer();
        var id = (await buyer.Ask("Maize first")).GetProperty("conversation_id").GetInt64();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(number => buyer.Ask($"Maize {number}", id)));

        var messages = (await buyer.Client.GetJson($"/api/chatbot/conversations/{id}/")).GetProperty("messages").EnumerateArray().ToArray();
        Assert.Equal(42, messages.Length);
        Assert.Equal(21, messages.Where(message => message.GetProperty("role").GetString() == "user").Select(message => message.GetProperty("text").GetString()).Distinct().Count());
        Assert.All(messages.Chunk(2), pair => Assert.Equal(["user", "assistant"], pair.Select(message => message.GetProperty("role").GetString())));
    }

    private static Task<HttpResponseMessage> Judge(Person person, long message, bool helpful, string comment = "") =>
        person.Client.PostAsJsonAsync($"/api/chatbot/messages/{message}/feedback/", new { helpful, comment }, Stop);
}
