using System.Diagnostics;
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

        // Who you are is asked first: an unknown method is nothing that a stranger is told of.
        if (response.StatusCode == StatusCodes.Status405MethodNotAllowed && AsksForIdentity(http))
        {
            response.StatusCode = StatusCodes.Status401Unauthorized;
            response.Headers.Allow = default;
            response.Headers.WWWAuthenticate = Challenge;
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
            var status => new ErrorBody(Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status) + "."),
        };
        await response.WriteAsJsonAsync(body, WebJson.Default.ErrorBody, cancellationToken: http.RequestAborted);
    }

    /// <summary>RFC 6750 challenge of every 401.</summary>
    public const string Challenge = "Bearer realm=\"api\"";

    public static ErrorBody UnsupportedMediaType(string? contentType) => new($"Unsupported media type \"{contentType}\" in request.");

    public static string TraceIdOf(HttpContext http) => Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier;

    private static bool AsksForIdentity(HttpContext http) =>
        http.User.Identity is not { IsAuthenticated: true } && !http.Request.Path.StartsWithSegments("/api/auth/jwt");
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
