using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgroConnect.Email;

/// <summary>Whom a mail goes to.</summary>
/// <param name="Address">One address, as the account has it.</param>
/// <param name="Name">Shown beside the address; empty for none. Leave it empty until the owner of the address has proven it:
/// whoever registers a foreign address could write to it in the name.</param>
public sealed record Recipient(string Address, string Name = "");

/// <summary>What a mail is rendered from, by <see cref="MailTemplates"/>, when it is sent: who causes a mail does not wait for that.</summary>
/// <param name="Template">Its name.</param>
/// <param name="Language">Such as <c>en</c> or <c>de-AT</c>; the nearest one that has the template, at last English.</param>
/// <param name="Model">A value for each key that the template uses: texts, numbers, times, and lists of such models.</param>
public sealed record MailDraft(string Template, string Language, IReadOnlyDictionary<string, object> Model)
{
    // Relaxed: it is read by nobody but this class, and a third as long in scripts other than Latin.
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        UnknownTypeHandling = JsonUnknownTypeHandling.JsonNode,
    };

    /// <summary>As the outbox keeps it.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Format);

    /// <exception cref="JsonException">It is none.</exception>
    public static MailDraft Parse(string json) => JsonSerializer.Deserialize<MailDraft>(json, Format)!;
}

/// <summary>What a mail says, rendered in full.</summary>
/// <param name="Subject">One line.</param>
/// <param name="Text">For programs that show no HTML.</param>
/// <param name="Html">A whole document.</param>
public sealed record MailContent(string Subject, string Text, string Html);

internal static class MailTexts
{
    /// <summary>A text as one line of a header: line breaks and other control characters become single blanks.</summary>
    public static string OneLine(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            var blank = char.IsControl(character) || character is ' ' or '\u2028' or '\u2029';
            if (!blank)
            {
                line.Append(character);
            }
            else if (line.Length > 0 && line[^1] != ' ')
            {
                line.Append(' ');
            }
        }

        return line.ToString().TrimEnd();
    }

    /// <summary>An address as logs may have it: <c>a***@example.com</c>.</summary>
    public static string Mask(string address)
    {
        var at = address.LastIndexOf('@');
        return at <= 0 ? "***" : $"{address[0]}***{address[at..]}";
    }
}
