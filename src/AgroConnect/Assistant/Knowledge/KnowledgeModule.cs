using System.Text.Json.Serialization;
using AgroConnect.Web;
using AgroConnect.Web.OpenApi;

namespace AgroConnect.Assistant.Knowledge;

internal static class KnowledgeModule
{
    public static void AddKnowledge(this WebApplicationBuilder builder)
    {
        // By hand: the container would choose the constructor that takes files, and give it none.
        builder.Services.AddSingleton(_ => new KnowledgeBase());
        builder.Services.AddSingleton<Retrieval>();
        builder.Services.AddSingleton<KnowledgeAnswer>();
        builder.Services.AddHostedService<KnowledgeReader>();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, KnowledgeJson.Wire));
    }

    public static void MapKnowledge(this WebApplication app)
    {
        var knowledge = app.MapGroup("/api/knowledge").WithTags("Knowledge");
        knowledge.MapGet("/", ListArticles.Handle).Produces<Page<ArticleRow>>().WithPages().WithQuery(ListArticles.Parameters).WithSummary("Find articles")
            .WithDescription("What the assistant answers from. Public; every article names its sources.");
        knowledge.MapGet("/{id}/", GetArticle.Handle).Produces<ArticleView>().Produces<ErrorBody>(StatusCodes.Status404NotFound).WithSummary("An article");
    }

    // Read while the server starts, so that the first who asks does not wait for it; nor does the start.
    private sealed class KnowledgeReader(IServiceProvider services) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(services.GetRequiredService<Retrieval>, stoppingToken);
    }
}

[JsonSerializable(typeof(Page<ArticleRow>))]
[JsonSerializable(typeof(ArticleView))]
internal sealed partial class KnowledgeJson : JsonSerializerContext
{
    /// <summary>As the API writes it; the generated default knows none of our settings.</summary>
    public static readonly KnowledgeJson Wire = new(JsonSettings.Create());
}
