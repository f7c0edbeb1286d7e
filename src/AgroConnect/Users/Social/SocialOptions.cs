using AgroConnect.Web;
using Microsoft.Extensions.Options;

namespace AgroConnect.Users.Social;

/// <summary>Settings under <c>Social:</c>. A provider is on when its id is set.</summary>
public sealed class SocialOptions
{
    public const string Section = "Social";

    /// <summary>Where a provider may send people back to, literally; a comma list or an array.</summary>
    public string[] RedirectUris { get; set; } = [];

    public GoogleOptions Google { get; set; } = new();

    public FacebookOptions Facebook { get; set; } = new();

    internal static void Add(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<SocialOptions>, SocialOptionsRules>();
        builder.AddValidatedOptions<SocialOptions>(Section).Configure<IConfiguration>((social, configuration) =>
        {
            // The binder reads an array alone.
            if (configuration[$"{Section}:RedirectUris"] is { Length: > 0 } list)
            {
                social.RedirectUris = list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            }
        });
    }
}

/// <summary>Settings under <c>Social:Google:</c>.</summary>
public sealed class GoogleOptions
{
    public string ClientId { get; set; } = "";

    public string ClientSecret { get; set; } = "";

    /// <summary>Where the discovery document is; everything else about the provider is read from it.</summary>
    public string Authority { get; set; } = "https://accounts.google.com";
}

/// <summary>Settings under <c>Social:Facebook:</c>. The version is part of the addresses; Facebook ends one after about two years.</summary>
public sealed class FacebookOptions
{
    public string AppId { get; set; } = "";

    public string AppSecret { get; set; } = "";

    public string GraphUrl { get; set; } = "https://graph.facebook.com/v24.0";

    public string DialogUrl { get; set; } = "https://www.facebook.com/v24.0/dialog/oauth";
}

internal sealed class SocialOptionsRules : IValidateOptions<SocialOptions>
{
    public ValidateOptionsResult Validate(string? name, SocialOptions options)
    {
        List<string> failures = [.. Failures(options)];
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> Failures(SocialOptions social)
    {
        if (social.RedirectUris.FirstOrDefault(uri => !IsAddress(uri) || uri.Contains('#', StringComparison.Ordinal)) is { } wrong)
        {
            yield return $"Social:RedirectUris holds '{wrong}': accepted are absolute addresses without a fragment, such as 'https://market.example.org/auth/google'.";
        }

        if (social.Google.ClientId.Length > 0 && social.Google.ClientSecret.Length == 0)
        {
            yield return "Social:Google:ClientSecret is empty: with Social:Google:ClientId it is the secret of that client.";
        }

        if (social.Facebook.AppId.Length > 0 && social.Facebook.AppSecret.Length == 0)
        {
            yield return "Social:Facebook:AppSecret is empty: with Social:Facebook:AppId it is the secret of that app.";
        }

        foreach (var (name, url, example) in new[]
        {
            ("Google:Authority", social.Google.Authority, "https://accounts.google.com"),
            ("Facebook:GraphUrl", social.Facebook.GraphUrl, "https://graph.facebook.com/v24.0"),
            ("Facebook:DialogUrl", social.Facebook.DialogUrl, "https://www.facebook.com/v24.0/dialog/oauth"),
        })
        {
            if (!IsAddress(url))
            {
                yield return $"Social:{name} is '{url}': accepted is an absolute address, such as '{example}'.";
            }
        }
    }

    private static bool IsAddress(string url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https";
}
