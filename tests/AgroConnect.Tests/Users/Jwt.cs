using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace AgroConnect.Tests.Users;

/// <summary>JSON Web Tokens written by hand, so that nothing of the product vouches for itself.</summary>
internal static class Jwt
{
    public const string Key = "a-signing-key-for-tests-of-enough-bytes";

    public static string Sign(JsonObject claims, string key = Key, string alg = "HS256")
    {
        var head = Text($$"""{"alg":"{{alg}}","typ":"JWT"}""") + "." + Text(claims.ToJsonString());
        var (secret, text) = (Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(head));
        var signature = alg switch
        {
            "none" => [],
            "HS512" => HMACSHA512.HashData(secret, text),
            _ => HMACSHA256.HashData(secret, text),
        };
        return head + "." + WebEncoders.Base64UrlEncode(signature);

        static string Text(string part) => WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(part));
    }

    /// <summary>The claims of a good access token; a test then spoils one.</summary>
    public static JsonObject Claims(JsonNode? user, string type = "access") => new()
    {
        ["token_type"] = type,
        // Far enough for the tests that move the clock on.
        ["exp"] = DateTimeOffset.UtcNow.AddDays(30).ToUnixTimeSeconds(),
        ["iat"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
        ["jti"] = Guid.NewGuid().ToString("N"),
        ["user_id"] = user,
    };

    public static JsonElement Part(string token, int number) =>
        JsonSerializer.Deserialize<JsonElement>(WebEncoders.Base64UrlDecode(token.Split('.')[number]));
}
