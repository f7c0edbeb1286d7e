namespace AgroConnect.Events;

/// <summary>A part that wants to hear of an event of a part before it. Registered as a singleton.</summary>
/// <typeparam name="TEvent">A record of the part that publishes it.</typeparam>
internal interface IEventHandler<in TEvent>
{
    Task HandleAsync(TEvent happened);
}

/// <summary>
/// Tells later parts of this process what happened, after the commit: for what may be lost, such as a push to a socket. What
/// must not be lost is a row in the transaction (the outbox).
/// </summary>
internal sealed partial class EventBus(IServiceProvider services, ILogger<EventBus> logger)
{
    /// <summary>Returns when all have heard of it. One that fails is logged, and does not concern the others or the caller.</summary>
    public async Task PublishAsync<TEvent>(TEvent happened)
    {
        foreach (var handler in services.GetServices<IEventHandler<TEvent>>())
        {
            try
            {
                await handler.HandleAsync(happened);
            }
            catch (Exception error)
            {
                LogFailed(handler.GetType().Name, typeof(TEvent).Name, error);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "{Handler} failed on {Event}.")]
    private partial void LogFailed(string handler, string @event, Exception error);
}

internal static class EventsModule
{
    public static void AddEvents(this WebApplicationBuilder builder) => builder.Services.AddSingleton<EventBus>();
}
