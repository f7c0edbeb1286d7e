using System.Net;
using System.Text.RegularExpressions;
using AgroConnect.Web;

namespace AgroConnect.Users;

/// <summary>What counts as an e-mail address, and when two are the same (auth.md, 1; Django's EmailValidator).</summary>
internal static partial class EmailAddress
{
    public const int Longest = 254;

    /// <summary>Reads an address that is to be registered or mailed to.</summary>
    public static string ReadEmail(this Fields fields, string name)
    {
        var email = fields.Text(name, Longest);
        if (fields.Has(name) && email.Length > 0 && email.EnumerateRunes().Count() <= Longest && !email.Contains('\0') && !IsValid(email))
        {
            fields.Error(name, "Enter a valid email address.");
        }

        return email;
    }

    public static bool IsValid(string email)
    {
        var at = email.LastIndexOf('@');
        if (at <= 0 || !(DotAtom().IsMatch(email[..at]) || QuotedString().IsMatch(email[..at])))
        {
            return false;
        }

        var domain = email[(at + 1)..];
        return domain == "localhost"
            || Domain().IsMatch(domain)
            || (domain is ['[', .., ']'] && IsIpAddress(domain[1..^1]));
    }

    /// <summary>The domain in lower case, the local part as it is.</summary>
    public static string WithLowerDomain(string email) =>
        email.LastIndexOf('@') is >= 0 and var at ? email[..at] + email[at..].ToLowerInvariant() : email;

    /// <summary>What two addresses of one account have in common: Ann@x.com and ann@x.com are one here.</summary>
    public static string Normalised(string email) => email.Normalize().ToUpperInvariant();

    /// <summary>As Python reads one; .NET also takes <c>127.1</c>, octal numbers, ports and scopes.</summary>
    private static bool IsIpAddress(string text) => IPAddress.TryParse(text, out var address)
        && (text.Contains(':') ? !text.AsSpan().ContainsAny("[]%") : address.ToString() == text);

    [GeneratedRegex(@"^[-!#$%&'*+/=?^_`{}|~0-9A-Z]+(\.[-!#$%&'*+/=?^_`{}|~0-9A-Z]+)*\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex DotAtom();

    [GeneratedRegex("^\"([\\x01-\\x08\\x0b\\x0c\\x0e-\\x1f!#-\\[\\]-\\x7f]|\\\\[\\x01-\\x09\\x0b\\x0c\\x0e-\\x7f])*\"\\z", RegexOptions.CultureInvariant)]
    private static partial Regex QuotedString();

    [GeneratedRegex(@"^((?:[A-Z0-9](?:[A-Z0-9-]{0,61}[A-Z0-9])?\.)+)(?:[A-Z0-9-]{2,63}(?<!-))\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Domain();
}
