using AgroConnect.Web;
using Microsoft.Extensions.Options;

namespace AgroConnect.Users.Social;

/// <summary><c>GET /api/auth/o/{provider}/</c>: where to send the browser (auth.md, 9).</summary>
internal static class StartSocialSignIn
{
    public sealed record Redirection(string AuthorizationUrl);

    public static async Task<IResult> HandleAsync(
        string provider, HttpContext http, IEnumerable<ISocialProvider> providers, SocialStates states, IOptions<SocialOptions> options,
        ILogger<SocialStates> log, CancellationToken ct)
    {
        if (http.Request.Query["redirect_uri"] is not [.., { } redirectUri] || !options.Value.RedirectUris.Contains(redirectUri))
        {
            return TypedResults.Json("redirect_uri must be in SOCIAL_AUTH_ALLOWED_REDIRECT_URIS", SocialJson.Wire.String, statusCode: StatusCodes.Status400BadRequest);
        }

        if (providers.Named(provider) is not { } social)
        {
            return SocialAnswers.NotSupported(provider);
        }

        var (state, row) = states.New(social.Name, redirectUri, BrowserCookie.Send(http));
        string url;
        try
        {
            url = await social.AuthorizationUrlAsync(state, row, ct);
        }
        catch (ProviderException broken)
        {
            log.ProviderFailed(social, broken);
            return SocialAnswers.Refused(SocialAnswers.Unreachable);
        }

        await states.KeepAsync(row, ct);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(new Redirection(url), SocialJson.Wire.SocialRedirection);
    }
}
