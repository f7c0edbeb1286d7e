using System.Collections.Frozen;
using System.Globalization;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace AgroConnect.Web;

/// <summary>
/// The pages for people (<c>web/</c>), as files beside the program: what no route answers is a file of theirs, or, when a browser
/// asks for a page, their one HTML page.
/// </summary>
internal static class WebClientFiles
{
    private const string Page = "index.html";

    /// <summary>Nothing under these is a page: what is unknown there is unknown to programs too.</summary>
    private static readonly PathString[] _notPages =
        ["/api", "/media", "/ws", "/openapi", "/asyncapi", "/docs", "/health", "/metrics", "/dev", "/assets"];

    private const string HowToGetThem =
        "This server was built without the pages for people. Install Node.js 20.19 or later and build it again (dotnet build, dotnet run or dotnet publish).\n"
        + "The API is there all the same: /docs/ shows it.\n";

    public static void UseWebClient(this WebApplication app)
    {
        var files = Find(Path.Combine(AppContext.BaseDirectory, "web"));
        var policy = Policy(app.Configuration);
        app.Use(async (http, next) =>
        {
            var request = http.Request;
            if (http.GetEndpoint() is not null || !HttpMethods.IsGet(request.Method))
            {
                await next(http);
            }
            else if (files.TryGetValue(request.Path.Value![1..], out var file))
            {
                await SendAsync(http, file, policy);
            }
            else if (!IsForPage(request))
            {
                await next(http);
            }
            else if (FirstVisit(files, http) is { } prepared)
            {
                await SendAsync(http, prepared, policy);
            }
            else if (files.TryGetValue(Page, out var page))
            {
                await SendAsync(http, page, policy);
            }
            else if (request.Path == "/")
            {
                await Results.Text(HowToGetThem).ExecuteAsync(http);
            }
            else
            {
                await next(http);
            }
        });
    }

    private sealed record ClientFile(string Path, string ContentType, bool IsHashed, bool HasBrotli, bool HasGzip);

    private static FrozenDictionary<string, ClientFile> Find(string folder)
    {
        var types = new FileExtensionContentTypeProvider { Mappings = { [".webmanifest"] = "application/manifest+json" } };
        return !Directory.Exists(folder) ? FrozenDictionary<string, ClientFile>.Empty
            : Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Where(path => Path.GetExtension(path) is not (".br" or ".gz"))
                .Select(path => (Path: path, Name: Path.GetRelativePath(folder, path).Replace('\\', '/')))
                .ToFrozenDictionary(
                    file => file.Name,
                    file => new ClientFile(
                        file.Path, types.TryGetContentType(file.Path, out var type) ? type : "application/octet-stream",
                        file.Name.StartsWith("assets/", StringComparison.Ordinal), File.Exists(file.Path + ".br"), File.Exists(file.Path + ".gz")));
    }

    /// <summary>
    /// The pages that strangers open first stand prepared in each language, with something to see before their scripts are there
    /// (<c>web/scripts/prerender.mjs</c>). Whoever comes again has a service worker, which keeps the common page and asks for none of these.
    /// </summary>
    private static ClientFile? FirstVisit(FrozenDictionary<string, ClientFile> files, HttpContext http)
    {
        var path = http.Request.Path;
        var name = http.Request.QueryString.HasValue ? null
            : path == "/" ? "home"
            : path == "/products" ? "market"
            : path.StartsWithSegments("/products", out var id) && long.TryParse(id.Value.AsSpan().TrimStart('/'), NumberStyles.None, null, out _) ? "product"
            : null;
        if (name is null)
        {
            return null;
        }

        if (name == "product")
        {
            // Like the links in the prepared pages: asked for while the scripts still come.
            http.Response.Headers.Link = $"</api{path.Value!.TrimEnd('/')}/>; rel=preload; as=fetch; crossorigin";
        }

        http.Response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptLanguage);
        return http.Request.GetTypedHeaders().AcceptLanguage
            .OrderByDescending(language => language.Quality ?? 1)
            .Select(language => language.Value.Value!.Split('-')[0].ToLowerInvariant())
            .Append("en")
            .Select(language => files.GetValueOrDefault($"first/{language}/{name}.html"))
            .FirstOrDefault(file => file is not null);
    }

    private static bool IsForPage(HttpRequest request) =>
        !Array.Exists(_notPages, path => request.Path.StartsWithSegments(path))
        && (request.Path == "/" || MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)
            && accepted.Any(type => type.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase)));

    private static Task SendAsync(HttpContext http, ClientFile file, string policy)
    {
        var headers = http.Response.Headers;

        // A name with a hash never means anything else; every other name is asked for again, which costs a 304.
        headers.CacheControl = file.IsHashed ? "public, max-age=31536000, immutable" : "no-cache";
        if (!file.IsHashed)
        {
            // A service worker fetches and imports under the policy of its own script.
            headers.ContentSecurityPolicy = policy;
        }

        var path = file.Path;
        if (file.HasBrotli || file.HasGzip)
        {
            headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
            var encoding = file.HasBrotli && Takes(http.Request, "br") ? "br" : file.HasGzip && Takes(http.Request, "gzip") ? "gzip" : null;
            if (encoding is not null)
            {
                headers.ContentEncoding = encoding;
                path += encoding == "br" ? ".br" : ".gz";
            }
        }

        // The compressed bytes are another representation: the tag follows the file that is sent.
        var info = new FileInfo(path);
        var tag = new EntityTagHeaderValue($"\"{info.LastWriteTimeUtc.Ticks:x}-{info.Length:x}\"");
        var type = file.ContentType.StartsWith("text/", StringComparison.Ordinal) ? file.ContentType + "; charset=utf-8" : file.ContentType;
        return Results.File(path, type, entityTag: tag).ExecuteAsync(http);
    }

    private static bool Takes(HttpRequest request, string encoding) =>
        StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var accepted)
        && accepted.Any(value => value.Value.Equals(encoding, StringComparison.OrdinalIgnoreCase) && value.Quality is not 0);

    /// <summary>
    /// Nothing runs and nothing is fetched but ours; pictures may also come from where they are delivered, and Stripe's form, with the
    /// pages of banks in it, from Stripe (docs.stripe.com/security/guide), where buyers pay by card.
    /// </summary>
    private static string Policy(IConfiguration configuration)
    {
        var delivery = string.IsNullOrEmpty(configuration["Images:Cloudinary:Url"]) ? ""
            : Uri.TryCreate(configuration["Images:Cloudinary:DeliveryUrl"], UriKind.Absolute, out var url) ? " " + url.GetLeftPart(UriPartial.Authority)
            : " https://res.cloudinary.com";
        var (script, calls, frames) = string.IsNullOrEmpty(configuration["Payments:Stripe:PublishableKey"]) ? ("", "", "")
            : (" https://js.stripe.com https://*.js.stripe.com", " https://api.stripe.com", "frame-src https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com; ");
        return $"default-src 'none'; script-src 'self'{script}; style-src 'self'; font-src 'self'; connect-src 'self'{calls}; {frames}manifest-src 'self'; worker-src 'self'; "
            + $"img-src 'self' data: blob:{delivery}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    }
}
