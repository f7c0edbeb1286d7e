using System.Diagnostics;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Diagnostics;

namespace AgroConnect.Web;

/// <summary>The texts of Django REST Framework for answers that carry nothing but a status.</summary>
internal static class StatusCodeBodies
{
    public const string Forbidden = "You do not have permission to perform this action.";
    public const string NotFound = "Not found.";
    public const string Unauthenticated = "Authentication credentials were not provided.";

    /// <summary>Fills in the body of an answer that a route, the router or a binder left empty.</summary>
    public static async Task WriteAsync(StatusCodeContext context)
    {
        var http = context.HttpContext;
        var response = http.Response;

        // Who you are is asked first, then what you may: an unknown method or id is nothing that others are told of.
        if (response.StatusCode == StatusCodes.Status405MethodNotAllowed || (response.StatusCode == StatusCodes.Status404NotFound && IsUnknownId(http)))
        {
            if (AsksForIdentity(http))
            {
                response.Headers.Allow = default;
                await http.ChallengeAsync();
                if (response.HasStarted)
                {
                    return;
                }
            }
            else if (http.Request.Path.StartsWithSegments("/api/admin") && !http.User.IsInRole("staff"))
            {
                response.Headers.Allow = default;
                response.StatusCode = StatusCodes.Status403Forbidden;
            }
        }

        if (response.StatusCode == StatusCodes.Status405MethodNotAllowed && HttpMethods.IsOptions(http.Request.Method))
        {
            response.StatusCode = StatusCodes.Status200OK;
            await response.WriteAsJsonAsync(ResourceNote.Of(http.Request), WebJson.Wire.ResourceNote, cancellationToken: http.RequestAborted);
            return;
        }

        var body = response.StatusCode switch
        {
            StatusCodes.Status401Unauthorized => new ErrorBody(Unauthenticated),
            StatusCodes.Status403Forbidden => new ErrorBody(Forbidden),
            StatusCodes.Status404NotFound => new ErrorBody(NotFound),
            StatusCodes.Status405MethodNotAllowed => new ErrorBody($"Method \"{http.OriginalMethod()}\" not allowed."),
            StatusCodes.Status413PayloadTooLarge => new ErrorBody("The request is too large."),
            StatusCodes.Status415UnsupportedMediaType => UnsupportedMediaType(http.Request.ContentType),
            StatusCodes.Status500InternalServerError => new ErrorBody("A server error occurred.") { TraceId = TraceIdOf(http) },
            StatusCodes.Status503ServiceUnavailable => new ErrorBody("Not now. Try again.") { TraceId = TraceIdOf(http) },
            StatusCodes.Status507InsufficientStorage => new ErrorBody("There is no room left to store this.") { TraceId = TraceIdOf(http) },
            var status => new ErrorBody(Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status) + "."),
        };
        await response.WriteAsJsonAsync(body, WebJson.Wire.ErrorBody, cancellationToken: http.RequestAborted);
    }

    /// <summary>RFC 6750 challenge of every 401.</summary>
    public const string Challenge = "Bearer realm=\"api\"";

    public static ErrorBody UnsupportedMediaType(string? contentType) => new($"Unsupported media type \"{contentType}\" in request.");

    public static string TraceIdOf(HttpContext http) => Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier;

    /// <summary>Whether no route fits under a path that is for nobody but users: an id there that is no number.</summary>
    private static bool IsUnknownId(HttpContext http) => http.GetEndpoint() is null
        && (http.Request.Path.StartsWithSegments("/api/admin")
            || (http.Request.Path.StartsWithSegments("/api/auth/users", out var id) && !id.Value!.Trim('/').Contains('/')));

    private static bool AsksForIdentity(HttpContext http) =>
        http.User.Identity is not { IsAuthenticated: true } && !http.Request.Path.StartsWithSegments("/api/auth/jwt");
}

/// <summary>The answer to an <c>OPTIONS</c> that is no pre-flight; <c>Allow</c> has the methods, the API document all the rest.</summary>
internal sealed record ResourceNote(string Name, string Description, IReadOnlyList<string> Renders, IReadOnlyList<string> Parses)
{
    public static ResourceNote Of(HttpRequest request) => new(
        request.Path, "See /openapi/v1.json.", ["application/json"], ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"]);
}

/// <summary>
/// A token that is no good is a 401 also where none is needed: a client whose session has ended must hear of it, rather
/// than be served as a stranger.
/// </summary>
internal static class TokenChecks
{
    public static IApplicationBuilder UseTokenChecks(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        if (http.GetEndpoint() is not null && http.Request.Path.StartsWithSegments("/api") && (await http.AuthenticateAsync()).Failure is not null)
        {
            await http.ChallengeAsync();
            return;
        }

        await next(http);
    });
}

/// <summary><c>HEAD</c> works wherever <c>GET</c> does: the same handler runs, the server keeps the body to itself.</summary>
internal static class HeadRequests
{
    public static IApplicationBuilder UseHeadRequests(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            return next(http);
        }

        http.Items[nameof(HeadRequests)] = http.Request.Method;
        http.Request.Method = HttpMethods.Get;
        http.Response.Body = Stream.Null;
        return next(http);
    });

    public static string OriginalMethod(this HttpContext http) => http.Items[nameof(HeadRequests)] as string ?? http.Request.Method;
}
