using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using NSec.Cryptography;

namespace AgroConnect.Users;

/// <summary>
/// Argon2id with the parameters of OWASP's Password Storage Cheat Sheet (19 MiB, two passes, one lane), kept as a PHC
/// string. Hashes with other parameters, and those of ASP.NET Core Identity, are good and are renewed at the next log-in.
/// </summary>
internal sealed class Argon2PasswordHasher : IPasswordHasher<User>
{
    private const int MemoryKiB = 19_456;
    private const int Passes = 2;
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    private static readonly PasswordHasher<User> Identitys = new();
    private static readonly string Header = string.Create(CultureInfo.InvariantCulture, $"$argon2id$v=19$m={MemoryKiB},t={Passes},p=1$");

    public string HashPassword(User user, string password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return $"{Header}{Encode(salt)}${Encode(Derive(password, salt, MemoryKiB, Passes, HashBytes))}";
    }

    public PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword)
    {
        if (!hashedPassword.StartsWith("$argon2id$", StringComparison.Ordinal))
        {
            return Identitys.VerifyHashedPassword(user, hashedPassword, providedPassword) == PasswordVerificationResult.Failed
                ? PasswordVerificationResult.Failed
                : PasswordVerificationResult.SuccessRehashNeeded;
        }

        // $argon2id$v=19$m=…,t=…,p=1$salt$hash
        var parts = hashedPassword.Split('$');
        var costs = parts[3].Split(',').Select(cost => int.Parse(cost.AsSpan(2), CultureInfo.InvariantCulture)).ToArray();
        var hash = Decode(parts[5]);
        if (!CryptographicOperations.FixedTimeEquals(hash, Derive(providedPassword, Decode(parts[4]), costs[0], costs[1], hash.Length)))
        {
            return PasswordVerificationResult.Failed;
        }

        return hashedPassword.StartsWith(Header, StringComparison.Ordinal) ? PasswordVerificationResult.Success : PasswordVerificationResult.SuccessRehashNeeded;
    }

    private static byte[] Derive(string password, byte[] salt, int memoryKiB, int passes, int bytes) =>
        new Argon2id(new Argon2Parameters { DegreeOfParallelism = 1, MemorySize = memoryKiB, NumberOfPasses = passes })
            .DeriveBytes(Encoding.UTF8.GetBytes(password), salt, bytes);

    // PHC strings have base64 without padding.
    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static byte[] Decode(string text) => Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
}
