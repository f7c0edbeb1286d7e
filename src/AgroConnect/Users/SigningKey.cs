using System.Security.Cryptography;
using System.Text;
using AgroConnect.Web;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace AgroConnect.Users;

/// <summary>The key that signs our tokens, from <c>Auth:SigningKey</c> or the key file in the data directory.</summary>
internal sealed class SigningKey
{
    private const int SmallestSecret = 32;

    public SigningKey(IOptions<AuthOptions> options, DataDirectory data, IHostEnvironment environment)
    {
        var configured = options.Value.SigningKey;
        var file = FileIn(data);
        if (configured.Length > 0)
        {
            Credentials = configured.Contains("-----BEGIN", StringComparison.Ordinal) ? FromPem(configured) : FromSecret(configured);
        }
        else if (File.Exists(file))
        {
            Credentials = FromSecret(File.ReadAllText(file).Trim());
        }
        else if (environment.IsDevelopment())
        {
            Credentials = FromSecret(CreateFile(data));
        }
        else
        {
            throw new OptionsValidationException(nameof(AuthOptions.SigningKey), typeof(AuthOptions), [
                "Auth:SigningKey is empty: set it to a secret of at least 32 bytes (openssl rand -base64 48 makes one), "
                + "or run the command 'create-signing-key' once, which keeps one in the data directory."]);
        }
    }

    public SigningCredentials Credentials { get; }

    /// <summary>Another secret that follows from this key, for one purpose (HKDF, RFC 5869).</summary>
    public byte[] Derive(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Material(), 32, info: Encoding.UTF8.GetBytes("AgroConnect " + purpose));

    private byte[] Material() => Credentials.Key switch
    {
        SymmetricSecurityKey secret => secret.Key,
        RsaSecurityKey rsa => rsa.Rsa.ExportPkcs8PrivateKey(),
        ECDsaSecurityKey ecdsa => ecdsa.ECDsa.ExportPkcs8PrivateKey(),
        var other => throw new NotSupportedException(other.GetType().Name),
    };

    /// <summary>Makes a new secret and keeps it, readable by its owner alone.</summary>
    /// <returns>The secret that is kept.</returns>
    public static string CreateFile(DataDirectory data)
    {
        var file = FileIn(data);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(48));
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        // Of two processes that start together, the first one's key stands, and neither reads half of it.
        var draft = file + "." + Guid.NewGuid().ToString("N");
        using (var writer = new StreamWriter(draft, options))
        {
            writer.Write(secret);
        }

        try
        {
            File.Move(draft, file, overwrite: false);
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(draft);
        }

        return File.ReadAllText(file);
    }

    public static string FileIn(DataDirectory data) => data.PathOf("keys", "signing.key");

    private static SigningCredentials FromSecret(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        return bytes.Length >= SmallestSecret
            ? new SigningCredentials(new SymmetricSecurityKey(bytes), SecurityAlgorithms.HmacSha256)
            : throw Refused($"a secret of {bytes.Length} bytes");
    }

    private static SigningCredentials FromPem(string pem)
    {
        try
        {
            if (pem.Contains("EC PRIVATE KEY", StringComparison.Ordinal))
            {
                return FromEllipticCurve(pem);
            }

            var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return new SigningCredentials(new RsaSecurityKey(rsa), SecurityAlgorithms.RsaSha256);
        }
        catch (Exception error) when (error is ArgumentException or CryptographicException)
        {
            try
            {
                return FromEllipticCurve(pem);
            }
            catch (Exception inner) when (inner is ArgumentException or CryptographicException)
            {
                throw Refused("a PEM text that is no private key");
            }
        }
    }

    private static SigningCredentials FromEllipticCurve(string pem)
    {
        var ecdsa = ECDsa.Create();
        ecdsa.ImportFromPem(pem);
        return new SigningCredentials(new ECDsaSecurityKey(ecdsa), SecurityAlgorithms.EcdsaSha256);
    }

    private static OptionsValidationException Refused(string found) => new(nameof(AuthOptions.SigningKey), typeof(AuthOptions), [
        $"Auth:SigningKey is {found}: accepted are a secret of at least {SmallestSecret} bytes, or a PEM private key (RSA or P-256)."]);
}
