using System.Collections.Frozen;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace AgroConnect.Users;

/// <summary>The four validators of Django with their messages, in its order (auth.md, 5; django.contrib.auth.password_validation).</summary>
internal static partial class PasswordRules
{
    private const int Shortest = 8;
    private const double MostSimilar = 0.7;

    private static readonly Lazy<FrozenSet<string>> Common = new(LoadCommon);

    /// <param name="password">As it will be stored.</param>
    /// <param name="user">Whom it must not resemble; null when nobody is known yet.</param>
    /// <returns>The message of every rule that fails.</returns>
    public static List<string> Check(string password, User? user)
    {
        var messages = new List<string>();
        if (user is not null && Resembled(password, user) is { } attribute)
        {
            messages.Add($"The password is too similar to the {attribute}.");
        }

        if (password.EnumerateRunes().Count() < Shortest)
        {
            messages.Add($"This password is too short. It must contain at least {Shortest} characters.");
        }

        if (Common.Value.Contains(password.ToLowerInvariant().Trim()))
        {
            messages.Add("This password is too common.");
        }

        if (password.Length > 0 && password.EnumerateRunes().All(Rune.IsDigit))
        {
            messages.Add("This password is entirely numeric.");
        }

        return messages;
    }

    private static string? Resembled(string password, User user)
    {
        (string Value, string Name)[] attributes = [(user.FirstName, "first name"), (user.LastName, "last name"), (user.Email ?? "", "email address")];
        Rune[] letters = [.. password.ToLowerInvariant().EnumerateRunes()];
        foreach (var (value, name) in attributes)
        {
            var whole = value.ToLowerInvariant();
            if (NonWord().Split(whole).Append(whole).Any(piece => piece.Length > 0 && IsSimilar(letters, [.. piece.EnumerateRunes()])))
            {
                return name;
            }
        }

        return null;
    }

    /// <summary>Python's <c>SequenceMatcher.quick_ratio()</c>: letters in common as a bag, whatever their order.</summary>
    private static bool IsSimilar(Rune[] password, Rune[] piece)
    {
        // A long password may well hold a short name (Django skips these too).
        if (password.Length >= 10 * piece.Length)
        {
            return false;
        }

        var left = piece.GroupBy(letter => letter).ToDictionary(group => group.Key, group => group.Count());
        var common = 0;
        foreach (var letter in password)
        {
            if (left.GetValueOrDefault(letter) is > 0 and var count)
            {
                left[letter] = count - 1;
                common++;
            }
        }

        return 2d * common / (password.Length + piece.Length) >= MostSimilar;
    }

    private static FrozenSet<string> LoadCommon()
    {
        using var file = typeof(PasswordRules).Assembly.GetManifestResourceStream("AgroConnect.Users.common-passwords.txt.gz")!;
        using var text = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        return text.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToFrozenSet();
    }

    [GeneratedRegex(@"\W+")]
    private static partial Regex NonWord();
}
