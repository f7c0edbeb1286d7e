using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json.Serialization;
using AgroConnect.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace AgroConnect.Users;

/// <summary>The <c>Authorization</c> header with SimpleJWT's rules and words (auth.md, 2).</summary>
internal sealed class AccessTokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    Tokens tokens,
    AccountStates accounts)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "AccessToken";

    /// <summary>Claim with the <c>jti</c> of the access token.</summary>
    public const string TokenId = "jti";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // Logging in again with a rotten token at hand must work; SimpleJWT's views don't look at the header.
        if (Request.Path.StartsWithSegments("/api/auth/jwt"))
        {
            return AuthenticateResult.NoResult();
        }

        var words = Request.Headers.Authorization.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || words[0] is not ("Bearer" or "JWT"))
        {
            return AuthenticateResult.NoResult();
        }

        if (words.Length != 2)
        {
            return Fail(new TokenError("Authorization header must contain two space-delimited values", "bad_authorization_header"));
        }

        var token = await tokens.ReadAsync(words[1], Tokens.Access);
        if (token.Error is not null)
        {
            return Fail(new TokenError("Given token not valid for any token type", "token_not_valid")
            {
                Messages = [new TokenMessage("AccessToken", Tokens.Access, token.Error)],
            });
        }

        if (token.UserId is not { } userId)
        {
            return Fail(new TokenError("Token contained no recognizable user identification", "token_not_valid"));
        }

        return await accounts.FindAsync(userId) switch
        {
            null => Fail(new TokenError("User not found", "user_not_found")),
            { IsActive: false } => Fail(new TokenError("User is inactive", "user_inactive")),
            var account => AuthenticateResult.Success(new AuthenticationTicket(Principal(userId, account.Role, token.Id), SchemeName)),
        };
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = StatusCodeBodies.Challenge;
        if ((await HandleAuthenticateOnceSafeAsync()).Failure is TokenFailure { Error: var error })
        {
            await Response.WriteAsJsonAsync(error, UsersJson.Wire.TokenError, cancellationToken: Context.RequestAborted);
        }
    }

    private static ClaimsPrincipal Principal(long userId, Role role, string tokenId) => new(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.NameIdentifier, userId.ToString(CultureInfo.InvariantCulture)),
            new Claim(ClaimTypes.Role, role.Name()),
            new Claim(TokenId, tokenId),
        ],
        SchemeName));

    private static AuthenticateResult Fail(TokenError error) => AuthenticateResult.Fail(new TokenFailure(error));

    private sealed class TokenFailure(TokenError error) : Exception(error.Detail)
    {
        public TokenError Error => error;
    }
}

/// <summary>The body of a 401 about a token.</summary>
internal sealed record TokenError(string Detail, string Code)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TokenMessage>? Messages { get; init; }
}

internal sealed record TokenMessage(string TokenClass, string TokenType, string Message);
