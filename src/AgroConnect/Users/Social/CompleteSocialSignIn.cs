using System.Text.RegularExpressions;
using AgroConnect.Web;
using Microsoft.Extensions.Primitives;

namespace AgroConnect.Users.Social;

/// <summary><c>POST /api/auth/o/{provider}/</c>: the browser is back with a code, or with a refusal (auth.md, 9).</summary>
internal static partial class CompleteSocialSignIn
{
    private const string Canceled = "Authentication process canceled";

    public sealed record Request(string State, string Code, string? Error = null);

    public sealed record SocialTokens(string Access, string Refresh, string User);

    public static async Task<IResult> HandleAsync(
        string provider, HttpRequest request, IEnumerable<ISocialProvider> providers, SocialStates states, SocialAccounts accounts,
        ILogger<SocialStates> log, CancellationToken ct)
    {
        if (providers.Named(provider) is not { } social)
        {
            return SocialAnswers.NotSupported(provider);
        }

        var fields = await Fields.ReadAsync(request, ct);
        var (state, code) = (Parameter("state"), Parameter("code"));
        var error = ErrorText(Parameter("error"), Parameter("error_code"));
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        // Spent before anything else is looked at, also when the rest fails.
        var row = await states.SpendAsync(state, ct);
        var isInQuery = request.Query.ContainsKey("state");
        var wrongState = await WhatIsWrongAsync();

        // The order of the original: it looks at a state in the query before all else, at one in the form after the error.
        var refusal = (isInQuery ? wrongState : null) ?? error ?? wrongState ?? (code.Length == 0 ? Canceled : null);
        if (refusal is not null)
        {
            return SocialAnswers.Refused(refusal);
        }

        SocialIdentity? identity;
        try
        {
            identity = await social.RedeemAsync(code, row!, ct);
        }
        catch (ProviderException broken)
        {
            log.ProviderFailed(social, broken);
            return SocialAnswers.Refused(SocialAnswers.Unreachable);
        }

        if (identity is null)
        {
            return SocialAnswers.Refused(Canceled);
        }

        var (tokens, text) = await accounts.SignInAsync(identity, ct);
        if (tokens is null)
        {
            return SocialAnswers.Refused(text);
        }

        request.HttpContext.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(new SocialTokens(tokens.Access, tokens.Refresh, text), SocialJson.Wire.SocialTokens, statusCode: StatusCodes.Status201Created);

        string Parameter(string name) =>
            request.Query[name] is [.., { } last] ? last.Trim() : fields.Text(name, max: 4096, otherwise: "", blank: true);

        async Task<string?> WhatIsWrongAsync()
        {
            var browser = BrowserCookie.Read(request);
            return state.Length == 0 ? (isInQuery ? "State could not be found in request data." : "Missing needed parameter state")
                : row is not null && SocialStates.IsOf(row, browser, social.Name) ? null
                : await states.HasBegunAsync(browser, social.Name, ct) ? (isInQuery ? "Invalid state has been provided." : "Wrong state parameter given.")
                : isInQuery ? "State could not be found in server-side session data."
                : "Session value state missing.";
        }
    }

    /// <summary>What to say of the provider's error. Its own text could be anybody's: it comes by way of a link.</summary>
    private static string? ErrorText(string error, string errorCode) =>
        errorCode.Length > 0 || error.Contains("denied", StringComparison.Ordinal) || error.Contains("cancelled", StringComparison.Ordinal) ? Canceled
        : error.Length == 0 ? null
        : "Authentication failed: " + (ErrorWord().IsMatch(error) ? error : "the provider reported an error");

    [GeneratedRegex("^[a-z_]{1,64}$")]
    private static partial Regex ErrorWord();
}
