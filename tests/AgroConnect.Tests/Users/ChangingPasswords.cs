using System.Net;
using System.Net.Http.Json;
using static AgroConnect.Tests.Users.AccountCalls;

namespace AgroConnect.Tests.Users;

public sealed class ChangingPasswords(App app) : IClassFixture<App>
{
    private const string NewPassword = "Another-Harvest-7";

    [Fact]
    public async Task Setting_one_ends_all_other_log_ins_and_keeps_ones_own()
    {
        var email = await app.Activated();
        var (client, _, own) = await app.SignedIn(email);
        var (_, _, other) = await app.SignedIn(email);

        await client.Call("set_password", new { new_password = NewPassword, current_password = App.Password }, 204);

        Assert.Equal(HttpStatusCode.Unauthorized, await app.TryRefresh(other));
        Assert.Equal(HttpStatusCode.OK, await app.TryRefresh(own));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(UsersUrl + "me/", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await app.TrySignIn(email));
        Assert.Equal(HttpStatusCode.OK, await app.TrySignIn(email, NewPassword));
        Assert.Equal(1, await app.CountMailsTo(email));
    }

    [Fact]
    public async Task A_wrong_current_password_hides_that_the_new_one_is_weak()
    {
        var (client, _, _) = await app.SignedIn(await app.Activated());

        var wrong = await client.Call("set_password", new { new_password = "short", current_password = "wrong" }, 400);
        var weak = await client.Call("set_password", new { new_password = "short", current_password = App.Password }, 400);

        Assert.Equal(["Invalid password."], wrong.Messages("current_password"));
        Assert.False(wrong.TryGetProperty("new_password", out _));
        Assert.Equal(["This password is too short. It must contain at least 8 characters."], weak.Messages("new_password"));
    }

    [Fact]
    public async Task Strangers_set_none() => await app.Stranger().Call("set_password", new { }, 401);

    [Fact]
    public async Task A_reset_link_works_once_ends_every_log_in_and_dies_with_the_next_one()
    {
        var email = await app.Activated();
        var (_, _, refresh) = await app.SignedIn(email);
        await app.Stranger().Call("reset_password", new { email }, 204);
        var (uid, token) = await app.LinkTo(email, 2);

        await app.Stranger().Call("reset_password_confirm", new { uid, token, new_password = NewPassword }, 204);

        Assert.Equal(HttpStatusCode.Unauthorized, await app.TryRefresh(refresh));
        Assert.Equal(HttpStatusCode.OK, await app.TrySignIn(email, NewPassword));
        var again = await app.Stranger().Call("reset_password_confirm", new { uid, token, new_password = "Third-Harvest-8" }, 400);
        Assert.Equal(["Invalid token for given user."], again.Messages("token"));
    }

    [Fact]
    public async Task Any_log_in_kills_a_reset_link()
    {
        var email = await app.Activated();
        await app.Stranger().Call("reset_password", new { email }, 204);
        var (uid, token) = await app.LinkTo(email, 2);

        await app.SignedIn(email);

        var dead = await app.Stranger().Call("reset_password_confirm", new { uid, token, new_password = NewPassword }, 400);
        Assert.Equal(["Invalid token for given user."], dead.Messages("token"));
    }

    [Fact]
    public async Task A_refused_attempt_leaves_the_link_good_and_rules_come_before_uid_and_token()
    {
        var email = await app.Activated();
        await app.Stranger().Call("reset_password", new { email }, 204);
        var (uid, token) = await app.LinkTo(email, 2);

        var weak = await app.Stranger().Call("reset_password_confirm", new { uid = "!!!", token = "x", new_password = "short" }, 400);
        Assert.NotEmpty(weak.Messages("new_password"));
        Assert.False(weak.TryGetProperty("uid", out _));
        await app.Stranger().Call("reset_password_confirm", new { uid, token = token + "0", new_password = NewPassword }, 400);
        await app.Stranger().Call("reset_password_confirm", new { uid, token, new_password = NewPassword }, 204);
    }

    [Fact]
    public async Task A_link_used_many_times_at_once_is_used_once()
    {
        var email = await app.Activated();
        await app.Stranger().Call("reset_password", new { email }, 204);
        var (uid, token) = await app.LinkTo(email, 2);

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(number => app.Stranger().PostAsJsonAsync(
            UsersUrl + "reset_password_confirm/", new { uid, token, new_password = $"Harvest-of-{number}-fields" }, Token)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Asking_for_a_link_tells_nothing_and_mails_active_accounts_alone()
    {
        var inactive = NewAddress();
        await (await app.Register(inactive)).Json(201);
        var unknown = NewAddress();

        await app.Stranger().Call("reset_password", new { email = inactive }, 204);
        await app.Stranger().Call("reset_password", new { email = unknown }, 204);

        Assert.Equal(1, await app.CountMailsTo(inactive));
        Assert.Equal(0, await app.CountMailsTo(unknown));
    }

    [Fact]
    public async Task So_many_links_an_hour_are_enough()
    {
        var email = await app.Activated();

        for (var asked = 0; asked < 13; asked++)
        {
            await app.Stranger().Call("reset_password", new { email }, 204);
        }

        Assert.Equal(11, await app.CountMailsTo(email));
    }
}

public sealed class ChangingAddresses(App app) : IClassFixture<App>
{
    [Fact]
    public async Task Setting_one_holds_at_once_and_mails_nobody()
    {
        var email = await app.Activated();
        var (client, _, _) = await app.SignedIn(email);
        var next = NewAddress();

        await client.Call("set_email", new { new_email = next, current_password = App.Password }, 204);

        Assert.Equal(HttpStatusCode.Unauthorized, await app.TrySignIn(email));
        Assert.Equal(HttpStatusCode.OK, await app.TrySignIn(next));
        Assert.Equal(0, await app.CountMailsTo(next));
    }

    [Fact]
    public async Task A_taken_one_is_refused_ones_own_included()
    {
        var (email, other) = (await app.Activated(), await app.Activated());
        var (client, _, _) = await app.SignedIn(email);

        foreach (var taken in new[] { email, other, other.Replace("example", "EXAMPLE", StringComparison.Ordinal) })
        {
            var errors = await client.Call("set_email", new { new_email = taken, current_password = App.Password }, 400);
            Assert.Equal(["user with this email address already exists."], errors.Messages("new_email"));
        }
    }

    [Fact]
    public async Task A_malformed_one_is_reported_beside_a_wrong_password()
    {
        var (client, _, _) = await app.SignedIn(await app.Activated());

        var errors = await client.Call("set_email", new { new_email = "nothing", current_password = "wrong" }, 400);

        Assert.Equal(["Enter a valid email address."], errors.Messages("new_email"));
        Assert.Equal(["Invalid password."], errors.Messages("current_password"));
    }

    [Fact]
    public async Task A_mailed_link_sets_a_new_one_once()
    {
        var email = await app.Activated();
        await app.Stranger().Call("reset_email", new { email }, 204);
        var mail = (await app.MailsTo(email, 2))[^1];
        Assert.Equal("Username reset on AgroConnect", mail.Subject);
        Assert.Contains(email, mail.TextBody, StringComparison.Ordinal);
        var (uid, token) = await app.LinkTo(email, 2);
        var next = NewAddress();

        await app.Stranger().Call("reset_email_confirm", new { uid, token, new_email = next }, 204);

        Assert.Equal(HttpStatusCode.OK, await app.TrySignIn(next));
        var again = await app.Stranger().Call("reset_email_confirm", new { uid, token, new_email = NewAddress() }, 400);
        Assert.Equal(["Invalid token for given user."], again.Messages("token"));
    }

    [Fact]
    public async Task An_empty_confirmation_asks_for_the_address_alone()
    {
        var errors = await app.Stranger().Call("reset_email_confirm", new { }, 400);
        Assert.Equal(["This field is required."], errors.Messages("new_email"));

        var without = await app.Stranger().Call("reset_email_confirm", new { new_email = NewAddress() }, 400);
        Assert.Equal(["Invalid user id or user doesn't exist."], without.Messages("uid"));
    }
}
