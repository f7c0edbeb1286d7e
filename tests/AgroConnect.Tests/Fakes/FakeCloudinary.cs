using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AgroConnect.Tests.Fakes;

/// <summary>
/// Cloudinary's upload API on a loopback port, strict about what the real one is strict about: signature, age of the
/// timestamp, key, id, kind of file. Written from its documentation; shares no code with our client.
/// </summary>
internal sealed class FakeCloudinary : IAsyncDisposable
{
    public const string Cloud = "test-cloud";
    public const string Key = "874837483274837";
    public const string Secret = "a676b67565c6767a6767d6767f676fe1";

    private static readonly string[] Unsigned = ["file", "cloud_name", "resource_type", "api_key", "signature"];
    private readonly WebApplication _app;
    private long _version = 1_763_800_000;

    private FakeCloudinary(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    public static string Url => $"cloudinary://{Key}:{Secret}@{Cloud}";

    public ConcurrentDictionary<string, Asset> Assets { get; } = new();

    public ConcurrentQueue<Call> Calls { get; } = new();

    /// <summary>Paths after the signature.</summary>
    public ConcurrentQueue<string> Deliveries { get; } = new();

    /// <summary>How the next calls end, one entry each; empty: as they should.</summary>
    public ConcurrentQueue<Mishap> Mishaps { get; } = new();

    /// <summary>How every call ends.</summary>
    public Mishap? Always { get; set; }

    public static async Task<FakeCloudinary> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var fake = new FakeCloudinary(app);
        app.MapPost("/v1_1/{cloud}/image/{action}", fake.AnswerAsync);
        app.MapGet($"/{Cloud}/image/authenticated/{{signature}}/{{**path}}", fake.Deliver);
        await app.StartAsync();
        return fake;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>What the delivery network does with assets of the type <c>authenticated</c>: transformations are not carried out.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "Cloudinary's own.")]
    private IResult Deliver(string signature, string path)
    {
        var signed = path.Replace("/v1/", "/", StringComparison.Ordinal);
        signed = signed.StartsWith("v1/", StringComparison.Ordinal) ? signed[3..] : signed;
        var expected = Convert.ToBase64String(SHA1.HashData(Encoding.UTF8.GetBytes(signed + Secret)))[..8].Replace('/', '_').Replace('+', '-');
        var asset = Assets.GetValueOrDefault(path[path.IndexOf("agroconnect/", StringComparison.Ordinal)..]);
        Deliveries.Enqueue(path);
        return Always is { Status: { } status } ? Results.StatusCode(status)
            : signature != $"s--{expected}--" ? Results.Unauthorized()
            : asset is { Type: "authenticated" } ? Results.Bytes(asset.Bytes, "image/webp")
            : Results.NotFound();
    }

    private bool Destroy(Dictionary<string, string> fields) =>
        Assets.TryGetValue(fields["public_id"], out var asset) && asset.Type == fields.GetValueOrDefault("type", "upload") && Assets.TryRemove(fields["public_id"], out _);

    private async Task<IResult> AnswerAsync(string cloud, string action, HttpContext http)
    {
        var form = await http.Request.ReadFormAsync();
        var fields = form.ToDictionary(field => field.Key, field => field.Value.ToString());
        Calls.Enqueue(new Call(action, fields));
        var mishap = Always ?? (Mishaps.TryDequeue(out var next) ? next : null);
        if (mishap is { Status: { } status })
        {
            return Error(http, status, mishap.Reason);
        }

        if (mishap is { Delay: { } delay })
        {
            await Task.Delay(delay, http.RequestAborted);
        }

        var result = cloud != Cloud ? Error(http, 401, $"Invalid cloud_name {cloud}")
            : Check(fields) is { } refusal ? Error(http, refusal.Status, refusal.Message)
            : action switch
            {
                "upload" => await UploadAsync(http, form, fields),
                "destroy" => Results.Json(new { result = Destroy(fields) ? "ok" : "not found" }),
                _ => Error(http, 404, "unknown action"),
            };
        if (mishap is { BreakAfterwards: true })
        {
            http.Abort();
        }

        return result;
    }

    private static (int Status, string Message)? Check(Dictionary<string, string> fields)
    {
        if (!fields.TryGetValue("api_key", out var key))
        {
            return (400, "Missing required parameter - api_key");
        }

        if (key != Key)
        {
            return (401, "Unknown API key");
        }

        if (!fields.TryGetValue("timestamp", out var timestamp))
        {
            return (400, "Missing required parameter - timestamp");
        }

        var age = DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeSeconds(long.Parse(timestamp, CultureInfo.InvariantCulture));
        if (age > TimeSpan.FromHours(1))
        {
            return (400, "Stale request - reported time is more than 1 hour ago");
        }

        var names = fields.Keys.Where(name => !Unsigned.Contains(name) && fields[name].Length > 0).ToArray();
        Array.Sort(names, string.CompareOrdinal);
        var text = string.Join("&", names.Select(name => (name + "=" + fields[name]).Replace("&", "%26")));
        var expected = Sha1(text + Secret);
        return fields.GetValueOrDefault("signature") == expected
            ? null
            : (401, $"Invalid Signature {fields.GetValueOrDefault("signature")}. String to sign - '{text}'.");
    }

    private async Task<IResult> UploadAsync(HttpContext http, IFormCollection form, Dictionary<string, string> fields)
    {
        if (form.Files["file"] is not { FileName.Length: > 0 } file)
        {
            return Error(http, 400, "Missing required parameter - file");
        }

        var id = fields["public_id"];
        if (id.IndexOfAny(['?', '&', '#', '\\', '%', '<', '>', '+']) >= 0 || id.Trim(' ', '/') != id)
        {
            return Error(http, 400, "public_id is invalid");
        }

        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes);
        var format = FormatOf(bytes.ToArray());
        if (format is null)
        {
            return Error(http, 400, "Invalid image file");
        }

        if (fields.TryGetValue("allowed_formats", out var allowed) && !allowed.Split(',').Contains(format))
        {
            return Error(http, 400, $"Image file format {format} not allowed");
        }

        var existing = fields.GetValueOrDefault("overwrite") == "false" && Assets.ContainsKey(id);
        var asset = existing ? Assets[id] : Assets[id] = new Asset(Interlocked.Increment(ref _version), bytes.ToArray(), fields.GetValueOrDefault("type", "upload"));
        var reply = new Dictionary<string, object>
        {
            ["asset_id"] = Guid.NewGuid().ToString("N"),
            ["public_id"] = id,
            ["version"] = asset.Version,
            ["signature"] = SignatureOf(id, asset.Version),
            ["width"] = 800,
            ["height"] = 600,
            ["format"] = format,
            ["bytes"] = asset.Bytes.Length,
            ["secure_url"] = $"https://elsewhere.example/{id}",
        };
        if (existing)
        {
            reply["existing"] = true;
        }

        return Results.Json(reply);
    }

    public static string SignatureOf(string publicId, long version) => Sha1($"public_id={publicId}&version={version}{Secret}");

    private static IResult Error(HttpContext http, int status, string message)
    {
        http.Response.Headers["X-Cld-Error"] = message;
        return status >= 500
            ? Results.Content("<html>" + message + "</html>", "text/html", statusCode: status)
            : Results.Json(new { error = new { message } }, statusCode: status);
    }

    private static string? FormatOf(byte[] bytes) => Encoding.Latin1.GetString(bytes, 0, Math.Min(12, bytes.Length)) switch
    {
        ['\xFF', '\xD8', ..] => "jpg",
        [_, 'P', 'N', 'G', ..] => "png",
        ['R', 'I', 'F', 'F', _, _, _, _, 'W', 'E', 'B', 'P'] => "webp",
        ['G', 'I', 'F', ..] => "gif",
        _ => null,
    };

    private static string Sha1(string text) =>
        Convert.ToHexStringLower(CryptographicOperations.HashData(HashAlgorithmName.SHA1, Encoding.UTF8.GetBytes(text)));

    public sealed record Asset(long Version, byte[] Bytes, string Type = "upload");

    public sealed record Call(string Action, IReadOnlyDictionary<string, string> Fields);

    /// <summary>How a call ends otherwise than it should.</summary>
    public sealed record Mishap(int? Status = null, string Reason = "as the test wants it", TimeSpan? Delay = null, bool BreakAfterwards = false);
}
