using System.Security.Cryptography;
using System.Text;
using AgroConnect.Data;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgroConnect.Users.Social;

/// <summary>A sign-in that has begun: what must be the same when the browser comes back. Several a browser, one a tab.</summary>
public sealed class SocialState
{
    /// <summary>Hash of the <c>state</c> parameter.</summary>
    public required string Id { get; init; }

    public required string Provider { get; init; }

    public required string RedirectUri { get; init; }

    /// <summary>The secret half of PKCE (RFC 7636).</summary>
    public required string CodeVerifier { get; init; }

    public required string Nonce { get; init; }

    /// <summary>Hash of the cookie of the browser that began.</summary>
    public required string Browser { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}

internal static class SocialTables
{
    extension(AppDbContext db)
    {
        public DbSet<SocialState> SocialStates => db.Set<SocialState>();
    }
}

internal sealed class SocialStateConfiguration : IEntityTypeConfiguration<SocialState>
{
    public void Configure(EntityTypeBuilder<SocialState> state)
    {
        state.ToTable("social_states");
        state.Property(s => s.Id).HasMaxLength(64);
        state.Property(s => s.Provider).HasMaxLength(30);
        state.Property(s => s.CodeVerifier).HasMaxLength(43);
        state.Property(s => s.Nonce).HasMaxLength(43);
        state.Property(s => s.Browser).HasMaxLength(64);
        state.HasIndex(s => s.Browser);
        state.HasIndex(s => s.ExpiresAt);
    }
}

/// <summary>Begins sign-ins and takes them up again, once each.</summary>
internal sealed class SocialStates(AppDbContext db, TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>A new state for a browser, not yet kept.</summary>
    public (string State, SocialState Row) New(string provider, string redirectUri, string browser)
    {
        var state = NewSecret();
        return (state, new SocialState
        {
            Id = Hash(state),
            Provider = provider,
            RedirectUri = redirectUri,
            CodeVerifier = NewSecret(),
            Nonce = NewSecret(),
            Browser = Hash(browser),
            ExpiresAt = clock.GetUtcNow() + Lifetime,
        });
    }

    /// <summary>Keeps a state, and drops those whose people never came back.</summary>
    public async Task KeepAsync(SocialState row, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await db.SocialStates.Where(state => state.ExpiresAt < now).ExecuteDeleteAsync(ct);
        db.SocialStates.Add(row);
        await db.SaveChangesAsync(ct);
    }

    /// <summary>Takes a state away, whoever shows it and whatever becomes of it: who has seen it may show it again.</summary>
    /// <returns>Null when there is none, or somebody else was faster.</returns>
    public async Task<SocialState?> SpendAsync(string state, CancellationToken ct)
    {
        var (id, now) = (Hash(state), clock.GetUtcNow());
        var row = await db.SocialStates.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, ct);
        return row is not null && await db.SocialStates.Where(s => s.Id == id).ExecuteDeleteAsync(ct) == 1 && row.ExpiresAt > now ? row : null;
    }

    /// <summary>Whether a browser has begun something with a provider, and not ended it.</summary>
    public async Task<bool> HasBegunAsync(string browser, string provider, CancellationToken ct)
    {
        var (hash, now) = (Hash(browser), clock.GetUtcNow());
        return await db.SocialStates.AnyAsync(s => s.Browser == hash && s.Provider == provider && s.ExpiresAt > now, ct);
    }

    public static bool IsOf(SocialState row, string browser, string provider) => row.Browser == Hash(browser) && row.Provider == provider;

    /// <summary>256 random bits, also good as a code verifier.</summary>
    public static string NewSecret() => WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));

    private static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}

/// <summary>The cookie that tells one browser from another, so that nobody is signed in by a link that somebody else began.</summary>
internal static class BrowserCookie
{
    private const string Name = "agroconnect_social";
    private const int Length = 43;

    /// <returns>Empty when there is none.</returns>
    public static string Read(HttpRequest request) => request.Cookies[Name] is { Length: Length } value ? value : "";

    /// <summary>Sends the cookie; the one that is there stays, since other tabs count on it.</summary>
    public static string Send(HttpContext http)
    {
        var value = Read(http.Request) is { Length: > 0 } known ? known : SocialStates.NewSecret();
        http.Response.Cookies.Append(Name, value, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = http.Request.IsHttps,
            Path = "/api/auth/o/",
        });
        return value;
    }
}
