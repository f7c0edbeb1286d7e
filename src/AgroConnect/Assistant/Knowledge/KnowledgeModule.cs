namespace AgroConnect.Assistant.Knowledge;

internal static class KnowledgeModule
{
    public static void AddKnowledge(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<KnowledgeBase>();
        builder.Services.AddSingleton<Retrieval>();
        builder.Services.AddSingleton<KnowledgeAnswer>();
    }

    public static void MapKnowledge(this WebApplication app)
    {
    }
}
