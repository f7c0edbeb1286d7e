using AgroConnect.Web;
using Microsoft.AspNetCore.Identity;

namespace AgroConnect.Users;

/// <summary><c>/api/auth/jwt/*</c>: from a password to tokens, and from token to token (auth.md, 3).</summary>
internal static class SignIn
{
    public sealed record Credentials(string Email, string Password);

    public sealed record RefreshRequest(string Refresh);

    public sealed record VerifyRequest(string Token);

    public sealed record TokenPair(string Refresh, string Access);

    public sealed record Empty;

    public static async Task<IResult> CreateAsync(
        HttpRequest request, UserManager<User> users, LogInAttempts attempts, TokenFamilies families, CancellationToken ct)
    {
        var fields = await Fields.ReadAsync(request, ct);
        var email = fields.Text("email", max: Fields.AnyLength);
        var password = fields.Text("password", max: Fields.AnyLength);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var user = await users.FindByEmailAsync(email);
        if (!await attempts.IsRightAsync(user, password, ct) || user is not { IsActive: true })
        {
            return new TokenRefused("No active account found with the given credentials", code: null);
        }

        return TypedResults.Ok(await families.StartAsync(user, ct));
    }

    public static async Task<IResult> RefreshAsync(HttpRequest request, Tokens tokens, TokenFamilies families, CancellationToken ct)
    {
        var fields = await Fields.ReadAsync(request, ct);
        var refresh = fields.Text("refresh", max: Fields.AnyLength);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var token = await tokens.ReadAsync(refresh, Tokens.Refresh);
        return token.Error is null ? await families.RotateAsync(token, ct) : TokenRefused.NotValid(token.Error);
    }

    public static async Task<IResult> VerifyAsync(HttpRequest request, Tokens tokens, TokenFamilies families, CancellationToken ct)
    {
        var fields = await Fields.ReadAsync(request, ct);
        var text = fields.Text("token", max: Fields.AnyLength);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var token = await tokens.ReadAsync(text, type: null);
        return token.Error is not null ? TokenRefused.NotValid(token.Error)
            : token.Type == Tokens.Refresh && !await families.IsLiveAsync(token.Id, ct) ? FieldErrors.Of("non_field_errors", TokenRefused.Blacklisted)
            : TypedResults.Ok(new Empty());
    }

    public static async Task<IResult> BlacklistAsync(HttpRequest request, Tokens tokens, TokenFamilies families, CancellationToken ct)
    {
        var fields = await Fields.ReadAsync(request, ct);
        var refresh = fields.Text("refresh", max: Fields.AnyLength);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var token = await tokens.ReadAsync(refresh, Tokens.Refresh);
        return token.Error is not null ? TokenRefused.NotValid(token.Error)
            : await families.EndByTokenAsync(token.Id, ct) ? TypedResults.Ok(new Empty())
            : TokenRefused.NotValid(TokenRefused.Blacklisted);
    }
}

/// <summary>401 about a token or credentials that were sent in the body.</summary>
internal sealed class TokenRefused(string detail, string? code) : IResult, IStatusCodeHttpResult
{
    public const string Blacklisted = "Token is blacklisted";

    public int? StatusCode => StatusCodes.Status401Unauthorized;

    public static TokenRefused NotValid(string detail) => new(detail, "token_not_valid");

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.WWWAuthenticate = StatusCodeBodies.Challenge;
        return new ErrorResult(StatusCodes.Status401Unauthorized, detail, code).ExecuteAsync(httpContext);
    }
}
