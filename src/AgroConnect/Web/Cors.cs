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

    private static string[] Origins(string? configured, Site site)
    {
        var origins = configured?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        return origins.Length > 0 ? origins : [new Uri(site.FrontendUrl).GetLeftPart(UriPartial.Authority)];
    }
}
