using System.Text.Encodings.Web;

namespace AgroConnect.Email.Development;

/// <summary>The frame of the pages that only developers see: self-contained HTML, no script.</summary>
internal static class DevelopmentPage
{
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data: https:; frame-src 'self'; frame-ancestors 'none'";

    private const string Style = """
        :root { color-scheme: light dark; --ink: #1d2a20; --paper: #f6f8f4; --card: #fff; --line: #dbe3d8; --leaf: #2c7a3f; --faint: #5f6f63; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6efe7; --paper: #141a16; --card: #1d2620; --line: #334038; --leaf: #7fd394; --faint: #9db0a2; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
        main { max-width: 72rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
        h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1rem; margin: 0 0 .5rem; }
        p { margin: 0 0 1rem; } .faint { color: var(--faint); }
        a { color: var(--leaf); }
        .cards { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); margin-top: 1.5rem; }
        .card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem 1.25rem; min-width: 0; }
        a.card { display: block; color: inherit; text-decoration: none; } a.card:hover { border-color: var(--leaf); } a.card b { color: var(--leaf); }
        table { width: 100%; border-collapse: collapse; background: var(--card); } td, th { text-align: left; padding: .5rem .75rem; border-bottom: 1px solid var(--line); }
        pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: .875rem/1.5 ui-monospace, monospace; }
        iframe { width: 100%; height: 36rem; border: 0; border-radius: .5rem; background: #fff; color-scheme: light; }
        .parts { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(22rem, 1fr)); }
        """;

    /// <param name="http">The request, whose answer gets a policy that fits.</param>
    /// <param name="title">Plain text.</param>
    /// <param name="body">HTML.</param>
    public static IResult Show(HttpContext http, string title, string body)
    {
        http.Response.Headers.ContentSecurityPolicy = Policy;
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Content(
            $"""
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{Encode(title)}</title><style>{Style}</style></head>
            <body><main>{body}</main></body>
            </html>
            """,
            "text/html; charset=utf-8");
    }

    public static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
