using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using AgroConnect.Data;
using AgroConnect.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgroConnect.Tests.Chat;

public sealed class ConnectingToChat(App app) : IClassFixture<App>
{
    [Fact]
    public async Task Takes_the_token_from_the_query_the_header_or_the_subprotocols()
    {
        var person = await app.Buyer();
        await using var query = await Line.Dial(person.Client, "/ws/chat/?token=" + person.Token());
        await using var header = await Line.Dial(person.Client, "/ws/chat/", socket => socket.SetRequestHeader("Authorization", "Bearer " + person.Token()));
        await using var protocol = await Line.Dial(person.Client, "/ws/chat/", socket =>
        {
            socket.AddSubProtocol("agroconnect.v1");
            socket.AddSubProtocol("bearer." + person.Token());
        });

        foreach (var line in new[] { query, header, protocol })
        {
            var ready = await line.Next("ready");
            Assert.Equal(person.Id, ready.GetProperty("user").GetInt64());
            Assert.Empty(ready.GetProperty("unread").EnumerateObject());
            var (now, expires) = (ready.GetProperty("server_time").GetDateTimeOffset(), ready.GetProperty("expires_at").GetDateTimeOffset());
            Assert.InRange(expires - now, TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(30));
        }

        Assert.Equal((null, "agroconnect.v1"), (query.Socket.SubProtocol, protocol.Socket.SubProtocol));
    }

    [Fact]
    public async Task Whoever_is_connected_is_told_what_is_said_even_before_they_are_told_that_they_are_ready()
    {
        var amina = await app.Farmer();
        await using var ready = await Line.Open(amina);
        var others = new List<(Person Person, long Conversation)>();
        while (others.Count < 60)
        {
            var other = await app.Buyer();
            others.Add((other, await app.Conversation(amina, other)));
        }

        var heard = await Task.WhenAll(others.Select(async other =>
        {
            await using var line = await Line.Dial(other.Person.Client, "/ws/chat/?token=" + other.Person.Token());
            await ready.Say(other.Conversation, "Good morning.");
            await line.Next("ready");
            return (await line.Next("message.new")).GetProperty("message").Said();
        }));

        Assert.All(heard, said => Assert.Equal("Good morning.", said));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?token=")]
    [InlineData("?token=rotten")]
    [InlineData("?token=eyJhbGciOiJub25lIn0.eyJ1c2VyX2lkIjoiMSIsInRva2VuX3R5cGUiOiJhY2Nlc3MifQ.")]
    public async Task Accepts_and_then_closes_with_4401_whoever_has_no_good_token(string query)
    {
        await using var line = await Line.Dial(app.Stranger(), "/ws/chat/" + query);

        Assert.Equal(4401, await line.End());
        Assert.NotEmpty(line.ClosedWith);
    }

    [Fact]
    public async Task Takes_no_refresh_token_for_an_access_token()
    {
        var person = await app.Buyer();

        await using var line = await Line.Dial(person.Client, "/ws/chat/?token=" + person.RefreshToken);

        Assert.Equal(4401, await line.End());
    }

    [Theory]
    [InlineData("https://market.example", true)]
    [InlineData("http://market.example", false)]
    [InlineData("https://market.example:8443", false)]
    [InlineData("https://market.example.evil.test", false)]
    [InlineData("https://evil.test", false)]
    [InlineData("null", false)]
    public async Task Lets_pages_of_its_own_origins_connect_and_no_others(string origin, bool isOurs)
    {
        var person = await app.Buyer();
        var dialing = Line.Dial(person.Client, "/ws/chat/?token=" + person.Token(), socket =>
        {
            socket.SetRequestHeader("Origin", origin);
            socket.CollectHttpResponseDetails = true;
        });

        if (isOurs)
        {
            await using var line = await dialing;
            await line.Next("ready");
        }
        else
        {
            var refused = await Assert.ThrowsAsync<WebSocketException>(() => dialing);
            Assert.Contains("403", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Says_that_a_plain_request_must_be_an_upgrade()
    {
        var person = await app.Buyer();

        Assert.Equal(HttpStatusCode.UpgradeRequired, (await person.Client.GetAsync("/ws/chat/", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Closes_with_4404_on_the_address_of_anothers_conversation_or_of_none()
    {
        var (_, _, conversation) = await app.Pair();
        var stranger = await app.Buyer();

        foreach (var id in new[] { conversation, long.MaxValue })
        {
            await using var line = await Line.Dial(stranger.Client, $"/ws/chat/{id}/?token={stranger.Token()}");
            Assert.Equal(4404, await line.End());
        }
    }

    [Fact]
    public async Task Closes_a_deactivated_users_sockets_with_4403_and_a_deleted_ones_with_4401()
    {
        var (deactivated, deleted, _) = await app.Pair();
        await using var one = await Line.Open(deactivated);
        await using var other = await Line.Open(deleted);

        // As another node would do it: this one is not told.
        await using (var scope = app.Services.CreateAsyncScope())
        {
            var users = scope.ServiceProvider.GetRequiredService<AppDbContext>().Users;
            await users.Where(user => user.Id == deactivated.Id).ExecuteUpdateAsync(set => set.SetProperty(user => user.IsActive, false), TestContext.Current.CancellationToken);
            await users.Where(user => user.Id == deleted.Id).ExecuteUpdateAsync(
                set => set.SetProperty(user => user.IsActive, false).SetProperty(user => user.DeletedAt, DateTimeOffset.UtcNow), TestContext.Current.CancellationToken);
        }

        Assert.Equal((4403, 4401), (await one.End(), await other.End()));
        app.Services.GetRequiredService<AccountStates>().Forget(deactivated.Id);
        app.Services.GetRequiredService<AccountStates>().Forget(deleted.Id);
        await using var again = await Line.Dial(deactivated.Client, "/ws/chat/?token=" + deactivated.Token());
        await using var gone = await Line.Dial(deleted.Client, "/ws/chat/?token=" + deleted.Token());
        Assert.Equal((4403, 4401), (await again.End(), await gone.End()));
    }

    [Fact]
    public async Task Closes_with_1003_on_a_binary_frame_1007_on_bytes_that_are_no_text_and_1009_beyond_64_KiB()
    {
        var person = await app.Buyer();
        await using var binary = await Line.Open(person);
        await using var rotten = await Line.Open(person);
        await using var large = await Line.Open(person);
        await using var pieces = await Line.Open(person);
        await using var fits = await Line.Open(person);

        await binary.SendBytes(new byte[] { 1, 2, 3 }, WebSocketMessageType.Binary);
        await rotten.SendBytes(new byte[] { (byte)'"', 0xC3, 0x28, (byte)'"' });
        await large.SendBytes(new byte[(64 * 1024) + 1]);
        for (var piece = 0; piece < 3; piece++)
        {
            await pieces.SendBytes(new byte[30 * 1024], ends: piece == 2);
        }

        await fits.SendText("""{"type":"ping","more":""" + '"' + new string('x', (64 * 1024) - 25) + "\"}");

        Assert.Equal((1003, 1007, 1009, 1009), (await binary.End(), await rotten.End(), await large.End(), await pieces.End()));
        await fits.Next("pong");
    }

    [Fact]
    public async Task Whoever_sends_bytes_that_are_no_text_can_read_1007_whatever_they_sent_after_them()
    {
        var person = await app.Buyer();
        var ends = await Task.WhenAll(Enumerable.Range(0, 25).Select(async number =>
        {
            // Read only when all is sent: what the server says waits, and must not be cut off.
            await using var line = await Line.Dial(person.Client, "/ws/chat/?token=" + person.Token(), reads: false);
            await line.SendBytes(new byte[] { (byte)'"', 0xC3, 0x28, (byte)'"' });
            for (var more = 0; more < number; more++)
            {
                await line.SendText("""{"type":"ping"}""");
            }

            line.Read();
            return await line.End();
        }));

        Assert.All(ends, status => Assert.Equal(1007, status));
    }
}

/// <summary>Limits that are soon reached.</summary>
public sealed class LimitedChat : App
{
    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["RateLimits:Enabled"] = "true",
        ["Chat:SocketsPerUser"] = "2",
        ["Chat:FramesPerMinute"] = "20",
    };
}

public sealed class LimitingChat(LimitedChat app) : IClassFixture<LimitedChat>
{
    [Fact]
    public async Task Closes_the_third_of_two_allowed_sockets_and_takes_another_when_one_has_gone()
    {
        var person = await app.Buyer();
        var first = await Line.Open(person);
        await using var second = await Line.Open(person);
        await using var third = await Line.Dial(person.Client, "/ws/chat/?token=" + person.Token());

        Assert.Equal(4429, await third.End());
        await first.DisposeAsync();
        await using var fourth = await Line.Open(person);
        await fourth.NothingMore();
    }

    [Fact]
    public async Task Closes_with_4429_who_sends_too_many_frames_through_all_sockets_together()
    {
        var person = await app.Buyer();
        await using var one = await Line.Open(person);
        await using var other = await Line.Open(person);
        for (var frame = 0; frame < 10; frame++)
        {
            await other.NothingMore();
        }

        // All at once: what is allowed comes back little by little. The line may be closed before the last.
        for (var frame = 0; frame < 200 && one.Socket.State == WebSocketState.Open; frame++)
        {
            try
            {
                await one.Send(new { type = "ping" });
            }
            catch (WebSocketException) when (one.Socket.State != WebSocketState.Open)
            {
                break;
            }
        }

        var answers = new List<string>();
        while (await one.NextOrNothing() is { } answer)
        {
            answers.Add(answer.Type());
        }

        Assert.Equal("error", answers[^1]);
        Assert.InRange(answers.Count, 1, 100);
        Assert.Equal(4429, await one.End());
    }
}

public sealed class RenewingAToken(ClockedApp app) : IClassFixture<ClockedApp>
{
    [Fact]
    public async Task Tells_a_minute_ahead_that_the_token_ends_and_closes_with_4401_when_it_does()
    {
        var person = await app.Buyer();
        var bystander = await app.Buyer();
        await using var line = await Line.Open(person);
        await using var renewed = await Line.Open(person);

        app.Clock.Advance(TimeSpan.FromMinutes(29) + TimeSpan.FromSeconds(10));
        await line.Next("auth.expiring");
        await renewed.Next("auth.expiring");

        await renewed.Send(new { type = "auth", token = "rotten" });
        await renewed.Refused("invalid");
        await renewed.Send(new { type = "auth", token = app.Services.GetRequiredService<Tokens>().Sign(Tokens.Access, "one", person.Id) });
        var expires = (await renewed.Next("auth.ok")).GetProperty("expires_at").GetDateTimeOffset();
        Assert.InRange(expires - app.Clock.GetUtcNow(), TimeSpan.FromMinutes(29), TimeSpan.FromMinutes(30));

        app.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(4401, await line.End());
        await renewed.NothingMore();

        await using var anothers = await Line.Dial(bystander.Client, "/ws/chat/?token=" + app.Services.GetRequiredService<Tokens>().Sign(Tokens.Access, "two", bystander.Id));
        await anothers.Next("ready");
        await anothers.Send(new { type = "auth", token = app.Services.GetRequiredService<Tokens>().Sign(Tokens.Access, "three", person.Id) });
        Assert.Equal(4401, await anothers.End());
    }

    [Fact]
    public async Task Lets_typing_lapse_after_six_seconds()
    {
        var (amina, bilal, conversation) = await app.Pair();
        var tokens = app.Services.GetRequiredService<Tokens>();
        await using var one = await Line.Dial(amina.Client, "/ws/chat/?token=" + tokens.Sign(Tokens.Access, "a" + amina.Id.ToString(CultureInfo.InvariantCulture), amina.Id));
        await using var other = await Line.Dial(bilal.Client, "/ws/chat/?token=" + tokens.Sign(Tokens.Access, "b" + bilal.Id.ToString(CultureInfo.InvariantCulture), bilal.Id));
        await one.Next("ready");
        await other.Next("ready");

        await one.Send(new { type = "typing", conversation, active = true });
        Assert.True((await other.Next("typing")).GetProperty("active").GetBoolean());
        app.Clock.Advance(TimeSpan.FromSeconds(6));

        Assert.False((await other.Next("typing")).GetProperty("active").GetBoolean());
    }
}
