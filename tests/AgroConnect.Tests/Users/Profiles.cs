using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AgroConnect.Tests.Images;
using static AgroConnect.Tests.Users.AccountCalls;

namespace AgroConnect.Tests.Users;

public sealed class Profiles(App app) : IClassFixture<App>
{
    [Fact]
    public async Task One_reads_and_changes_ones_own()
    {
        var email = await app.Activated();
        var (client, _, _) = await app.SignedIn(email);

        var changed = await (await client.PatchAsJsonAsync(UsersUrl + "me/", new
        {
            bio = "Grows tomatoes.",
            phone = "+254 700 000000",
            email = "other@example.com",
            role = "staff",
            id = 1,
            farm_name = "Not a farmer",
            location = new { name = "Thika", latitude = -1.03, longitude = 37.07 },
        }, Token)).Json();

        Assert.Equal(email, changed.GetProperty("email").GetString());
        Assert.Equal("buyer", changed.GetProperty("role").GetString());
        Assert.Equal("", changed.GetProperty("farm_name").GetString());
        Assert.Equal("Thika", changed.GetProperty("location").GetProperty("name").GetString());
        Assert.Equal(changed.GetRawText(), (await client.GetJson(UsersUrl + "me/")).GetRawText());
        var put = await (await client.PutAsJsonAsync(UsersUrl + "me/", new { first_name = "Anna" }, Token)).Json(400);
        Assert.Equal(["This field is required."], put.Messages("last_name"));
    }

    [Fact]
    public async Task Strangers_and_others_see_nothing_and_staff_all()
    {
        using var buyer = await app.Buyer();
        using var other = await app.Buyer();
        using var staff = await app.Staff();

        await app.Stranger().GetJson(UsersUrl, 401);
        await app.Stranger().GetJson(UsersUrl + "me/", 401);
        await app.Stranger().GetJson($"{UsersUrl}{buyer.Id}/", 401);
        await other.Client.GetJson($"{UsersUrl}{buyer.Id}/", 404);
        await other.Client.GetJson($"{UsersUrl}abc/", 404);
        Assert.Equal(HttpStatusCode.NotFound, (await other.Client.PatchAsJsonAsync($"{UsersUrl}{buyer.Id}/", new { first_name = "X" }, Token)).StatusCode);
        Assert.Equal(buyer.Id, Assert.Single((await buyer.Client.GetJson(UsersUrl)).EnumerateArray()).GetProperty("id").GetInt64());
        Assert.Contains((await staff.Client.GetJson(UsersUrl)).EnumerateArray(), user => user.GetProperty("id").GetInt64() == buyer.Id);
        Assert.Equal(buyer.Email, (await staff.Client.GetJson($"{UsersUrl}{buyer.Id}/")).GetProperty("email").GetString());
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("99999999999999999999")]
    public async Task An_id_that_is_no_number_is_not_there_and_strangers_are_asked_who_they_are_first(string id)
    {
        using var buyer = await app.Buyer();
        using var rotten = app.Stranger();
        rotten.DefaultRequestHeaders.Add("Authorization", "Bearer rotten");

        await buyer.Client.GetJson($"{UsersUrl}{id}/", 404);
        await app.Stranger().GetJson($"{UsersUrl}{id}/", 401);
        await app.Stranger().GetJson($"{UsersUrl}{id}/nowhere/", 404);
        Assert.Equal("token_not_valid", (await rotten.GetJson($"{UsersUrl}{id}/", 401)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task Asking_a_wrong_method_is_a_401_for_strangers_and_a_405_for_users()
    {
        using var buyer = await app.Buyer();

        await app.Stranger().GetJson(UsersUrl + "activation/", 401);
        Assert.Equal("Method \"GET\" not allowed.", (await buyer.Client.GetJson(UsersUrl + "activation/", 405)).GetProperty("detail").GetString());
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.Stranger().PutAsJsonAsync(UsersUrl, new { }, Token)).StatusCode);
    }

    [Fact]
    public async Task A_picture_is_set_replaced_and_removed_and_its_old_files_go()
    {
        using var buyer = await app.Buyer();

        var first = await Put(buyer);
        var second = await Put(buyer);
        Assert.NotEqual(first, second);
        Assert.Equal(HttpStatusCode.OK, (await app.Stranger().GetAsync(second, Token)).StatusCode);
        await IsGone(first);
        Assert.Equal(HttpStatusCode.NoContent, (await buyer.Client.DeleteAsync(UsersUrl + "me/picture/", Token)).StatusCode);
        Assert.Equal(JsonValueKind.Null, (await buyer.Client.GetJson(UsersUrl + "me/")).GetProperty("picture_url").ValueKind);
        await IsGone(second);
    }

    [Fact]
    public async Task The_public_page_tells_no_address_and_no_phone_number()
    {
        using var farmer = await app.Farmer(new AgroConnect.Users.Location("Thika", -1.03, 37.07));
        await (await farmer.Client.PatchAsJsonAsync(UsersUrl + "me/", new { phone = "+254700000000", bio = "Fresh.", farm_name = "Amina Farms" }, Token)).Json();
        await app.Product(farmer);

        var page = await app.Stranger().GetJson($"/api/users/{farmer.Id}/");

        Assert.Equal("Amina Farms", page.GetProperty("name").GetString());
        Assert.Equal(1, page.GetProperty("product_count").GetInt32());
        Assert.Equal("Thika", page.GetProperty("location").GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Null, page.GetProperty("rating").GetProperty("average").ValueKind);
        Assert.DoesNotContain(farmer.Email, page.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("+254700000000", page.GetRawText(), StringComparison.Ordinal);
        await app.Stranger().GetJson("/api/users/999999/", 404);
    }

    [Fact]
    public async Task A_new_farm_name_and_place_show_in_the_next_list_of_products()
    {
        using var farmer = await app.Farmer(new AgroConnect.Users.Location("Thika", -1.03, 37.07));
        var id = (await app.Product(farmer)).GetProperty("id").GetInt64();
        await app.Stranger().GetJson($"/api/products/?seller={farmer.Id}");

        await (await farmer.Client.PatchAsJsonAsync(
            UsersUrl + "me/", new { farm_name = "New name", location = new { name = "Nyeri", latitude = -0.42, longitude = 36.95 } }, Token)).Json();

        var listed = (await app.Stranger().GetJson($"/api/products/?seller={farmer.Id}")).GetProperty("results")[0];
        Assert.Equal("New name", listed.GetProperty("seller").GetProperty("name").GetString());
        Assert.Equal("Nyeri", listed.GetProperty("location").GetProperty("name").GetString());
        Assert.Equal(id, Assert.Single((await app.Stranger().GetJson("/api/products/?near=-0.42,36.95&radius_km=1")).GetProperty("results").EnumerateArray()).GetProperty("id").GetInt64());
    }

    private static async Task<string> Put(Person person)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Pictures.Jpeg()), "picture", "me.jpg" } };
        var user = await (await person.Client.PutAsync(UsersUrl + "me/picture/", form, Token)).Json();
        return user.GetProperty("picture_url").GetString()!;
    }

    private async Task IsGone(string address)
    {
        for (var tries = 0; tries < 200; tries++)
        {
            if ((await app.Stranger().GetAsync(address, Token)).StatusCode == HttpStatusCode.NotFound)
            {
                return;
            }

            await Task.Delay(50, Token);
        }

        Assert.Fail($"{address} is still there.");
    }
}

public sealed class ChangingAtOnce(App app) : IClassFixture<App>
{
    [Fact]
    public async Task A_profile_and_a_role_are_changed_by_two_at_once_without_either_failing()
    {
        using var staff = await app.Staff();
        using var buyer = await app.Buyer();

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(number => number % 2 == 0
            ? buyer.Client.PatchAsJsonAsync(UsersUrl + "me/", new { bio = $"Bio {number}" }, Token)
            : staff.Client.PatchAsJsonAsync($"/api/admin/users/{buyer.Id}/", new { role = number % 4 == 1 ? "farmer" : "buyer" }, Token)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
    }

    [Fact]
    public async Task An_account_is_activated_once()
    {
        var email = AccountCalls.NewAddress();
        await (await app.Register(email)).Json(201);
        var (uid, token) = await app.LinkTo(email);

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => app.Stranger().PostAsJsonAsync(UsersUrl + "activation/", new { uid, token }, Token)));

        Assert.Equal([204, .. Enumerable.Repeat(403, 9)], answers.Select(answer => (int)answer.StatusCode).Order());
    }
}

public sealed class LeavingTheMarket(App app) : IClassFixture<App>
{
    [Fact]
    public async Task An_account_goes_with_the_password_and_everything_of_it_ends()
    {
        var email = await app.Activated();
        var (client, access, refresh) = await app.SignedIn(email);

        var wrong = await Delete(client, UsersUrl + "me/", "wrong");
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await Delete(client, UsersUrl + "me/", App.Password)).StatusCode);

        Assert.Equal("user_not_found", (await client.GetJson(UsersUrl + "me/", 401)).GetProperty("code").GetString());
        Assert.Equal(HttpStatusCode.Unauthorized, await app.TryRefresh(refresh));
        Assert.Equal(HttpStatusCode.Unauthorized, await app.TrySignIn(email));
        await (await app.Register(email)).Json(201);
    }

    [Fact]
    public async Task Somebody_elses_is_forbidden_and_an_unknown_one_is_not_there()
    {
        using var buyer = await app.Buyer();
        using var other = await app.Buyer();

        Assert.Equal(HttpStatusCode.Forbidden, (await Delete(other.Client, $"{UsersUrl}{buyer.Id}/", "x")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Delete(other.Client, $"{UsersUrl}999999/", "x")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Delete(app.Stranger(), $"{UsersUrl}{buyer.Id}/", "x")).StatusCode);
    }

    [Fact]
    public async Task What_a_farmer_sold_is_for_sale_no_more()
    {
        using var staff = await app.Staff();
        var email = await app.Activated();
        var (client, _, _) = await app.SignedIn(email);
        var id = (await client.GetJson(UsersUrl + "me/")).GetProperty("id").GetInt64();
        await (await staff.Client.PatchAsJsonAsync($"/api/admin/users/{id}/", new { role = "farmer" }, Token)).Json();
        var product = (await app.Product(new Person(id, email, client, ""))).GetProperty("id").GetInt64();

        var export = await client.GetJson(UsersUrl + "me/export/");
        Assert.Equal(product, Assert.Single(export.GetProperty("products").EnumerateArray()).GetProperty("id").GetInt64());
        Assert.Equal(email, export.GetProperty("account").GetProperty("email").GetString());
        Assert.Equal(HttpStatusCode.NoContent, (await Delete(client, UsersUrl + "me/", App.Password)).StatusCode);

        await app.Stranger().GetJson($"/api/products/{product}/", 404);
        await app.Stranger().GetJson($"/api/users/{id}/", 404);
        await staff.Client.GetJson($"{UsersUrl}{id}/", 404);
    }

    private static async Task<HttpResponseMessage> Delete(HttpClient client, string address, string password)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, address) { Content = JsonContent.Create(new { current_password = password }) };
        return await client.SendAsync(request, Token);
    }
}
