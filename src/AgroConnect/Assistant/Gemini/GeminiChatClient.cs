using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using Polly.Registry;
using Polly.Retry;

namespace AgroConnect.Assistant.Gemini;

/// <summary>
/// Gemini over its native wire: <c>generateContent</c>, and <c>streamGenerateContent</c> as server-sent events. Throws
/// <see cref="GeminiException"/> when there is no reply, after as many tries as it is worth; blocks and cut replies are replies,
/// told by their finish reason. Tries end with the caller's token: the time that an answer may take is the caller's.
/// </summary>
internal sealed class GeminiChatClient : IChatClient
{
    private const string Retries = "gemini-retries";
    private const string Breaker = "gemini-breaker";
    private const int LongestErrorBody = 64 * 1024;

    /// <summary>A wrong key or model: how long nobody asks again.</summary>
    private static readonly TimeSpan AwayWhenMisconfigured = TimeSpan.FromSeconds(30);

    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpClient _http;
    private readonly GeminiOptions _options;
    private readonly AssistantMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger<GeminiChatClient> _log;
    private readonly ResiliencePipeline _retries;
    private readonly ResiliencePipeline _breaker;

    /// <summary>Until when it has asked to be left alone, in UTC ticks.</summary>
    private long _awayUntil;

    public GeminiChatClient(
        IHttpClientFactory clients, IOptions<GeminiOptions> options, ResiliencePipelineProvider<string> pipelines, AssistantMetrics metrics, TimeProvider clock,
        ILogger<GeminiChatClient> log)
    {
        (_http, _options, _metrics, _clock, _log) = (clients.CreateClient(nameof(GeminiChatClient)), options.Value, metrics, clock, log);
        (_retries, _breaker) = (pipelines.GetPipeline(Retries), pipelines.GetPipeline(Breaker));
    }

    public static void Add(WebApplicationBuilder builder)
    {
        builder.Services.AddHttpClient(nameof(GeminiChatClient), (services, http) =>
            {
                http.BaseAddress = new Uri(services.GetRequiredService<IOptions<GeminiOptions>>().Value.BaseUrl.TrimEnd('/') + "/v1beta/");
                http.Timeout = Timeout.InfiniteTimeSpan; // streams: the first piece and each pause have their own
                http.MaxResponseContentBufferSize = 8 * 1024 * 1024;
                http.DefaultRequestVersion = System.Net.HttpVersion.Version20;
            })

            // A singleton holds the client, so its connections have to follow changes of DNS by themselves.
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                ConnectTimeout = TimeSpan.FromSeconds(4),
                EnableMultipleHttp2Connections = true,
                AutomaticDecompression = System.Net.DecompressionMethods.All,
            })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();
        builder.Logging.AddFilter("Polly", LogLevel.Error); // each failure that matters has a line of its own
        builder.Services.AddResiliencePipeline(Retries, (tries, context) =>
        {
            var longest = context.ServiceProvider.GetRequiredService<IOptions<GeminiOptions>>().Value.LongestWait;
            tries.AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = 2,
                Delay = TimeSpan.FromMilliseconds(250),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = outcome => ValueTask.FromResult(
                    outcome.Outcome.Exception is GeminiException failed && outcome.AttemptNumber < failed.Tries && !(failed.RetryAfter > longest)),
                DelayGenerator = outcome => ValueTask.FromResult((outcome.Outcome.Exception as GeminiException)?.RetryAfter),
            });
        });
        builder.Services.AddResiliencePipeline(Breaker, (breaker, context) =>
        {
            breaker.TimeProvider = context.ServiceProvider.GetRequiredService<TimeProvider>();
            breaker.AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = 0.5,
                MinimumThroughput = 10,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = TimeSpan.FromSeconds(15),
                ShouldHandle = outcome => ValueTask.FromResult(outcome.Outcome.Exception is GeminiException { IsOutage: true }),
            });
        });
        builder.Services.AddSingleton<GeminiChatClient>();
    }

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = GeminiMapping.Request(messages, options, _options);
        var reply = await WithTriesAsync(ct => AskAsync(request, ct), cancellationToken);
        var calls = 0;
        var contents = GeminiMapping.Contents(reply, ref calls);
        if (GeminiMapping.Improved(request, GeminiMapping.RawReason(reply), contents.Exists(IsSubstance)) is { } better)
        {
            reply = await WithTriesAsync(ct => AskAsync(better, ct), cancellationToken);
            contents = GeminiMapping.Contents(reply, ref calls);
        }

        return new ChatResponse(new ChatMessage(ChatRole.Assistant, contents) { MessageId = reply.ResponseId })
        {
            ResponseId = reply.ResponseId,
            ModelId = reply.ModelVersion ?? _options.Model,
            FinishReason = GeminiMapping.FinishReason(reply, contents.Exists(content => content is FunctionCallContent)),
            Usage = GeminiMapping.Usage(reply.UsageMetadata),
            AdditionalProperties = new AdditionalPropertiesDictionary { ["finishReason"] = GeminiMapping.RawReason(reply) },
        };
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = GeminiMapping.Request(messages, options, _options);
        for (var isFirst = true; ; isFirst = false)
        {
            await using var stream = await WithTriesAsync(ct => OpenAsync(request, ct), cancellationToken);
            var (calls, hasCalls, hasContents, id) = (0, false, false, Guid.NewGuid().ToString("N"));
            WireUsage? usage = null;
            string? reason = null;
            var again = request;
            for (var frame = stream.First; frame is not null; frame = await NextAsync(stream, reason is not null, cancellationToken))
            {
                var contents = GeminiMapping.Contents(frame, ref calls);
                (usage, reason) = (frame.UsageMetadata ?? usage, GeminiMapping.RawReason(frame) ?? reason);
                hasCalls |= contents.Exists(content => content is FunctionCallContent);
                hasContents |= contents.Exists(IsSubstance);
                again = isFirst && reason is not null ? GeminiMapping.Improved(request, reason, hasContents) : null;
                if (again is not null && !hasContents)
                {
                    break;
                }

                yield return new ChatResponseUpdate(ChatRole.Assistant, contents)
                {
                    // One message, so that its parts stay together.
                    MessageId = id,
                    ResponseId = id,
                    ModelId = frame.ModelVersion ?? _options.Model,
                    FinishReason = GeminiMapping.FinishReason(frame, hasCalls),
                };
            }

            if (usage is not null)
            {
                yield return new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(GeminiMapping.Usage(usage)!)]) { MessageId = id, ResponseId = id };
            }

            if (again is null || hasContents)
            {
                yield break;
            }

            request = again;
        }
    }

    /// <summary>Asks for what is known of the model, to see whether it is there and the key is good.</summary>
    public async Task PingAsync(CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"models/{Uri.EscapeDataString(_options.Model)}");
        using var answer = await SendAsync(request, _options.FirstByteTimeout, ct);
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("gcp.gemini", _http.BaseAddress, _options.Model)
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    public void Dispose() => _http.Dispose();

    /// <summary>A signature alone is no reply.</summary>
    private static bool IsSubstance(AIContent content) => content is TextContent or FunctionCallContent;

    private async Task<T> WithTriesAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken ct)
    {
        try
        {
            return await _retries.ExecuteAsync(
                async attempt =>
                {
                    var away = new DateTimeOffset(Interlocked.Read(ref _awayUntil), TimeSpan.Zero) - _clock.GetUtcNow();
                    return away > TimeSpan.Zero
                        ? throw new GeminiException(GeminiFault.OverQuota, "Gemini has asked to be left alone, or takes neither key nor model.") { RetryAfter = TimeSpan.MaxValue }
                        : await _breaker.ExecuteAsync(async inner => await CountedAsync(ask, inner), attempt);
                },
                ct);
        }
        catch (BrokenCircuitException open)
        {
            throw new GeminiException(GeminiFault.Unavailable, "Gemini has failed too often just now to be asked.", open);
        }
    }

    private async Task<T> CountedAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken ct)
    {
        try
        {
            return await ask(ct);
        }
        catch (GeminiException failed)
        {
            Note(failed);
            throw;
        }
    }

    private void Note(GeminiException failed)
    {
        _metrics.Failed(failed.Fault);
        var pause = failed.Fault == GeminiFault.Misconfigured ? AwayWhenMisconfigured
            : failed.Fault == GeminiFault.OverQuota && failed.RetryAfter > _options.LongestWait ? failed.RetryAfter.Value
            : TimeSpan.Zero;
        if (pause > TimeSpan.Zero)
        {
            Interlocked.Exchange(ref _awayUntil, (_clock.GetUtcNow() + pause).UtcTicks);
            _log.LogError("{Reason} The knowledge base answers alone for {Seconds} s.", failed.Message, (int)pause.TotalSeconds);
        }
    }

    private async Task<WireReply> AskAsync(WireRequest request, CancellationToken ct)
    {
        // A little less than the caller waits, so that slowness is seen as such by whoever counts failures.
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limited.CancelAfter(_options.TotalTimeout * 0.9);
        using var message = Message("generateContent", request);
        try
        {
            using var answer = await SendAsync(message, _options.TotalTimeout, limited.Token);
            await answer.Content.LoadIntoBufferAsync(limited.Token);
            await using var body = await answer.Content.ReadAsStreamAsync(limited.Token);
            var reply = await JsonSerializer.DeserializeAsync(body, GeminiJson.Default.WireReply, limited.Token);
            return reply is null ? throw new JsonException("null") : reply.Error is { } error ? throw GeminiException.Of(error) : reply;
        }
        catch (JsonException wrong)
        {
            throw new GeminiException(GeminiFault.Malformed, "Gemini's reply can't be read.", wrong);
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException)
        {
            throw new GeminiException(GeminiFault.Cut, "Gemini's reply was cut off.", lost);
        }
        catch (OperationCanceledException slow) when (!ct.IsCancellationRequested)
        {
            throw TooSlow(slow);
        }
    }

    /// <summary>A stream whose first frame is there: until then it can be tried again, and nobody has seen anything.</summary>
    private async Task<OpenStream> OpenAsync(WireRequest request, CancellationToken ct)
    {
        var stream = new OpenStream(CancellationTokenSource.CreateLinkedTokenSource(ct));
        try
        {
            stream.Patience.CancelAfter(_options.FirstByteTimeout);
            using var message = Message("streamGenerateContent?alt=sse", request);
            stream.Answer = await SendAsync(message, _options.FirstByteTimeout, ct);
            var body = await stream.Answer.Content.ReadAsStreamAsync(stream.Patience.Token);
            stream.Frames = SseParser.Create(body, (_, json) => JsonSerializer.Deserialize(json, GeminiJson.Default.WireReply)!)
                .EnumerateAsync(stream.Patience.Token).GetAsyncEnumerator(stream.Patience.Token);
            stream.First = await ReadAsync(stream, isComplete: false, ct);
            return stream;
        }
        catch (Exception error)
        {
            await stream.DisposeAsync();
            if (error is OperationCanceledException && !ct.IsCancellationRequested)
            {
                throw TooSlow(error);
            }

            throw;
        }
    }

    /// <summary>The next frame; a failure here counts for the circuit breaker too, though nobody tries again.</summary>
    private async Task<WireReply?> NextAsync(OpenStream stream, bool isComplete, CancellationToken ct)
    {
        stream.Patience.CancelAfter(_options.IdleTimeout);
        try
        {
            return await ReadAsync(stream, isComplete, ct);
        }
        catch (GeminiException failed)
        {
            Note(failed);
            await _breaker.ExecuteOutcomeAsync(static (_, error) => ValueTask.FromResult(Outcome.FromException<bool>(error)), ResilienceContextPool.Shared.Get(ct), failed);
            throw;
        }
    }

    /// <returns>Null at the end of a stream that has said that it is complete; one that ends before that was cut.</returns>
    private static async Task<WireReply?> ReadAsync(OpenStream stream, bool isComplete, CancellationToken ct)
    {
        try
        {
            if (!await stream.Frames!.MoveNextAsync())
            {
                return isComplete ? null : throw new GeminiException(GeminiFault.Cut, "Gemini's stream ended before its reply.");
            }

            var frame = stream.Frames.Current.Data;
            return frame is null ? throw new JsonException("null") : frame.Error is { } error ? throw GeminiException.Of(error) : frame;
        }
        catch (JsonException wrong)
        {
            throw new GeminiException(GeminiFault.Malformed, "A frame of Gemini's stream can't be read.", wrong);
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException)
        {
            throw new GeminiException(GeminiFault.Cut, "Gemini's stream was cut off.", lost);
        }
        catch (OperationCanceledException slow) when (!ct.IsCancellationRequested)
        {
            throw TooSlow(slow);
        }
    }

    private HttpRequestMessage Message(string method, WireRequest request) => new(HttpMethod.Post, $"models/{Uri.EscapeDataString(_options.Model)}:{method}")
    {
        Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, GeminiJson.Default.WireRequest)) { Headers = { ContentType = Json } },
    };

    /// <summary>The headers of a 200.</summary>
    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, TimeSpan patience, CancellationToken ct)
    {
        request.Headers.Add("x-goog-api-key", _options.ApiKey);
        request.Headers.Add("X-Server-Timeout", Math.Ceiling(_options.TotalTimeout.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture));
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limited.CancelAfter(patience);
        try
        {
            var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limited.Token);
            if (answer.IsSuccessStatusCode)
            {
                return answer;
            }

            using (answer)
            {
                throw GeminiException.Of((int)answer.StatusCode, await ErrorBodyAsync(answer, limited.Token));
            }
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException)
        {
            throw new GeminiException(GeminiFault.Unavailable, "Gemini can't be reached.", lost);
        }
        catch (OperationCanceledException slow) when (!ct.IsCancellationRequested)
        {
            throw TooSlow(slow);
        }
    }

    private static async Task<byte[]> ErrorBodyAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(ct);
        var bytes = new byte[LongestErrorBody];
        return bytes[..await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct)];
    }

    private static GeminiException TooSlow(Exception inner) => new(GeminiFault.Slow, "Gemini took too long.", inner);

    private sealed class OpenStream(CancellationTokenSource patience) : IAsyncDisposable
    {
        public CancellationTokenSource Patience => patience;

        public HttpResponseMessage? Answer { get; set; }

        public IAsyncEnumerator<SseItem<WireReply>>? Frames { get; set; }

        public WireReply? First { get; set; }

        public async ValueTask DisposeAsync()
        {
            // Ends the call upstream too, when the reader has gone.
            await patience.CancelAsync();
            Answer?.Dispose();
            if (Frames is not null)
            {
                try
                {
                    await Frames.DisposeAsync();
                }
                catch (Exception ended) when (ended is OperationCanceledException or IOException or HttpRequestException)
                {
                    // It has ended, which is what was asked.
                }
            }

            patience.Dispose();
        }
    }
}
