using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace AgroConnect.Assistant.Gemini;

/// <summary>Between the words of Microsoft.Extensions.AI and those of the wire; nothing else knows both.</summary>
internal static class GeminiMapping
{
    private const string User = "user";
    private const string Model = "model";

    /// <summary>Where a signature waits in a <see cref="FunctionCallContent"/> that has lost its original part.</summary>
    private const string Signature = "thoughtSignature";

    /// <summary>Talk of pesticides and diseases trips the default.</summary>
    private static readonly WireSafety[] Safety = [new("HARM_CATEGORY_DANGEROUS_CONTENT", "BLOCK_ONLY_HIGH")];

    public static WireRequest Request(IEnumerable<ChatMessage> messages, ChatOptions? options, GeminiOptions settings)
    {
        var (system, contents, names) = (new List<WirePart>(), new List<WireContent>(), new Dictionary<string, FunctionCallContent>());
        if (options?.Instructions is { Length: > 0 } instructions)
        {
            system.Add(new WirePart { Text = instructions });
        }

        foreach (var message in messages)
        {
            if (message.Role == ChatRole.System)
            {
                system.AddRange(message.Contents.OfType<TextContent>().Where(text => text.Text.Length > 0).Select(text => new WirePart { Text = text.Text }));
                continue;
            }

            Add(contents, message.Role == ChatRole.Assistant ? Model : User, PartsOf(message, names));
        }

        var functions = options?.Tools?.OfType<AIFunctionDeclaration>().Select(tool => new WireFunction(tool.Name, tool.Description, tool.JsonSchema)).ToList() ?? [];
        var thinking = settings.ThinkingLevel.Length > 0 && !settings.Model.StartsWith("gemini-2", StringComparison.Ordinal) ? new WireThinking(settings.ThinkingLevel) : null;
        return new WireRequest
        {
            SystemInstruction = system.Count > 0 ? new WireContent { Parts = system } : null,
            Contents = contents,
            GenerationConfig = new WireGeneration(options?.MaxOutputTokens ?? settings.MaxOutputTokens, thinking),
            SafetySettings = Safety,
            Tools = functions.Count > 0 ? [new WireTools(functions)] : null,
            ToolConfig = functions.Count > 0 && options?.ToolMode is NoneChatToolMode ? new WireToolConfig(new WireCallingConfig("NONE")) : null,
        };
    }

    /// <summary>What a reply, or a frame of one, has for the reader; each part stands for itself, so that a signature stays where it came.</summary>
    public static List<AIContent> Contents(WireReply reply, ref int calls)
    {
        var contents = new List<AIContent>();
        foreach (var part in Parts(reply))
        {
            if (part.FunctionCall is { } call)
            {
                contents.Add(new FunctionCallContent(
                    call.Id ?? string.Create(CultureInfo.InvariantCulture, $"{reply.ResponseId}-{calls++}"), call.Name,
                    call.Args?.ToDictionary(argument => argument.Key, argument => argument.Value is null ? null : (object)JsonSerializer.SerializeToElement(argument.Value)))
                {
                    RawRepresentation = part,
                    AdditionalProperties = part.ThoughtSignature is { } signature ? new AdditionalPropertiesDictionary { [Signature] = signature } : null,
                });
                continue;
            }

            if (part.Text is { Length: > 0 } text && part.Thought is not true)
            {
                contents.Add(new TextContent(text));
            }

            // An empty text would be lost on the way, and its signature with it.
            if (part.ThoughtSignature is { } signed)
            {
                contents.Add(new TextReasoningContent("") { ProtectedData = signed });
            }
        }

        return contents;
    }

    /// <summary>Never throws: what the wire may say next year means that the reply has stopped.</summary>
    public static ChatFinishReason? FinishReason(WireReply reply, bool hasCalls) => (RawReason(reply), hasCalls) switch
    {
        (null, _) => null,
        ("STOP", true) => ChatFinishReason.ToolCalls,
        ("STOP", false) => ChatFinishReason.Stop,
        ("MAX_TOKENS", _) => ChatFinishReason.Length,
        _ when IsBlocked(reply) => ChatFinishReason.ContentFilter,
        var (other, _) => new ChatFinishReason(other),
    };

    /// <summary>The word of the wire; that of the prompt's block when there is no candidate.</summary>
    public static string? RawReason(WireReply reply) => reply.Candidates is [var candidate, ..] ? candidate.FinishReason : reply.PromptFeedback?.BlockReason;

    /// <summary>The same request, changed so that it may go better; null when the reply is as good as it gets.</summary>
    public static WireRequest? Improved(WireRequest request, string? reason, bool hasContents) => (reason, hasContents) switch
    {
        // Thinking took all of it.
        ("MAX_TOKENS", false) => request with { GenerationConfig = request.GenerationConfig with { MaxOutputTokens = request.GenerationConfig.MaxOutputTokens * 4 } },
        ("STOP", false) => request,
        ("MALFORMED_FUNCTION_CALL" or "UNEXPECTED_TOOL_CALL" or "TOO_MANY_TOOL_CALLS", _) when request.Tools is not null =>
            request with { ToolConfig = new WireToolConfig(new WireCallingConfig("NONE")) },
        _ => null,
    };

    public static UsageDetails? Usage(WireUsage? usage) => usage is null ? null : new UsageDetails
    {
        InputTokenCount = usage.PromptTokenCount,
        CachedInputTokenCount = usage.CachedContentTokenCount,
        OutputTokenCount = (usage.CandidatesTokenCount ?? 0) + (usage.ThoughtsTokenCount ?? 0),
        ReasoningTokenCount = usage.ThoughtsTokenCount,
        TotalTokenCount = usage.TotalTokenCount,
    };

    private static IReadOnlyList<WirePart> Parts(WireReply reply) => reply.Candidates is [{ Content.Parts: { } parts }, ..] ? parts : [];

    private static bool IsBlocked(WireReply reply) => reply.Candidates is not [_, ..]
        || RawReason(reply) is "SAFETY" or "RECITATION" or "BLOCKLIST" or "PROHIBITED_CONTENT" or "SPII" or "LANGUAGE" or "IMAGE_SAFETY";

    /// <summary>All results of one step belong into one content, and so do all parts of one reply.</summary>
    private static void Add(List<WireContent> contents, string role, List<WirePart> parts)
    {
        if (parts.Count == 0)
        {
            return;
        }

        if (contents is [.., { Parts: { } before } last] && last.Role == role && (role == Model || IsResult(parts) == IsResult(before)))
        {
            contents[^1] = last with { Parts = [.. before, .. parts] };
            return;
        }

        contents.Add(new WireContent { Role = role, Parts = parts });
    }

    private static bool IsResult(IReadOnlyList<WirePart> parts) => parts[0].FunctionResponse is not null;

    private static List<WirePart> PartsOf(ChatMessage message, Dictionary<string, FunctionCallContent> calls)
    {
        var parts = new List<WirePart>();
        foreach (var content in message.Contents)
        {
            switch (content)
            {
                case TextContent { Text.Length: > 0 } text:
                    parts.Add(new WirePart { Text = text.Text });
                    break;
                case DataContent data when data.HasTopLevelMediaType("image"):
                    parts.Add(new WirePart { InlineData = new WireBlob(data.MediaType, data.Base64Data.ToString()) });
                    break;
                case TextReasoningContent { ProtectedData: { } signature } when parts is [.., { Text: not null, ThoughtSignature: null } last]:
                    parts[^1] = last with { ThoughtSignature = signature };
                    break;
                case FunctionCallContent call:
                    calls[call.CallId] = call;
                    parts.Add(call.RawRepresentation as WirePart ?? Rebuilt(call));
                    break;
                case FunctionResultContent result when calls.TryGetValue(result.CallId, out var called):
                    parts.Add(new WirePart { FunctionResponse = new WireResult((called.RawRepresentation as WirePart)?.FunctionCall?.Id, called.Name, Response(result)) });
                    break;
            }
        }

        return parts;
    }

    /// <summary>A call that went through JSON: its part is gone, and its signature is an element.</summary>
    private static WirePart Rebuilt(FunctionCallContent call) => new()
    {
        FunctionCall = new WireCall(call.CallId, call.Name, new JsonObject(call.Arguments?.Select(argument =>
            KeyValuePair.Create(argument.Key, argument.Value is null ? null : JsonSerializer.SerializeToNode(argument.Value))) ?? [])),
        ThoughtSignature = call.AdditionalProperties?.GetValueOrDefault(Signature)?.ToString(),
    };

    /// <summary>It must be an object.</summary>
    private static JsonObject Response(FunctionResultContent result) => result switch
    {
        { Exception: not null } => new JsonObject { ["error"] = "The function failed." },
        { Result: string text } when text.StartsWith("Error:", StringComparison.Ordinal) => new JsonObject { ["error"] = text },
        { Result: null } => new JsonObject { ["output"] = "" },
        { Result: JsonElement element } => new JsonObject { ["output"] = JsonSerializer.SerializeToNode(element) },
        { Result: JsonNode node } => new JsonObject { ["output"] = node.DeepClone() },
        { Result: var other } => new JsonObject { ["output"] = other.ToString() },
    };
}
