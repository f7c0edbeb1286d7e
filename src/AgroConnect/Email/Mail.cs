using System.Text;

namespace AgroConnect.Email;

/// <summary>Whom a mail goes to.</summary>
/// <param name="Address">One address, as the account has it.</param>
/// <param name="Name">Shown beside the address; empty for none. Leave it empty until the owner of the address has proven it:
/// whoever registers a foreign address could write to it in the name.</param>
public sealed record Recipient(string Address, string Name = "");

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
