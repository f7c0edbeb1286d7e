using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Registry;
using Polly.Timeout;

namespace AgroConnect.Images.Cloudinary;

/// <summary>Cloudinary did not do what was asked, after all tries. Its text is for the log, never for users.</summary>
internal sealed class CloudinaryException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What an upload's answer says, as far as we need it.</summary>
internal sealed record CloudinaryAsset(string PublicId, long Version, string Signature);

/// <summary>
/// Cloudinary's upload API. Tries again what may succeed then (420, 429, 5xx, a broken connection), each time with a fresh
/// timestamp and signature but the same id, so that a repeated upload replaces the first instead of doubling it.
/// </summary>
internal sealed class CloudinaryClient(
    HttpClient http, CloudinaryAccount account, ResiliencePipelineProvider<string> pipelines, TimeProvider clock)
{
    /// <summary>Cloudinary's older answer to too many requests; <see cref="System.Net.HttpStatusCode"/> does not have it.</summary>
    private const int EnhanceYourCalm = 420;

    private readonly ResiliencePipeline<HttpResponseMessage> _tries = pipelines.GetPipeline<HttpResponseMessage>(nameof(CloudinaryClient));

    public static void Add(WebApplicationBuilder builder, CloudinaryAccount account)
    {
        builder.Services.AddSingleton(account);
        builder.Services.AddHttpClient<CloudinaryClient>((services, http) =>
            {
                var api = services.GetRequiredService<Microsoft.Extensions.Options.IOptions<ImagesOptions>>().Value.Cloudinary.ApiUrl;
                http.BaseAddress = new Uri($"{api.TrimEnd('/')}/v1_1/{account.Cloud}/image/");
                http.Timeout = Timeout.InfiniteTimeSpan; // the pipeline below has one for each try
            })

            // Singletons hold the client, so its connections have to follow changes of DNS by themselves.
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();
        builder.Logging.AddFilter("Polly", LogLevel.Warning); // a try that failed, not each that went well
        builder.Services.AddResiliencePipeline<string, HttpResponseMessage>(nameof(CloudinaryClient), tries => tries
            .AddTimeout(TimeSpan.FromSeconds(45))
            .AddRetry(new HttpRetryStrategyOptions
            {
                MaxRetryAttempts = 3,
                Delay = TimeSpan.FromMilliseconds(300),
                ShouldRetryAfterHeader = false, // someone waits for the answer
                ShouldHandle = outcome => ValueTask.FromResult(outcome.Outcome is { Result: { } answer }
                    ? (int)answer.StatusCode is EnhanceYourCalm or StatusCodes.Status429TooManyRequests or >= 500
                    : outcome.Outcome.Exception is HttpRequestException or TimeoutRejectedException),
            })
            .AddTimeout(TimeSpan.FromSeconds(20)));
    }

    /// <summary>The type of assets that nobody can fetch without a signature of ours.</summary>
    public const string Authenticated = "authenticated";

    /// <summary>Uploads a WebP file under an id that we chose.</summary>
    /// <param name="publicId">Its name.</param>
    /// <param name="webp">Its bytes.</param>
    /// <param name="type">Null for a public one.</param>
    /// <param name="ct">Ends all tries.</param>
    public async Task<CloudinaryAsset> UploadAsync(string publicId, byte[] webp, string? type, CancellationToken ct)
    {
        using var answer = await SendAsync("upload", publicId, [new("type", type)], webp, ct);
        var asset = await ReadAsync(answer, CloudinaryJson.Default.CloudinaryAsset, ct);
        return asset.PublicId == publicId && CloudinarySignature.IsResponse(publicId, asset.Version, asset.Signature ?? "", account)
            ? asset
            : throw new CloudinaryException($"Cloudinary's answer to the upload of {publicId} is about something else, or not signed by it.");
    }

    /// <summary>Deletes an asset, also from the delivery network; one that is not there counts as deleted.</summary>
    public async Task DestroyAsync(string publicId, string? type, CancellationToken ct)
    {
        using var answer = await SendAsync("destroy", publicId, [new("invalidate", "true"), new("type", type)], file: null, ct);
        var outcome = await ReadAsync(answer, CloudinaryJson.Default.DestroyOutcome, ct);
        if (outcome.Result is not ("ok" or "not found"))
        {
            throw new CloudinaryException($"Cloudinary answered '{outcome.Result}' to the deletion of {publicId}.");
        }
    }

    /// <summary>Throws unless address, cloud, key and secret are good: deletes something that does not exist.</summary>
    public Task PingAsync(CancellationToken ct) => DestroyAsync("agroconnect/ping", type: null, ct);

    private async Task<HttpResponseMessage> SendAsync(
        string action, string publicId, KeyValuePair<string, string?>[] more, byte[]? file, CancellationToken ct)
    {
        try
        {
            var answer = await _tries.ExecuteAsync(
                async attempt =>
                {
                    using var request = new HttpRequestMessage(HttpMethod.Post, action) { Content = Sign([new("public_id", publicId), .. more], file) };
                    return await http.SendAsync(request, attempt);
                },
                ct);
            if (answer.IsSuccessStatusCode)
            {
                return answer;
            }

            using (answer)
            {
                var reason = answer.Headers.TryGetValues("X-Cld-Error", out var errors) ? string.Join(" ", errors) : "no reason given";
                throw new CloudinaryException($"Cloudinary answered {(int)answer.StatusCode} to {action} {publicId}: {reason}.");
            }
        }
        catch (Exception broken) when (broken is HttpRequestException or TimeoutRejectedException)
        {
            throw new CloudinaryException($"Cloudinary did not answer to {action} {publicId}: {broken.Message}", broken);
        }
    }

    private MultipartFormDataContent Sign(KeyValuePair<string, string?>[] parameters, byte[]? file)
    {
        parameters = [.. parameters, new("timestamp", clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture))];
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in parameters.Where(parameter => !string.IsNullOrEmpty(parameter.Value)).Append(new("api_key", account.ApiKey)).Append(new("signature", CloudinarySignature.Sign(parameters, account))))
        {
            form.Add(new StringContent(value!), $"\"{name}\"");
        }

        if (file is not null)
        {
            var content = new ByteArrayContent(file) { Headers = { ContentType = new MediaTypeHeaderValue("image/webp") } };
            form.Add(content, "\"file\"", "\"image.webp\"");
        }

        return form;
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, CancellationToken ct)
    {
        try
        {
            return await answer.Content.ReadFromJsonAsync(type, ct) ?? throw new CloudinaryException("Cloudinary answered null.");
        }
        catch (JsonException error)
        {
            throw new CloudinaryException("Cloudinary's answer cannot be read.", error);
        }
    }
}

internal sealed record DestroyOutcome(string? Result);

[JsonSerializable(typeof(CloudinaryAsset))]
[JsonSerializable(typeof(DestroyOutcome))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class CloudinaryJson : JsonSerializerContext;
