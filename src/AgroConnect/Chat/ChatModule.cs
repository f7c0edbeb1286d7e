using AgroConnect.Users;
using AgroConnect.Web;

namespace AgroConnect.Chat;

internal static class ChatModule
{
    public static void AddChat(this WebApplicationBuilder builder)
    {
        builder.AddValidatedOptions<ChatOptions>(ChatOptions.Section);
        builder.Services.AddSingleton<MessageViews>();
        builder.Services.AddSingleton<MessageStore>();
        builder.Services.AddSingleton<Presence>();
        builder.Services.AddScoped<ConversationViews>();
        builder.Services.AddSingleton<IPersonalData, ChattersData>();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ChatJson.Wire));
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ChatRoutesJson.Wire));
    }

    public static void MapChat(this WebApplication app)
    {
        app.MapChatRoutes();
        AsyncApi.Map(app);
    }
}
