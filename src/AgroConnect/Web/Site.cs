using System.Text.RegularExpressions;
using AgroConnect.Data;
using Microsoft.Extensions.Options;

namespace AgroConnect.Web;

/// <summary>Settings under <c>Site:</c>.</summary>
public sealed class SiteOptions
{
    public const string Section = "Site";

    public string Name { get; set; } = "AgroConnect";

    /// <summary>Where clients reach the API; empty: the first of <c>urls</c>.</summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>Where the front end lives, for links in mails; empty: <see cref="PublicUrl"/>.</summary>
    public string FrontendUrl { get; set; } = "";

    /// <summary>ISO 4217 code of the one currency.</summary>
    public string Currency { get; set; } = "USD";

    /// <summary>Comma list of addresses and networks whose <c>X-Forwarded-*</c> headers are believed, beside this machine's.</summary>
    public string TrustedProxies { get; set; } = "";
}

/// <summary>Name, addresses and currency of this market, with their defaults filled in.</summary>
public sealed partial class Site(IOptions<SiteOptions> options, IConfiguration configuration)
{
    public string Name => options.Value.Name;

    public string PublicUrl { get; } =
        First(options.Value.PublicUrl, Listening(configuration["urls"]), "http://localhost:5080");

    public string FrontendUrl { get; } =
        First(options.Value.FrontendUrl, options.Value.PublicUrl, Listening(configuration["urls"]), "http://localhost:5080");

    public Currency Currency { get; } = Currency.FromCode(options.Value.Currency);

    internal static void Add(WebApplicationBuilder builder)
    {
        builder.AddValidatedOptions<SiteOptions>(SiteOptions.Section)
            .Validate(
                site => CurrencyCode().IsMatch(site.Currency),
                $"Site:Currency is '{builder.Configuration["Site:Currency"]}': accepted is an ISO 4217 code of three capital letters, such as 'USD'.")
            .Validate(
                _ => builder.Configuration["urls"] is not { Length: > 0 } urls || Array.TrueForAll(urls.Split(';'), url => Parse(url) is not null),
                $"urls is '{builder.Configuration["urls"]}': accepted are addresses such as 'http://localhost:5080', with ';' between them.")
            .Validate(
                site => IsUrlOrEmpty(site.PublicUrl) && IsUrlOrEmpty(site.FrontendUrl),
                $"Site:PublicUrl '{builder.Configuration["Site:PublicUrl"]}' or Site:FrontendUrl '{builder.Configuration["Site:FrontendUrl"]}': "
                + "accepted is an absolute address, such as 'https://market.example.org'.")
            .Validate(
                site => Networks.Read(site.TrustedProxies).Wrong is null,
                $"Site:TrustedProxies holds '{Networks.Read(builder.Configuration["Site:TrustedProxies"]).Wrong}': "
                + "accepted are addresses and networks, such as '10.0.0.0/8'.");
        builder.Services.AddSingleton<Site>();
    }

    private static bool IsUrlOrEmpty(string url) =>
        url.Length == 0 || (Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https");

    /// <summary>The first of <c>urls</c> as a client on this machine would write it: "every address" is no host to go to.</summary>
    private static string? Listening(string? urls)
    {
        if (urls is null || Parse(urls.Split(';')[0]) is not { } address)
        {
            return null;
        }

        var host = address.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "localhost" : address.Host;
        return new UriBuilder(address.Scheme, host, address.Port).Uri.GetLeftPart(UriPartial.Authority);
    }

    private static BindingAddress? Parse(string url)
    {
        try
        {
            return BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string First(params ReadOnlySpan<string?> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (!string.IsNullOrWhiteSpace(candidate))
            {
                return candidate.TrimEnd('/');
            }
        }

        throw new InvalidOperationException("No address given.");
    }

    [GeneratedRegex("^[A-Z]{3}$")]
    private static partial Regex CurrencyCode();
}

internal static class RequestAddress
{
    /// <summary>Scheme and host as the client used them, through any proxy that is trusted; no slash at the end.</summary>
    public static string BaseUrl(this HttpRequest request) => $"{request.Scheme}://{request.Host}";
}
