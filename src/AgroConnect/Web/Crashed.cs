using Microsoft.AspNetCore.Diagnostics;

namespace AgroConnect.Web;

/// <summary>What a client hears of an exception: nothing of the inside, and the trace id that the log has.</summary>
internal static class Crashed
{
    public static Task HandleAsync(HttpContext http)
    {
        var error = http.Features.Get<IExceptionHandlerFeature>()!.Error;
        http.Response.StatusCode = error is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError;

        // The status code pages in front of this handler are skipped on the way back from an exception.
        return StatusCodeBodies.WriteAsync(new StatusCodeContext(http, new StatusCodePagesOptions(), _ => Task.CompletedTask));
    }

    public static bool IsClientsFault(ExceptionHandlerSuppressDiagnosticsContext context) => context.Exception is BadHttpRequestException;
}
