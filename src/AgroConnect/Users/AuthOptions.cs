namespace AgroConnect.Users;

/// <summary>Settings under <c>Auth:</c>; those with Djoser's names do what they do there (auth.md, 8).</summary>
public sealed class AuthOptions
{
    public const string Section = "Auth";

    /// <summary>HS256 secret of at least 32 bytes, or a PEM private key for RS256 or ES256.</summary>
    public string SigningKey { get; set; } = "";

    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromMinutes(30);

    public TimeSpan RefreshTokenLifetime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long the reuse of a rotated token counts as two tabs, not as theft.</summary>
    public TimeSpan RefreshReuseGrace { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Lifetime of every mailed link.</summary>
    public TimeSpan PasswordResetTimeout { get; set; } = TimeSpan.FromDays(3);

    /// <summary>Djoser's SEND_ACTIVATION_EMAIL.</summary>
    public bool RequireEmailActivation { get; set; } = true;

    public bool UserCreatePasswordRetype { get; set; }

    public bool SetPasswordRetype { get; set; }

    public bool PasswordResetConfirmRetype { get; set; }

    public bool SetUsernameRetype { get; set; }

    public bool UsernameResetConfirmRetype { get; set; }

    public bool PasswordResetShowEmailNotFound { get; set; }

    public bool UsernameResetShowEmailNotFound { get; set; }

    public bool SendConfirmationEmail { get; set; }

    public bool PasswordChangedEmailConfirmation { get; set; }

    public bool UsernameChangedEmailConfirmation { get; set; }

    public bool HideUsers { get; set; } = true;

    /// <summary>Relative to <c>Site:FrontendUrl</c>, with <c>{uid}</c> and <c>{token}</c>.</summary>
    public string ActivationUrl { get; set; } = "activate/{uid}/{token}";

    public string PasswordResetUrl { get; set; } = "password/reset/confirm/{uid}/{token}";

    public string EmailResetUrl { get; set; } = "email/reset/confirm/{uid}/{token}";

    /// <summary>How many links of each kind are mailed to one address in an hour; more are asked for in vain.</summary>
    [System.ComponentModel.DataAnnotations.Range(1, 1000)]
    public int MailsPerHour { get; set; } = 10;

    public bool ShowsEmailNotFound => PasswordResetShowEmailNotFound || UsernameResetShowEmailNotFound;
}

/// <summary>Settings under <c>Admin:</c>: the first staff user, made at start when there is none.</summary>
public sealed class AdminOptions
{
    public const string Section = "Admin";

    public string Email { get; set; } = "";

    public string Password { get; set; } = "";
}
