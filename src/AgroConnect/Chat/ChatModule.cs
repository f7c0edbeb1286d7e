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
        builder.Services.AddSingleton<ChatMetrics>();
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

    /// <summary>
    /// Sockets leave the pipeline here, before everything else: an open one keeps alive whatever it came through, and it is open for
    /// hours. To be called first.
    /// </summary>
    public static void UseChat(this WebApplication app)
    {
        app.Use(ConnectSocket.TakeBytesAsync);
        app.UseWebSockets();
        app.MapWhen(
            http => http.WebSockets.IsWebSocketRequest && ConnectSocket.Serves(http.Request.Path, out _),

            // Asked for at the first socket: wrong settings are told when the program starts, in one line, and not from in here.
            sockets => sockets.UseForwardedHeaders().Run(http => app.Services.GetRequiredService<ConnectSocket>().HandleAsync(http)));
    }

    public static void MapChat(this WebApplication app)
    {
        app.Map("/ws/chat/", ConnectSocket.AskToUpgrade).ExcludeFromDescription();
        app.Map("/ws/chat/{conversation:long}/", ConnectSocket.AskToUpgrade).ExcludeFromDescription();
        app.MapChatRoutes();
        AsyncApi.Map(app);
    }
}
