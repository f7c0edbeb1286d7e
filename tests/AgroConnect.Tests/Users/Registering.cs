using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using static AgroConnect.Tests.Users.AccountCalls;

namespace AgroConnect.Tests.Users;

public sealed class Registering(App app) : IClassFixture<App>
{
    [Fact]
    public async Task Makes_an_inactive_account_and_mails_a_link()
    {
        var email = NewAddress();

        var user = await (await app.Register(email)).Json(201);

        Assert.Equal(email, user.GetProperty("email").GetString());
        Assert.Equal("buyer", user.GetProperty("role").GetString());
        foreach (var secret in new[] { "password", "is_staff", "is_superuser", "is_active", "last_login" })
        {
            Assert.False(user.TryGetProperty(secret, out _), secret);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await app.TrySignIn(email));
        var mail = Assert.Single(await app.MailsTo(email));
        Assert.Equal("Account activation on AgroConnect", mail.Subject);
        Assert.Equal("multipart/alternative", mail.Body?.ContentType.MimeType);
        Assert.Contains("<a", mail.HtmlBody, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"email": "a@b"}""", "email", "Enter a valid email address.")]
    [InlineData("""{"email": "a@x.c"}""", "email", "Enter a valid email address.")]
    [InlineData("""{"email": ".a@x.com"}""", "email", "Enter a valid email address.")]
    [InlineData("""{"email": "ü@x.com"}""", "email", "Enter a valid email address.")]
    [InlineData("""{"email": "a@[127.1]"}""", "email", "Enter a valid email address.")]
    [InlineData("""{"email": "a@[IPv6:::1]"}""", "email", "Enter a valid email address.")]
    [InlineData("""{"email": ""}""", "email", "This field may not be blank.")]
    [InlineData("""{"email": null}""", "email", "This field may not be null.")]
    [InlineData("""{"email": true}""", "email", "Not a valid string.")]
    [InlineData("""{"email": ["a@x.com"]}""", "email", "Not a valid string.")]
    [InlineData("""{}""", "email", "This field is required.")]
    [InlineData("""{}""", "password", "This field is required.")]
    [InlineData("""{}""", "first_name", "This field is required.")]
    [InlineData("""{"last_name": " "}""", "last_name", "This field may not be blank.")]
    [InlineData("""{"password": "a\u0000bcdefgh"}""", "password", "Null characters are not allowed.")]
    public async Task Refuses_a_bad_field_by_its_name(string body, string field, string message)
    {
        var errors = await (await app.Stranger().PostAsync(UsersUrl, new StringContent(body, null, "application/json"), Token)).Json(400);

        Assert.Equal([message], errors.Messages(field));
    }

    [Theory]
    [InlineData("a+b@x.com")]
    [InlineData("o'neil@x.co.uk")]
    [InlineData("a@localhost")]
    [InlineData("a@[127.0.0.1]")]
    public async Task Takes_every_good_address(string email) => await (await app.Register(email)).Json(201);

    [Fact]
    public async Task Names_have_at_most_150_letters_and_addresses_254()
    {
        var body = new { email = new string('a', 250) + "@x.com", password = App.Password, first_name = new string('n', 151), last_name = "B" };

        var errors = await (await app.Stranger().PostAsJsonAsync(UsersUrl, body, Token)).Json(400);

        Assert.Equal(["Ensure this field has no more than 150 characters."], errors.Messages("first_name"));
        Assert.Contains("Ensure this field has no more than 254 characters.", errors.Messages("email"));
    }

    [Theory]
    [InlineData("short1!", "This password is too short. It must contain at least 8 characters.")]
    [InlineData("password", "This password is too common.")]
    [InlineData("  PassWord  ", "This password is too common.")]
    [InlineData("8460219735", "This password is entirely numeric.")]
    [InlineData("annaccount", "The password is too similar to the last name.")]
    [InlineData("tnuocca1", "The password is too similar to the last name.")]
    public async Task Refuses_a_weak_password_with_djangos_words(string password, string message)
    {
        var errors = await (await app.Stranger().PostAsJsonAsync(UsersUrl, Registration(NewAddress(), password), Token)).Json(400);

        Assert.Contains(message, errors.Messages("password"));
    }

    [Fact]
    public async Task Counts_characters_and_not_their_halves()
    {
        var email = NewAddress();
        var body = new { email, password = "\U0001F33D\U0001F345\U0001F954\U0001F955", first_name = string.Concat(Enumerable.Repeat("\U0001F33D", 150)), last_name = "B" };

        var errors = await (await app.Stranger().PostAsJsonAsync(UsersUrl, body, Token)).Json(400);
        var user = await (await app.Stranger().PostAsJsonAsync(UsersUrl, body with { password = App.Password }, Token)).Json(201);

        Assert.Equal(["This password is too short. It must contain at least 8 characters."], errors.Messages("password"));
        Assert.Equal(body.first_name, user.GetProperty("first_name").GetString());
    }

    [Fact]
    public async Task Takes_a_password_of_any_length_and_looks_at_all_of_it()
    {
        var (email, password) = (NewAddress(), new string('x', 5_000) + "Y");

        await (await app.Stranger().PostAsJsonAsync(UsersUrl, Registration(email, password), Token)).Json(201);
        var (uid, token) = await app.LinkTo(email);
        await app.Stranger().Call("activation", new { uid, token }, 204);

        Assert.Equal(HttpStatusCode.OK, await app.TrySignIn(email, password));
        Assert.Equal(HttpStatusCode.Unauthorized, await app.TrySignIn(email, password[..^1] + "Z"));
    }

    [Fact]
    public async Task Lists_every_rule_that_a_password_breaks()
    {
        var errors = await (await app.Stranger().PostAsJsonAsync(UsersUrl, Registration(NewAddress(), "12345"), Token)).Json(400);

        Assert.Equal(
            [
                "This password is too short. It must contain at least 8 characters.",
                "This password is too common.",
                "This password is entirely numeric.",
            ],
            errors.Messages("password"));
    }

    [Fact]
    public async Task Refuses_a_taken_address()
    {
        var email = NewAddress();
        await (await app.Register(email)).Json(201);

        var errors = await (await app.Register(email)).Json(400);

        Assert.Equal(["user with this email address already exists."], errors.Messages("email"));
    }

    [Fact]
    public async Task Sees_another_case_of_the_domain_in_the_database_alone()
    {
        var email = NewAddress();
        await (await app.Register(email)).Json(201);

        var errors = await (await app.Register(email.Replace("example.com", "EXAMPLE.com", StringComparison.Ordinal))).Json(400);

        Assert.Equal("""["Unable to create account."]""", errors.GetRawText());
    }

    [Fact]
    public async Task Makes_one_account_of_many_registrations_at_once()
    {
        var email = NewAddress();

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => app.Register(email)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        Assert.All(answers.Where(answer => answer.StatusCode != HttpStatusCode.Created), answer => Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode));
    }

    [Fact]
    public async Task Lower_cases_the_domain_and_keeps_the_local_part()
    {
        var local = $"Ann{Guid.NewGuid():N}";

        var user = await (await app.Register($"{local}@Example.COM")).Json(201);

        Assert.Equal($"{local}@example.com", user.GetProperty("email").GetString());
    }

    [Fact]
    public async Task Takes_forms_and_ignores_fields_that_are_not_for_the_client()
    {
        var email = NewAddress();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["email"] = email,
            ["password"] = App.Password,
            ["first_name"] = "Ann",
            ["last_name"] = "Account",
            ["id"] = "1",
            ["role"] = "staff",
            ["is_staff"] = "true",
            ["is_active"] = "true",
            ["re_password"] = "other",
        });

        var user = await (await app.Stranger().PostAsync(UsersUrl, form, Token)).Json(201);

        Assert.Equal("buyer", user.GetProperty("role").GetString());
        Assert.NotEqual(1, user.GetProperty("id").GetInt64());
        Assert.Equal(HttpStatusCode.Unauthorized, await app.TrySignIn(email));
    }

    [Fact]
    public async Task Names_the_field_of_a_form_that_holds_a_null_character()
    {
        using var form = new StringContent("email=ann%40x.com&password=a%00bcdefgh&first_name=Ann&last_name=%00+%C3%BC", null, "application/x-www-form-urlencoded");

        var errors = await (await app.Stranger().PostAsync(UsersUrl, form, Token)).Json(400);

        Assert.Equal(["Null characters are not allowed."], errors.Messages("password"));
        Assert.Equal(["Null characters are not allowed."], errors.Messages("last_name"));
        Assert.False(errors.TryGetProperty("email", out _));
    }

    [Fact]
    public async Task A_rotten_token_makes_it_fail()
    {
        using var client = app.Stranger();
        client.DefaultRequestHeaders.Add("Authorization", "Bearer rotten");

        var answer = await (await client.PostAsJsonAsync(UsersUrl, Registration(NewAddress()), Token)).Json(401);

        Assert.Equal("token_not_valid", answer.GetProperty("code").GetString());
    }
}

public sealed class ActivatingAnAccount(App app) : IClassFixture<App>
{
    [Fact]
    public async Task The_link_activates_once()
    {
        var email = NewAddress();
        await (await app.Register(email)).Json(201);
        var (uid, token) = await app.LinkTo(email);

        await app.Stranger().Call("activation", new { uid, token }, 204);

        var stale = await app.Stranger().Call("activation", new { uid, token }, 403);
        Assert.Equal("Stale token for given user.", stale.GetProperty("detail").GetString());
        Assert.Equal(HttpStatusCode.OK, await app.TrySignIn(email));
        var dead = await app.Stranger().Call("activation", new { uid, token }, 400);
        Assert.Equal(["Invalid token for given user."], dead.Messages("token"));
    }

    [Theory]
    [InlineData("!!!")]
    [InlineData("gICA")]
    [InlineData("YWJj")]
    [InlineData("OTk5OTk5")]
    public async Task A_bad_uid_is_refused(string uid)
    {
        var errors = await app.Stranger().Call("activation", new { uid, token = "x" }, 400);

        Assert.Equal(["Invalid user id or user doesn't exist."], errors.Messages("uid"));
    }

    [Fact]
    public async Task However_long_a_uid_or_a_token_is_it_is_just_wrong()
    {
        var email = NewAddress();
        await (await app.Register(email)).Json(201);
        var (uid, token) = await app.LinkTo(email);
        var longer = new string('x', 5_000);

        var badUid = await app.Stranger().Call("activation", new { uid = longer, token }, 400);
        var badToken = await app.Stranger().Call("activation", new { uid, token = longer }, 400);

        Assert.Equal(["Invalid user id or user doesn't exist."], badUid.Messages("uid"));
        Assert.Equal(["Invalid token for given user."], badToken.Messages("token"));
    }

    [Fact]
    public async Task A_number_for_a_uid_is_refused()
    {
        var errors = await app.Stranger().Call("activation", new { uid = 4, token = "x" }, 400);

        Assert.NotEmpty(errors.Messages("uid"));
    }

    [Fact]
    public async Task Resending_mails_a_second_link_and_leaves_the_first_good()
    {
        var email = NewAddress();
        await (await app.Register(email)).Json(201);
        var (uid, token) = await app.LinkTo(email);

        await app.Stranger().Call("resend_activation", new { email }, 204);

        Assert.Equal(2, (await app.MailsTo(email, 2)).Count);
        await app.Stranger().Call("activation", new { uid, token }, 204);
    }

    [Fact]
    public async Task Resending_mails_nobody_who_is_active_or_unknown()
    {
        var email = await app.Activated();
        var unknown = NewAddress();

        await app.Stranger().Call("resend_activation", new { email }, 204);
        await app.Stranger().Call("resend_activation", new { email = unknown }, 204);

        Assert.Equal(1, await app.CountMailsTo(email));
        Assert.Equal(0, await app.CountMailsTo(unknown));
        var errors = await app.Stranger().Call("resend_activation", new { email = "nothing" }, 400);
        Assert.Equal(["Enter a valid email address."], errors.Messages("email"));
    }

    [Fact]
    public async Task A_link_for_one_purpose_is_none_for_another()
    {
        var email = NewAddress();
        await (await app.Register(email)).Json(201);
        var (uid, token) = await app.LinkTo(email);

        var errors = await app.Stranger().Call("reset_password_confirm", new { uid, token, new_password = "Another-Harvest-7" }, 400);

        Assert.Equal(["Invalid token for given user."], errors.Messages("token"));
    }
}
