using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace AgroConnect.Web;

/// <summary>Browsers of the front end, and of whoever <c>Cors:Origins</c> names, may call with credentials; no other origin may.</summary>
internal static class Cors
{
    public static void Add(WebApplicationBuilder builder)
    {
        builder.Services.AddCors();
        builder.Services.AddOptions<Microsoft.AspNetCore.Cors.Infrastructure.CorsOptions>().Configure<Site, IConfiguration>((cors, site, configuration) =>
            cors.AddDefaultPolicy(policy => policy
                .WithOrigins(Origins(configuration["Cors:Origins"], site))
                .WithMethods("DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT")
                .WithHeaders("accept", "authorization", "content-type", "idempotency-key", "if-none-match", "x-csrftoken", "x-requested-with")
                .WithExposedHeaders("ETag", "Location", "Retry-After")
                .AllowCredentials()
                .SetPreflightMaxAge(TimeSpan.FromHours(1))));
    }

    /// <summary>Also tells caches that every answer depends on who asks, which ASP.NET Core leaves out when one origin is allowed.</summary>
    public static void UseCorsOfSite(this WebApplication app)
    {
        app.Use((http, next) =>
        {
            http.Response.OnStarting(() =>
            {
                var vary = http.Response.Headers.Vary;
                if (!vary.ToString().Contains(HeaderNames.Origin, StringComparison.OrdinalIgnoreCase))
                {
                    http.Response.Headers.Vary = StringValues.Concat(vary, HeaderNames.Origin);
                }

                return Task.CompletedTask;
            });
            return next(http);
        });
        app.UseCors();
    }

    private static string[] Origins(string? configured, Site site)
    {
        var origins = configured?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        return origins.Length > 0 ? [.. origins.Select(origin => origin.TrimEnd('/'))] : [new Uri(site.FrontendUrl).GetLeftPart(UriPartial.Authority)];
    }
}
