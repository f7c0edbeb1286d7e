using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using AgroConnect.Data;
using AgroConnect.Users;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AgroConnect.Tests;

/// <summary>
/// The product, listening on a real port, on a fresh database. It speaks in intentions; tests see it through HTTP alone.
/// </summary>
public class App : WebApplicationFactory<Program>, IAsyncLifetime
{
    public const string Password = "Harvest-2026!";
    private static int _people;
    private readonly bool _shares;

    public App() => Database = TestDatabase.Create();

    /// <summary>Another node of a market: on the same database and folder.</summary>
    protected App(App first) => (Database, _shares) = (first.Database, true);

    public TestDatabase Database { get; }

    /// <summary>Settings beside those that every test has; to be set before the first request.</summary>
    protected virtual IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>();

    public async ValueTask InitializeAsync()
    {
        if (!_shares)
        {
            await Database.MigrateAsync();
        }

        UseKestrel(0);
        StartServer();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (!_shares)
        {
            await Database.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Somebody who has not signed in.</summary>
    public HttpClient Stranger() => CreateClient();

    public Task<Person> Buyer() => SignUp(Role.Buyer);

    public Task<Person> Farmer(Location? location = null) => SignUp(Role.Farmer, location);

    public Task<Person> Staff() => SignUp(Role.Staff);

    /// <summary>A category with a name of its own.</summary>
    public async Task<long> Category(string? name = null, long? parent = null)
    {
        using var staff = await Staff();
        var created = await staff.Client.PostAsJsonAsync("/api/categories/", new { name = name ?? $"Category {Guid.NewGuid():N}", parent });
        return (await created.Json(201)).GetProperty("id").GetInt64();
    }

    /// <summary>A product with what a test does not care about filled in.</summary>
    /// <param name="seller">Whose it is.</param>
    /// <param name="fields">An object with the fields that matter; they win.</param>
    public async Task<JsonElement> Product(Person seller, object? fields = null)
    {
        var body = JsonSerializer.SerializeToNode(fields ?? new { })!.AsObject();
        body.TryAdd("name", $"Product {Guid.NewGuid():N}");
        body.TryAdd("price", "3.50");
        body.TryAdd("stock", 100);
        if (!body.ContainsKey("category"))
        {
            body["category"] = await Category();
        }

        return await (await seller.Client.PostAsJsonAsync("/api/products/", body)).Json(201);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Testing");
        var settings = new Dictionary<string, string?>
        {
            ["DataDirectory"] = Database.Directory,
            ["Database:Provider"] = TestDatabase.Provider,
            ["Database:ConnectionString"] = Database.ConnectionString,
            ["Auth:SigningKey"] = "a-signing-key-for-tests-of-enough-bytes",
            ["RateLimits:Enabled"] = "false",
            ["Site:FrontendUrl"] = "https://market.example",
            ["Logging:LogLevel:Default"] = "Warning",
        };
        foreach (var (name, value) in Settings)
        {
            settings[name] = value;
        }

        foreach (var (name, value) in settings)
        {
            builder.UseSetting(name, value);
        }
    }

    /// <summary>A new active account and its access token, without the cost of hashing a password.</summary>
    private async Task<Person> SignUp(Role role, Location? location = null)
    {
        var number = Interlocked.Increment(ref _people).ToString(CultureInfo.InvariantCulture);
        await using var scope = Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var email = $"person{number}@example.com";
        var user = new User
        {
            Email = email,
            NormalizedEmail = email.ToUpperInvariant(),
            UserName = email,
            NormalizedUserName = email.ToUpperInvariant(),
            SecurityStamp = Guid.NewGuid().ToString("N"),
            EmailConfirmed = true,
            IsActive = true,
            Role = role,
            DateJoined = DateTimeOffset.UtcNow,
            Location = location,
        };
        user.Rename("Person", number, role == Role.Farmer ? $"Farm {number}" : "");
        db.Users.Add(user);
        await db.SaveChangesAsync();
        var tokens = await scope.ServiceProvider.GetRequiredService<TokenFamilies>().StartAsync(user, CancellationToken.None);
        var client = CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens.Access);
        return new Person(user.Id, email, client, tokens.Refresh);
    }
}

/// <summary>Somebody who has signed in.</summary>
public sealed record Person(long Id, string Email, HttpClient Client, string RefreshToken) : IDisposable
{
    public void Dispose() => Client.Dispose();
}

internal static class Answers
{
    /// <summary>The body, after a look at the status.</summary>
    public static async Task<JsonElement> Json(this HttpResponseMessage response, int status = 200)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode} {response.RequestMessage?.Method} {response.RequestMessage?.RequestUri}: {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    public static async Task<JsonElement> ContinueWithJson(this Task<HttpResponseMessage> response, int status = 200) => await (await response).Json(status);

    public static async Task<JsonElement> GetJson(this HttpClient client, string address, int status = 200) =>
        await (await client.GetAsync(address, TestContext.Current.CancellationToken)).Json(status);

    /// <summary>The messages of one field of a 400.</summary>
    public static string[] Messages(this JsonElement errors, string field) =>
        [.. errors.GetProperty(field).EnumerateArray().Select(message => message.GetString()!)];

    public static string[] Names(this JsonElement page) =>
        [.. page.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("name").GetString()!)];
}
