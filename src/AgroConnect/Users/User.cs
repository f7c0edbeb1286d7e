using AgroConnect.Data;
using AgroConnect.Images;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgroConnect.Users;

/// <summary>An account. The login name is the e-mail address.</summary>
public sealed class User : IdentityUser<long>
{
    public string FirstName { get; set; } = "";

    public string LastName { get; set; } = "";

    /// <summary>The name of the farm, which then is the public name; empty for buyers.</summary>
    public string FarmName { get; set; } = "";

    /// <summary>What others see: the farm, or the person.</summary>
    public string PublicName { get; private set; } = "";

    public string Bio { get; set; } = "";

    public StoredImage? Picture { get; set; }

    public string? LocationName { get; private set; }

    public double? Latitude { get; private set; }

    public double? Longitude { get; private set; }

    public Role Role { get; set; }

    /// <summary>Whether the account may be used: activated, and not switched off by staff.</summary>
    public bool IsActive { get; set; }

    public DateTimeOffset DateJoined { get; init; }

    public DateTimeOffset? LastLogin { get; set; }

    /// <summary>When the person left: the row stays for what refers to it, and knows nobody any more.</summary>
    public DateTimeOffset? DeletedAt { get; private set; }

    public Location? Location
    {
        get => LocationName is null ? null : new Location(LocationName, Latitude ?? 0, Longitude ?? 0);
        set => (LocationName, Latitude, Longitude) = (value?.Name, value?.Latitude, value?.Longitude);
    }

    /// <summary>Sets the log-in name too, which is the address.</summary>
    public void SetEmail(string email)
    {
        Email = UserName = EmailAddress.WithLowerDomain(email);
        NormalizedEmail = NormalizedUserName = EmailAddress.Normalised(email);
        ConcurrencyStamp = Tokens.NewId();
    }

    /// <summary>Forgets the person. Names stay empty in what is kept, such as the orders of others.</summary>
    public void Forget(DateTimeOffset now)
    {
        Rename("", "", "");
        PublicName = "Deleted account";
        SetEmail($"deleted-{Id}@deleted.invalid");
        (Bio, Picture, Location, PhoneNumber, PasswordHash) = ("", null, null, null, null);
        (IsActive, EmailConfirmed, Role, DeletedAt, LastLogin) = (false, false, Role.Buyer, now, null);
        SecurityStamp = Tokens.NewId();
    }

    /// <summary>To be called after a name has changed.</summary>
    public void Rename(string firstName, string lastName, string farmName)
    {
        (FirstName, LastName, FarmName) = (firstName, lastName, farmName);
        PublicName = farmName.Length > 0 ? farmName : $"{firstName} {lastName}".Trim();
    }
}

internal static class UserTables
{
    extension(AppDbContext db)
    {
        public DbSet<User> Users => db.Set<User>();

        public DbSet<RefreshToken> RefreshTokens => db.Set<RefreshToken>();

        /// <summary>Brings an account up to date, as it stays until the transaction ends: changes by others come before or after.</summary>
        public async Task LockUserAsync(User user, CancellationToken ct)
        {
            var users = db.Users;
            await users.Where(u => u.Id == user.Id).ExecuteUpdateAsync(set => set.SetProperty(u => u.IsActive, u => u.IsActive), ct);
            await db.Entry(user).ReloadAsync(ct);
        }
    }
}

internal sealed class UserConfiguration : IEntityTypeConfiguration<User>
{
    public void Configure(EntityTypeBuilder<User> user)
    {
        user.ToTable("users");
        user.Ignore(u => u.Location);
        user.Property(u => u.FirstName).HasMaxLength(150);
        user.Property(u => u.LastName).HasMaxLength(150);
        user.Property(u => u.FarmName).HasMaxLength(150);
        user.Property(u => u.PublicName).HasMaxLength(310);
        user.Property(u => u.LocationName).HasMaxLength(200);
        user.Property(u => u.Picture).HasConversion<StoredImageConverter>();
        user.Property(u => u.Email).HasMaxLength(254);
        user.Property(u => u.NormalizedEmail).HasMaxLength(254);
        user.Property(u => u.UserName).HasMaxLength(254);
        user.Property(u => u.NormalizedUserName).HasMaxLength(254);
        user.Property(u => u.ConcurrencyStamp).IsConcurrencyToken();
        user.HasIndex(u => u.NormalizedEmail).IsUnique();
        user.HasIndex(u => u.NormalizedUserName).IsUnique();
        user.HasIndex(u => u.Role);
    }
}

internal sealed class UserLoginConfiguration : IEntityTypeConfiguration<IdentityUserLogin<long>>
{
    public void Configure(EntityTypeBuilder<IdentityUserLogin<long>> login)
    {
        login.ToTable("user_logins");
        login.HasKey(l => new { l.LoginProvider, l.ProviderKey });
        login.HasOne<User>().WithMany().HasForeignKey(l => l.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class UserClaimConfiguration : IEntityTypeConfiguration<IdentityUserClaim<long>>
{
    public void Configure(EntityTypeBuilder<IdentityUserClaim<long>> claim)
    {
        claim.ToTable("user_claims");
        claim.HasOne<User>().WithMany().HasForeignKey(c => c.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class UserTokenConfiguration : IEntityTypeConfiguration<IdentityUserToken<long>>
{
    public void Configure(EntityTypeBuilder<IdentityUserToken<long>> token)
    {
        token.ToTable("user_tokens");
        token.HasKey(t => new { t.UserId, t.LoginProvider, t.Name });
        token.HasOne<User>().WithMany().HasForeignKey(t => t.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
