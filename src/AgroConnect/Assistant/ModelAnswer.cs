using System.Runtime.CompilerServices;
using AgroConnect.Assistant.Gemini;
using AgroConnect.Assistant.Knowledge;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;

namespace AgroConnect.Assistant;

/// <summary>A reply of the model that may be shown.</summary>
/// <param name="Text">Without its citations.</param>
/// <param name="IsDeclined">Whether it declines.</param>
/// <param name="Cited">What it stands on.</param>
/// <param name="Found">The listings that it has looked up.</param>
/// <param name="Model">The model's name.</param>
internal sealed record ModelReply(string Text, bool IsDeclined, IReadOnlyList<Passage> Cited, IReadOnlyList<MarketTools.Goods.Listing> Found, string Model);

/// <summary>
/// Asks the model, with the articles, the market and the user's orders at hand, and checks what it says. Whatever goes wrong,
/// in whatever time: there is no reply then, and nothing is thrown but the caller's own cancellation.
/// </summary>
internal sealed class ModelAnswer(
    FunctionInvokingChatClient chat, Retrieval retrieval, MarketTools market, IOptions<GeminiOptions> options, AssistantMetrics metrics, TimeProvider clock,
    ILogger<ModelAnswer> log)
{
    private const int Passages = 6;

    /// <returns>Null when there is none that may be shown.</returns>
    public async Task<ModelReply?> AskAsync(Turn turn, CancellationToken ct)
    {
        var run = Begin(turn);
        using var limited = Limited(ct);
        try
        {
            var response = await chat.GetResponseAsync(run.Messages, run.Options, limited.Token);
            metrics.Used(response.Usage);
            run.Note(response.FinishReason, response.ModelId);
            run.NoteCalls(response.Messages.SelectMany(message => message.Contents));
            run.Checked.Add(string.Join("\n\n", response.Messages.Where(message => message.Role == ChatRole.Assistant).Select(message => message.Text).Where(text => text.Length > 0)));
            return End(run, turn);
        }
        catch (Exception failed) when (!ct.IsCancellationRequested)
        {
            Log(failed);
            return null;
        }
    }

    /// <summary>The reply piece by piece, each of them checked. What the whole is, <paramref name="end"/> is told at the end: null when it may not stand.</summary>
    public async IAsyncEnumerable<string> StreamAsync(Turn turn, Action<ModelReply?> end, [EnumeratorCancellation] CancellationToken ct)
    {
        var run = Begin(turn);
        var began = clock.GetTimestamp();
        using var limited = Limited(ct);
        await using var updates = chat.GetStreamingResponseAsync(run.Messages, run.Options, limited.Token).GetAsyncEnumerator(limited.Token);
        string? step = null;
        while (run.Checked.Fault is null)
        {
            string piece;
            try
            {
                if (!await updates.MoveNextAsync())
                {
                    break;
                }

                var update = updates.Current;
                foreach (var usage in update.Contents.OfType<UsageContent>())
                {
                    metrics.Used(usage.Details);
                }

                run.Note(update.FinishReason, update.ModelId);
                run.NoteCalls(update.Contents);
                piece = update.Role == ChatRole.Tool ? "" : update.Text;
                if (piece.Length > 0)
                {
                    // What it said before it looked something up stands by itself.
                    piece = step is not null && step != update.MessageId ? "\n\n" + piece : piece;
                    step = update.MessageId;
                }
            }
            catch (Exception failed) when (!ct.IsCancellationRequested)
            {
                Log(failed);
                end(null);
                yield break;
            }

            var isFirst = run.Checked.Text.Length == 0;
            var shown = piece.Length == 0 ? "" : run.Checked.Add(piece);
            if (shown.Length > 0)
            {
                if (isFirst)
                {
                    metrics.FirstText(clock.GetElapsedTime(began));
                }

                yield return shown;
            }
        }

        var before = run.Checked.Text.Length;
        var reply = End(run, turn);
        if (reply is not null && reply.Text.Length > before)
        {
            yield return reply.Text[before..];
        }

        end(reply);
    }

    private Run Begin(Turn turn)
    {
        var passages = retrieval.Search(turn.Question, Passages);
        passages = passages.Count > 0 ? passages : turn.Knowledge.Passages;
        var (found, seen) = (new List<MarketTools.Goods.Listing>(), new List<string>());
        seen.AddRange(turn.Hits.Select(MarketTools.Text).Append(turn.Question.Text).Concat(turn.Question.Earlier));
        var chatOptions = new ChatOptions { Instructions = Instructions.Rules, Tools = market.For(turn.Me, turn.BaseUrl, found, seen) };
        return new Run(
            [.. Instructions.Messages(turn, passages)], chatOptions, new CheckedReply(passages, () => string.Join('\n', seen)), found);
    }

    /// <summary>What is left of a run once it is over: a reply, or the reason why there is none.</summary>
    private ModelReply? End(Run run, Turn turn)
    {
        run.Checked.Finish();
        var text = run.Checked.Text;
        var why = run.Checked.Fault is not null ? "unsafe"
            : run.Reason == ChatFinishReason.ContentFilter ? "blocked"
            : run.Reason == ChatFinishReason.Length ? "too_long"
            : text.Length == 0 ? "empty"
            : run.Reason == ChatFinishReason.ToolCalls ? "no_end"

            // What is said of farming names its sources: without them it is made up, or the model was talked into it. Thanks and greetings need none.
            : (turn.Knowledge.Grounded || turn.Knowledge.Declined) && !run.Checked.IsDeclined && run.Checked.Cited.Count == 0 && !SpeaksOfMarket(run, turn, text) && turn.Image is null
                ? "ungrounded"
            : null;
        if (why is null)
        {
            return new ModelReply(text, run.Checked.IsDeclined, run.Checked.IsDeclined ? [] : run.Checked.Cited, run.Found, run.Model ?? options.Value.Model);
        }

        metrics.Rejected(why);
        log.LogInformation("A reply of the model is not shown: {Why} {Fault}.", why, run.Checked.Fault);
        return null;
    }

    /// <summary>Whether it has looked something up, or names a listing that it was given.</summary>
    private static bool SpeaksOfMarket(Run run, Turn turn, string text) =>
        run.HasAsked || run.Found.Count > 0 || turn.Hits.Any(listing => text.Contains(listing.Name, StringComparison.OrdinalIgnoreCase));

    private CancellationTokenSource Limited(CancellationToken ct)
    {
        var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limited.CancelAfter(options.Value.TotalTimeout);
        return limited;
    }

    private void Log(Exception failed)
    {
        if (failed is GeminiException or OperationCanceledException)
        {
            log.LogInformation("The knowledge base answers for the model: {Reason}", failed is GeminiException ? failed.Message : "It took too long.");
        }
        else
        {
            log.LogError(failed, "The knowledge base answers for the model, which failed in a way that nobody has thought of.");
        }
    }

    private sealed class Run(IReadOnlyList<ChatMessage> messages, ChatOptions options, CheckedReply reply, List<MarketTools.Goods.Listing> found)
    {
        public IReadOnlyList<ChatMessage> Messages => messages;

        public ChatOptions Options => options;

        public CheckedReply Checked => reply;

        public List<MarketTools.Goods.Listing> Found => found;

        public ChatFinishReason? Reason { get; private set; }

        public string? Model { get; private set; }

        /// <summary>Whether it has looked something up.</summary>
        public bool HasAsked { get; private set; }

        public void Note(ChatFinishReason? reason, string? model) => (Reason, Model) = (reason ?? Reason, model ?? Model);

        public void NoteCalls(IEnumerable<AIContent> contents) => HasAsked |= contents.Any(content => content is FunctionCallContent);
    }
}
