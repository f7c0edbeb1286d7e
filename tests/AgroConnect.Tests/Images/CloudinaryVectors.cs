using System.Text.Json;
using AgroConnect.Images.Cloudinary;

namespace AgroConnect.Tests.Images;

/// <summary>Known answers, made with Cloudinary's own library (<c>cloudinary-vectors.json</c>).</summary>
[WithoutDatabase]
public sealed class CloudinaryVectors
{
    public static TheoryData<string> Ids => [.. Vectors().Select(vector => vector.GetProperty("id").GetString()!)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Give_the_known_answer(string id)
    {
        var vector = Vectors().Single(candidate => candidate.GetProperty("id").GetString() == id);
        var expected = vector.GetProperty("expected").GetString()!;
        switch (vector.GetProperty("kind").GetString())
        {
            case "upload_signature":
                var parameters = vector.GetProperty("params").EnumerateObject().ToDictionary(parameter => parameter.Name, parameter => Text(parameter.Value));
                Assert.Equal(vector.GetProperty("string_to_sign").GetString(), CloudinarySignature.StringToSign(parameters));
                Assert.Equal(expected, CloudinarySignature.Sign(parameters, Account(vector)));
                break;
            case "response_signature":
                var response = vector.GetProperty("params");
                var (publicId, version) = (response.GetProperty("public_id").GetString()!, response.GetProperty("version").GetInt64());
                Assert.True(CloudinarySignature.IsResponse(publicId, version, expected, Account(vector)));
                Assert.False(CloudinarySignature.IsResponse(publicId, version + 1, expected, Account(vector)));
                break;
            case "webhook_signature":
                var (body, timestamp) = (vector.GetProperty("body").GetString()!, vector.GetProperty("timestamp").GetInt64());
                var sent = DateTimeOffset.FromUnixTimeSeconds(timestamp);
                Assert.True(CloudinarySignature.IsWebhook(body, timestamp, expected, Account(vector), sent.AddMinutes(1)));
                Assert.False(CloudinarySignature.IsWebhook(body + " ", timestamp, expected, Account(vector), sent.AddMinutes(1)));
                Assert.False(CloudinarySignature.IsWebhook(body, timestamp, expected, Account(vector), sent.AddHours(3)));
                break;
            default:
                Assert.Equal(expected, DeliveryUrl(vector));
                break;
        }
    }

    [Fact]
    public void Delivery_urls_encode_the_id_by_segments() => Assert.Equal(
        "https://res.cloudinary.com/demo/image/upload/v7/a%20b/c%3Fd:e",
        new CloudinaryUrls(CloudinaryAccount.Parse("cloudinary://key:abcd@demo")!, "https://res.cloudinary.com").Build("a b/c?d:e", 7, "", signed: false));

    private static string DeliveryUrl(JsonElement vector)
    {
        var options = vector.GetProperty("options");
        var chain = options.TryGetProperty("transformation", out var components) ? components.EnumerateArray().Select(Component) : [Component(options)];
        return new CloudinaryUrls(Account(vector), "https://res.cloudinary.com").Build(
            vector.GetProperty("public_id").GetString()!,
            options.TryGetProperty("version", out var version) ? version.GetInt64() : 0,
            string.Join('/', chain),
            signed: options.TryGetProperty("sign_url", out _));
    }

    private static string Component(JsonElement options) => string.Join(',', options.EnumerateObject()
        .Select(option => (Key: Short(option.Name), option.Value))
        .Where(option => option.Key.Length > 0)
        .OrderBy(option => option.Key, StringComparer.Ordinal)
        .Select(option => $"{option.Key}_{option.Value}"));

    private static string Short(string name) => name switch
    {
        "width" => "w",
        "height" => "h",
        "crop" => "c",
        "gravity" => "g",
        "fetch_format" => "f",
        "quality" => "q",
        _ => "",
    };

    private static CloudinaryAccount Account(JsonElement vector)
    {
        var secret = vector.TryGetProperty("api_secret", out var given) ? given.GetString() : "none";
        var algorithm = vector.TryGetProperty("algorithm", out var hash) ? hash.GetString() : "sha1";
        return CloudinaryAccount.Parse($"cloudinary://key:{secret}@demo?signature_algorithm={algorithm}")!;
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Array => string.Join(',', value.EnumerateArray()),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => value.ToString(),
    };

    private static List<JsonElement> Vectors()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Images", "cloudinary-vectors.json"));
        using var document = JsonDocument.Parse(file);
        return [.. document.RootElement.GetProperty("vectors").EnumerateArray().Select(vector => vector.Clone())];
    }
}
