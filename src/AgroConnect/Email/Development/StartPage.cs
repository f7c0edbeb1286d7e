using AgroConnect.Web;

namespace AgroConnect.Email.Development;

/// <summary><c>GET /dev/</c> in Development: where to go from here.</summary>
internal static class StartPage
{
    public static void Map(WebApplication app) => app.MapGet("/dev/", Show).ExcludeFromDescription();

    private static IResult Show(HttpContext http, Site site, IConfiguration configuration)
    {
        var mailbox = configuration["Email:Provider"] == "smtp" ? "" : Card("/dev/mail/", "Mailbox", "The mails that this server has sent, kept as files.");
        return DevelopmentPage.Show(
            http,
            site.Name,
            $"""
            <h1>{DevelopmentPage.Encode(site.Name)}</h1>
            <p class="faint">The server runs, in Development. This page and the mailbox are not there in Production.</p>
            <div class="cards">
            {Card("/", "Market", "The pages for buyers, farms and staff.")}
            {Card("/docs/", "API", "All routes, to read and to try out.")}
            {mailbox}
            {Card("/health/ready", "Health", "The services it stands on, and whether they answer.")}
            {Card("/openapi/v1.json", "OpenAPI document", "For generators of clients.")}
            {Card("/metrics", "Metrics", "For Prometheus.")}
            </div>
            """);
    }

    private static string Card(string address, string name, string text) => $"""<a class="card" href="{address}"><b>{name}</b><br>{text}</a>""";
}
