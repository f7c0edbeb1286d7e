using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AgroConnect.Web;
using MimeKit;
using static AgroConnect.Email.Development.DevelopmentPage;

namespace AgroConnect.Email.Development;

/// <summary><c>/dev/mail/</c>: the mails that the file transport has written, newest first.</summary>
internal static partial class Mailbox
{
    private const int Shown = 50;

    public static void Map(WebApplication app)
    {
        var mailbox = app.MapGroup("/dev/mail").ExcludeFromDescription();
        mailbox.MapGet("/", ListAsync);
        mailbox.MapGet("/{id}/", ShowAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext http, DataDirectory data, CancellationToken ct)
    {
        var directory = FileMailTransport.DirectoryIn(data);
        var newest = !Directory.Exists(directory) ? []
            : Directory.EnumerateFiles(directory, "*.eml").Select(file => Path.GetFileNameWithoutExtension(file))
                .Where(id => Id().IsMatch(id)).OrderDescending(StringComparer.Ordinal).Take(Shown);
        var rows = new StringBuilder();
        foreach (var id in newest)
        {
            using var mail = await MimeMessage.LoadAsync(Path.Combine(directory, id + ".eml"), ct);
            rows.Append(CultureInfo.InvariantCulture, $"""
                <tr><td>{TimeOf(mail)}</td><td>{Encode(mail.To.ToString())}</td><td><a href="/dev/mail/{id}/">{Encode(mail.Subject ?? "")}</a></td></tr>
                """);
        }

        return Show(
            http,
            "Mailbox",
            $"""
            <p><a href="/">Start</a></p>
            <h1>Mailbox</h1>
            <p class="faint">The newest {Shown} mails in {Encode(directory)}</p>
            {(rows.Length == 0 ? "<p>No mail yet.</p>" : $"<table><tr><th>Sent</th><th>To</th><th>Subject</th></tr>{rows}</table>")}
            """);
    }

    private static async Task<IResult> ShowAsync(string id, HttpContext http, DataDirectory data, CancellationToken ct)
    {
        // The pattern keeps paths out.
        var file = Path.Combine(FileMailTransport.DirectoryIn(data), id + ".eml");
        if (!Id().IsMatch(id) || !File.Exists(file))
        {
            return TypedResults.NotFound();
        }

        using var mail = await MimeMessage.LoadAsync(file, ct);

        // Without scripts and out of our origin; links open in a tab of their own, since they can't in the frame.
        var html = Encode("""<base target="_blank">""" + (mail.HtmlBody ?? ""));
        return Show(
            http,
            mail.Subject ?? "",
            $"""
            <p><a href="/dev/mail/">Mailbox</a></p>
            <h1>{Encode(mail.Subject ?? "")}</h1>
            <p class="faint">{TimeOf(mail)} from {Encode(mail.From.ToString())} to {Encode(mail.To.ToString())}</p>
            <div class="parts">
            <section class="card"><h2>HTML</h2><iframe title="HTML part" sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="{html}"></iframe></section>
            <section class="card"><h2>Text</h2><pre>{Encode(mail.TextBody ?? "")}</pre></section>
            </div>
            """);
    }

    private static string TimeOf(MimeMessage mail) => mail.Date.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\A[0-9]{8}T[0-9]{9}Z-[0-9a-f]{32}\z")]
    private static partial Regex Id();
}
