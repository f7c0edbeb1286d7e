using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AgroConnect.Assistant.Knowledge;
using AgroConnect.Data;
using AgroConnect.Images;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.Extensions.Options;

namespace AgroConnect.Assistant;

/// <summary><c>POST /api/chatbot/</c>: answers a question, as JSON or piece by piece as server-sent events.</summary>
internal sealed class AskAssistant(
    AppDbContext db, ImageForm form, ImagePipeline images, Retrieval retrieval, KnowledgeAnswer knowledge, MarketTools market, ModelAnswer model, ModelQuota quota, ConversationLog log,
    IOptions<AssistantOptions> options, AssistantMetrics metrics, TimeProvider clock, ILogger<AskAssistant> logger)
{
    public const int LongestMessage = 4_000;
    private const string ByKnowledge = "knowledge";
    private const string EventStream = "text/event-stream";

    public sealed record Request(string Message, long? ConversationId = null, string? Language = null);

    public static async Task<IResult> HandleAsync(HttpRequest request, CurrentUser me, AskAssistant assistant, CancellationToken ct)
    {
        var (turn, problem) = await assistant.ReadAsync(request, me, ct);
        if (turn is null)
        {
            return problem!;
        }

        var http = request.HttpContext;
        if (request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals(EventStream, StringComparison.OrdinalIgnoreCase)))
        {
            // Proxies such as nginx would keep it until it is whole.
            http.Response.Headers["X-Accel-Buffering"] = "no";
            return TypedResults.ServerSentEvents(assistant.StreamAsync(turn, http, ct));
        }

        return TypedResults.Ok(await assistant.AnswerAsync(turn, http, ct));
    }

    private async Task<AnswerView> AnswerAsync(Turn turn, HttpContext http, CancellationToken ct)
    {
        var reply = await MayAskModelAsync(turn, http, ct) ? await model.AskAsync(turn, ct) : null;
        return await KeepAsync(turn, View(turn, reply), ct);
    }

    private async Task<(Turn? Turn, IResult? Problem)> ReadAsync(HttpRequest request, CurrentUser me, CancellationToken ct)
    {
        byte[]? picture = null;
        if (request.GetTypedHeaders().ContentType?.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase) == true)
        {
            var files = await form.ReadAsync(request, "image", most: 1, ct, isOptional: true);
            if (files.Problem is { } refused)
            {
                return (null, refused);
            }

            if (files.Files is [var file])
            {
                picture = new byte[file.Length];
                await using var content = file.OpenReadStream();
                await content.ReadExactlyAsync(picture, ct);
            }
        }

        var fields = await Fields.ReadAsync(request, ct);
        var message = fields.Text("message", LongestMessage);
        var conversation = fields.Id("conversation_id", nullable: true);
        var preferred = ReadLanguage(fields);
        if (picture is not null && fields.Problem is null)
        {
            var reading = await images.ReadAsync(picture, ct);
            picture = reading.Image?.Page;
            if (reading.Error is { } error)
            {
                fields.Error("image", error);
            }
        }

        if (fields.Problem is { } problem)
        {
            return (null, problem);
        }

        return await log.ReadAsync(db, me, conversation) is { } memory
            ? (await UnderstandAsync(message, preferred, conversation, memory, picture, me, request.BaseUrl()), null)
            : (null, TypedResults.NotFound());
    }

    private async ValueTask<Turn> UnderstandAsync(
        string message, string? preferred, long? conversation, ConversationLog.Memory memory, byte[]? picture, CurrentUser me, string baseUrl)
    {
        var growing = Growing.At(memory.Place, clock.GetUtcNow());
        var text = new WrittenText(message);
        var question = new Question(
            text, retrieval.LanguageOf(text, preferred), [.. memory.Before.Where(said => !said.IsAnswer).Select(said => said.Text)], growing.Region, growing.Today);
        var verdict = Guardrails.Judge(question);
        var concern = verdict.Concern;

        // Nobody who is in need is shown goods.
        var hits = concern is Concern.Emergency or Concern.SelfHarm or Concern.AnimalEmergency or Concern.OutOfScope ? [] : await market.OfCropsInAsync(text);
        return new Turn(me, conversation, question, memory.Before, picture, growing, concern, knowledge.Answer(question, verdict), hits, baseUrl);
    }

    /// <summary>The primary language of a tag such as <c>en-KE</c>; null when it is for us to see.</summary>
    private static string? ReadLanguage(Fields fields)
    {
        var tag = fields.Text("language", max: 35, otherwise: "", blank: true, nullable: true);
        var language = tag.Split('-', '_')[0].ToLowerInvariant();
        if (language.Length > 0 && !Languages.All.Contains(language) && fields.IsGood("language"))
        {
            fields.Error("language", $"\"{tag}\" is not a valid choice.");
        }

        return language.Length > 0 ? language : null;
    }

    private async Task<bool> MayAskModelAsync(Turn turn, HttpContext http, CancellationToken ct) =>
        options.Value.Provider == AssistantOptions.Gemini && turn.IsForModel && await quota.TryTakeAsync(http, ct);

    private async IAsyncEnumerable<SseItem<string>> StreamAsync(Turn turn, HttpContext http, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var events = EventsAsync(turn, http, ct).GetAsyncEnumerator(ct);
        while (true)
        {
            SseItem<string> next;
            var isLast = false;
            try
            {
                if (!await events.MoveNextAsync())
                {
                    yield break;
                }

                next = events.Current;
            }
            catch (Exception error) when (!ct.IsCancellationRequested)
            {
                logger.LogError(error, "A stream of the assistant failed.");
                (next, isLast) = (Event("error", new ErrorBody("A server error occurred.") { TraceId = StatusCodeBodies.TraceIdOf(http) }, WebJson.Wire.ErrorBody), true);
            }

            yield return next;
            if (isLast)
            {
                yield break;
            }
        }
    }

    private async IAsyncEnumerable<SseItem<string>> EventsAsync(Turn turn, HttpContext http, [EnumeratorCancellation] CancellationToken ct)
    {
        ModelReply? reply = null;
        var hasBegun = false;
        if (await MayAskModelAsync(turn, http, ct))
        {
            await foreach (var text in model.StreamAsync(turn, whole => reply = whole, ct))
            {
                hasBegun = true;
                yield return Delta(text);
            }
        }

        var view = View(turn, reply);
        if (!hasBegun)
        {
            foreach (var text in Pieces(view.Reply))
            {
                yield return Delta(text);
            }
        }

        yield return Event("done", await KeepAsync(turn, view, ct), AssistantJson.Wire.AnswerView);
    }

    private static SseItem<string> Delta(string text) => Event("delta", new DeltaView(text), AssistantJson.Wire.DeltaView);

    private static SseItem<string> Event<T>(string name, T value, JsonTypeInfo<T> type) => new(JsonSerializer.Serialize(value, type), name);

    /// <summary>A text by its lines; together they are the text.</summary>
    private static IEnumerable<string> Pieces(string text)
    {
        for (var begin = 0; begin < text.Length;)
        {
            var end = text.IndexOf('\n', begin) is >= 0 and var at ? at + 1 : text.Length;
            yield return text[begin..end];
            begin = end;
        }
    }

    /// <param name="turn">The question.</param>
    /// <param name="reply">The model's; null: that of the articles.</param>
    private AnswerView View(Turn turn, ModelReply? reply)
    {
        var (question, known) = (turn.Question, turn.Knowledge);
        var isDegraded = reply is null && options.Value.Provider == AssistantOptions.Gemini && turn.IsForModel;
        var (declined, passages) = reply is null ? (known.Declined, known.Passages) : (reply.IsDeclined, reply.Cited);
        var listings = reply is { IsDeclined: true } ? [] : reply is { Found: { Count: > 0 } found } ? found : turn.Hits;
        var by = reply?.Model ?? ByKnowledge;
        metrics.Answered(by, isDegraded);
        return new AnswerView(
            turn.ConversationId, null,
            reply?.Text ?? (turn.Image is null ? known.Text : PictureNotice.In(known.Language) + "\n\n" + known.Text),
            reply is null ? known.Language : question.Language,
            reply is null ? known.Grounded : reply.Cited.Count > 0, declined,
            reply is null ? known.SafetyNotice : reply.IsDeclined ? null : Guardrails.SafetyNotice(reply.Cited, question.Language) ?? known.SafetyNotice,
            [.. passages.Select(passage => CitationOf(passage, question.Language)).DistinctBy(citation => (citation.Id, citation.Section))],
            [.. listings.Select(listing => listing.Hit)], by, isDegraded);
    }

    private static CitationView CitationOf(Passage passage, string language) => new(
        passage.Article.Id, passage.Article.TitleIn(language), passage.Section.Heading,
        string.Join("; ", passage.Article.Sources.Select(source => source.Year is { } year ? $"{source.Name}, {source.Title}, {year}" : $"{source.Name}, {source.Title}")),
        $"/api/knowledge/{passage.Article.Id}/");

    /// <summary>Keeps question and answer of a signed-in user; not when they have gone, nor when their conversation or account went meanwhile.</summary>
    private async Task<AnswerView> KeepAsync(Turn turn, AnswerView view, CancellationToken ct)
    {
        if (!turn.Me.IsSignedIn)
        {
            return view;
        }

        ct.ThrowIfCancellationRequested();
        var kept = await log.KeepAsync(turn, view);
        return view with { ConversationId = kept?.ConversationId, MessageId = kept?.MessageId };
    }
}
