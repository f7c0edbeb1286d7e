using AgroConnect.Email;
using AgroConnect.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;

namespace AgroConnect.Tests.Email;

/// <summary>What other people's mail programs get to read.</summary>
public sealed class MessageFormat : IAsyncLifetime
{
    private static readonly string Token = new('x', 300);

    private readonly TestDatabase _database = TestDatabase.Create();
    private readonly FakeSmtp _smtp = new();
    private MailNode _node = null!;

    public async ValueTask InitializeAsync() => _node = await MailNode.StartAsync(_database, _smtp);

    public async ValueTask DisposeAsync()
    {
        await _smtp.DisposeAsync();
        await _node.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_message_has_text_first_and_HTML_second_and_the_headers_of_an_automatic_mail()
    {
        await _node.AddMail("ann@example.com", body: "https://market.example/activate/NA/" + Token);
        await _node.SendDue();

        var raw = Assert.Single(_smtp.Accepted);
        Assert.Equal("AgroConnect <no-reply@market.example>", raw.Header("From"));
        Assert.Equal("ann@example.com", raw.Header("To"));
        Assert.Equal("auto-generated", raw.Header("Auto-Submitted"));
        Assert.Equal(MailNode.SubjectOf("Hello"), raw.Header("Subject"));
        Assert.Equal("Wed, 25 Nov 2026 08:00:00 +0000", raw.Header("Date"));
        Assert.Matches("^<[0-9a-f]{32}@market.example>$", raw.MessageId);
        Assert.Contains("\r\nhttps://market.example/activate/NA/" + Token + "\r\n", raw.Raw, StringComparison.Ordinal);

        using var message = raw.Parse();
        var parts = Assert.IsType<MultipartAlternative>(message.Body);
        Assert.Equal(["text/plain", "text/html"], parts.Select(part => part.ContentType.MimeType));
    }

    [Fact]
    public async Task Every_script_survives_in_subject_name_and_body()
    {
        await _node.AddMail(name: "Åsa آمنہ 李", subject: "Bestellung für आम – 芒果 🍋", body: "سلام، नमस्ते, Grüße");
        await _node.SendDue();

        var raw = Assert.Single(_smtp.Accepted);
        Assert.All(raw.Head(), character => Assert.True(char.IsAscii(character)));
        using var message = raw.Parse();
        Assert.Equal(MailNode.SubjectOf("Bestellung für आम – 芒果 🍋"), message.Subject);
        Assert.Equal("Åsa آمنہ 李", Assert.Single(message.To.Mailboxes).Name);
        var rendered = Rendered("Bestellung für आम – 芒果 🍋", "سلام، नमस्ते, Grüße");
        Assert.Contains("\nسلام، नमस्ते, Grüße\n", rendered.Text, StringComparison.Ordinal);
        Assert.Equal((rendered.Text.Trim(), rendered.Html.Trim()), (Unix(message.TextBody!), Unix(message.HtmlBody!)));
    }

    [Theory]
    [InlineData("Ann\r\nBcc: victim@example.com")]
    [InlineData("Ann\nBcc: victim@example.com")]
    [InlineData("Ann\r\n\r\nBcc: victim@example.com")]
    [InlineData("\"Ann\" <victim@example.com>, \r\n Bcc: victim@example.com")]
    [InlineData("Ann\u2028Bcc: victim@example.com\0")]
    public async Task Line_breaks_in_a_name_or_a_subject_add_no_header_and_no_recipient(string text)
    {
        await _node.AddMail("ann@example.com", name: text, subject: text);
        await _node.SendDue();

        var raw = Assert.Single(_smtp.Accepted);
        Assert.Equal("ann@example.com", raw.Recipient);
        using var message = raw.Parse();
        Assert.Empty(message.Bcc);
        Assert.Equal("ann@example.com", Assert.Single(message.To.Mailboxes).Address);

        // The text may name whom it likes on a line of its own.
        var rendered = Rendered(text, MailNode.Body);
        Assert.Equal(BccLines(rendered.Text) + BccLines(rendered.Html), BccLines(raw.Raw));
        Assert.Equal(0, BccLines(raw.Head()));
        Assert.Equal(MailNode.SubjectOf(MailTexts.OneLine(text)), message.Subject);
    }

    private MailContent Rendered(string subject, string body) => _node.Services.GetRequiredService<MailTemplates>().Render(MailNode.Draft(subject, body));

    private static string Unix(string text) => text.ReplaceLineEndings("\n").Trim();

    private static int BccLines(string text) => text.Split('\n').Count(line => line.StartsWith("Bcc", StringComparison.OrdinalIgnoreCase));

    [Fact]
    public async Task Without_a_mail_server_each_message_is_a_file_and_no_half_one_is_left()
    {
        await using var node = await MailNode.StartAsync(_database, smtp: null, _node.Clock);
        var id = await node.AddMail("ann@example.com", "Ann", "Grüße");
        await node.AddMail("bob@example.com", body: Token);

        await node.SendDue();

        var files = Directory.GetFiles(Path.Combine(_database.Directory, "mail"));
        Assert.Equal(2, files.Length);
        Assert.All(files, file => Assert.Equal(".eml", Path.GetExtension(file)));
        Assert.Contains(files, file => File.ReadAllText(file).Contains($"\r\n{Token}\r\n", StringComparison.Ordinal));
        var messages = files.Select(file => MimeMessage.Load(file)).ToList();
        var toAnn = messages.Single(message => message.To.Mailboxes.Single().Address == "ann@example.com");
        Assert.Equal((MailNode.SubjectOf("Grüße"), (await node.Mail(id)).MessageId), (toAnn.Subject, toAnn.MessageId));
        Assert.Equal(MailState.Sent, (await node.Mail(id)).State);
        messages.ForEach(message => message.Dispose());
    }
}
