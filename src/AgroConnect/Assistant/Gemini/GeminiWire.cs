using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace AgroConnect.Assistant.Gemini;

// The bodies of Google's native API (v1beta), as far as they are used. An unknown name in a request is a 400, one in a reply is left out.

internal sealed record WireRequest
{
    public WireContent? SystemInstruction { get; init; }

    public required IReadOnlyList<WireContent> Contents { get; init; }

    public required WireGeneration GenerationConfig { get; init; }

    public IReadOnlyList<WireSafety>? SafetySettings { get; init; }

    public IReadOnlyList<WireTools>? Tools { get; init; }

    public WireToolConfig? ToolConfig { get; init; }
}

internal sealed record WireContent
{
    public string? Role { get; init; }

    public IReadOnlyList<WirePart>? Parts { get; init; }
}

internal sealed record WirePart
{
    public string? Text { get; init; }

    public WireBlob? InlineData { get; init; }

    public WireCall? FunctionCall { get; init; }

    public WireResult? FunctionResponse { get; init; }

    public bool? Thought { get; init; }

    public string? ThoughtSignature { get; init; }
}

internal sealed record WireBlob(string MimeType, string Data);

internal sealed record WireCall(string? Id, string Name, JsonObject? Args);

internal sealed record WireResult(string? Id, string Name, JsonObject Response);

internal sealed record WireGeneration(int? MaxOutputTokens, WireThinking? ThinkingConfig);

internal sealed record WireThinking(string ThinkingLevel);

internal sealed record WireSafety(string Category, string Threshold);

internal sealed record WireTools(IReadOnlyList<WireFunction> FunctionDeclarations);

internal sealed record WireFunction(string Name, string Description, JsonElement ParametersJsonSchema);

internal sealed record WireToolConfig(WireCallingConfig FunctionCallingConfig);

internal sealed record WireCallingConfig(string Mode);

/// <summary>A whole reply, or one frame of a stream; every field can be missing.</summary>
internal sealed record WireReply
{
    public IReadOnlyList<WireCandidate>? Candidates { get; init; }

    public WirePromptFeedback? PromptFeedback { get; init; }

    public WireUsage? UsageMetadata { get; init; }

    public string? ModelVersion { get; init; }

    public string? ResponseId { get; init; }

    /// <summary>A stream can fail after its 200.</summary>
    public WireError? Error { get; init; }
}

internal sealed record WireCandidate
{
    public WireContent? Content { get; init; }

    public string? FinishReason { get; init; }
}

internal sealed record WirePromptFeedback(string? BlockReason);

internal sealed record WireUsage(int? PromptTokenCount, int? CandidatesTokenCount, int? ThoughtsTokenCount, int? TotalTokenCount, int? CachedContentTokenCount);

internal sealed record WireFailure(WireError? Error);

internal sealed record WireError(int? Code, string? Status, IReadOnlyList<WireErrorDetail>? Details);

/// <summary><c>ErrorInfo</c>, <c>RetryInfo</c> or <c>QuotaFailure</c>, by what is in it.</summary>
internal sealed record WireErrorDetail(string? Reason, string? RetryDelay, IReadOnlyList<WireViolation>? Violations);

internal sealed record WireViolation(string? QuotaId);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(WireRequest))]
[JsonSerializable(typeof(WireReply))]
[JsonSerializable(typeof(WireFailure))]
[JsonSerializable(typeof(WireFailure[]))]
internal sealed partial class GeminiJson : JsonSerializerContext;
