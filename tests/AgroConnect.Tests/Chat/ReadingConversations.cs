using System.Net;
using System.Text.Json;
using AgroConnect.Tests.Products;

namespace AgroConnect.Tests.Chat;

public sealed class ReadingConversations(Catalogue app) : IClassFixture<Catalogue>
{
    [Fact]
    public async Task The_list_has_the_newest_activity_first_with_what_is_unread()
    {
        var me = await app.Buyer();
        var farms = new List<Person>();
        var conversations = new List<JsonElement>();
        foreach (var _ in Enumerable.Range(0, 5))
        {
            farms.Add(await app.Farmer());
            conversations.Add(await (await me.TalkTo(farms[^1])).Json(201));
        }

        await farms[1].Said(conversations[1], "One");
        await farms[1].Said(conversations[1], "Two");
        await me.Said(conversations[3], "Hello?");

        var list = await me.Client.GetJson(Conversing.Conversations);

        Assert.Equal([conversations[3].Id(), conversations[1].Id(), conversations[4].Id(), conversations[2].Id(), conversations[0].Id()], list.Ids());
        Assert.Equal([0, 2, 0, 0, 0], list.GetProperty("results").EnumerateArray().Select(conversation => conversation.GetProperty("unread_count").GetInt32()));
        Assert.Equal("Two", list.GetProperty("results")[1].GetProperty("last_message").Text("text"));
        Assert.Equal((1, 0), (ReadUpTo(list.GetProperty("results")[0], me), ReadUpTo(list.GetProperty("results")[0], farms[3])));
        Assert.Equal(1, (await farms[3].See(conversations[3])).GetProperty("unread_count").GetInt32());
        Assert.Equal(conversations.Select(conversation => conversation.Id()).Order(), (await me.Client.AllPages(Conversing.Conversations + "?page_size=2")).Order());
        Assert.Equal(HttpStatusCode.NotFound, (await me.Client.Get(Conversing.Conversations + "?page=2")).StatusCode);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(20)]
    public async Task A_page_of_any_size_takes_the_same_statements(int size)
    {
        var me = await app.Buyer();
        foreach (var _ in Enumerable.Range(0, 4))
        {
            var farm = await app.Farmer();
            var product = await app.Product(farm);
            await app.Picture(product.Id(), 2);
            await me.Said(await (await me.TalkTo(farm, product.Id())).Json(201), "Hello", images: [(await (await me.UploadPicture()).Json(201)).Id()]);
        }

        var statements = int.MaxValue;
        for (var tries = 0; tries < 5; tries++)
        {
            statements = Math.Min(statements, await app.StatementsOf(async () =>
                Assert.All((await me.Client.GetJson($"{Conversing.Conversations}?page_size={size}")).GetProperty("results").EnumerateArray(), conversation =>
                {
                    Assert.Single(conversation.GetProperty("last_message").GetProperty("images").EnumerateArray());
                    Assert.NotNull(conversation.GetProperty("product").GetProperty("image_url").GetString());
                })));
        }

        Assert.InRange(statements, 1, 6);
    }

    [Fact]
    public async Task Messages_come_in_slices_ascending_by_seq()
    {
        var (one, other, conversation) = await app.TwoWhoTalk();
        foreach (var number in Enumerable.Range(1, 12))
        {
            await (number % 2 == 0 ? one : other).Said(conversation, $"Message {number}");
        }

        async Task Gives(string query, long[] seqs, bool hasMore)
        {
            var slice = await one.Client.GetJson(conversation.Messages() + query);
            Assert.Equal((string.Join(' ', seqs), hasMore), (string.Join(' ', slice.Seqs()), slice.GetProperty("has_more").GetBoolean()));
        }

        await Gives("", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], false);
        await Gives("?limit=3", [10, 11, 12], true);
        await Gives("?limit=12", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], false);
        await Gives("?before=10&limit=3", [7, 8, 9], true);
        await Gives("?before=4&limit=3", [1, 2, 3], false);
        await Gives("?before=1", [], false);
        await Gives("?after=9", [10, 11, 12], false);
        await Gives("?after=5&limit=2", [6, 7], true);
        await Gives("?after=12", [], false);
        await Gives("?after=999999", [], false);
        await Gives("?after=2&before=6", [3, 4, 5], false);
        await Gives("?after=2&before=6&limit=2", [3, 4], true);
        await Gives("?limit=1000", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], false);
        foreach (var (query, field) in new[] { ("?limit=0", "limit"), ("?limit=many", "limit"), ("?before=x", "before"), ("?after=-1", "after"), ("?after=1.5", "after") })
        {
            Assert.NotEmpty((await one.Client.GetJson(conversation.Messages() + query, 400)).Messages(field));
        }
    }

    [Fact]
    public async Task What_was_read_never_becomes_unread()
    {
        var (one, other, conversation) = await app.TwoWhoTalk();
        foreach (var number in Enumerable.Range(1, 5))
        {
            await one.Said(conversation, $"Message {number}");
        }

        async Task Leaves(object upTo, int unread)
        {
            Assert.Equal(HttpStatusCode.NoContent, (await other.MarkRead(conversation, upTo)).StatusCode);
            Assert.Equal(unread, (await other.See(conversation)).GetProperty("unread_count").GetInt32());
        }

        Assert.Equal(5, (await other.See(conversation)).GetProperty("unread_count").GetInt32());
        await Leaves(3, 2);
        await Leaves(1, 2);
        await Leaves("4", 1);
        await Leaves(999_999, 0);
        Assert.Equal(5, ReadUpTo(await one.See(conversation), other));
        await one.Said(conversation, "One more");
        Assert.Equal(1, (await other.See(conversation)).GetProperty("unread_count").GetInt32());
        await other.Said(conversation, "Thank you");
        Assert.Equal((0, 7), ((await other.See(conversation)).GetProperty("unread_count").GetInt32(), ReadUpTo(await other.See(conversation), other)));
        foreach (var wrong in new object?[] { null, "x", -1, 1.5, true })
        {
            Assert.NotEmpty((await (await other.MarkRead(conversation, wrong!)).Json(400)).Messages("up_to"));
        }
    }

    private static int ReadUpTo(JsonElement conversation, Person person) => conversation.GetProperty("read_up_to").GetProperty($"{person.Id}").GetInt32();
}
