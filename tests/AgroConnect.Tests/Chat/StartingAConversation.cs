using System.Net;
using System.Text.Json;
using AgroConnect.Tests.Products;
using AgroConnect.Tests.Users;

namespace AgroConnect.Tests.Chat;

public sealed class StartingAConversation(App app) : IClassFixture<App>
{
    [Fact]
    public async Task Two_people_have_one_about_each_product_and_one_about_nothing_in_particular()
    {
        var (buyer, farm) = (await app.Buyer(), await app.Farmer());
        var tomatoes = await app.Product(farm, new { name = "Tomatoes" });

        var first = await (await buyer.TalkTo(farm)).Json(201);
        var about = await (await buyer.TalkTo(farm, tomatoes.Id())).Json(201);

        Assert.Equal(["created_at", "id", "last_message", "participants", "product", "read_up_to", "unread_count", "updated_at"], first.Fields());
        Assert.Equal(["id", "last_seen", "name", "online", "picture_url"], first.GetProperty("participants")[0].Fields());
        Assert.Equal(new[] { buyer.Id, farm.Id }.Order(), first.GetProperty("participants").EnumerateArray().Select(person => person.Id()).Order());
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null, 0), (first.GetProperty("product").ValueKind, first.GetProperty("last_message").ValueKind, first.GetProperty("unread_count").GetInt32()));
        Assert.Equal((0, 0), (first.GetProperty("read_up_to").GetProperty($"{buyer.Id}").GetInt32(), first.GetProperty("read_up_to").GetProperty($"{farm.Id}").GetInt32()));
        Assert.Equal((tomatoes.Id(), "Tomatoes", JsonValueKind.Null), (about.GetProperty("product").Id(), about.GetProperty("product").Text("name"), about.GetProperty("product").GetProperty("image_url").ValueKind));
        Assert.NotEqual(first.Id(), about.Id());
        Assert.Equal(first.Id(), (await (await farm.TalkTo(buyer)).Json(200)).Id());
        Assert.Equal(about.Id(), (await (await farm.TalkTo(buyer, tomatoes.Id())).Json(200)).Id());
        Assert.Equal(first.GetRawText(), (await farm.See(first)).GetRawText());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Twenty_beginnings_at_the_same_time_are_one(bool aboutAProduct)
    {
        var (buyer, farm) = (await app.Buyer(), await app.Farmer());
        long? product = aboutAProduct ? (await app.Product(farm)).Id() : null;

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => number % 2 == 0 ? buyer.TalkTo(farm, product) : farm.TalkTo(buyer, product)));

        Assert.Equal(1, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        Assert.Equal(19, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        Assert.Single((await Task.WhenAll(answers.Select(answer => answer.Json((int)answer.StatusCode)))).Select(conversation => conversation.Id()).Distinct());
        Assert.Equal(1, (await buyer.Client.GetJson(Conversing.Conversations)).GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task It_takes_somebody_else_who_is_there()
    {
        var me = await app.Buyer();
        var left = await app.Account($"{Guid.NewGuid():N}@example.com", active: false);
        var hidden = await app.Product(await app.Farmer(), new { is_active = false });

        foreach (var (body, field) in new[]
        {
            ($$"""{"user": {{me.Id}}}""", "user"), ("""{"user": 999999}""", "user"), ($$"""{"user": {{left}}}""", "user"), ("""{"user": true}""", "user"), ("""{"user": null}""", "user"), ("{}", "user"),
            ($$"""{"user": {{(await app.Buyer()).Id}}, "product": 999999}""", "product"), ($$"""{"user": {{(await app.Buyer()).Id}}, "product": {{hidden.Id()}}}""", "product"),
        })
        {
            Assert.NotEmpty((await (await me.Client.Send(HttpMethod.Post, Conversing.Conversations, body)).Json(400)).Messages(field));
        }

        Assert.Equal(0, (await me.Client.GetJson(Conversing.Conversations)).GetProperty("count").GetInt32());
        await (await me.Client.Send(HttpMethod.Post, Conversing.Conversations, $$"""{"user": "{{(await app.Buyer()).Id}}", "product": null}""")).Json(201);
    }

    [Fact]
    public async Task It_is_nobody_elses_not_even_staffs()
    {
        var (one, other, conversation) = await app.TwoWhoTalk();
        var message = await one.Said(conversation, "Between us");
        var (stranger, staff) = (await app.Buyer(), await app.Staff());
        var url = $"{Conversing.Conversations}{conversation.Id()}/";

        foreach (var person in new[] { stranger, staff })
        {
            Assert.All(
                new[]
                {
                    await person.Client.Get(url), await person.Client.Get(url + "messages/"), await person.Say(conversation, "Me too"), await person.MarkRead(conversation, 1),
                    await person.Client.Post(url + "messages/", new { }), await person.Client.Post(url + "read/", new { }), await person.Client.Get(url + "messages/?limit=0"),
                    await person.Client.Post($"/api/chat/messages/{message.Id()}/report/", new { reason = "Curious" }), await person.Client.Post($"/api/chat/messages/{message.Id()}/report/", new { }),
                },
                answer => Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode));
            Assert.Equal(0, (await person.Client.GetJson(Conversing.Conversations)).GetProperty("count").GetInt32());
            Assert.Equal(0, (await person.Client.GetJson($"/api/chat/presence/?users={one.Id},{other.Id}")).GetArrayLength());
        }

        Assert.All(
            new[] { await app.Stranger().Get(url), await app.Stranger().Get(url + "messages/"), await app.Stranger().Get(Conversing.Conversations), await app.Stranger().Post(url + "messages/", new { }), await app.Stranger().Get("/api/chat/blocks/"), await app.Stranger().Get("/api/chat/presence/?users=1"), await app.Stranger().Post("/api/chat/images/", new { }), await app.Stranger().Get("/api/chat/conversations/999999/") },
            answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode));
        Assert.Equal([1], (await other.Client.GetJson(conversation.Messages())).Seqs());
    }
}
