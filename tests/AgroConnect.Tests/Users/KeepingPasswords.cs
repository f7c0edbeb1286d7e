using AgroConnect.Users;
using Microsoft.AspNetCore.Identity;

namespace AgroConnect.Tests.Users;

[WithoutDatabase]
public sealed class KeepingPasswords
{
    private readonly Argon2PasswordHasher _hasher = new();
    private readonly User _user = new();

    [Fact]
    public void A_hash_is_argon2id_at_owasps_strength_and_fits_its_password_alone()
    {
        var hash = _hasher.HashPassword(_user, "Harvest-2026!");

        Assert.StartsWith("$argon2id$v=19$m=19456,t=2,p=1$", hash, StringComparison.Ordinal);
        Assert.NotEqual(hash, _hasher.HashPassword(_user, "Harvest-2026!"));
        Assert.Equal(PasswordVerificationResult.Success, _hasher.VerifyHashedPassword(_user, hash, "Harvest-2026!"));
        Assert.Equal(PasswordVerificationResult.Failed, _hasher.VerifyHashedPassword(_user, hash, "Harvest-2026"));
    }

    [Fact]
    public void Every_letter_of_a_long_password_counts()
    {
        var password = new string('x', 200);

        Assert.Equal(PasswordVerificationResult.Failed, _hasher.VerifyHashedPassword(_user, _hasher.HashPassword(_user, password), password[..199] + "y"));
    }

    [Fact]
    public void Hashes_of_identity_are_good_and_to_be_renewed()
    {
        var identitys = new PasswordHasher<User>().HashPassword(_user, "Harvest-2026!");

        Assert.Equal(PasswordVerificationResult.SuccessRehashNeeded, _hasher.VerifyHashedPassword(_user, identitys, "Harvest-2026!"));
        Assert.Equal(PasswordVerificationResult.Failed, _hasher.VerifyHashedPassword(_user, identitys, "Harvest-2025!"));
    }
}
