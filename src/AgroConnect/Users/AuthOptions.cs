namespace AgroConnect.Users;

/// <summary>Settings under <c>Auth:</c>.</summary>
public sealed class AuthOptions
{
    public const string Section = "Auth";

    /// <summary>HS256 secret of at least 32 bytes, or a PEM private key for RS256 or ES256.</summary>
    public string SigningKey { get; set; } = "";

    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromMinutes(30);

    public TimeSpan RefreshTokenLifetime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long the reuse of a rotated token counts as two tabs, not as theft.</summary>
    public TimeSpan RefreshReuseGrace { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>Settings under <c>Admin:</c>: the first staff user, made at start when there is none.</summary>
public sealed class AdminOptions
{
    public const string Section = "Admin";

    public string Email { get; set; } = "";

    public string Password { get; set; } = "";
}
