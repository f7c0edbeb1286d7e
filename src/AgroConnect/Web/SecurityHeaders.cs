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
            var headers = http.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "strict-origin-when-cross-origin";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
            return next(http);
        });
    }
}
