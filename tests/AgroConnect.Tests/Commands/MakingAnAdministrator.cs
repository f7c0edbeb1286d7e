using System.Net.Http.Json;
using System.Text.Json;
using AgroConnect.Tests.Users;

namespace AgroConnect.Tests.Commands;

public sealed class MakingAnAdministrator(App app) : IClassFixture<App>
{
    [Fact]
    public async Task Create_admin_reads_the_password_from_standard_input()
    {
        (await TheProgram.Run(TheProgram.On(app.Database), App.Password + "\n", "create-admin", "boss@example.com")).Well();

        await IsStaff("boss@example.com", App.Password);
    }

    [Fact]
    public async Task Create_admin_makes_staff_of_an_account_that_is_there()
    {
        await app.Account("grower@example.com", "Old-Harvest-1!", active: false);

        (await TheProgram.Run(TheProgram.On(app.Database), App.Password, "create-admin", "Grower@example.com")).Well();

        await IsStaff("grower@example.com", App.Password);
        await (await app.LogIn("grower@example.com", "Old-Harvest-1!")).Json(401);
    }

    [Theory]
    [InlineData("short@example.com", "short\n", "at least 8")]
    [InlineData("none@example.com", "", "at least 8")]
    [InlineData("no-address", "Harvest-2026!\n", "no-address")]
    public async Task Create_admin_refuses_what_makes_no_account(string email, string password, string why)
    {
        var ended = await TheProgram.Run(TheProgram.On(app.Database), password, "create-admin", email);

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains(why, ended.OnlyErrorLine, StringComparison.Ordinal);
        await (await app.LogIn(email, password)).Json(password.Length == 0 ? 400 : 401);
    }

    [Fact]
    public async Task A_refused_password_leaves_the_account_as_it_was()
    {
        await app.Account("kept@example.com", "Old-Harvest-1!");

        Assert.Equal(1, (await TheProgram.Run(TheProgram.On(app.Database), "short", "create-admin", "kept@example.com")).ExitCode);

        using var client = await SignedIn("kept@example.com", "Old-Harvest-1!");
        await (await client.PostAsJsonAsync("/api/categories/", new { name = "Not mine to make" }, TestContext.Current.CancellationToken)).Json(403);
    }

    [Fact]
    public async Task The_configured_administrator_is_made_at_start_and_only_when_there_is_no_staff()
    {
        await using var database = TestDatabase.Create();
        foreach (var (email, status) in new[] { ("one@example.com", 200), ("two@example.com", 401) })
        {
            await using var server = await TheProgram.Serve(
                new Dictionary<string, string?>(TheProgram.On(database)) { ["Admin__Email"] = email, ["Admin__Password"] = App.Password });
            await (await server.Client.PostAsJsonAsync("/api/auth/jwt/create/", new { email, password = App.Password }, TestContext.Current.CancellationToken)).Json(status);
            Assert.DoesNotContain(App.Password, server.Output, StringComparison.Ordinal);
        }
    }

    private async Task IsStaff(string email, string password)
    {
        using var client = await SignedIn(email, password);
        await (await client.PostAsJsonAsync("/api/categories/", new { name = Guid.NewGuid().ToString() }, TestContext.Current.CancellationToken)).Json(201);
    }

    private async Task<HttpClient> SignedIn(string email, string password)
    {
        JsonElement pair = await (await app.LogIn(email, password)).Json();
        var client = app.Stranger();
        client.DefaultRequestHeaders.Authorization = new("Bearer", pair.GetProperty("access").GetString());
        return client;
    }
}
