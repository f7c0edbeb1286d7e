using System.Net;
using System.Text.Json;

namespace AgroConnect.Users.Social;

/// <summary>What a provider answered.</summary>
/// <param name="Status">Its HTTP status.</param>
/// <param name="Body">Its JSON; of an error, undefined when that is none.</param>
internal sealed record ProviderAnswer(HttpStatusCode Status, JsonElement Body);

internal static class ProviderCalls
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Adds a client of a provider: patient for ten seconds, silent (addresses hold secrets), and going nowhere else.</summary>
    public static void AddProvider<T>(this IServiceCollection services)
        where T : class, ISocialProvider
    {
        services.AddHttpClient<T>(http =>
            {
                http.Timeout = Patience;
                http.MaxResponseContentBufferSize = 1024 * 1024;
            })
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            })

            // The reader of Google's keys holds on to one, so its connections have to follow changes of DNS by themselves.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();
        services.AddTransient<ISocialProvider>(provider => provider.GetRequiredService<T>());
    }

    /// <summary>Sends once.</summary>
    /// <exception cref="ProviderException">No answer, a 5xx, or a success that is no JSON object.</exception>
    public static async Task<ProviderAnswer> AskAsync(this HttpClient http, HttpRequestMessage request, CancellationToken ct)
    {
        try
        {
            using var response = await http.SendAsync(request, ct);
            if ((int)response.StatusCode >= 500)
            {
                throw new ProviderException($"it answered {(int)response.StatusCode}");
            }

            var body = await response.Content.ReadAsByteArrayAsync(ct);
            return new ProviderAnswer(response.StatusCode, ReadObject(body) ?? (response.IsSuccessStatusCode ? throw new ProviderException("its answer is no JSON object") : default));
        }
        catch (HttpRequestException broken)
        {
            throw new ProviderException($"it did not answer ({broken.HttpRequestError})");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new ProviderException("it took too long");
        }
    }

    /// <summary>A text, or the digits of a number; null when there is none.</summary>
    public static string? Text(this JsonElement value, string name)
    {
        try
        {
            return value.ValueKind == JsonValueKind.Object
                && value.TryGetProperty(name, out var member)
                && member.ValueKind is JsonValueKind.String or JsonValueKind.Number ? member.ToString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: JSON lets it through, text cannot hold it.
            return null;
        }
    }

    /// <summary>Reads an object; null when the bytes are none.</summary>
    public static JsonElement? ReadObject(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            return JsonElement.TryParseValue(ref reader, out var value) && value is { ValueKind: JsonValueKind.Object } ? value : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
