using System.Text.RegularExpressions;
using MimeKit;

namespace AgroConnect.Tests.Users;

/// <summary>The mails that the product wrote to files, as their receivers open them.</summary>
internal static partial class Mailbox
{
    /// <summary>All mails to an address once there are so many; fewer after ten seconds are returned as they are.</summary>
    public static async Task<IReadOnlyList<MimeMessage>> MailsTo(this App app, string address, int count = 1)
    {
        for (var tries = 0; ; tries++)
        {
            var mails = Read(app, address);
            if (mails.Count >= count || tries == 200)
            {
                return mails;
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>How many mails there are once the outbox is empty, for tests that want none.</summary>
    public static async Task<int> CountMailsTo(this App app, string address)
    {
        // A mail to somebody else, asked for later, has overtaken nothing.
        var probe = $"probe{Guid.NewGuid():N}@example.com";
        await app.Register(probe);
        Assert.Single(await app.MailsTo(probe));
        return Read(app, address).Count;
    }

    /// <summary>uid and token of the link in the newest mail.</summary>
    public static async Task<(string Uid, string Token)> LinkTo(this App app, string address, int count = 1)
    {
        var mail = (await app.MailsTo(address, count))[^1];
        var link = Link().Match(mail.TextBody ?? "");
        Assert.True(link.Success, mail.TextBody);
        return (link.Groups[1].Value, link.Groups[2].Value);
    }

    private static List<MimeMessage> Read(App app, string address)
    {
        var folder = Path.Combine(app.Database.Directory, "mail");
        return Directory.Exists(folder)
            ? [.. new DirectoryInfo(folder).EnumerateFiles("*.eml").OrderBy(file => file.LastWriteTimeUtc).Select(file => MimeMessage.Load(file.FullName))
                .Where(mail => mail.To.Mailboxes.Any(to => to.Address == address))]
            : [];
    }

    [GeneratedRegex(@"^https://market\.example/[a-z/]+/([^/\s]+)/([^/\s]+)\r?$", RegexOptions.Multiline)]
    private static partial Regex Link();
}
