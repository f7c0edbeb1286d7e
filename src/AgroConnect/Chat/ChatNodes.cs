using System.Text.Json;
using AgroConnect.Orders;
using StackExchange.Redis;

namespace AgroConnect.Chat;

/// <summary>What one node tells the others, all in one.</summary>
/// <param name="Node">Who tells.</param>
internal sealed record NodeNews(string Node)
{
    public IReadOnlyList<MessageNews>? Messages { get; init; }

    public IReadOnlyList<ReadNews>? Reads { get; init; }

    public TypingNews? Typing { get; init; }

    public IReadOnlyList<PresenceView>? Presence { get; init; }

    public OrderChanged? Order { get; init; }

    /// <summary>Whether it was not heard for a while: what it stored meanwhile it has told nobody.</summary>
    public bool WasAway { get; init; }
}

internal sealed record MessageNews(long First, long Second, StoredMessage Message);

internal sealed record ReadNews(long First, long Second, long Conversation, long User, long UpTo);

internal sealed record TypingNews(long Conversation, long User, long To, bool Active);

/// <summary>
/// The other nodes of this market, when a Redis connects them. All hear all: a node throws away what nobody on it waits for.
/// What is lost while Redis is away is in the database, and <see cref="ChatHub"/> fetches it from there.
/// </summary>
internal sealed partial class ChatNodes(IServiceProvider services, ILogger<ChatNodes> logger) : BackgroundService
{
    private static readonly RedisChannel Channel = RedisChannel.Literal("agroconnect:chat");
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Redis may lose what was sent in the moment of its return: hence more than one.</summary>
    private const int Looks = 5;

    private int _looks;
    private readonly IConnectionMultiplexer? _redis = services.GetService<IConnectionMultiplexer>();

    /// <summary>This one's name.</summary>
    public string Name { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Null when this node is alone.</summary>
    public IConnectionMultiplexer? Redis => _redis;

    /// <summary>Whether this node hears the others now.</summary>
    public bool AreHeard { get; private set; }

    /// <summary>Another node told something.</summary>
    public event Action<NodeNews>? Heard;

    /// <summary>Each second while this node or another is not heard, and a few times after it is again: look what was missed.</summary>
    public event Action? Missed;

    public void Tell(NodeNews news)
    {
        if (_redis is null)
        {
            return;
        }

        try
        {
            _redis.GetSubscriber().Publish(Channel, JsonSerializer.SerializeToUtf8Bytes(news, ChatJson.Wire.NodeNews), CommandFlags.FireAndForget);
        }
        catch (Exception away) when (away is RedisException or TimeoutException or ObjectDisposedException)
        {
            // The others look for themselves when they see that Redis is back.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_redis is null)
        {
            return;
        }

        // A connection may break and be mended between two of the rounds below.
        _redis.ConnectionRestored += (_, _) => Volatile.Write(ref _looks, Looks);

        // Asked for once, whether Redis is there or not: each connection that is made subscribes. Whoever asks again has a second queue,
        // the one of a try that failed is read by nobody and grows for as long as the node lives.
        var subscriber = _redis.GetSubscriber();
        subscriber.Subscribe(Channel, CommandFlags.FireAndForget).OnMessage(message => Hear(message.Message));
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var connected = _redis.IsConnected && subscriber.IsConnected(Channel);
                if (connected != AreHeard)
                {
                    AreHeard = connected;
                    Volatile.Write(ref _looks, Looks);
                    LogChanged(connected ? "hears" : "does not hear");
                }
            }
            catch (Exception away) when (away is RedisException or TimeoutException)
            {
                AreHeard = false;
            }

            if (!AreHeard)
            {
                Missed?.Invoke();
            }
            else if (Volatile.Read(ref _looks) > 0)
            {
                Interlocked.Decrement(ref _looks);
                Tell(new NodeNews(Name) { WasAway = true });
                Missed?.Invoke();
            }

            await Task.Delay(Pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Hear(RedisValue message)
    {
        try
        {
            if (JsonSerializer.Deserialize((byte[])message!, ChatJson.Wire.NodeNews) is { } news && news.Node != Name)
            {
                Heard?.Invoke(news);
                if (news.WasAway)
                {
                    Missed?.Invoke();
                }
            }
        }
        catch (Exception error)
        {
            LogNotUnderstood(error);
        }
    }

    [LoggerMessage(LogLevel.Information, "This node {Hears} the others through Redis.")]
    private partial void LogChanged(string hears);

    [LoggerMessage(LogLevel.Error, "What another node told could not be handled.")]
    private partial void LogNotUnderstood(Exception error);
}
