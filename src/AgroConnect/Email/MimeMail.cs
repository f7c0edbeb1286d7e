using MimeKit;
using MimeKit.Text;

namespace AgroConnect.Email;

internal static class MimeMail
{
    /// <summary>The mail as it goes over the wire (RFC 5322); the same bytes at every attempt, but for the boundary.</summary>
    /// <exception cref="ParseException">The address is none.</exception>
    public static MimeMessage Build(OutboxMail mail, MailContent content, MailboxAddress from)
    {
        var message = new MimeMessage { MessageId = mail.MessageId, Date = mail.CreatedAt, Subject = content.Subject };
        message.From.Add(from);
        message.To.Add(new MailboxAddress(mail.ToName, mail.To));

        // RFC 3834: keeps holiday notices from answering.
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");

        // The last part is the one that readers prefer (RFC 2046, 5.1.4).
        message.Body = new MultipartAlternative(new TextPart(TextFormat.Plain) { Text = content.Text }, new TextPart(TextFormat.Html) { Text = content.Html });
        return message;
    }
}
