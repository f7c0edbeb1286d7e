namespace AgroConnect.Web;

internal static class SecurityHeaders
{
    /// <summary>OWASP's REST headers. Pages that need more (the API browser) loosen the policy for themselves.</summary>
    public static void UseSecurityHeaders(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment())
        {
            app.UseHsts();
        }

        app.Use((http, next) =>
        {
            // At the last moment: an exception on the way wipes whatever was set before.
            http.Response.OnStarting(() =>
            {
                var headers = http.Response.Headers;
                headers.XContentTypeOptions = "nosniff";
                headers.XFrameOptions = "DENY";
                headers["Referrer-Policy"] = "strict-origin-when-cross-origin";
                headers["Cross-Origin-Opener-Policy"] = "same-origin";
                headers["Trace-Id"] = StatusCodeBodies.TraceIdOf(http); // by which the log and the traces know this request
                headers.TryAdd("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
                return Task.CompletedTask;
            });
            return next(http);
        });
    }
}
