using System.Text;
using System.Text.Json;
using AgroConnect.Chat;
using AgroConnect.Data;
using AgroConnect.Tests.Orders;
using AgroConnect.Tests.Products;
using Microsoft.Extensions.DependencyInjection;

namespace AgroConnect.Tests.Chat;

public sealed class Talking(App app) : IClassFixture<App>
{
    [Fact]
    public async Task Acknowledges_to_the_sender_and_tells_every_other_socket_of_both()
    {
        var (amina, bilal, conversation) = await app.Pair();
        await using var phone = await Line.Open(amina);
        await using var desk = await Line.Open(amina);
        await using var farm = await Line.Open(bilal);

        await phone.Say(conversation, "  Is it still fresh? \U0001F345 ", "one");

        var ack = await phone.Next("message.ack");
        Assert.Equal("one", ack.GetProperty("client_id").GetString());
        var message = ack.GetProperty("message");
        Assert.Equal((conversation, 1, amina.Id, "one", "Is it still fresh? \U0001F345"), (
            message.GetProperty("conversation").GetInt64(), message.Seq(), message.GetProperty("sender").GetInt64(), message.GetProperty("client_id").GetString(), message.Said()));
        Assert.Equal(0, message.GetProperty("images").GetArrayLength());
        Assert.Equal(message.ToString(), (await desk.Next("message.new")).GetProperty("message").ToString());
        Assert.Equal(message.ToString(), (await farm.Next("message.new")).GetProperty("message").ToString());
        await phone.NothingMore();
        var stored = Assert.Single(await app.Stored(conversation));
        Assert.Equal((message.Said(), message.GetProperty("created_at").GetDateTimeOffset(), message.Id()), (stored.Text, stored.CreatedAt, stored.Id));
    }

    [Fact]
    public async Task Acknowledges_a_repeated_message_again_and_tells_nobody()
    {
        var (amina, bilal, conversation) = await app.Pair();
        var elsewhere = await app.Conversation(amina, await app.Farmer());
        await using var one = await Line.Open(amina);
        await using var other = await Line.Open(bilal);
        var first = await one.SayWell(conversation, "First", "same");
        await other.Next("message.new");

        var again = await one.SayWell(conversation, "Second", "same");
        var anothers = await other.SayWell(conversation, "Third", "same");
        await one.Next("message.new");
        var third = await one.SayWell(elsewhere, "Fourth", "same");

        Assert.Equal(first.ToString(), again.ToString());
        Assert.Equal((2, "Third"), (anothers.Seq(), anothers.Said()));
        Assert.Equal((1, "Fourth"), (third.Seq(), third.Said()));
        await other.NothingMore();
    }

    [Fact]
    public async Task Keeps_the_order_of_one_socket_without_waiting_for_acknowledgements()
    {
        var (amina, bilal, conversation) = await app.Pair();
        await using var one = await Line.Open(amina);
        await using var other = await Line.Open(bilal);
        for (var number = 1; number <= 300; number++)
        {
            await one.Say(conversation, $"{number}");
        }

        await one.Send(new { type = "sync", conversation, after = 250 });

        for (var number = 1; number <= 300; number++)
        {
            Assert.Equal((number, $"{number}"), ((await one.Next("message.ack")).GetProperty("message") is var ack ? (ack.Seq(), ack.Said()) : default));
            Assert.Equal((number, $"{number}"), ((await other.Next("message.new")).GetProperty("message") is var told ? (told.Seq(), told.Said()) : default));
        }

        Assert.Equal(50, (await one.Next("message.batch")).GetProperty("messages").GetArrayLength());
    }

    [Theory]
    [InlineData("\"text\":\"\"")]
    [InlineData("\"text\":\"   \"")]
    [InlineData("\"text\":5")]
    [InlineData("\"text\":null")]
    [InlineData("\"text\":\"a\\u0000b\"")]
    [InlineData("\"text\":\"a\\ud83cb\"")]
    [InlineData("\"text\":\"a\\udf45\"")]
    [InlineData("\"text\":\"x\",\"images\":[1.5]")]
    [InlineData("\"text\":\"x\",\"images\":{}")]
    [InlineData("\"text\":\"x\",\"images\":[1,2,3,4,5,6,7,8,9,10,11]")]
    [InlineData("\"text\":\"x\",\"images\":[999999999]")]
    [InlineData("\"text\":\"x\",\"client_id\":\"\"")]
    [InlineData("\"text\":\"x\",\"client_id\":7")]
    [InlineData("\"text\":\"x\",\"client_id\":null")]
    [InlineData("\"text\":\"x\",\"conversation\":\"12\"")]
    [InlineData("\"text\":\"x\",\"conversation\":1.5")]
    public async Task Refuses_a_bad_message_and_stays_open(string fields)
    {
        var (amina, bilal, conversation) = await app.Pair();
        await using var one = await Line.Open(amina);
        await using var other = await Line.Open(bilal);

        // Of two fields with one name, the last counts.
        await one.SendText($$"""{"type":"message.send","conversation":{{conversation}},"client_id":"bad",{{fields}}}""");

        await one.Refused("invalid");
        await one.SayWell(conversation, "Good");
        Assert.Equal("Good", (await other.Next("message.new")).GetProperty("message").Said());
        Assert.Single(await app.Stored(conversation));
    }

    [Fact]
    public async Task Counts_characters_as_people_do_and_keeps_what_it_is_given()
    {
        var (amina, _, conversation) = await app.Pair();
        await using var line = await Line.Open(amina);
        var longest = new StringBuilder().Insert(0, "\U0001F33D", 4000).ToString();

        Assert.Equal(longest, (await line.SayWell(conversation, longest)).Said());
        await line.Say(conversation, longest + "x");
        await line.Refused("invalid");
        Assert.Equal("a\u0001\t\r\nb\u200Bc", (await line.SayWell(conversation, "\n a\u0001\t\r\nb\u200Bc ")).Said());
        await line.SayWell(conversation, "x", new string('\u00E9', 64));
        await line.Say(conversation, "x", new string('\u00E9', 65));
        await line.Refused("invalid");
        Assert.Equal([longest, "a\u0001\t\r\nb\u200Bc", "x"], (await app.Stored(conversation)).Select(message => message.Text));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("5")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"type\":5}")]
    [InlineData("{\"type\":\"no.such\"}")]
    [InlineData("{\"type\":\"message.send\"}")]
    [InlineData("{\"type\":\"typing\",\"conversation\":true,\"active\":true}")]
    [InlineData("{\"type\":\"sync\",\"conversation\":1}")]
    [InlineData("{\"type\":\"presence.watch\",\"users\":7}")]
    [InlineData("{\"type\":\"presence.watch\",\"users\":[\"7\"]}")]
    [InlineData("{\"type\":\"auth\"}")]
    [InlineData("{\"type\":\"auth\",\"token\":\"rotten\"}")]
    [InlineData("{\"message\":\"Only on a conversation's own address\"}")]
    public async Task Answers_nonsense_with_an_error_and_stays_open(string text)
    {
        var person = await app.Buyer();
        await using var line = await Line.Open(person);

        await line.SendText(text);

        Assert.NotEmpty((await line.Refused("invalid")).GetProperty("detail").GetString()!);
        await line.NothingMore();
    }

    [Fact]
    public async Task Names_the_message_in_its_error()
    {
        var (amina, _, conversation) = await app.Pair();
        await using var line = await Line.Open(amina);

        await line.Say(conversation, "", "mine");

        Assert.Equal("mine", (await line.Refused("invalid")).GetProperty("client_id").GetString());
    }

    [Fact]
    public async Task Knows_a_strangers_conversation_on_no_frame()
    {
        var (amina, _, conversation) = await app.Pair();
        await using var member = await Line.Open(amina);
        await using var stranger = await Line.Open(await app.Buyer());
        foreach (var id in new[] { conversation, 0, -1, long.MaxValue })
        {
            await stranger.Say(id, "Let me in", "x");
            Assert.Equal("x", (await stranger.Refused("not_found")).GetProperty("client_id").GetString());
            await stranger.Send(new { type = "typing", conversation = id, active = true });
            await stranger.Refused("not_found");
            await stranger.Send(new { type = "read", conversation = id, up_to = 1 });
            await stranger.Refused("not_found");
            await stranger.Send(new { type = "sync", conversation = id, after = 0 });
            await stranger.Refused("not_found");
        }

        await member.NothingMore();
        Assert.Empty(await app.Stored(conversation));
    }

    [Fact]
    public async Task Fills_in_the_conversation_on_its_own_address_and_takes_a_bare_message()
    {
        var (amina, bilal, conversation) = await app.Pair();
        await using var one = await Line.Open(amina, conversation);
        await using var other = await Line.Open(bilal, conversation);

        await one.Send(new { message = "Bare" });
        var bare = (await one.Next("message.ack")).GetProperty("message");
        Assert.Equal((1, "Bare"), (bare.Seq(), bare.Said()));
        Assert.NotEmpty(bare.GetProperty("client_id").GetString()!);
        Assert.Equal(bare.ToString(), (await other.Next("message.new")).GetProperty("message").ToString());

        await other.Send(new { type = "message.send", client_id = "a", text = "Full" });
        await other.Next("message.ack");
        await one.Next("message.new");
        await one.Send(new { type = "read", up_to = 2 });
        Assert.Equal(conversation, (await other.Next("read")).GetProperty("conversation").GetInt64());
        await one.Next("read");
        await one.Send(new { type = "sync", after = 1 });
        Assert.Equal("Full", (await one.Next("message.batch")).GetProperty("messages")[0].Said());
    }

    [Fact]
    public async Task Tells_both_what_was_read_and_never_moves_back()
    {
        var (amina, bilal, conversation) = await app.Pair();
        await using var one = await Line.Open(amina);
        await using var phone = await Line.Open(bilal);
        await using var desk = await Line.Open(bilal);
        for (var number = 0; number < 3; number++)
        {
            await one.SayWell(conversation, $"{number}");
            await phone.Next("message.new");
            await desk.Next("message.new");
        }

        async Task Read(long upTo) => await phone.Send(new { type = "read", conversation, up_to = upTo });
        async Task<(long User, long UpTo)> Told(Line line) =>
            await line.Next("read") is var read && read.GetProperty("conversation").GetInt64() == conversation ? (read.GetProperty("user").GetInt64(), read.GetProperty("up_to").GetInt64()) : default;

        await Read(2);
        Assert.Equal([(bilal.Id, 2), (bilal.Id, 2), (bilal.Id, 2)], [await Told(one), await Told(phone), await Told(desk)]);
        await using (var later = await Line.Open(bilal))
        {
            Assert.Equal(1, later.Ready.GetProperty("unread").GetProperty($"{conversation}").GetInt64());
        }

        await Read(1);
        await Read(2);
        await Read(0);
        await phone.NothingMore();
        await one.NothingMore();
        await Read(1_000_000);
        Assert.Equal([(bilal.Id, 3), (bilal.Id, 3)], [await Told(phone), await Told(one)]);

        // Who sends has read.
        await one.SayWell(conversation, "4");
        await phone.Next("message.new");
        await phone.SayWell(conversation, "5");
        await using var again = await Line.Open(bilal);
        Assert.Empty(again.Ready.GetProperty("unread").EnumerateObject());
        await phone.Send(new { type = "read", conversation, up_to = -1 });
        await phone.Refused("invalid");
    }

    [Fact]
    public async Task Tells_the_other_who_types_and_that_the_typing_socket_went()
    {
        var (amina, bilal, conversation) = await app.Pair();
        var one = await Line.Open(amina);
        await using var mine = await Line.Open(amina);
        await using var other = await Line.Open(bilal);

        await one.Send(new { type = "typing", conversation, active = true });
        var typing = await other.Next("typing");
        Assert.Equal((conversation, amina.Id, true), (typing.GetProperty("conversation").GetInt64(), typing.GetProperty("user").GetInt64(), typing.GetProperty("active").GetBoolean()));
        await one.Send(new { type = "typing", conversation, active = false });
        Assert.False((await other.Next("typing")).GetProperty("active").GetBoolean());
        await one.Send(new { type = "typing", conversation, active = true });
        Assert.True((await other.Next("typing")).GetProperty("active").GetBoolean());
        await one.DisposeAsync();

        Assert.False((await other.Next("typing")).GetProperty("active").GetBoolean());
        await mine.NothingMore();
    }

    [Fact]
    public async Task Gives_who_was_away_all_that_was_missed_a_hundred_at_a_time()
    {
        var (amina, bilal, conversation) = await app.Pair();
        await using var one = await Line.Open(amina);
        for (var number = 1; number <= 205; number++)
        {
            await one.Say(conversation, $"{number}");
        }

        for (var number = 1; number <= 205; number++)
        {
            await one.Next("message.ack");
        }

        await using var other = await Line.Open(bilal);
        Assert.Equal(205, other.Ready.GetProperty("unread").GetProperty($"{conversation}").GetInt64());
        var (missed, after, hasMore) = (new List<long>(), 3L, true);
        while (hasMore)
        {
            await other.Send(new { type = "sync", conversation, after });
            var batch = await other.Next("message.batch");
            missed.AddRange(batch.GetProperty("messages").EnumerateArray().Select(message => message.Seq()));
            (after, hasMore) = (missed[^1], batch.GetProperty("has_more").GetBoolean());
        }

        Assert.Equal(Enumerable.Range(4, 202).Select(seq => (long)seq), missed);
    }

    [Fact]
    public async Task Tells_who_watches_when_somebody_comes_and_goes_and_nothing_of_strangers()
    {
        var (amina, bilal, _) = await app.Pair();
        var stranger = await app.Buyer();
        await using var watcher = await Line.Open(amina);

        await watcher.Send(new { type = "presence.watch", users = new[] { bilal.Id, stranger.Id, 987_654_321 } });
        var now = await watcher.Next("presence");
        Assert.Equal((bilal.Id, false, JsonValueKind.Null), (now.GetProperty("user").GetInt64(), now.GetProperty("online").GetBoolean(), now.GetProperty("last_seen").ValueKind));

        var before = DateTimeOffset.UtcNow.AddMilliseconds(-1);
        await using (var unwatched = await Line.Open(stranger))
        {
            var phone = await Line.Open(bilal);
            var desk = await Line.Open(bilal);
            var came = await watcher.Next("presence");
            Assert.Equal((bilal.Id, true, JsonValueKind.Null), (came.GetProperty("user").GetInt64(), came.GetProperty("online").GetBoolean(), came.GetProperty("last_seen").ValueKind));
            await phone.DisposeAsync();
            await watcher.NothingMore();
            await desk.DisposeAsync();
        }

        var went = await watcher.Next("presence");
        Assert.Equal((bilal.Id, false), (went.GetProperty("user").GetInt64(), went.GetProperty("online").GetBoolean()));
        Assert.InRange(went.GetProperty("last_seen").GetDateTimeOffset(), before, DateTimeOffset.UtcNow);
        await using var another = await Line.Open(amina);
        await another.Send(new { type = "presence.watch", users = new[] { bilal.Id } });
        Assert.Equal(went.ToString(), (await another.Next("presence")).ToString());
    }

    [Fact]
    public async Task Refuses_messages_both_ways_while_one_blocks_the_other()
    {
        var (amina, bilal, conversation) = await app.Pair();
        await using var one = await Line.Open(amina);
        await using var other = await Line.Open(bilal);
        await one.SayWell(conversation, "Before", "before");
        await other.Next("message.new");
        await (await amina.Block(bilal)).Json(201);

        await other.Say(conversation, "Why?", "x");
        Assert.Equal("x", (await other.Refused("blocked")).GetProperty("client_id").GetString());
        await one.Say(conversation, "Because", "y");
        await one.Refused("blocked");
        Assert.Equal("Before", (await one.SayWell(conversation, "Before", "before")).Said());
        await other.Send(new { type = "sync", conversation, after = 0 });
        Assert.Equal("Before", Assert.Single((await other.Next("message.batch")).GetProperty("messages").EnumerateArray()).Said());
    }

    [Fact]
    public async Task Tells_neither_that_the_other_types_while_one_blocks_the_other()
    {
        var (amina, bilal, conversation) = await app.Pair();
        await using var one = await Line.Open(amina);
        await using var other = await Line.Open(bilal);
        await other.Send(new { type = "typing", conversation, active = true });
        Assert.True((await one.Next("typing")).GetProperty("active").GetBoolean());
        await (await amina.Block(bilal)).Json(201);

        // What was told before does not stay.
        await other.Send(new { type = "typing", conversation, active = false });
        Assert.False((await one.Next("typing")).GetProperty("active").GetBoolean());
        foreach (var active in new[] { true, false })
        {
            await one.Send(new { type = "typing", conversation, active });
            await other.Send(new { type = "typing", conversation, active });
        }

        await one.NothingMore();
        await other.NothingMore();
        await one.NothingMore();
        await (await amina.Client.DeleteAsync($"/api/chat/blocks/{bilal.Id}/", TestContext.Current.CancellationToken)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        await other.Send(new { type = "typing", conversation, active = true });
        Assert.True((await one.Next("typing")).GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task Tells_buyer_and_seller_of_a_new_order_and_of_each_change()
    {
        var (buyer, farm, stranger) = (await app.Buyer(), await app.Farmer(), await app.Farmer());
        var product = await app.Product(farm);
        await using var buying = await Line.Open(buyer);
        await using var selling = await Line.Open(farm);
        await using var nothing = await Line.Open(stranger);

        var order = await buyer.Order((product, 1));

        foreach (var line in new[] { buying, selling })
        {
            var told = (await line.Next("order.updated")).GetProperty("order");
            Assert.Equal((order.Id(), order.Text("number"), order.Text("status")), (told.Id(), told.Text("number"), told.Text("status")));
        }

        await (await buyer.Cancel(order)).Json();
        Assert.Equal("cancelled", (await selling.Next("order.updated")).GetProperty("order").Text("status"));
        Assert.Equal("cancelled", (await buying.Next("order.updated")).GetProperty("order").Text("status"));
        await nothing.NothingMore();
    }
}
