using AgroConnect.Web;

namespace AgroConnect.Chat;

internal static class ChatModule
{
    public static void AddChat(this WebApplicationBuilder builder)
    {
        builder.AddValidatedOptions<ChatOptions>(ChatOptions.Section);
        builder.Services.AddSingleton<ChatImageUrls>();
        builder.Services.AddSingleton<MessageViews>();
        builder.Services.AddSingleton<MessageStore>();
        builder.Services.AddSingleton<Presence>();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ChatJson.Wire));
    }

    public static void MapChat(this WebApplication app) => app.MapGroup("/api/chat").WithTags("Chat").RequireAuthorization();
}
