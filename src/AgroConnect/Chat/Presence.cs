using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using AgroConnect.Data;
using Microsoft.EntityFrameworkCore;
using StackExchange.Redis;

namespace AgroConnect.Chat;

/// <param name="Online">Whether a socket of theirs is alive on any node.</param>
/// <param name="LastSeen">When the last one went; null while online, and for somebody who never had one.</param>
internal sealed record PresenceState(bool Online, DateTimeOffset? LastSeen);

/// <summary>
/// Who is online: whoever has a socket here, or a beat in Redis of a node that has one. A node says every few seconds whom it
/// has; what a node that died had said expires.
/// </summary>
internal sealed partial class Presence : BackgroundService
{
    private static readonly TimeSpan Expires = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(10);

    /// <summary>Many come and go at once, as when a node starts: they are written together, and who is back at once was not away.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);

    private readonly Channel<long> _moved = Channel.CreateUnbounded<long>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentDictionary<long, DateTimeOffset> _left = new();
    private readonly ConcurrentDictionary<long, Watched> _watched = new();
    private readonly ChatHub _hub;
    private readonly ChatNodes _nodes;
    private readonly IServiceScopeFactory _scopes;
    private readonly TimeProvider _clock;
    private readonly ILogger<Presence> _logger;

    public Presence(ChatHub hub, ChatNodes nodes, IServiceScopeFactory scopes, TimeProvider clock, ILogger<Presence> logger)
    {
        (_hub, _nodes, _scopes, _clock, _logger) = (hub, nodes, scopes, clock, logger);
        nodes.Heard += news =>
        {
            foreach (var state in news.Presence ?? [])
            {
                Tell(state);
            }
        };
    }

    /// <summary>The first socket of somebody on this node is there.</summary>
    public void Came(long user) => _moved.Writer.TryWrite(user);

    /// <summary>The last one is gone.</summary>
    public void Left(long user)
    {
        _left[user] = _clock.GetUtcNow();
        _moved.Writer.TryWrite(user);
    }

    /// <summary>The state of each of these people; whether the asker may know is the caller's to ask.</summary>
    public async Task<IReadOnlyDictionary<long, PresenceState>> OfAsync(IReadOnlyCollection<long> users, CancellationToken ct)
    {
        var states = new Dictionary<long, PresenceState>();
        var elsewhere = new List<long>();
        foreach (var user in users)
        {
            if (_hub.SocketsOf(user).Length > 0)
            {
                states[user] = new PresenceState(true, null);
            }
            else
            {
                elsewhere.Add(user);
            }
        }

        var now = _clock.GetUtcNow();
        var beats = await BeatsAsync(elsewhere);
        List<long> offline = [.. elsewhere.Where(user => !beats.TryGetValue(user, out var at) || now - at >= Expires)];
        foreach (var user in elsewhere.Except(offline))
        {
            states[user] = new PresenceState(true, null);
        }

        if (offline.Count > 0)
        {
            await using var scope = _scopes.CreateAsyncScope();
            var all = scope.ServiceProvider.GetRequiredService<AppDbContext>().LastSeen;
            var seen = await all.AsNoTracking().Where(row => offline.Contains(row.UserId)).ToDictionaryAsync(row => row.UserId, row => row.At, ct);
            foreach (var user in offline)
            {
                // Whose node died was there at its last beat.
                DateTimeOffset?[] known = [Of(seen, user), Of(beats, user), _left.TryGetValue(user, out var left) ? left : null];
                states[user] = new PresenceState(false, known.Max());
            }
        }

        return states;

        static DateTimeOffset? Of(Dictionary<long, DateTimeOffset> times, long user) => times.TryGetValue(user, out var at) ? at : null;
    }

    /// <summary>Has a socket told of each change from now on; people it shares no conversation with are left out.</summary>
    /// <returns>How they are now.</returns>
    public async Task<IReadOnlyList<PresenceView>> WatchAsync(ChatSocket socket, IReadOnlyList<long> users)
    {
        var acquainted = await AcquaintedAsync(socket.User, users);
        foreach (var user in acquainted)
        {
            (socket.Watched ??= []).Add(user);
            var watched = _watched.GetOrAdd(user, _ => new Watched());
            lock (watched)
            {
                watched.Sockets.Add(socket);
            }
        }

        var views = new List<PresenceView>();
        foreach (var (user, state) in await OfAsync(acquainted, CancellationToken.None))
        {
            var watched = _watched.GetOrAdd(user, _ => new Watched());
            lock (watched)
            {
                watched.Online ??= state.Online;
            }

            views.Add(new PresenceView(user, state.Online, state.LastSeen));
        }

        return views;
    }

    public void Unwatch(ChatSocket socket)
    {
        foreach (var user in socket.Watched ?? [])
        {
            if (_watched.TryGetValue(user, out var watched))
            {
                lock (watched)
                {
                    watched.Sockets.Remove(socket);
                    if (watched.Sockets.Count == 0)
                    {
                        // Whoever comes next learns how it is then.
                        watched.Online = null;
                    }
                }
            }
        }
    }

    /// <summary>Those of these people with whom somebody shares a conversation.</summary>
    public async Task<IReadOnlyList<long>> AcquaintedAsync(long user, IReadOnlyCollection<long> users)
    {
        if (users.Count == 0)
        {
            return [];
        }

        await using var scope = _scopes.CreateAsyncScope();
        var all = scope.ServiceProvider.GetRequiredService<AppDbContext>().Conversations;
        var shared = all.Where(c => c.FirstUserId == user && users.Contains(c.SecondUserId)).Select(c => c.SecondUserId)
            .Concat(all.Where(c => c.SecondUserId == user && users.Contains(c.FirstUserId)).Select(c => c.FirstUserId));
        return await shared.Distinct().ToListAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(MoveAsync(stoppingToken), BeatAsync(stoppingToken));
    }

    private async Task MoveAsync(CancellationToken ct)
    {
        var isLast = false;
        while (!isLast)
        {
            isLast = !await WaitAsync(ct);
            try
            {
                var moved = new HashSet<long>();
                while (_moved.Reader.TryRead(out var user))
                {
                    moved.Add(user);
                }

                await MoveAsync(moved);
            }
            catch (Exception error)
            {
                LogFailed(error);
            }
        }
    }

    private async Task<bool> WaitAsync(CancellationToken ct)
    {
        try
        {
            await _moved.Reader.WaitToReadAsync(ct);
            await Task.Delay(Gather, ct);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task MoveAsync(HashSet<long> moved)
    {
        var here = moved.Where(user => _hub.SocketsOf(user).Length > 0).ToHashSet();
        var gone = moved.Except(here).ToList();
        SendBeats(here);
        var elsewhere = await ForgetBeatsAsync(gone);
        var left = gone.Where(user => !elsewhere.Contains(user) && _left.ContainsKey(user)).ToDictionary(user => user, user => _left[user]);
        await SaveAsync(left);
        foreach (var (user, at) in left)
        {
            _left.TryRemove(KeyValuePair.Create(user, at));
        }

        List<PresenceView> states =
        [
            .. here.Select(user => new PresenceView(user, true, null)),
            .. left.Select(pair => new PresenceView(pair.Key, false, pair.Value)),
        ];
        foreach (var state in states)
        {
            Tell(state);
        }

        if (states.Count > 0)
        {
            _nodes.Tell(new NodeNews(_nodes.Name) { Presence = states });
        }
    }

    private async Task SaveAsync(Dictionary<long, DateTimeOffset> left)
    {
        if (left.Count == 0)
        {
            return;
        }

        await using var scope = _scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync();
        if (db.Database.IsNpgsql())
        {
            var (users, times) = (left.Keys.Order().ToArray(), left.OrderBy(pair => pair.Key).Select(pair => pair.Value.UtcDateTime).ToArray());
            await db.Database.ExecuteSqlAsync($"""
                INSERT INTO last_seen (user_id, at) SELECT * FROM unnest({users}, {times})
                ON CONFLICT (user_id) DO UPDATE SET at = GREATEST(last_seen.at, excluded.at)
                """);
        }
        else
        {
            foreach (var (user, time) in left)
            {
                var at = time.ToUnixTimeMicroseconds();
                await db.Database.ExecuteSqlAsync(
                    $"INSERT INTO last_seen (user_id, at) VALUES ({user}, {at}) ON CONFLICT (user_id) DO UPDATE SET at = max(at, excluded.at)");
            }
        }

        await transaction.CommitAsync();
    }

    private void Tell(PresenceView state)
    {
        if (!_watched.TryGetValue(state.User, out var watched))
        {
            return;
        }

        lock (watched)
        {
            if (watched.Online == state.Online)
            {
                return;
            }

            watched.Online = state.Online;
            var frame = ChatFrames.Presence(state);
            foreach (var socket in watched.Sockets)
            {
                socket.Send(frame);
            }
        }
    }

    private async Task BeatAsync(CancellationToken ct)
    {
        var (wasHeard, last) = (false, _clock.GetTimestamp());
        while (!ct.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var isHeard = _nodes.AreHeard;
            if (_nodes.Redis is not null && isHeard && (!wasHeard || _clock.GetElapsedTime(last) > Beat))
            {
                last = _clock.GetTimestamp();
                SendBeats(_hub.Users);
                await LookAtOthersAsync();
            }

            wasHeard = isHeard;
        }
    }

    /// <summary>A node that died told nobody that its people went.</summary>
    private async Task LookAtOthersAsync()
    {
        try
        {
            foreach (var (user, state) in await OfAsync([.. _watched.Where(pair => pair.Value.Sockets.Count > 0).Select(pair => pair.Key)], CancellationToken.None))
            {
                Tell(new PresenceView(user, state.Online, state.LastSeen));
            }
        }
        catch (Exception error)
        {
            LogFailed(error);
        }
    }

    private void SendBeats(IEnumerable<long> users)
    {
        if (_nodes.Redis is null)
        {
            return;
        }

        try
        {
            var redis = _nodes.Redis.GetDatabase();
            var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
            foreach (var user in users)
            {
                redis.SortedSetAdd(Key(user), _nodes.Name, now, CommandFlags.FireAndForget);
                redis.KeyExpire(Key(user), Kept, CommandFlags.FireAndForget);
            }
        }
        catch (Exception away) when (away is RedisException or TimeoutException)
        {
            // Said again when it is back.
        }
    }

    /// <returns>Those who have a socket on another node.</returns>
    private async Task<HashSet<long>> ForgetBeatsAsync(List<long> users)
    {
        if (_nodes.Redis is null || users.Count == 0)
        {
            return [];
        }

        try
        {
            var redis = _nodes.Redis.GetDatabase();
            await Task.WhenAll(users.Select(user => redis.SortedSetRemoveAsync(Key(user), _nodes.Name)));
            var now = _clock.GetUtcNow();
            return [.. (await BeatsAsync(users)).Where(beat => now - beat.Value < Expires).Select(beat => beat.Key)];
        }
        catch (Exception away) when (away is RedisException or TimeoutException)
        {
            return [];
        }
    }

    /// <summary>The last beat of each, of any node.</summary>
    private async Task<Dictionary<long, DateTimeOffset>> BeatsAsync(List<long> users)
    {
        var beats = new Dictionary<long, DateTimeOffset>();
        if (_nodes.Redis is null || users.Count == 0)
        {
            return beats;
        }

        try
        {
            var redis = _nodes.Redis.GetDatabase();
            var newest = await Task.WhenAll(users.Select(user => redis.SortedSetRangeByRankWithScoresAsync(Key(user), 0, 0, Order.Descending)));
            foreach (var (user, entries) in users.Zip(newest))
            {
                if (entries is [var entry])
                {
                    beats[user] = DateTimeOffset.FromUnixTimeMilliseconds((long)entry.Score);
                }
            }
        }
        catch (Exception away) when (away is RedisException or TimeoutException)
        {
            // Then this node knows of its own sockets alone.
        }

        return beats;
    }

    private static RedisKey Key(long user) => string.Create(CultureInfo.InvariantCulture, $"agroconnect:online:{user}");

    [LoggerMessage(LogLevel.Error, "Who came and went could not be written.")]
    private partial void LogFailed(Exception error);

    private sealed class Watched
    {
        public HashSet<ChatSocket> Sockets { get; } = [];

        /// <summary>As the sockets were told last.</summary>
        public bool? Online { get; set; }
    }
}
