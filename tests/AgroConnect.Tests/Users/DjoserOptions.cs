using System.Net;
using System.Net.Http.Json;
using static AgroConnect.Tests.Users.AccountCalls;

namespace AgroConnect.Tests.Users;

/// <summary>The product with every option of auth.md, 8, turned over.</summary>
public sealed class TurnedApp : App
{
    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["Auth:RequireEmailActivation"] = "false",
        ["Auth:UserCreatePasswordRetype"] = "true",
        ["Auth:SetPasswordRetype"] = "true",
        ["Auth:PasswordResetConfirmRetype"] = "true",
        ["Auth:SetUsernameRetype"] = "true",
        ["Auth:UsernameResetConfirmRetype"] = "true",
        ["Auth:PasswordResetShowEmailNotFound"] = "true",
        ["Auth:SendConfirmationEmail"] = "true",
        ["Auth:PasswordChangedEmailConfirmation"] = "true",
        ["Auth:UsernameChangedEmailConfirmation"] = "true",
        ["Auth:HideUsers"] = "false",
    };
}

public sealed class DjoserOptions(TurnedApp app) : IClassFixture<TurnedApp>
{
    [Fact]
    public async Task Without_activation_an_account_is_active_at_once()
    {
        var email = await Registered();

        Assert.Equal(HttpStatusCode.OK, await app.TrySignIn(email));
        var answer = await app.Stranger().PostAsJsonAsync(UsersUrl + "resend_activation/", new { email }, Token);
        Assert.Equal((HttpStatusCode.BadRequest, ""), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Token)));
    }

    [Fact]
    public async Task What_is_typed_twice_must_be_the_same()
    {
        var missing = await (await app.Stranger().PostAsJsonAsync(UsersUrl, Registration(NewAddress()), Token)).Json(400);
        Assert.Equal(["This field is required."], missing.Messages("re_password"));
        var other = await (await app.Stranger().PostAsJsonAsync(
            UsersUrl, new { email = NewAddress(), password = App.Password, re_password = "other", first_name = "A", last_name = "B" }, Token)).Json(400);
        Assert.Equal(["The two password fields didn't match."], other.Messages("non_field_errors"));

        var (client, _, _) = await app.SignedIn(await Registered());
        var set = await client.Call("set_password", new { new_password = "Another-Harvest-7", re_new_password = "x", current_password = App.Password }, 400);
        Assert.Equal(["The two password fields didn't match."], set.Messages("non_field_errors"));
        var address = await client.Call("set_email", new { new_email = NewAddress(), re_new_email = NewAddress(), current_password = App.Password }, 400);
        Assert.Equal(["The two email fields didn't match."], address.Messages("non_field_errors"));
    }

    [Fact]
    public async Task What_differs_is_told_after_every_single_field_whatever_it_is()
    {
        var (client, _, _) = await app.SignedIn(await Registered());

        var wrong = await client.Call("set_email", new { new_email = NewAddress(), re_new_email = NewAddress(), current_password = "wrong" }, 400);
        var other = await client.Call("set_email", new { new_email = NewAddress(), re_new_email = "no address", current_password = App.Password }, 400);
        var link = await app.Stranger().Call("reset_email_confirm", new { uid = "!!!", token = "x", new_email = NewAddress(), re_new_email = "no address" }, 400);

        Assert.Equal("""{"current_password":["Invalid password."]}""", wrong.GetRawText());
        Assert.Equal("""{"non_field_errors":["The two email fields didn't match."]}""", other.GetRawText());
        Assert.Equal("""{"non_field_errors":["The two email fields didn't match."]}""", link.GetRawText());
    }

    [Fact]
    public async Task An_unknown_address_is_told()
    {
        var answer = await app.Stranger().Call("reset_password", new { email = NewAddress() }, 400);

        Assert.Equal("""["User with given email does not exist."]""", answer.GetRawText());
    }

    [Fact]
    public async Task Changes_are_confirmed_by_mail()
    {
        var (email, next) = (await Registered(), NewAddress());
        var (client, _, _) = await app.SignedIn(email);

        await client.Call("set_password", new { new_password = "Another-Harvest-7", re_new_password = "Another-Harvest-7", current_password = App.Password }, 204);
        await client.Call("set_email", new { new_email = next, re_new_email = next, current_password = "Another-Harvest-7" }, 204);

        Assert.Equal("AgroConnect - Your password has been successfully changed!", Assert.Single(await app.MailsTo(email)).Subject);
        Assert.Equal("AgroConnect - Your username has been successfully changed!", Assert.Single(await app.MailsTo(next)).Subject);
    }

    [Fact]
    public async Task Users_that_are_not_hidden_are_listed_and_forbidden()
    {
        using var buyer = await app.Buyer();
        using var other = await app.Buyer();

        Assert.True((await buyer.Client.GetJson(UsersUrl)).GetArrayLength() >= 2);
        await buyer.Client.GetJson($"{UsersUrl}{other.Id}/", 403);
    }

    private async Task<string> Registered()
    {
        var email = NewAddress();
        await (await app.Stranger().PostAsJsonAsync(
            UsersUrl, new { email, password = App.Password, re_password = App.Password, first_name = "Ann", last_name = "Account" }, Token)).Json(201);
        return email;
    }
}
