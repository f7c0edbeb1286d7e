using AgroConnect.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AgroConnect.Users;

/// <summary>Staff users that no other staff user made: from <c>Admin:*</c>, or the command line.</summary>
internal sealed class Administrator(AppDbContext db, UserManager<User> users, IOptions<AdminOptions> options, TimeProvider clock)
{
    /// <summary>Creates the configured administrator when no staff user exists.</summary>
    public async Task CreateConfiguredAsync(CancellationToken ct)
    {
        var admin = options.Value;
        if (admin.Email.Length == 0 || await db.Users.AnyAsync(user => user.Role == Role.Staff, ct))
        {
            return;
        }

        if (await CreateAsync(admin.Email, admin.Password, ct) is { } error)
        {
            throw new OptionsValidationException(AdminOptions.Section, typeof(AdminOptions), [$"Admin:Email and Admin:Password make no account: {error}"]);
        }
    }

    /// <summary>Creates an active staff user, or makes one of the account that has this address.</summary>
    /// <returns>Null, or what is wrong.</returns>
    public async Task<string?> CreateAsync(string email, string password, CancellationToken ct)
    {
        var user = await users.FindByEmailAsync(email);
        if (user is null)
        {
            user = new User { Email = email, UserName = email, DateJoined = clock.GetUtcNow() };
            user.Rename("Market", "Administrator", "");
        }

        (user.Role, user.IsActive, user.EmailConfirmed) = (Role.Staff, true, true);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var result = user.Id == 0 ? await users.CreateAsync(user, password) : await ReplacePasswordAsync(user, password);
        if (!result.Succeeded)
        {
            return string.Join(" ", result.Errors.Select(error => error.Description));
        }

        await transaction.CommitAsync(ct);
        return null;
    }

    private async Task<IdentityResult> ReplacePasswordAsync(User user, string password)
    {
        await users.RemovePasswordAsync(user);
        return await users.AddPasswordAsync(user, password);
    }
}
