using System.Net;
using System.Net.Http.Json;
using static AgroConnect.Tests.Users.AccountCalls;

namespace AgroConnect.Tests.Users;

public sealed class Administering(App app) : IClassFixture<App>
{
    [Fact]
    public async Task A_buyer_applies_and_becomes_a_farmer_when_staff_say_so()
    {
        using var buyer = await app.Buyer();
        using var staff = await app.Staff();

        var application = await Apply(buyer, 201);
        Assert.Equal(application.GetProperty("id").GetInt64(), (await Apply(buyer, 200)).GetProperty("id").GetInt64());
        Assert.Equal("pending", application.GetProperty("status").GetString());
        var id = application.GetProperty("id").GetInt64();
        Assert.Equal(HttpStatusCode.Forbidden, (await buyer.Client.PostAsync(Decision(id, "approve"), null, Token)).StatusCode);

        var approved = await (await staff.Client.PostAsync(Decision(id, "approve"), null, Token)).Json();

        Assert.Equal("approved", approved.GetProperty("status").GetString());
        Assert.Equal(staff.Id, approved.GetProperty("decided_by").GetInt64());
        var me = await buyer.Client.GetJson(UsersUrl + "me/");
        Assert.Equal(("farmer", "Green Acres"), (me.GetProperty("role").GetString(), me.GetProperty("farm_name").GetString()));
        await app.Product(buyer);
        await (await staff.Client.PostAsync(Decision(id, "approve"), null, Token)).Json();
        await (await staff.Client.PostAsync(Decision(id, "reject"), null, Token)).Json(409);
        await Apply(buyer, 400);
        var audit = await staff.Client.GetJson($"/api/admin/audit/?target_type=user&target_id={buyer.Id}");
        var entry = Assert.Single(audit.GetProperty("results").EnumerateArray());
        Assert.Equal("""{"role":["buyer","farmer"]}""", entry.GetProperty("changes").GetRawText());
        Assert.Equal(staff.Id, entry.GetProperty("actor").GetProperty("id").GetInt64());
    }

    [Fact]
    public async Task Applications_at_once_are_one()
    {
        using var buyer = await app.Buyer();

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => buyer.Client.PostAsJsonAsync("/api/sales/apply/", new { }, Token)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        Assert.All(answers, answer => Assert.True(answer.IsSuccessStatusCode));
    }

    [Fact]
    public async Task Users_are_found_by_name_address_role_and_activity()
    {
        using var staff = await app.Staff();
        using var farmer = await app.Farmer();

        var page = await staff.Client.GetJson($"/api/admin/users/?search={farmer.Email.ToUpperInvariant()}&role=farmer&is_active=true");

        Assert.Equal(farmer.Id, Assert.Single(page.GetProperty("results").EnumerateArray()).GetProperty("id").GetInt64());
        Assert.Equal(0, (await staff.Client.GetJson($"/api/admin/users/?search={farmer.Email}&role=buyer")).GetProperty("count").GetInt64());
        await farmer.Client.GetJson("/api/admin/users/", 403);
        await app.Stranger().GetJson("/api/admin/users/", 401);
        Assert.NotEmpty((await staff.Client.GetJson("/api/admin/users/?role=king", 400)).Messages("role"));
    }

    [Fact]
    public async Task Users_are_found_by_names_in_every_alphabet_whatever_the_case()
    {
        using var staff = await app.Staff();
        using var farmer = await app.Farmer();
        await (await farmer.Client.PatchAsJsonAsync(UsersUrl + "me/", new { first_name = "Ümit", last_name = "Öztürk" }, Token)).Json();

        foreach (var search in new[] { "Ümit", "öztürk", "ÜMIT ÖZ" })
        {
            var page = await staff.Client.GetJson($"/api/admin/users/?search={Uri.EscapeDataString(search)}");
            Assert.Equal(farmer.Id, Assert.Single(page.GetProperty("results").EnumerateArray()).GetProperty("id").GetInt64());
        }
    }

    [Theory]
    [InlineData("POST", "users/", 405)]
    [InlineData("GET", "audit/1/", 404)]
    [InlineData("PATCH", "users/abc/", 404)]
    [InlineData("POST", "farmer-applications/abc/approve/", 404)]
    public async Task Who_may_not_administer_is_told_so_before_anything_else(string method, string path, int toStaff)
    {
        using var staff = await app.Staff();
        using var farmer = await app.Farmer();

        Assert.Equal(401, await Send(app.Stranger()));
        Assert.Equal(403, await Send(farmer.Client));
        Assert.Equal(toStaff, await Send(staff.Client));

        async Task<int> Send(HttpClient client)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), "/api/admin/" + path);
            return (int)(await client.SendAsync(request, Token)).StatusCode;
        }
    }

    [Fact]
    public async Task Switching_an_account_off_ends_everything_at_once()
    {
        using var staff = await app.Staff();
        var email = await app.Activated();
        var (client, _, refresh) = await app.SignedIn(email);
        var id = (await client.GetJson(UsersUrl + "me/")).GetProperty("id").GetInt64();

        await (await staff.Client.PatchAsJsonAsync($"/api/admin/users/{id}/", new { is_active = false }, Token)).Json();

        Assert.Equal("user_inactive", (await client.GetJson(UsersUrl + "me/", 401)).GetProperty("code").GetString());
        Assert.Equal(HttpStatusCode.Unauthorized, await app.TryRefresh(refresh));
        Assert.Equal(HttpStatusCode.Unauthorized, await app.TrySignIn(email));
    }

    [Fact]
    public async Task Prices_and_stock_are_in_the_audit_log()
    {
        using var staff = await app.Staff();
        using var farmer = await app.Farmer();
        var id = (await app.Product(farmer)).GetProperty("id").GetInt64();

        await (await farmer.Client.PatchAsJsonAsync($"/api/products/{id}/", new { price = "4.00", stock = 7.5 }, Token)).Json();

        var log = (await staff.Client.GetJson($"/api/admin/audit/?target_type=product&target_id={id}")).GetProperty("results");
        Assert.Equal(["product.price", "product.stock"], log.EnumerateArray().Select(entry => entry.GetProperty("action").GetString()).Order());
        Assert.Contains("""{"price":["3.50","4.00"]}""", log.GetRawText(), StringComparison.Ordinal);
    }

    private static string Decision(long id, string decision) => $"/api/admin/farmer-applications/{id}/{decision}/";

    private static async Task<System.Text.Json.JsonElement> Apply(Person person, int status) =>
        await (await person.Client.PostAsJsonAsync("/api/sales/apply/", new { farm_name = "Green Acres", message = "Please." }, Token)).Json(status);
}

public sealed class TheLastStaffUser(App app) : IClassFixture<App>
{
    [Fact]
    public async Task Stays_also_when_the_last_two_demote_each_other()
    {
        using var one = await app.Staff();
        using var two = await app.Staff();

        var answers = await Task.WhenAll(
            one.Client.PatchAsJsonAsync($"/api/admin/users/{two.Id}/", new { role = "buyer" }, Token),
            two.Client.PatchAsJsonAsync($"/api/admin/users/{one.Id}/", new { is_active = false }, Token));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        var left = answers[0].StatusCode == HttpStatusCode.OK ? one : two;
        var refused = await (await left.Client.PatchAsJsonAsync($"/api/admin/users/{left.Id}/", new { role = "farmer" }, Token)).Json(409);
        Assert.Equal("last_staff", refused.GetProperty("code").GetString());
    }
}
