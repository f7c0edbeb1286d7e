using System.Text.Json.Serialization;
using AgroConnect.Web;
using AgroConnect.Web.OpenApi;

namespace AgroConnect.Assistant.Knowledge;

internal static partial class KnowledgeModule
{
    public static void AddKnowledge(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(_ => KnowledgeBase.BuiltIn);
        builder.Services.AddSingleton(_ => Retrieval.BuiltIn);
        builder.Services.AddSingleton<KnowledgeAnswer>();
        builder.Services.AddHostedService<KnowledgeReader>();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, KnowledgeJson.Wire));
    }

    public static void MapKnowledge(this WebApplication app)
    {
        // Who comes while the articles are read waits without a thread: two hundred that wait with one leave none to read them.
        app.Use(async (http, next) =>
        {
            if (http.Request.Path.StartsWithSegments("/api/chatbot") || http.Request.Path.StartsWithSegments("/api/knowledge"))
            {
                await Retrieval.LoadAsync();
            }

            await next(http);
        });
        var knowledge = app.MapGroup("/api/knowledge").WithTags("Knowledge");
        knowledge.MapGet("/", ListArticles.Handle).Produces<Page<ArticleRow>>().WithPages().WithQuery(ListArticles.Parameters).WithSummary("Find articles")
            .WithDescription("What the assistant answers from. Public; every article names its sources.");
        knowledge.MapGet("/{id}/", GetArticle.Handle).Produces<ArticleView>().Produces<ErrorBody>(StatusCodes.Status404NotFound).WithSummary("An article");
    }

    // Read before anybody asks, so that the first who does need not wait for it; and not while the server has its hands full with starting.
    private sealed partial class KnowledgeReader(TimeProvider clock, ILogger<KnowledgeReader> logger) : BackgroundService
    {
        private static readonly TimeSpan AfterStart = TimeSpan.FromSeconds(3);

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Delay(AfterStart, clock, stoppingToken);
            var begun = clock.GetTimestamp();
            await Retrieval.LoadAsync();
            LogRead(logger, KnowledgeBase.BuiltIn.Articles.Count, clock.GetElapsedTime(begun).TotalMilliseconds);
        }

        [LoggerMessage(LogLevel.Debug, "{Articles} articles were read in {Milliseconds:0} ms.")]
        private static partial void LogRead(ILogger logger, int articles, double milliseconds);
    }
}

[JsonSerializable(typeof(Page<ArticleRow>))]
[JsonSerializable(typeof(ArticleView))]
internal sealed partial class KnowledgeJson : JsonSerializerContext
{
    /// <summary>As the API writes it; the generated default knows none of our settings.</summary>
    public static readonly KnowledgeJson Wire = new(JsonSettings.Create());
}
