using AgroConnect.Tests.Fakes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Tests.Users.Social;

public sealed class SigningInWithFacebook : IClassFixture<SocialApp>
{
    private const string Unreachable = "The authentication provider could not be reached";
    private const string Canceled = "Authentication process canceled";
    private const string InUse = "This account is already in use.";
    private readonly SocialApp _app;

    public SigningInWithFacebook(SocialApp app)
    {
        _app = app;
        app.Facebook.Mend();
        app.Google.Mend();
    }

    [Fact]
    public async Task Makes_an_active_account_whose_address_is_not_proven()
    {
        using var browser = _app.Browser();
        var email = SocialApp.NewEmail("gmail.com");

        var answer = await browser.SignIn(Browser.Facebook, _app.Facebook.Person(email));
        var user = (await _app.UserOf(email))!;

        Assert.Equal(email, answer.GetProperty("user").GetString());
        Assert.Equal(user.Id, SocialApp.UserId(answer));
        Assert.Equal(("Grace", "Brewster Hopper"), (user.FirstName, user.LastName));
        Assert.True(user.IsActive);
        Assert.False(user.EmailConfirmed);
        Assert.Null(user.PasswordHash);
    }

    [Fact]
    public async Task Is_the_same_account_each_time_whatever_has_become_of_the_address()
    {
        using var browser = _app.Browser();
        var person = _app.Facebook.Person(SocialApp.NewEmail());
        var first = await browser.SignIn(Browser.Facebook, person);

        _app.Facebook.People[person]["email"] = SocialApp.NewEmail();
        var second = await browser.SignIn(Browser.Facebook, person);
        _app.Facebook.People[person].Remove("email");
        var third = await browser.SignIn(Browser.Facebook, person);

        Assert.Equal(SocialApp.UserId(first), SocialApp.UserId(second));
        Assert.Equal(SocialApp.UserId(first), SocialApp.UserId(third));
    }

    [Fact]
    public async Task An_address_that_was_taken_in_advance_comes_back_to_its_owner_by_a_reset()
    {
        using var squatter = _app.Browser();
        var email = SocialApp.NewEmail();
        var person = _app.Facebook.Person(email);
        var taken = await squatter.SignIn(Browser.Facebook, person);

        await _app.Stranger().Call("reset_password", new { email }, 204);
        var (uid, token) = await _app.LinkTo(email);
        await _app.Stranger().Call("reset_password_confirm", new { uid, token, new_password = "The-Owners-Harvest-1" }, 204);

        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, await _app.TryRefresh(taken.GetProperty("refresh").GetString()!));
        Assert.Equal(InUse, await squatter.Refusal(Browser.Facebook, person));
        Assert.Equal(System.Net.HttpStatusCode.OK, await _app.TrySignIn(email, "The-Owners-Harvest-1"));
        Assert.True((await _app.UserOf(email))!.EmailConfirmed);
    }

    [Fact]
    public async Task Refuses_people_without_an_address()
    {
        using var browser = _app.Browser();

        Assert.Equal("The authentication provider gave no e-mail address", await browser.Refusal(Browser.Facebook, _app.Facebook.Person(email: null)));
    }

    [Fact]
    public async Task Never_links_an_account_by_its_address()
    {
        using var browser = _app.Browser();
        var (here, google) = (SocialApp.NewEmail("gmail.com"), SocialApp.NewEmail("gmail.com"));
        var id = await _app.Account(here, isProven: true);
        await browser.SignIn(Browser.Google, _app.Google.Person(google));

        Assert.Equal(InUse, await browser.Refusal(Browser.Facebook, _app.Facebook.Person(here)));
        Assert.Equal(InUse, await browser.Refusal(Browser.Facebook, _app.Facebook.Person(google)));
        Assert.Empty(await _app.IdentitiesOf(id));
    }

    [Fact]
    public async Task Takes_no_id_of_google_for_one_of_its_own()
    {
        using var browser = _app.Browser();
        var person = _app.Facebook.Person(SocialApp.NewEmail());
        _app.Google.People[person] = new() { ["email"] = SocialApp.NewEmail() };

        Assert.NotEqual(SocialApp.UserId(await browser.SignIn(Browser.Facebook, person)), SocialApp.UserId(await browser.SignIn(Browser.Google, person)));
    }

    [Fact]
    public async Task Refuses_an_account_that_was_switched_off()
    {
        using var browser = _app.Browser();
        var person = _app.Facebook.Person(SocialApp.NewEmail());
        await _app.Change(SocialApp.UserId(await browser.SignIn(Browser.Facebook, person)), user => user.IsActive = false);

        Assert.Equal("Your credentials aren't allowed", await browser.Refusal(Browser.Facebook, person));
    }

    [Fact]
    public async Task Leaves_no_tokens_to_an_identity_that_is_unlinked_meanwhile()
    {
        using var browser = _app.Browser();
        var email = SocialApp.NewEmail();
        var person = _app.Facebook.Person(email);
        _app.Meanwhile = db => db.Set<IdentityUserLogin<long>>().Where(login => login.ProviderKey == person).ExecuteDeleteAsync();

        Assert.Equal("Your credentials aren't allowed", await browser.Refusal(Browser.Facebook, person));
        Assert.Equal(0, await _app.TokensOf((await _app.UserOf(email))!.Id));
        Assert.Equal(InUse, await browser.Refusal(Browser.Facebook, person));
    }

    [Fact]
    public async Task Is_canceled_by_whoever_says_no_in_the_dialog()
    {
        using var browser = _app.Browser();
        var fields = await browser.LogIn(await browser.Start(Browser.Facebook), _app.Facebook.Person(SocialApp.NewEmail()), deny: "access_denied");

        Assert.Equal(Canceled, await Browser.Message(await browser.Finish(Browser.Facebook, fields)));
        Assert.Equal(0, _app.Facebook.TokenCalls);
    }

    [Fact]
    public async Task Is_canceled_by_an_error_number_alone()
    {
        using var browser = _app.Browser();
        var state = (await browser.GoThrough(Browser.Facebook, _app.Facebook.Person(SocialApp.NewEmail())))["state"];

        var response = await browser.Finish(Browser.Facebook, new Dictionary<string, string> { ["state"] = state, ["error_code"] = "901", ["error_message"] = "x" });

        Assert.Equal(Canceled, await Browser.Message(response));
    }

    [Fact]
    public async Task Refuses_a_code_that_was_used_already()
    {
        using var browser = _app.Browser();
        var person = _app.Facebook.Person(SocialApp.NewEmail());
        var used = await browser.GoThrough(Browser.Facebook, person);
        await (await browser.Finish(Browser.Facebook, used)).Json(201);
        var fresh = await browser.GoThrough(Browser.Facebook, person);
        fresh["code"] = used["code"];

        Assert.Equal(Canceled, await Browser.Message(await browser.Finish(Browser.Facebook, fresh)));
    }

    [Theory]
    [InlineData(100, 36007, Canceled)]
    [InlineData(100, 36008, Canceled)]
    [InlineData(100, 36009, Canceled)]
    [InlineData(190, 463, Canceled)]
    [InlineData(1, null, Unreachable)]
    [InlineData(101, null, Unreachable)]
    [InlineData(4, null, Unreachable)]
    [InlineData(17, null, Unreachable)]
    [InlineData(32, null, Unreachable)]
    [InlineData(613, null, Unreachable)]
    public async Task Tells_a_refused_code_from_all_else_in_either_call(int code, int? subcode, string message)
    {
        using var browser = _app.Browser();
        var person = _app.Facebook.Person(SocialApp.NewEmail());

        _app.Facebook.Token = () => GraphApi.Error(code, subcode);
        Assert.Equal(message, await browser.Refusal(Browser.Facebook, person));
        (_app.Facebook.Token, _app.Facebook.Profile) = (null, () => GraphApi.Error(code, subcode));
        Assert.Equal(message, await browser.Refusal(Browser.Facebook, person));
        Assert.Equal(2, _app.Facebook.TokenCalls);
    }

    public static TheoryData<string> BadAnswers => [.. Answers.Keys];

    private static readonly Dictionary<string, Func<IResult>> Answers = new()
    {
        ["a 503"] = () => Results.Text("SECRET", statusCode: 503),
        ["a 400 that is no JSON"] = () => Results.Text("SECRET", statusCode: 400),
        ["a 400 of another shape"] = () => Results.Json(new { error = "SECRET" }, statusCode: 400),
        ["a redirect"] = () => Results.Redirect("/elsewhere"),
        ["nothing"] = () => Results.Ok(),
        ["a page"] = () => Results.Text("<html>SECRET", "text/html"),
        ["nothing that is asked for"] = () => Results.Json(new { nothing = "SECRET" }),
        ["an object for a text"] = () => Results.Json(new { access_token = new { a = 1 }, id = new { a = 1 } }),
    };

    [Theory]
    [MemberData(nameof(BadAnswers))]
    public async Task Tells_nothing_of_the_inside_when_facebook_answers(string answer)
    {
        using var browser = _app.Browser();
        var person = _app.Facebook.Person(SocialApp.NewEmail());

        _app.Facebook.Token = Answers[answer];
        Assert.Equal(Unreachable, await browser.Refusal(Browser.Facebook, person));
        (_app.Facebook.Token, _app.Facebook.Profile) = (null, Answers[answer]);
        Assert.Equal(Unreachable, await browser.Refusal(Browser.Facebook, person));
        Assert.DoesNotContain(_app.Log, line => line.Contains("SECRET", StringComparison.Ordinal));
    }
}
