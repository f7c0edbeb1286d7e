namespace AgroConnect.Users.Social;

/// <summary>Knows where a provider's log-in page is, and whom a code from there stands for.</summary>
internal interface ISocialProvider
{
    /// <summary>As in our addresses and in <c>user_logins</c>.</summary>
    string Name { get; }

    bool IsOn { get; }

    /// <summary>Where the browser has to go.</summary>
    /// <param name="state">What comes back beside the code.</param>
    /// <param name="row">What we remember of it.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="ProviderException">The provider is down or talks nonsense.</exception>
    Task<string> AuthorizationUrlAsync(string state, SocialState row, CancellationToken ct);

    /// <summary>Exchanges a code. Once: it is spent by the attempt.</summary>
    /// <returns>Null when the provider refuses the code.</returns>
    /// <exception cref="ProviderException">The provider is down or talks nonsense.</exception>
    Task<SocialIdentity?> RedeemAsync(string code, SocialState row, CancellationToken ct);
}

/// <summary>A provider did not do its part. The text is for the log: it has none of the code, the secret or a token.</summary>
internal sealed class ProviderException(string message) : Exception(message);

/// <summary>Somebody as a provider knows them.</summary>
/// <param name="Provider">Its name.</param>
/// <param name="Subject">The provider's own id, which stays when the address changes.</param>
internal sealed record SocialIdentity(string Provider, string Subject)
{
    private const int LongestName = 150;

    /// <summary>Null when the provider names none that could be mailed to.</summary>
    public string? Email { get; private init; }

    /// <summary>Whether the provider itself runs this mailbox, so that nobody else can have it.</summary>
    public bool IsEmailProven { get; private init; }

    public string FirstName { get; private init; } = "";

    public string LastName { get; private init; } = "";

    public SocialIdentity WithEmail(string? email, bool isProven)
    {
        email = email?.Trim() ?? "";
        return email.Length <= EmailAddress.Longest && EmailAddress.IsValid(email)
            ? this with { Email = email, IsEmailProven = isProven }
            : this;
    }

    /// <summary>Takes both names, or cuts the full one at its first blank.</summary>
    public SocialIdentity WithNames(string? first, string? last, string? full)
    {
        if (string.IsNullOrWhiteSpace(first) && string.IsNullOrWhiteSpace(last))
        {
            var words = Clean(full).Split(' ', 2, StringSplitOptions.TrimEntries);
            (first, last) = (words[0], words.ElementAtOrDefault(1));
        }

        return this with { FirstName = Cut(Clean(first)), LastName = Cut(Clean(last)) };
    }

    private static string Clean(string? name) => new string([.. (name ?? "").Where(c => !char.IsControl(c))]).Trim();

    private static string Cut(string name) => name.Length <= LongestName ? name
        : char.IsHighSurrogate(name[LongestName - 1]) ? name[..(LongestName - 1)]
        : name[..LongestName];
}
