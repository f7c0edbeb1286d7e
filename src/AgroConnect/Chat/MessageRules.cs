namespace AgroConnect.Chat;

/// <summary>What a message may hold, the same on the socket and in HTTP.</summary>
internal static class MessageRules
{
    public const int LongestText = 4_000;
    public const int LongestClientId = 64;
    public const int MostImages = 10;

    /// <summary>Trims a text and checks it.</summary>
    /// <param name="text">As it came.</param>
    /// <param name="images">How many pictures go with it.</param>
    /// <param name="trimmed">As it is to be stored.</param>
    /// <returns>What is wrong with it, or null.</returns>
    public static string? CheckText(string text, int images, out string trimmed)
    {
        trimmed = text.Trim();
        return trimmed.Length == 0 && images == 0 ? "This field may not be blank."
            : IsLongerThan(trimmed, LongestText) ? $"Ensure this field has no more than {LongestText} characters."
            : CheckCharacters(trimmed);
    }

    /// <returns>What is wrong with it, or null.</returns>
    public static string? CheckClientId(string clientId) =>
        clientId.Length == 0 ? "This field may not be blank."
        : IsLongerThan(clientId, LongestClientId) ? $"Ensure this field has no more than {LongestClientId} characters."
        : CheckCharacters(clientId);

    /// <summary>Both databases refuse NUL, and neither can keep half of a surrogate pair.</summary>
    private static string? CheckCharacters(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return "Null characters are not allowed.";
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[++i])))
            {
                return "Not a valid string.";
            }
        }

        return null;
    }

    private static bool IsLongerThan(string text, int most)
    {
        // Code points: a pair of surrogates is one.
        if (text.Length <= most)
        {
            return false;
        }

        var count = 0;
        foreach (var unit in text)
        {
            count += char.IsLowSurrogate(unit) ? 0 : 1;
        }

        return count > most;
    }
}
