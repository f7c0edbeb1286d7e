using System.Diagnostics.Metrics;
using AgroConnect.Assistant.Gemini;
using Microsoft.Extensions.AI;

namespace AgroConnect.Assistant;

/// <summary>What the assistant answered, and what the model cost.</summary>
internal sealed class AssistantMetrics
{
    private readonly Counter<long> _answers;
    private readonly Counter<long> _tokens;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _rejected;
    private readonly Histogram<double> _firstText;

    public AssistantMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("AgroConnect");
        _answers = meter.CreateCounter<long>("agroconnect.assistant.answers", description: "Answers, by who gave them and whether it should have been somebody else.");
        _tokens = meter.CreateCounter<long>("agroconnect.assistant.tokens", description: "Tokens that the model counted: input, cached (of the input), output, thinking (of the output).");
        _failures = meter.CreateCounter<long>("agroconnect.assistant.model.failures", description: "Calls of the model without a reply, by what went wrong; each try counts.");
        _rejected = meter.CreateCounter<long>("agroconnect.assistant.model.rejected", description: "Replies of the model that were not shown, by what is wrong with them.");
        _firstText = meter.CreateHistogram<double>("agroconnect.assistant.first_text", "s", "From the question to the first text of the model that was passed on.");
    }

    public void Answered(string by, bool degraded) =>
        _answers.Add(1, new KeyValuePair<string, object?>("by", by), new KeyValuePair<string, object?>("degraded", degraded));

    public void Used(UsageDetails? usage)
    {
        Count("input", usage?.InputTokenCount);
        Count("cached", usage?.CachedInputTokenCount);
        Count("output", usage?.OutputTokenCount);
        Count("thinking", usage?.ReasoningTokenCount);
    }

    public void Failed(GeminiFault fault) => _failures.Add(1, new KeyValuePair<string, object?>("fault", fault.ToString().ToLowerInvariant()));

    public void Rejected(string why) => _rejected.Add(1, new KeyValuePair<string, object?>("why", why));

    public void FirstText(TimeSpan after) => _firstText.Record(after.TotalSeconds);

    private void Count(string kind, long? tokens)
    {
        if (tokens > 0)
        {
            _tokens.Add(tokens.Value, new KeyValuePair<string, object?>("kind", kind));
        }
    }
}
