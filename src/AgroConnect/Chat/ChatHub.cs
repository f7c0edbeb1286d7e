using System.Collections.Concurrent;
using AgroConnect.Data;
using AgroConnect.Events;
using AgroConnect.Orders;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Chat;

/// <summary>The sockets of this node, and what they are told.</summary>
internal sealed partial class ChatHub : IEventHandler<OrderChanged>
{
    private const int FillSize = 100;

    /// <summary>What another node stored is on its way here as a rule, and need not be read.</summary>
    private static readonly TimeSpan OnItsWay = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<long, ChatSocket[]> _sockets = new();
    private readonly ConcurrentDictionary<long, Feed> _feeds = new();
    private readonly ConcurrentDictionary<long, Members> _members = new();

    /// <summary>By which socket messages came that are about to be told, for when the database tells them first.</summary>
    private readonly ConcurrentDictionary<MessageKey, ChatSocket> _origins = new();
    private readonly Gathered<long, IReadOnlyList<ListedConversation>> _conversations;
    private readonly Lock _gate = new();
    private readonly IServiceScopeFactory _scopes;
    private readonly MessageViews _views;
    private readonly ChatNodes _nodes;
    private readonly ILogger<ChatHub> _logger;
    private int _looking;

    public ChatHub(IServiceScopeFactory scopes, MessageViews views, ChatNodes nodes, ILogger<ChatHub> logger)
    {
        (_scopes, _views, _nodes, _logger) = (scopes, views, nodes, logger);
        _conversations = new Gathered<long, IReadOnlyList<ListedConversation>>(ReadConversationsAsync);
        nodes.Heard += Hear;
        nodes.Missed += () => _ = LookForMissedAsync();
    }

    /// <summary>A conversation of somebody who connects.</summary>
    public sealed record ListedConversation(long Id, Members Members, long LastSeq, long FirstReadUpTo, long SecondReadUpTo)
    {
        public long UnreadBy(long user) => LastSeq - (user == Members.First ? FirstReadUpTo : SecondReadUpTo);
    }

    public IEnumerable<ChatSocket> Sockets => _sockets.Values.SelectMany(sockets => sockets);

    public ICollection<long> Users => _sockets.Keys;

    public ChatSocket[] SocketsOf(long user) => _sockets.GetValueOrDefault(user) ?? [];

    /// <summary>From here on the socket hears what happens.</summary>
    /// <param name="socket">Which.</param>
    /// <param name="most">How many its user may have.</param>
    /// <returns>How many its user has now; null when there are too many, and it does not count.</returns>
    public int? Add(ChatSocket socket, int most)
    {
        lock (_gate)
        {
            var sockets = SocketsOf(socket.User);
            if (sockets.Length >= most)
            {
                return null;
            }

            socket.Budget = sockets.Length > 0 ? sockets[0].Budget : new FrameBudget();
            _sockets[socket.User] = [.. sockets, socket];
            return sockets.Length + 1;
        }
    }

    /// <returns>How many its user has left.</returns>
    public int Remove(ChatSocket socket)
    {
        lock (_gate)
        {
            ChatSocket[] left = [.. SocketsOf(socket.User).Where(other => other != socket)];
            if (left.Length == 0)
            {
                _sockets.TryRemove(socket.User, out _);
            }
            else
            {
                _sockets[socket.User] = left;
            }

            return left.Length;
        }
    }

    /// <summary>
    /// The conversations of a socket that was just added and is held. What is stored after they were read, it will be told.
    /// </summary>
    public async Task<IReadOnlyList<ListedConversation>> ListAsync(ChatSocket socket)
    {
        var conversations = await _conversations.ReadAsync(socket.User) ?? [];
        foreach (var listed in conversations)
        {
            // The socket is added, which keeps its feeds from being dropped.
            var feed = _feeds.GetOrAdd(listed.Id, static (id, members) => new Feed(id, members), listed.Members);
            lock (feed)
            {
                // Without anybody who listened, what was missed is nobody's to be told.
                if (feed.Next == 0 || (feed.Next <= listed.LastSeq && !HasListener(listed.Members)))
                {
                    feed.Next = listed.LastSeq + 1;
                    Drain(feed);
                }
            }
        }

        socket.IsListening = true;
        return conversations;
    }

    /// <summary>The two of a conversation; null when there is none.</summary>
    public async ValueTask<Members?> FindMembersAsync(long conversation)
    {
        if (_feeds.TryGetValue(conversation, out var feed))
        {
            return feed.Members;
        }

        if (_members.TryGetValue(conversation, out var known))
        {
            return known;
        }

        await using var scope = _scopes.CreateAsyncScope();
        var conversations = scope.ServiceProvider.GetRequiredService<AppDbContext>().Conversations;
        var found = await conversations.Where(c => c.Id == conversation).Select(c => new { c.FirstUserId, c.SecondUserId }).SingleOrDefaultAsync();
        if (found is null)
        {
            return null;
        }

        if (_members.Count > 100_000)
        {
            _members.Clear();
        }

        // They never change.
        return _members[conversation] = new Members(found.FirstUserId, found.SecondUserId);
    }

    /// <summary>A message by this socket is to be stored.</summary>
    public void Expect(NewMessage message)
    {
        if (_nodes.Redis is not null && message.From is { } origin)
        {
            _origins.TryAdd(MessageKey.Of(message), origin);
        }
    }

    /// <summary>Tells what a group has written; to be called in the order of the commits.</summary>
    public void Tell(IReadOnlyList<Submission> group)
    {
        List<MessageNews>? messages = null;
        List<ReadNews>? reads = null;
        foreach (var submission in group)
        {
            var members = submission.Members;
            switch (submission)
            {
                // A repeated one may be told too: its first try may have been stored without anybody knowing.
                case Sending { Stored: { } message } sending:
                    Offer(members, message, sending.Message.From);
                    (messages ??= []).Add(new MessageNews(members.First, members.Second, message));
                    break;
                case Reading { Outcome: ReadOutcome.Moved } reading:
                    var read = new ReadNews(members.First, members.Second, reading.Conversation, reading.User, reading.UpTo);
                    TellRead(read);
                    (reads ??= []).Add(read);
                    break;
            }

            if (_nodes.Redis is not null && submission is Sending { Message: { From: not null } sent })
            {
                _origins.TryRemove(MessageKey.Of(sent), out _);
            }
        }

        if (messages is not null || reads is not null)
        {
            _nodes.Tell(new NodeNews(_nodes.Name) { Messages = messages, Reads = reads });
        }
    }

    public Task HandleAsync(OrderChanged happened)
    {
        TellOrder(happened);
        _nodes.Tell(new NodeNews(_nodes.Name) { Order = happened });
        return Task.CompletedTask;
    }

    /// <summary>Drops what nobody on this node listens to any more.</summary>
    public void Sweep()
    {
        foreach (var (conversation, feed) in _feeds)
        {
            lock (feed)
            {
                if (!feed.IsFilling && SocketsOf(feed.Members.First).Length + SocketsOf(feed.Members.Second).Length == 0)
                {
                    feed.IsDropped = true;
                    _feeds.TryRemove(conversation, out _);
                }
            }
        }
    }

    private void Hear(NodeNews news)
    {
        foreach (var told in news.Messages ?? [])
        {
            Offer(new Members(told.First, told.Second), told.Message, null);
        }

        foreach (var read in news.Reads ?? [])
        {
            TellRead(read);
        }

        if (news.Order is { } order)
        {
            TellOrder(order);
        }
    }

    private void Offer(Members members, StoredMessage message, ChatSocket? origin)
    {
        var isHeard = SocketsOf(members.First).Length + SocketsOf(members.Second).Length > 0;
        if (!_feeds.TryGetValue(message.Conversation, out var feed))
        {
            if (!isHeard)
            {
                return;
            }

            feed = _feeds.GetOrAdd(message.Conversation, static (id, members) => new Feed(id, members), members);
        }

        lock (feed)
        {
            if (feed.IsDropped)
            {
                // Somebody may have begun to listen since; the feed that has its place now knows more than this message.
                return;
            }

            // Who has been told what there is has not been told of this conversation: it is newer, and all of it is news.
            if (feed.Next == 0 && HasListener(members))
            {
                feed.Next = 1;
            }

            if (feed.Next > 0 && message.Seq < feed.Next)
            {
                return;
            }

            feed.Wait(message, origin);
            Drain(feed);
        }
    }

    /// <summary>Sends what can be sent; fetches what is missing before the rest. To be called with the feed locked.</summary>
    private void Drain(Feed feed)
    {
        if (feed.Next == 0)
        {
            return;
        }

        while (feed.TakeNext() is { } next)
        {
            feed.Next++;
            Say(feed.Members, next.Message, next.Origin);
        }

        if (feed.HasWaiting && !feed.IsFilling)
        {
            feed.IsFilling = true;
            _ = Task.Run(() => FillAsync(feed, OnItsWay));
        }
    }

    private void Say(Members members, StoredMessage message, ChatSocket? origin)
    {
        // The bytes are the same for all, but for the addresses of pictures, which are those by which a client reaches us.
        byte[]? shared = null;
        foreach (var socket in SocketsOf(members.First))
        {
            SayTo(socket);
        }

        foreach (var socket in SocketsOf(members.Second))
        {
            SayTo(socket);
        }

        void SayTo(ChatSocket socket)
        {
            if (socket != origin)
            {
                socket.Send(message.Images.Count > 0 ? ChatFrames.New(_views.Of(message, socket.BaseUrl)) : shared ??= ChatFrames.New(_views.Of(message, "")));
            }
        }
    }

    /// <summary>Fetches what is missing, until nothing waits.</summary>
    private async Task FillAsync(Feed feed, TimeSpan first)
    {
        await Task.Delay(first);
        var before = -1L;
        while (true)
        {
            long after;
            lock (feed)
            {
                if (!feed.HasWaiting)
                {
                    feed.IsFilling = false;
                    return;
                }

                after = feed.Next - 1;
            }

            try
            {
                if (after == before)
                {
                    await Task.Delay(Pause);
                }

                before = after;
                await FetchAsync(feed, after);
            }
            catch (Exception error)
            {
                LogNotFilled(feed.Conversation, error);
            }
        }
    }

    private async Task FetchAsync(Feed feed, long after)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var missing = await MessageHistory.ReadAsync(db, feed.Conversation, after, null, FillSize, CancellationToken.None);
        lock (feed)
        {
            foreach (var message in missing.Messages)
            {
                if (message.Seq >= feed.Next)
                {
                    feed.Wait(message, _origins.GetValueOrDefault(new MessageKey(feed.Conversation, message.Sender, message.ClientId)));
                }
            }

            Drain(feed);
        }
    }

    /// <summary>Asks the database what other nodes stored while they were not heard.</summary>
    private async Task LookForMissedAsync()
    {
        if (Interlocked.Exchange(ref _looking, 1) == 1)
        {
            return;
        }

        try
        {
            var heard = _feeds.Where(pair => HasListener(pair.Value.Members)).Select(pair => pair.Key).ToList();
            foreach (var some in heard.Chunk(5_000))
            {
                await LookForMissedAsync(some);
            }
        }
        catch (Exception error)
        {
            LogNotLooked(error);
        }
        finally
        {
            Volatile.Write(ref _looking, 0);
        }
    }

    private async Task LookForMissedAsync(long[] conversations)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var all = db.Conversations;
        var last = await all.Where(c => conversations.Contains(c.Id)).Select(c => new { c.Id, c.LastSeq }).ToListAsync();
        foreach (var row in last)
        {
            if (!_feeds.TryGetValue(row.Id, out var feed))
            {
                continue;
            }

            long after;
            lock (feed)
            {
                after = feed.Next - 1;
                if (feed.Next == 0 || after >= row.LastSeq || feed.IsFilling)
                {
                    continue;
                }
            }

            while (after < row.LastSeq)
            {
                await FetchAsync(feed, after);
                lock (feed)
                {
                    if (feed.Next - 1 == after)
                    {
                        break;
                    }

                    after = feed.Next - 1;
                }
            }
        }
    }

    private void TellRead(ReadNews read)
    {
        byte[]? frame = null;
        foreach (var socket in SocketsOf(read.First))
        {
            socket.Send(frame ??= ChatFrames.Read(read));
        }

        foreach (var socket in SocketsOf(read.Second))
        {
            socket.Send(frame ??= ChatFrames.Read(read));
        }
    }

    private void TellOrder(OrderChanged order)
    {
        byte[]? frame = null;
        foreach (var user in order.Sellers.Append(order.Buyer).Distinct())
        {
            foreach (var socket in SocketsOf(user))
            {
                socket.Send(frame ??= ChatFrames.Order(order));
            }
        }
    }

    private bool HasListener(Members members) => Array.Exists(SocketsOf(members.First), socket => socket.IsListening) || Array.Exists(SocketsOf(members.Second), socket => socket.IsListening);

    private async Task<IReadOnlyDictionary<long, IReadOnlyList<ListedConversation>>> ReadConversationsAsync(IReadOnlyCollection<long> users)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var all = scope.ServiceProvider.GetRequiredService<AppDbContext>().Conversations;
        var rows = await all.Where(c => users.Contains(c.FirstUserId) || users.Contains(c.SecondUserId))
            .Select(c => new { c.Id, c.FirstUserId, c.SecondUserId, c.LastSeq, c.FirstReadUpTo, c.SecondReadUpTo }).ToListAsync();
        var listed = new Dictionary<long, List<ListedConversation>>();
        foreach (var row in rows)
        {
            var conversation = new ListedConversation(row.Id, new Members(row.FirstUserId, row.SecondUserId), row.LastSeq, row.FirstReadUpTo, row.SecondReadUpTo);
            foreach (var user in (ReadOnlySpan<long>)[row.FirstUserId, row.SecondUserId])
            {
                if (!users.Contains(user))
                {
                    continue;
                }

                if (!listed.TryGetValue(user, out var list))
                {
                    listed[user] = list = [];
                }

                list.Add(conversation);
            }
        }

        return listed.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<ListedConversation>)pair.Value);
    }

    [LoggerMessage(LogLevel.Error, "What is missing of conversation {Conversation} could not be read; the next try is in a second.")]
    private partial void LogNotFilled(long conversation, Exception error);

    [LoggerMessage(LogLevel.Warning, "What other nodes stored could not be looked for.")]
    private partial void LogNotLooked(Exception error);
}
