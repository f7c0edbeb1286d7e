using AgroConnect.Assistant.Gemini;
using AgroConnect.Assistant.Knowledge;
using AgroConnect.Users;
using AgroConnect.Web;
using AgroConnect.Web.OpenApi;
using Microsoft.Extensions.AI;

namespace AgroConnect.Assistant;

internal static class AssistantModule
{
    /// <summary>Rounds of function calls in one answer; in the last the model is offered none.</summary>
    private const int MostRounds = 4;

    public static void AddAssistant(this WebApplicationBuilder builder)
    {
        builder.AddKnowledge();
        builder.AddValidatedOptions<AssistantOptions>(AssistantOptions.Section);
        var hasGemini = builder.Configuration[$"{AssistantOptions.Section}:{nameof(AssistantOptions.Provider)}"] == AssistantOptions.Gemini;
        builder.AddValidatedOptions<GeminiOptions>(GeminiOptions.Section)
            .Validate(gemini => !hasGemini || gemini.ApiKey.Length > 0, "Assistant:Gemini:ApiKey is missing: Assistant:Provider is 'gemini', which needs a key of Google AI Studio.")
            .Validate(gemini => gemini.ApiKey.All(letter => letter is > ' ' and < '\x7f'), "Assistant:Gemini:ApiKey holds a blank or another letter that no key has.")
            .Validate(gemini => gemini.Model.Length > 0 && !gemini.Model.Contains('/', StringComparison.Ordinal), "Assistant:Gemini:Model is empty or has a '/': accepted is an id such as 'gemini-3.8-flash'.")
            .Validate(
                gemini => Uri.TryCreate(gemini.BaseUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https",
                $"Assistant:Gemini:BaseUrl is '{builder.Configuration["Assistant:Gemini:BaseUrl"]}': accepted is an absolute address.");
        GeminiChatClient.Add(builder);
        builder.Services.AddSingleton(services => new FunctionInvokingChatClient(services.GetRequiredService<GeminiChatClient>(), services.GetRequiredService<ILoggerFactory>())
        {
            MaximumIterationsPerRequest = MostRounds,
        });
        builder.Services.AddSingleton<AssistantMetrics>();
        builder.Services.AddSingleton<ModelQuota>();
        builder.Services.AddSingleton<CropListings>();
        builder.Services.AddSingleton<ConversationLog>();
        builder.Services.AddSingleton<ConversationSweeper>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ConversationSweeper>());
        builder.Services.AddScoped<MarketListings>();
        builder.Services.AddScoped<MarketTools>();
        builder.Services.AddScoped<ModelAnswer>();
        builder.Services.AddScoped<AskAssistant>();
        builder.Services.AddSingleton<IPersonalData, AskersConversations>();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, AssistantJson.Wire));
        if (hasGemini)
        {
            builder.Services.AddSingleton<GeminiHealth>();
            builder.Services.AddHealthChecks().AddCheck<GeminiHealth>("gemini");
        }
    }

    public static void MapAssistant(this WebApplication app)
    {
        app.MapKnowledge();
        var chatbot = app.MapGroup("/api/chatbot").WithTags("Assistant");
        chatbot.MapPost("/", AskAssistant.HandleAsync).AllowAnonymous().RequireRateLimiting(RateLimits.Question).WithBody<AskAssistant.Request>()
            .Produces<AnswerView>(StatusCodes.Status200OK, "application/json", "text/event-stream").Produces<ErrorBody>(StatusCodes.Status404NotFound)
            .Produces<ErrorBody>(StatusCodes.Status429TooManyRequests).WithSummary("Ask the assistant")
            .WithDescription("With `Accept: text/event-stream` the events `delta` (`{\"text\"}`), then `done` (the whole answer), or `error`. "
                + "As `multipart/form-data` it takes a picture in the field `image`. Without a token nothing is kept, and both ids are null.");
        var conversations = chatbot.MapGroup("/conversations").RequireAuthorization();
        conversations.MapGet("/", ReadConversations.ListAsync).Produces<Page<AssistantConversationView>>().WithPages().WithSummary("Own conversations with the assistant");
        conversations.MapGet("/{id:long}/", ReadConversations.OneAsync).Produces<ConversationWithMessages>().Produces<ErrorBody>(StatusCodes.Status404NotFound)
            .WithQuery(ReadConversations.Before).WithSummary("A conversation and its latest messages");
        conversations.MapDelete("/{id:long}/", DeleteConversation.HandleAsync).Produces(StatusCodes.Status204NoContent).Produces<ErrorBody>(StatusCodes.Status404NotFound)
            .WithSummary("Delete a conversation");
        chatbot.MapPost("/messages/{id:long}/feedback/", GiveFeedback.HandleAsync).RequireAuthorization().WithBody<GiveFeedback.Request>().Produces<FeedbackView>()
            .Produces<ErrorBody>(StatusCodes.Status404NotFound).WithSummary("Say whether an answer helped");
    }
}
