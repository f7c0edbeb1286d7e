using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace AgroConnect.Tests.Users;

/// <summary>What a Djoser client does.</summary>
internal static class AccountCalls
{
    public const string UsersUrl = "/api/auth/users/";

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static string NewAddress() => $"ann{Guid.NewGuid():N}@example.com";

    public static object Registration(string email, string password = App.Password) => new { email, password, first_name = "Ann", last_name = "Account" };

    public static Task<HttpResponseMessage> Register(this App app, string email) => app.Stranger().PostAsJsonAsync(UsersUrl, Registration(email), Token);

    /// <summary>Registers, opens the mail and activates.</summary>
    public static async Task<string> Activated(this App app)
    {
        var email = NewAddress();
        await (await app.Register(email)).Json(201);
        var (uid, token) = await app.LinkTo(email);
        await app.Stranger().Call("activation", new { uid, token }, 204);
        return email;
    }

    /// <summary>Posts to <c>users/…/</c> and returns the body, if the status is the expected one.</summary>
    public static async Task<JsonElement> Call(this HttpClient client, string call, object body, int status)
    {
        var answer = await client.PostAsJsonAsync($"{UsersUrl}{call}/", body, Token);
        if (status != 204)
        {
            return await answer.Json(status);
        }

        Assert.True(answer.StatusCode == HttpStatusCode.NoContent, $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync(Token)}");
        Assert.Null(answer.Content.Headers.ContentType);
        return default;
    }

    public static async Task<(HttpClient Client, string Access, string Refresh)> SignedIn(this App app, string email, string password = App.Password)
    {
        var pair = await (await app.Stranger().PostAsJsonAsync("/api/auth/jwt/create/", new { email, password }, Token)).Json();
        var client = app.Stranger();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", pair.GetProperty("access").GetString());
        return (client, pair.GetProperty("access").GetString()!, pair.GetProperty("refresh").GetString()!);
    }

    public static async Task<HttpStatusCode> TrySignIn(this App app, string email, string password = App.Password) =>
        (await app.Stranger().PostAsJsonAsync("/api/auth/jwt/create/", new { email, password }, Token)).StatusCode;

    public static async Task<HttpStatusCode> TryRefresh(this App app, string refresh) =>
        (await app.Stranger().PostAsJsonAsync("/api/auth/jwt/refresh/", new { refresh }, Token)).StatusCode;
}
