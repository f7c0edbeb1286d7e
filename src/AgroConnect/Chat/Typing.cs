using System.Collections.Concurrent;

namespace AgroConnect.Chat;

/// <summary>Who is typing. It lapses unless it is said again, also when the node that said it has died.</summary>
internal sealed class Typing
{
    public static readonly TimeSpan Lapses = TimeSpan.FromSeconds(6);

    private readonly ConcurrentDictionary<(long Conversation, long User), (ChatSocket? By, long To, long Until)> _active = new();
    private readonly ChatHub _hub;
    private readonly ChatNodes _nodes;
    private readonly TimeProvider _clock;

    public Typing(ChatHub hub, ChatNodes nodes, TimeProvider clock)
    {
        (_hub, _nodes, _clock) = (hub, nodes, clock);
        nodes.Heard += news =>
        {
            if (news.Typing is { } typing)
            {
                // A second longer than where it was said, which tells its end as a rule.
                Note(null, typing, TimeSpan.FromSeconds(1));
                Tell(typing);
            }
        };
    }

    /// <param name="socket">Who says so.</param>
    /// <param name="conversation">Where.</param>
    /// <param name="members">Its two.</param>
    /// <param name="active">Whether they type.</param>
    public void Set(ChatSocket socket, long conversation, Members members, bool active)
    {
        // The end of what nobody was told is no news.
        if (!active && !_active.ContainsKey((conversation, socket.User)))
        {
            return;
        }

        socket.HasTyped = true;
        TellAll(socket, new TypingNews(conversation, socket.User, members.OtherThan(socket.User), active));
    }

    /// <summary>A socket went, and with it what it said.</summary>
    public void End(ChatSocket socket)
    {
        if (!socket.HasTyped)
        {
            return;
        }

        foreach (var ((conversation, user), (by, to, _)) in _active)
        {
            if (by == socket)
            {
                TellAll(null, new TypingNews(conversation, user, to, false));
            }
        }
    }

    /// <summary>To be called every half second or so.</summary>
    public void Lapse()
    {
        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var ((conversation, user), (by, to, until)) in _active)
        {
            if (until > now)
            {
                continue;
            }

            var ended = new TypingNews(conversation, user, to, false);
            if (by is not null)
            {
                TellAll(null, ended);
            }
            else
            {
                Note(null, ended, TimeSpan.Zero);
                Tell(ended);
            }
        }
    }

    private void TellAll(ChatSocket? by, TypingNews typing)
    {
        Note(by, typing, TimeSpan.Zero);
        Tell(typing);
        _nodes.Tell(new NodeNews(_nodes.Name) { Typing = typing });
    }

    private void Note(ChatSocket? by, TypingNews typing, TimeSpan longer)
    {
        if (typing.Active)
        {
            _active[(typing.Conversation, typing.User)] = (by, typing.To, (_clock.GetUtcNow() + Lapses + longer).ToUnixTimeMilliseconds());
        }
        else
        {
            _active.TryRemove((typing.Conversation, typing.User), out _);
        }
    }

    private void Tell(TypingNews typing)
    {
        byte[]? frame = null;
        foreach (var socket in _hub.SocketsOf(typing.To))
        {
            socket.Send(frame ??= ChatFrames.Typing(typing));
        }
    }
}
