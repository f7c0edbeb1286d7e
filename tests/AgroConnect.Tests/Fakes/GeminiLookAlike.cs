using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AgroConnect.Tests.Fakes;

/// <summary>
/// Gemini's native API on a loopback port: <c>generateContent</c>, <c>streamGenerateContent</c> as server-sent events, <c>models</c>;
/// it refuses what Google refuses, and fails as Google does. It shares no code with our client.
/// </summary>
internal sealed class GeminiLookAlike : IAsyncDisposable
{
    public const string Key = "AIzaSy-of-these-tests";
    public const string Model = "gemini-3.8-flash";

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] PartFields = ["text", "inlineData", "functionCall", "functionResponse"];

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, string> _signatures = new();
    private int _number;
    private int _gone;

    private GeminiLookAlike(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    /// <summary>The bodies that were good, in order.</summary>
    public ConcurrentQueue<JsonObject> Asked { get; private set; } = new();

    /// <summary>Every call, good or not: method, path and query.</summary>
    public ConcurrentQueue<string> Calls { get; private set; } = new();

    /// <summary>What was wrong with calls that were refused.</summary>
    public ConcurrentQueue<string> Refused { get; } = new();

    /// <summary>What comes back for a body; the number of the call is from 0.</summary>
    public Func<JsonObject, int, Play> Plays { get; set; } = (_, _) => Play.Says("Fine.");

    /// <summary>How many callers went away before the end.</summary>
    public int Gone => _gone;

    public static async Task<GeminiLookAlike> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var fake = new GeminiLookAlike(app);
        app.Run(fake.AnswerAsync);
        await app.StartAsync();
        return fake;
    }

    /// <summary>Forgets what was asked, and plays something else.</summary>
    public void WillPlay(Func<JsonObject, int, Play> plays) => (Asked, Calls, Plays, _number) = (new(), new(), plays, 0);

    public void Will(params Play[] plays) => WillPlay((_, number) => plays[Math.Min(number, plays.Length - 1)]);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        Calls.Enqueue($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}");
        if (http.Request.Headers["x-goog-api-key"] != Key)
        {
            await ErrorAsync(http, 400, "INVALID_ARGUMENT", new JsonObject { ["@type"] = "type.googleapis.com/google.rpc.ErrorInfo", ["reason"] = "API_KEY_INVALID" });
            return;
        }

        var method = http.Request.Path.Value!.Split('/')[^1];
        if (method == Model && HttpMethods.IsGet(http.Request.Method))
        {
            await WriteAsync(http, new JsonObject { ["name"] = "models/" + Model }.ToJsonString());
            return;
        }

        if (method is not (Model + ":generateContent" or Model + ":streamGenerateContent") || !HttpMethods.IsPost(http.Request.Method))
        {
            await ErrorAsync(http, 404, "NOT_FOUND");
            return;
        }

        var body = (await JsonNode.ParseAsync(http.Request.Body))!.AsObject();
        if (WrongWith(body) is { } wrong)
        {
            Refused.Enqueue(wrong);
            await ErrorAsync(http, 400, "INVALID_ARGUMENT");
            return;
        }

        Asked.Enqueue(body);
        var play = Plays(body, Interlocked.Increment(ref _number) - 1);
        try
        {
            await PlayAsync(http, body, play, isStream: method.EndsWith(":streamGenerateContent", StringComparison.Ordinal));
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref _gone);
        }
    }

    private static string? Given(JsonObject body) =>
        body["contents"]!.AsArray()[^1]!.ToJsonString(Plain).Split("<passage id=\\\"", 2) is [_, var rest] ? rest.Split('\\', 2)[0] : null;

    private async Task PlayAsync(HttpContext http, JsonObject body, Play play, bool isStream)
    {
        if (play.Wait > TimeSpan.Zero)
        {
            await Task.Delay(play.Wait, http.RequestAborted);
        }

        if (play.Status != 200)
        {
            await (play.Html ? WriteAsync(http, "<html><body>Bad Gateway</body></html>", play.Status) : ErrorAsync(http, play.Status, play.StatusWord, [.. play.Details]));
            return;
        }

        var frames = Frames(play.Cites && play.Pieces is [var begin, ..] && !begin.StartsWith("[dec", StringComparison.Ordinal) && Given(body) is { } id
            ? play with { Pieces = [.. play.Pieces, $" [{id}]"] }
            : play);
        if (!isStream)
        {
            var whole = play.Malformed ? """{"candidates":[{"content":{"parts":[{"text":"Half of a""" : Whole(frames).ToJsonString(Plain);
            if (play.Cut == Cut.Dropped)
            {
                http.Response.ContentLength = Encoding.UTF8.GetByteCount(whole);
                await http.Response.WriteAsync(whole[..(whole.Length / 2)]);
                await http.Response.Body.FlushAsync();
                http.Abort();
                return;
            }

            await (play.Cut == Cut.Hangs ? Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted) : WriteAsync(http, whole));
            return;
        }

        http.Response.ContentType = "text/event-stream";
        var complete = play.Cut == Cut.None && !play.Malformed;
        foreach (var (frame, number) in frames.Select((frame, number) => (frame, number)))
        {
            if (!complete && number == frames.Count - 1)
            {
                break;
            }

            await WriteFrameAsync(http, frame.ToJsonString(Plain), play);
            await Task.Delay(play.Pause, http.RequestAborted);
        }

        switch (play)
        {
            case { Malformed: true }:
                await WriteFrameAsync(http, """{"candidates":[{"content":""", play);
                break;
            case { Cut: Cut.Hangs }:
                await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted);
                break;
            case { Cut: Cut.Dropped }:
                http.Abort();
                break;
            case { Cut: Cut.Error }:
                await WriteFrameAsync(http, """{"error":{"code":503,"message":"Secret words of Google.","status":"UNAVAILABLE"}}""", play);
                break;
            case { Cut: Cut.BareError }:
                await http.Response.WriteAsync("""{"error":{"code":500,"message":"Secret words of Google.","status":"INTERNAL"}}""" + "\r\n\r\n");
                break;
        }
    }

    /// <summary>Bytes arrive as TCP has them, also in the middle of a letter.</summary>
    private static async Task WriteFrameAsync(HttpContext http, string json, Play play)
    {
        var bytes = Encoding.UTF8.GetBytes($"data: {json}\r\n\r\n");
        var size = play.BytesAtOnce ?? bytes.Length;
        for (var at = 0; at < bytes.Length; at += size)
        {
            await http.Response.Body.WriteAsync(bytes.AsMemory(at, Math.Min(size, bytes.Length - at)), http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
    }

    private List<JsonObject> Frames(Play play)
    {
        if (play.PromptBlock is { } block)
        {
            return [new JsonObject { ["promptFeedback"] = new JsonObject { ["blockReason"] = block }, ["usageMetadata"] = Usage(0) }];
        }

        var id = Guid.NewGuid().ToString("N");
        var frames = play.Pieces.Select(piece => Frame(id, new JsonObject { ["text"] = piece })).ToList();
        foreach (var (call, number) in play.Calls.Select((call, number) => (call, number)))
        {
            var name = call["name"]!.GetValue<string>();
            var part = new JsonObject { ["functionCall"] = call.DeepClone() };
            part["functionCall"]!["id"] = $"call-{id}-{number}";
            if (number == 0)
            {
                // Of parallel calls the first alone is signed.
                var signature = Convert.ToBase64String(Encoding.UTF8.GetBytes($"signed {name} {id}"));
                _signatures[$"call-{id}-{number}"] = signature;
                part["thoughtSignature"] = signature;
            }

            frames.Add(Frame(id, part));
        }

        // The last frame: the reason, and the signature of a reply without calls on an empty text.
        var last = Frame(id, play.Calls.Count == 0 && play.Pieces.Count > 0 ? new JsonObject { ["text"] = "", ["thoughtSignature"] = "c2lnbmVk" } : null);
        last["candidates"]![0]!["finishReason"] = play.FinishReason;
        last["usageMetadata"] = Usage(play.Pieces.Sum(piece => piece.Length) / 4);
        frames.Add(last);
        return frames;
    }

    private static JsonObject Frame(string id, JsonObject? part) => new()
    {
        ["candidates"] = new JsonArray(new JsonObject
        {
            ["index"] = 0,
            ["content"] = part is null ? new JsonObject { ["role"] = "model" } : new JsonObject { ["role"] = "model", ["parts"] = new JsonArray(part) },
            ["aFieldOfNextYear"] = true,
        }),
        ["usageMetadata"] = Usage(1),
        ["modelVersion"] = Model,
        ["responseId"] = id,
    };

    private static JsonObject Usage(int output) => new()
    {
        ["promptTokenCount"] = 900,
        ["candidatesTokenCount"] = output,
        ["thoughtsTokenCount"] = 24,
        ["totalTokenCount"] = 924 + output,
        ["promptTokensDetails"] = new JsonArray(new JsonObject { ["modality"] = "TEXT", ["tokenCount"] = 900 }),
    };

    /// <summary>What a stream's frames are as one reply.</summary>
    private static JsonObject Whole(List<JsonObject> frames)
    {
        var whole = frames[^1].DeepClone().AsObject();
        if (whole["candidates"] is null)
        {
            return whole;
        }

        var parts = new JsonArray([.. frames.SelectMany(frame => frame["candidates"]![0]!["content"]!["parts"]?.AsArray().ToArray() ?? []).Select(part => part!.DeepClone())]);
        if (parts.Count > 0)
        {
            whole["candidates"]![0]!["content"]!["parts"] = parts;
        }

        return whole;
    }

    private string? WrongWith(JsonObject body)
    {
        if (Unknown(body, "systemInstruction", "contents", "generationConfig", "safetySettings", "tools", "toolConfig") is { } unknown)
        {
            return unknown;
        }

        var config = body["generationConfig"]?.AsObject() ?? [];
        if (Unknown(config, "maxOutputTokens", "thinkingConfig", "responseMimeType", "responseJsonSchema") is { } strange)
        {
            return strange;
        }

        if (config["thinkingConfig"]?["thinkingLevel"]?.GetValue<string>() is not (null or "LOW" or "MEDIUM" or "HIGH"))
        {
            return "thinkingLevel";
        }

        if (body["contents"]?.AsArray() is not { Count: > 0 } contents)
        {
            return "no contents";
        }

        foreach (var content in contents)
        {
            if (content!["role"]?.GetValue<string>() is not ("user" or "model") || content["parts"]?.AsArray() is not { Count: > 0 } parts)
            {
                return "a content without role or parts";
            }

            foreach (var part in parts)
            {
                if (PartFields.Count(field => part![field] is not null) != 1 || Unknown(part!.AsObject(), [.. PartFields, "thoughtSignature", "thought"]) is not null)
                {
                    return "a part of none or two kinds";
                }

                if (part["inlineData"] is { } image && !IsWhatItSays(image))
                {
                    return "Unable to process input image";
                }
            }
        }

        if (contents[^1]!["role"]!.GetValue<string>() == "model")
        {
            return "Requests ending with a model turn are not supported.";
        }

        foreach (var function in body["tools"]?.AsArray().SelectMany(tool => tool!["functionDeclarations"]!.AsArray()) ?? [])
        {
            if (Unknown(function!.AsObject(), "name", "description", "parametersJsonSchema") is { } extra)
            {
                return extra;
            }
        }

        return WrongWithTurn(contents);
    }

    /// <summary>Since the last thing that is no result of a function: every step's calls must be as they were given, and answered in one content.</summary>
    private string? WrongWithTurn(JsonArray contents)
    {
        var begin = Enumerable.Range(0, contents.Count).Last(i => contents[i]!["role"]!.GetValue<string>() == "user" && contents[i]!["parts"]!.AsArray().Any(part => part!["functionResponse"] is null));
        for (var i = begin + 1; i < contents.Count; i++)
        {
            var calls = contents[i]!["parts"]!.AsArray().Where(part => part!["functionCall"] is not null).ToList();
            if (calls.Count == 0)
            {
                continue;
            }

            if (!_signatures.TryGetValue(calls[0]!["functionCall"]!["id"]!.GetValue<string>(), out var signature) || calls[0]!["thoughtSignature"]?.GetValue<string>() != signature)
            {
                return "Function call is missing a thought_signature in functionCall parts.";
            }

            if (i + 1 >= contents.Count || contents[i + 1]!["role"]!.GetValue<string>() != "user")
            {
                return "calls without results";
            }

            var results = contents[i + 1]!["parts"]!.AsArray().Select(part => part!["functionResponse"]).ToList();
            if (!results.Select(Pair).SequenceEqual(calls.Select(call => Pair(call!["functionCall"]))) || results.Any(result => result!["response"] is not JsonObject))
            {
                return "results that are not those of the calls";
            }
        }

        return null;

        static string Pair(JsonNode? node) => $"{node?["id"]} {node?["name"]}";
    }

    private static bool IsWhatItSays(JsonNode image)
    {
        var bytes = Convert.FromBase64String(image["data"]!.GetValue<string>());
        return image["mimeType"]!.GetValue<string>() == "image/webp" && Encoding.ASCII.GetString(bytes, 8, 4) == "WEBP";
    }

    private static string? Unknown(JsonObject value, params string[] known) =>
        value.Select(field => field.Key).FirstOrDefault(name => !known.Contains(name)) is { } name ? $"Unknown name \"{name}\"" : null;

    private static Task ErrorAsync(HttpContext http, int status, string word, params JsonNode[] details) => WriteAsync(
        http,
        new JsonObject
        {
            ["error"] = new JsonObject
            {
                ["code"] = status,
                ["message"] = "Secret words of Google.",
                ["status"] = word,
                ["details"] = new JsonArray([.. details.Select(detail => detail.DeepClone())]),
            },
        }.ToJsonString(),
        status);

    private static Task WriteAsync(HttpContext http, string body, int status = 200)
    {
        (http.Response.StatusCode, http.Response.ContentType) = (status, body.StartsWith('<') ? "text/html" : "application/json");
        return http.Response.WriteAsync(body);
    }

    /// <summary>How a reply ends before its end.</summary>
    public enum Cut
    {
        None,

        /// <summary>The connection breaks.</summary>
        Dropped,

        /// <summary>The body ends, and no reason was given.</summary>
        Ended,

        /// <summary>Nothing more comes.</summary>
        Hangs,

        /// <summary>A frame with an error.</summary>
        Error,

        /// <summary>An error without <c>data:</c>.</summary>
        BareError,
    }

    /// <summary>One reply.</summary>
    public sealed record Play
    {
        public IReadOnlyList<string> Pieces { get; init; } = [];

        public IReadOnlyList<JsonObject> Calls { get; init; } = [];

        /// <summary>Names the first passage that it was given at its end, as a model does that keeps the rules.</summary>
        public bool Cites { get; init; } = true;

        public string FinishReason { get; init; } = "STOP";

        public string? PromptBlock { get; init; }

        public int Status { get; init; } = 200;

        public string StatusWord { get; init; } = "UNAVAILABLE";

        public IReadOnlyList<JsonObject> Details { get; init; } = [];

        public bool Html { get; init; }

        public bool Malformed { get; init; }

        public Cut Cut { get; init; }

        public TimeSpan Wait { get; init; }

        public TimeSpan Pause { get; init; }

        public int? BytesAtOnce { get; init; }

        public static Play Says(params string[] pieces) => new() { Pieces = pieces };

        /// <summary>Calls functions; all of them at once.</summary>
        public static Play Asks(params (string Name, object Arguments)[] calls) => new()
        {
            Calls = [.. calls.Select(call => new JsonObject { ["name"] = call.Name, ["args"] = JsonSerializer.SerializeToNode(call.Arguments) })],
        };

        public static Play Fails(int status, string word = "UNAVAILABLE") => new() { Status = status, StatusWord = word };

        public static Play OverQuota(double? retryAfter = null, string quota = "GenerateRequestsPerMinutePerProjectPerModel") => new()
        {
            Status = 429,
            StatusWord = "RESOURCE_EXHAUSTED",
            Details = retryAfter is not { } seconds ? [] :
            [
                new JsonObject { ["@type"] = "type.googleapis.com/google.rpc.QuotaFailure", ["violations"] = new JsonArray(new JsonObject { ["quotaId"] = quota }) },
                new JsonObject { ["@type"] = "type.googleapis.com/google.rpc.RetryInfo", ["retryDelay"] = string.Create(CultureInfo.InvariantCulture, $"{seconds}s") },
            ],
        };
    }
}
