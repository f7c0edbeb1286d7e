using AgroConnect.Events;
using AgroConnect.Orders;
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
        builder.Services.AddSingleton<ChatHub>();
        builder.Services.AddSingleton<IEventHandler<OrderChanged>>(services => services.GetRequiredService<ChatHub>());
        builder.Services.AddSingleton<Typing>();
        builder.Services.AddSingleton<AnswerFrames>();
        builder.Services.AddSingleton<ConnectSocket>();
        builder.Services.AddSingleton<ChatNodes>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ChatNodes>());
        builder.Services.AddSingleton<Presence>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Presence>());
        builder.Services.AddHostedService<ChatClock>();
        builder.Services.AddScoped<ConversationViews>();
        builder.Services.AddSingleton<IPersonalData, ChattersData>();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ChatJson.Wire));
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ChatRoutesJson.Wire));
    }

    public static void MapChat(this WebApplication app)
    {
        app.Use(LastWords.UseAsync);
        app.UseWebSockets();
        app.Map("/ws/chat/", (HttpContext http, ConnectSocket connect) => connect.HandleAsync(http, null)).ExcludeFromDescription();
        app.Map("/ws/chat/{conversation:long}/", (long conversation, HttpContext http, ConnectSocket connect) => connect.HandleAsync(http, conversation)).ExcludeFromDescription();
        app.MapChatRoutes();
        AsyncApi.Map(app);
    }
}
