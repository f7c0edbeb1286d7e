using System.Globalization;
using System.Text.Json;

namespace AgroConnect.Assistant.Gemini;

/// <summary>Why Gemini gave no reply.</summary>
internal enum GeminiFault
{
    /// <summary>It did not take the request.</summary>
    Refused,

    /// <summary>It does not take our key, or the model is none that it has: nothing helps but the operator.</summary>
    Misconfigured,

    OverQuota,

    /// <summary>Overloaded, or not to be reached; also when it was not even asked because it was so for some time.</summary>
    Unavailable,

    /// <summary>A fault on its side.</summary>
    Broken,

    Slow,

    /// <summary>The stream ended before the reply did.</summary>
    Cut,

    /// <summary>What came is nothing that can be read.</summary>
    Malformed,
}

/// <summary>Gemini gave no reply. The text is for the log: neither the key nor Google's own words are in it.</summary>
internal sealed class GeminiException(GeminiFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>How long to keep away, where it says so and the quota of a day: until when is then not known.</summary>
    private static readonly TimeSpan AwayForToday = TimeSpan.FromMinutes(10);

    public GeminiFault Fault => fault;

    /// <summary>The pause that it asks for.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>How many more tries it is worth.</summary>
    public int Tries => fault switch
    {
        GeminiFault.OverQuota or GeminiFault.Unavailable => 2,
        GeminiFault.Broken or GeminiFault.Malformed or GeminiFault.Cut => 1,
        _ => 0,
    };

    /// <summary>Whether the next one who asks will most likely fare the same.</summary>
    public bool IsOutage => fault is GeminiFault.Unavailable or GeminiFault.Broken or GeminiFault.Slow or GeminiFault.Cut or GeminiFault.Malformed;

    /// <summary>Reads the body of an answer that is no 2xx; it may be anything, such as the HTML of a proxy.</summary>
    public static GeminiException Of(int status, ReadOnlySpan<byte> body)
    {
        WireError? error = null;
        try
        {
            // The OpenAI-compatible endpoint and streams without alt=sse wrap the same object in an array.
            error = body.TrimStart(" \r\n\t"u8).StartsWith("["u8)
                ? JsonSerializer.Deserialize(body, GeminiJson.Default.WireFailureArray)?.FirstOrDefault()?.Error
                : JsonSerializer.Deserialize(body, GeminiJson.Default.WireFailure)?.Error;
        }
        catch (JsonException)
        {
            // The status says enough.
        }

        return Of(error ?? new WireError(status, null, null), status);
    }

    /// <param name="error">As it came.</param>
    /// <param name="status">Of HTTP; that of the error itself within a stream.</param>
    public static GeminiException Of(WireError error, int? status = null)
    {
        var (code, details) = (status ?? error.Code ?? 500, error.Details ?? []);
        var isOurKey = details.Any(detail => detail.Reason is "API_KEY_INVALID");
        var isForToday = details.SelectMany(detail => detail.Violations ?? []).Any(violation => violation.QuotaId?.Contains("PerDay", StringComparison.Ordinal) == true);
        var pause = details.Select(detail => Duration(detail.RetryDelay)).FirstOrDefault(delay => delay is not null);
        var fault = code switch
        {
            StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden or StatusCodes.Status404NotFound => GeminiFault.Misconfigured,
            StatusCodes.Status400BadRequest when isOurKey || error.Status == "FAILED_PRECONDITION" => GeminiFault.Misconfigured,
            StatusCodes.Status429TooManyRequests => GeminiFault.OverQuota,
            StatusCodes.Status503ServiceUnavailable => GeminiFault.Unavailable,
            >= 500 => GeminiFault.Broken,
            _ => GeminiFault.Refused,
        };
        return new GeminiException(fault, string.Create(CultureInfo.InvariantCulture, $"Gemini answered {code} {error.Status}{(isForToday ? " for today" : "")}."))
        {
            RetryAfter = isForToday ? AwayForToday : pause,
        };
    }

    /// <summary>A duration of Protocol Buffers: <c>1.5s</c>.</summary>
    private static TimeSpan? Duration(string? text) =>
        text is [.. var number, 's'] && double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 86_400 * 7
            ? TimeSpan.FromSeconds(seconds)
            : null;
}
