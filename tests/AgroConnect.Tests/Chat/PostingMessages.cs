using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using AgroConnect.Tests.Products;
using CsCheck;

namespace AgroConnect.Tests.Chat;

public sealed class PostingMessages(App app) : IClassFixture<App>
{
    [Fact]
    public async Task They_count_up_without_a_gap_whoever_sends_at_the_same_time()
    {
        var (one, other, conversation) = await app.TwoWhoTalk();
        await using var line = await app.Connect(other);

        var sent = await Task.WhenAll(Enumerable.Range(0, 60).Select(number => (number % 2 == 0 ? one : other).Said(conversation, $"Message {number}")));

        Assert.Equal(Enumerable.Range(1, 60), sent.Select(message => message.GetProperty("seq").GetInt32()).Order());
        var stored = (await one.Client.GetJson(conversation.Messages() + "?limit=100")).GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(Enumerable.Range(1, 60), stored.Select(message => message.GetProperty("seq").GetInt32()));
        Assert.Equal(sent.OrderBy(message => message.GetProperty("seq").GetInt32()).Select(message => message.GetRawText()), stored.Select(message => message.GetRawText()));

        // The same in the same order by the socket, also what was sent over HTTP by its own user.
        foreach (var message in stored)
        {
            Assert.Equal(message.GetRawText(), (await line.Next("message.new")).GetProperty("message").GetRawText());
        }
    }

    [Fact]
    public async Task The_same_client_id_is_the_same_message_for_each_sender_in_each_conversation()
    {
        var (one, other, conversation) = await app.TwoWhoTalk();
        var elsewhere = await (await one.TalkTo(await app.Farmer())).Json(201);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => one.Say(conversation, $"Try {number}", "same")));

        Assert.Equal((1, 19), (answers.Count(answer => answer.StatusCode == HttpStatusCode.Created), answers.Count(answer => answer.StatusCode == HttpStatusCode.OK)));
        var message = Assert.Single((await Task.WhenAll(answers.Select(answer => answer.Json((int)answer.StatusCode)))).Select(message => message.GetRawText()).Distinct());
        Assert.Equal(["client_id", "conversation", "created_at", "id", "images", "sender", "seq", "text"], JsonSerializer.Deserialize<JsonElement>(message).Fields());
        Assert.Equal(1, (await one.Said(elsewhere, "Hello", "same")).GetProperty("seq").GetInt32());
        Assert.Equal(2, (await other.Said(conversation, "Hello", "same")).GetProperty("seq").GetInt32());
        Assert.Equal([1, 2], (await one.Client.GetJson(conversation.Messages())).Seqs());
    }

    [Theory]
    [InlineData("""{"text": "No id"}""", "client_id")]
    [InlineData("""{"client_id": "", "text": "Hello"}""", "client_id")]
    [InlineData("""{"client_id": null, "text": "Hello"}""", "client_id")]
    [InlineData("""{"client_id": 5, "text": "Hello"}""", "client_id")]
    [InlineData("""{"client_id": ["a"], "text": "Hello"}""", "client_id")]
    [InlineData("""{"client_id": "a\u0000b", "text": "Hello"}""", "client_id")]
    [InlineData("""{"client_id": "\ud83d", "text": "Hello"}""", "client_id")]
    [InlineData("""{"client_id": "a"}""", "text")]
    [InlineData("""{"client_id": "a", "text": ""}""", "text")]
    [InlineData("""{"client_id": "a", "text": " \t\r\n\u00a0\u2003 "}""", "text")]
    [InlineData("""{"client_id": "a", "text": null}""", "text")]
    [InlineData("""{"client_id": "a", "text": {"a": 1}}""", "text")]
    [InlineData("""{"client_id": "a", "text": "a\u0000b"}""", "text")]
    [InlineData("""{"client_id": "a", "text": "\udc4d"}""", "text")]
    [InlineData("""{"client_id": "a", "text": "", "images": []}""", "text")]
    [InlineData("""{"client_id": "a", "text": "Hello", "images": 5}""", "images")]
    [InlineData("""{"client_id": "a", "text": "Hello", "images": [true]}""", "images")]
    [InlineData("""{"client_id": "a", "text": "Hello", "images": [{"id": 5}]}""", "images")]
    [InlineData("""{"client_id": "a", "text": "Hello", "images": [999999]}""", "images")]
    [InlineData("""{"client_id": "a", "text": "Hello", "images": [1,2,3,4,5,6,7,8,9,10,11]}""", "images")]
    public async Task What_is_wrong_is_named_and_stores_nothing(string body, string field)
    {
        var (one, _, conversation) = await app.TwoWhoTalk();

        Assert.NotEmpty((await (await one.Client.Send(HttpMethod.Post, conversation.Messages(), body)).Json(400)).Messages(field));
        Assert.Empty((await one.Client.GetJson(conversation.Messages())).Seqs());
    }

    [Fact]
    public async Task Lengths_are_counted_in_code_points_and_texts_are_trimmed()
    {
        var (one, _, conversation) = await app.TwoWhoTalk();
        var longest = string.Concat(Enumerable.Repeat("🌽", 4_000));

        Assert.Equal(longest, (await one.Said(conversation, $"  {longest}\n")).Text("text"));
        Assert.NotEmpty((await (await one.Say(conversation, longest + "x")).Json(400)).Messages("text"));
        Assert.Equal(64, (await one.Said(conversation, "Hello", string.Concat(Enumerable.Repeat("🌽", 64)))).Text("client_id").EnumerateRunes().Count());
        Assert.NotEmpty((await (await one.Say(conversation, "Hello", new string('x', 65))).Json(400)).Messages("client_id"));
        Assert.Equal(" a ", (await one.Said(conversation, "Hello", " a ")).Text("client_id"));
    }

    [Fact]
    public async Task Forms_say_the_same_as_JSON()
    {
        var (one, _, conversation) = await app.TwoWhoTalk();
        var images = new[] { await (await one.UploadPicture()).Json(201), await (await one.UploadPicture()).Json(201) };

        using var form = new FormUrlEncodedContent([new("client_id", "a"), new("text", "Two pictures"), new("images", $"{images[0].Id()}"), new("images", $"{images[1].Id()}")]);
        var message = await (await one.Client.Send(HttpMethod.Post, conversation.Messages(), form)).Json(201);

        Assert.Equal(images.Select(image => image.Id()), message.GetProperty("images").EnumerateArray().Select(image => image.Id()));
    }

    [Fact]
    public async Task What_is_answered_is_what_everybody_reads()
    {
        var (one, other, conversation) = await app.TwoWhoTalk();
        var texts = new ConcurrentBag<string>();

        // Any text of whole code points but NUL: control characters, right to left, emoji, unassigned ones.
        var characters = Gen.OneOf(Gen.Int[1, 0xD7FF], Gen.Int[0xE000, 0x10FFFF], Gen.Int[1, 0x7F], Gen.Int[0x600, 0x6FF]).Select(point => new Rune(point).ToString());
        await characters.Array[0, 60].Select(string.Concat).Where(text => text.Trim().Length > 0).SampleAsync(async text =>
        {
            var message = await one.Said(conversation, text);
            Assert.Equal(text.Trim(), message.Text("text"));
            texts.Add(message.Text("text"));
        }, iter: 100, threads: 4);

        var read = (await other.Client.GetJson(conversation.Messages() + "?limit=100")).GetProperty("results").EnumerateArray().Select(message => message.Text("text"));
        Assert.Equal(texts.Order(StringComparer.Ordinal), read.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Somebody_who_blocks_or_is_blocked_does_not_send_and_both_still_read()
    {
        var (one, other, conversation) = await app.TwoWhoTalk();
        await one.Said(conversation, "Before", "before");

        var block = await (await one.Block(other)).Json(201);
        Assert.Equal(block.GetRawText(), (await (await one.Block(other)).Json(200)).GetRawText());

        Assert.Equal(["created_at", "user"], block.Fields());
        Assert.Equal(["id", "name"], block.GetProperty("user").Fields());
        Assert.Equal(block.GetRawText(), Assert.Single((await one.Client.GetJson("/api/chat/blocks/")).EnumerateArray()).GetRawText());
        Assert.Equal(0, (await other.Client.GetJson("/api/chat/blocks/")).GetArrayLength());
        foreach (var person in new[] { one, other })
        {
            Assert.Equal("blocked", (await (await person.Say(conversation, "During")).Json(403)).Text("code"));
            Assert.Equal([1], (await person.Client.GetJson(conversation.Messages())).Seqs());
            Assert.NotEmpty((await (await person.TalkTo(person == one ? other : one, (await app.Product(other)).Id())).Json(400)).Messages("user"));
        }

        await (await one.Say(conversation, "Before", "before")).Json(200);
        Assert.Equal(HttpStatusCode.NotFound, (await other.Client.Delete($"/api/chat/blocks/{one.Id}/")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await one.Client.Delete($"/api/chat/blocks/{other.Id}/")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await one.Client.Delete($"/api/chat/blocks/{other.Id}/")).StatusCode);
        await other.Said(conversation, "After");
        await one.Said(conversation, "After");
        Assert.Equal([1, 2, 3], (await one.Client.GetJson(conversation.Messages())).Seqs());
    }

    [Fact]
    public async Task Blocking_takes_somebody_else_who_is_there_and_twenty_at_once_are_one()
    {
        var (me, other) = (await app.Buyer(), await app.Buyer());
        foreach (var body in new[] { $$"""{"user": {{me.Id}}}""", """{"user": 999999}""", """{"user": "x"}""", "{}" })
        {
            Assert.NotEmpty((await (await me.Client.Send(HttpMethod.Post, "/api/chat/blocks/", body)).Json(400)).Messages("user"));
        }

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => me.Block(other)));

        Assert.Equal((1, 19), (answers.Count(answer => answer.StatusCode == HttpStatusCode.Created), answers.Count(answer => answer.StatusCode == HttpStatusCode.OK)));
        Assert.Equal(1, (await me.Client.GetJson("/api/chat/blocks/")).GetArrayLength());
    }

    [Fact]
    public async Task Presence_is_told_of_those_one_talks_to()
    {
        var (one, other, _) = await app.TwoWhoTalk();
        var stranger = await app.Buyer();
        var url = $"/api/chat/presence/?users={other.Id},{stranger.Id},{one.Id},999999,{other.Id}";

        var before = Assert.Single((await one.Client.GetJson(url)).EnumerateArray());
        Assert.Equal($$"""{"user":{{other.Id}},"online":false,"last_seen":null}""", before.GetRawText());
        await using (await app.Connect(other))
        {
            var online = Assert.Single((await one.Client.GetJson(url)).EnumerateArray());
            Assert.Equal($$"""{"user":{{other.Id}},"online":true,"last_seen":null}""", online.GetRawText());
        }

        await AgroConnect.Tests.Images.ImageHost.UntilAsync(async () => Assert.Single((await one.Client.GetJson(url)).EnumerateArray()).GetProperty("last_seen").ValueKind == JsonValueKind.String);
        Assert.Empty((await one.Client.GetJson("/api/chat/presence/")).EnumerateArray());
        Assert.NotEmpty((await one.Client.GetJson("/api/chat/presence/?users=x", 400)).Messages("users"));
        Assert.NotEmpty((await one.Client.GetJson($"/api/chat/presence/?users={string.Join(',', Enumerable.Range(1, 101))}", 400)).Messages("users"));
    }
}
