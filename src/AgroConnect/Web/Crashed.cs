using System.Data.Common;
using Microsoft.AspNetCore.Diagnostics;

namespace AgroConnect.Web;

/// <summary>What a client hears of an exception: nothing of the inside, and the trace id that the log has.</summary>
internal static class Crashed
{
    public static Task HandleAsync(HttpContext http)
    {
        var error = http.Features.Get<IExceptionHandlerFeature>()!.Error;
        http.Response.StatusCode = StatusOf(error);
        if (http.Response.StatusCode == StatusCodes.Status503ServiceUnavailable)
        {
            http.Response.Headers.RetryAfter = "2";
        }

        // The status code pages in front of this handler are skipped on the way back from an exception.
        return StatusCodeBodies.WriteAsync(new StatusCodeContext(http, new StatusCodePagesOptions(), _ => Task.CompletedTask));
    }

    private static int StatusOf(Exception error) => error switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        IOException { HResult: NoSpace or NoSpaceOnWindows or NoQuota } => StatusCodes.Status507InsufficientStorage,
        _ => IsForNow(error) ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError,
    };

    private const int NoSpace = 28;
    private const int NoQuota = 122;
    private const int NoSpaceOnWindows = unchecked((int)0x80070070);

    /// <summary>Whether the database is away, or too busy: what failed may be tried again, and balancers try another node.</summary>
    private static bool IsForNow(Exception error) =>
        error is DbException { IsTransient: true } || (error.InnerException is { } inner && IsForNow(inner));

    public static bool IsClientsFault(ExceptionHandlerSuppressDiagnosticsContext context) => context.Exception is BadHttpRequestException;
}
