using AgroConnect.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Users.Social;

/// <summary>From somebody a provider knows to an account of ours (auth.md, 9).</summary>
internal sealed class SocialAccounts(AppDbContext db, TokenFamilies families, Tokens tokens, TimeProvider clock)
{
    public const string NotAllowed = "Your credentials aren't allowed";
    public const string InUse = "This account is already in use.";
    public const string NoEmail = "The authentication provider gave no e-mail address";

    /// <summary>Signs in whoever it is; creates the account of somebody new.</summary>
    /// <returns>The tokens and the account's address, or why there are none.</returns>
    public async Task<(SignIn.TokenPair? Tokens, string Text)> SignInAsync(SocialIdentity identity, CancellationToken ct)
    {
        var (user, refusal) = await FindAsync(identity, ct);
        if (user is null)
        {
            return (null, refusal);
        }

        var pair = await families.StartAsync(user, ct);

        // The owner of the address may just have proven it and unlinked the identity, or staff closed the account: that
        // ended the tokens that were there, so these must not remain.
        if (await Linked(identity).AnyAsync(linked => linked.IsActive, ct))
        {
            return (pair, user.Email!);
        }

        await families.EndByTokenAsync((await tokens.ReadAsync(pair.Refresh, Tokens.Refresh)).Id, ct);
        return (null, NotAllowed);
    }

    private async Task<(User? User, string Refusal)> FindAsync(SocialIdentity identity, CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            if (await FindLinkedAsync(identity, ct) is { } known)
            {
                return known;
            }

            if (identity.Email is null)
            {
                return (null, NoEmail);
            }

            try
            {
                return await LinkAsync(identity, identity.Email, ct);
            }
            catch (DbUpdateException taken) when (taken.IsUniqueViolation() && tries < 3)
            {
                // The same person in another tab, or somebody who registers the address this moment.
                db.ChangeTracker.Clear();
            }
        }
    }

    /// <returns>Null when the identity is new here.</returns>
    private async Task<(User? User, string Refusal)?> FindLinkedAsync(SocialIdentity identity, CancellationToken ct) =>
        await Linked(identity).AsNoTracking().SingleOrDefaultAsync(ct) switch
        {
            null => null,
            { IsActive: true } user => (user, ""),
            _ => (null, NotAllowed),
        };

    /// <summary>Links an identity that is new here: to a new account, or to the one that certainly is the same person's.</summary>
    private async Task<(User? User, string Refusal)> LinkAsync(SocialIdentity identity, string email, CancellationToken ct)
    {
        var user = NewUser(identity, email);
        var normalised = user.NormalizedEmail;
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await db.Users.AsNoTracking().SingleOrDefaultAsync(other => other.NormalizedEmail == normalised, ct) is { } owner)
        {
            if (!await IsSamePersonAsync(identity, owner, ct))
            {
                // Unless the owner is who this very person has become in another tab since.
                return await FindLinkedAsync(identity, ct) ?? (null, InUse);
            }

            user = owner;
        }
        else
        {
            db.Users.Add(user);
            await db.SaveChangesAsync(ct);
        }

        db.Add(new IdentityUserLogin<long> { LoginProvider = identity.Provider, ProviderKey = identity.Subject, UserId = user.Id });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return (user, "");
    }

    /// <summary>
    /// Whether the account's owner is this person. Both sides must have proven the address: else somebody could wait for
    /// its owner in an account made in advance, or take the account with an address that a provider never checked. And
    /// an account that has an identity of the provider already is its: an address can pass to somebody else.
    /// </summary>
    private async Task<bool> IsSamePersonAsync(SocialIdentity identity, User owner, CancellationToken ct) =>
        identity.IsEmailProven && owner is { EmailConfirmed: true, IsActive: true }
        && !await db.Set<IdentityUserLogin<long>>().AnyAsync(login => login.UserId == owner.Id && login.LoginProvider == identity.Provider, ct);

    private IQueryable<User> Linked(SocialIdentity identity)
    {
        var (provider, subject, users) = (identity.Provider, identity.Subject, db.Users);
        return from login in db.Set<IdentityUserLogin<long>>()
               where login.LoginProvider == provider && login.ProviderKey == subject
               join user in users on login.UserId equals user.Id
               select user;
    }

    /// <summary>A buyer without a password; roles are never a provider's to give.</summary>
    private User NewUser(SocialIdentity identity, string email)
    {
        var user = new User { DateJoined = clock.GetUtcNow(), IsActive = true, EmailConfirmed = identity.IsEmailProven, SecurityStamp = Tokens.NewId() };
        user.SetEmail(email);
        user.Rename(identity.FirstName, identity.LastName, "");
        return user;
    }
}
