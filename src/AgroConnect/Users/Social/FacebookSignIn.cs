using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace AgroConnect.Users.Social;

/// <summary>Facebook, by its manual login flow: a code for an access token, and that for the profile.</summary>
internal sealed class FacebookSignIn(HttpClient http, IOptions<SocialOptions> options, ILogger<FacebookSignIn> log) : ISocialProvider
{
    /// <summary>Graph API errors that are about the code, or the token that it was exchanged for.</summary>
    private static readonly string[] Refusals = ["100", "190"];

    private readonly FacebookOptions _facebook = options.Value.Facebook;

    public string Name => "facebook";

    public bool IsOn => _facebook.AppId.Length > 0;

    public Task<string> AuthorizationUrlAsync(string state, SocialState row, CancellationToken ct) => Task.FromResult(QueryHelpers.AddQueryString(
        _facebook.DialogUrl,
        new Dictionary<string, string?>
        {
            ["client_id"] = _facebook.AppId,
            ["redirect_uri"] = row.RedirectUri,
            ["response_type"] = "code",
            ["scope"] = "email,public_profile",
            ["state"] = state,
        }));

    public async Task<SocialIdentity?> RedeemAsync(string code, SocialState row, CancellationToken ct)
    {
        // Facebook takes a GET as well, whose address would hold the secret and the code.
        using var exchange = new HttpRequestMessage(HttpMethod.Post, Graph("oauth/access_token"))
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["client_id"] = _facebook.AppId,
                ["client_secret"] = _facebook.AppSecret,
                ["redirect_uri"] = row.RedirectUri,
                ["code"] = code,
            }),
        };
        if (await AskGraphAsync(exchange, ct) is not { } token)
        {
            return null;
        }

        using var profile = new HttpRequestMessage(HttpMethod.Get, ProfileAddress(token.Text("access_token") ?? throw new ProviderException("it gave no access token")));
        if (await AskGraphAsync(profile, ct) is not { } person)
        {
            return null;
        }

        // There is no sign of whether, and when, the address was checked: it proves nothing.
        return person.Text("id") is { Length: > 0 and <= 255 } id
            ? new SocialIdentity(Name, id).WithEmail(person.Text("email"), isProven: false).WithNames(first: null, last: null, person.Text("name"))
            : throw new ProviderException("its profile has no id");
    }

    /// <returns>Null when what we showed is refused.</returns>
    private async Task<JsonElement?> AskGraphAsync(HttpRequestMessage request, CancellationToken ct)
    {
        var answer = await http.AskAsync(request, ct);
        if (answer.Status == HttpStatusCode.OK)
        {
            return answer.Body;
        }

        var number = answer.Body.ValueKind == JsonValueKind.Object && answer.Body.TryGetProperty("error", out var error) && error.Text("code") is { Length: <= 10 } code ? code : "";
        if (Refusals.Contains(number))
        {
            log.LogInformation("Facebook refused a code: error {Number}.", number);
            return null;
        }

        throw new ProviderException($"it answered {(int)answer.Status}, error {number}{(number is "1" or "101" ? "; are Social:Facebook:AppId and AppSecret right?" : "")}");
    }

    private string ProfileAddress(string accessToken) => QueryHelpers.AddQueryString(
        Graph("me"),
        new Dictionary<string, string?>
        {
            ["fields"] = "id,name,email,picture",
            ["access_token"] = accessToken,

            // Shows that whoever uses the token has the secret too.
            ["appsecret_proof"] = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(_facebook.AppSecret), Encoding.UTF8.GetBytes(accessToken))),
        });

    private string Graph(string path) => $"{_facebook.GraphUrl.TrimEnd('/')}/{path}";
}
