using System.Buffers;
using System.Net.WebSockets;

namespace AgroConnect.Chat;

/// <summary>
/// One client's line. An idle one holds no buffer, no timer of ours and no waiting task but the one that reads: what is sent goes
/// through a queue that exists while there is something in it, emptied by whoever put the first frame in.
/// </summary>
internal sealed class ChatSocket(long user, string baseUrl, long? conversation)
{
    /// <summary>Of a whole message, in bytes.</summary>
    public const int LargestMessage = 64 * 1024;

    public const WebSocketCloseStatus Unauthorized = (WebSocketCloseStatus)4401;
    public const WebSocketCloseStatus Deactivated = (WebSocketCloseStatus)4403;
    public const WebSocketCloseStatus NoConversation = (WebSocketCloseStatus)4404;
    public const WebSocketCloseStatus TooMany = (WebSocketCloseStatus)4429;
    public const WebSocketCloseStatus TooSlow = (WebSocketCloseStatus)1013;

    private const int UsualMessage = 1024;

    // What is queued for a client that does not read. Its own answers stop it from asking for more long before.
    private const int MostQueued = 1_000;
    private const int MostQueuedBytes = 4 * 1024 * 1024;
    private const int QueuedBytesToPause = 256 * 1024;
    private const int MostUnanswered = 100;

    /// <summary>How long a client may take to answer our close, or to take what is under way.</summary>
    private static readonly TimeSpan TimeToClose = TimeSpan.FromSeconds(5);

    /// <summary>How long one frame may take to leave.</summary>
    private static readonly TimeSpan TimeToSend = TimeSpan.FromSeconds(20);

    /// <summary>How long the client of a line that broke a rule has to read which.</summary>
    private static readonly TimeSpan TimeToRead = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private WebSocket _line = null!;
    private ClientBytes _bytes = null!;
    private Queue<byte[]>? _queue;
    private TaskCompletionSource? _waiter;
    private (int Unanswered, int Bytes) _waitsFor;
    private string _reason = "";
    private long _abortAt = long.MaxValue;
    private long _sendingSince;
    private int _queuedBytes;
    private int _unanswered;
    private WebSocketCloseStatus _closing;
    private bool _isHeld = true;
    private bool _isListening;
    private bool _isOpen;
    private bool _isBusy;
    private bool _isHandling;
    private bool _isDraining;
    private bool _isDead;
    private bool _isUrgent;

    public long User => user;

    /// <summary>Where this client reaches us, without a slash at the end.</summary>
    public string BaseUrl => baseUrl;

    /// <summary>What frames speak of that name no conversation.</summary>
    public long? Conversation => conversation;

    /// <summary>When its token ends, in Unix milliseconds.</summary>
    public long ExpiresAt { get; set; }

    /// <summary>Whether it was told that its token ends soon.</summary>
    public bool IsWarned { get; set; }

    public FrameBudget Budget { get; set; } = null!;

    /// <summary>Whose presence it wants to know; null for nobody's.</summary>
    public HashSet<long>? Watched { get; set; }

    public bool HasTyped { get; set; }

    /// <summary>Whether frames wait until it was told that it is ready.</summary>
    public bool IsHeld => Volatile.Read(ref _isHeld);

    /// <summary>Whether the conversations of its user were read: what is stored from then on, it is told.</summary>
    public bool IsListening
    {
        get => Volatile.Read(ref _isListening);
        set => Volatile.Write(ref _isListening, value);
    }

    /// <summary>The handshake is over. What there has been to tell meanwhile waits for <see cref="Release"/>.</summary>
    public void Open(WebSocket line, ClientBytes bytes)
    {
        lock (_gate)
        {
            (_line, _bytes, _isOpen) = (line, bytes, true);
        }

        Drain();
    }

    /// <summary>Sends a frame, in the order of the calls; never waits.</summary>
    public void Send(byte[] frame)
    {
        lock (_gate)
        {
            if (_isDead || (_closing != 0 && _isUrgent))
            {
                return;
            }

            if (_queue?.Count >= MostQueued || _queuedBytes + frame.Length > MostQueuedBytes)
            {
                CloseNow(TooSlow, "Read faster.");
                return;
            }

            (_queue ??= new Queue<byte[]>(4)).Enqueue(frame);
            _queuedBytes += frame.Length;
        }

        Drain();
    }

    /// <summary>Sends the first frame; those that waited for it follow.</summary>
    public void Release(byte[] ready)
    {
        lock (_gate)
        {
            var waiting = _queue;
            _queue = new Queue<byte[]>(4);
            _queue.Enqueue(ready);
            _queuedBytes += ready.Length;
            while (waiting?.TryDequeue(out var frame) == true)
            {
                _queue.Enqueue(frame);
            }

            Volatile.Write(ref _isHeld, false);
        }

        Drain();
    }

    /// <summary>Closes it when what is under way has been answered and sent.</summary>
    public void Close(WebSocketCloseStatus status, string reason)
    {
        lock (_gate)
        {
            if (_closing == 0)
            {
                (_closing, _reason) = (status, reason);
                _abortAt = Environment.TickCount64 + (long)TimeToClose.TotalMilliseconds;
            }

            Volatile.Write(ref _isHeld, false);
        }

        Drain();
    }

    /// <summary>A frame of this client will be answered by <see cref="Answer"/>.</summary>
    public void Expect()
    {
        lock (_gate)
        {
            _unanswered++;
        }
    }

    public void Answer(byte[] frame)
    {
        Send(frame);
        lock (_gate)
        {
            _unanswered--;
            Wake();
        }

        Drain();
    }

    /// <summary>Until all that was asked before is answered.</summary>
    public Task AnsweredAsync() => UntilAsync(0, int.MaxValue);

    /// <summary>To be called every second or so: ends what has taken too long, and what has been silent for too long.</summary>
    public void Tick()
    {
        var now = Environment.TickCount64;
        bool aborts;
        lock (_gate)
        {
            if (!_isOpen)
            {
                return;
            }

            // While a frame is handled or the client does not take its answers, nobody listens.
            if (_isHeld || _isHandling)
            {
                _bytes.Hear();
            }
            else if (!_bytes.IsAlive())
            {
                _abortAt = now - 1;
            }

            if (_sendingSince != 0 && now - _sendingSince > TimeToSend.TotalMilliseconds)
            {
                CloseNow(TooSlow, "Read faster.");
            }

            aborts = now > _abortAt;
        }

        if (aborts)
        {
            _line.Abort();
        }
    }

    /// <summary>Reads frames until the line ends, from either side.</summary>
    /// <param name="handle">Answers a frame; the next is not read before.</param>
    public async Task RunAsync(Func<ChatSocket, ReadOnlyMemory<byte>, ValueTask> handle)
    {
        try
        {
            // Waits without a buffer: most sockets are idle most of the time.
            ValueWebSocketReceiveResult first;
            do
            {
                first = await _line.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
            }
            while (first.MessageType is not WebSocketMessageType.Close && await TakeAsync(handle, first));

            Close(WebSocketCloseStatus.NormalClosure, "");
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // It went without saying so, or said what no WebSocket says: the framework has closed it with the reason.
            lock (_gate)
            {
                Die();
                _abortAt = Math.Min(_abortAt, Environment.TickCount64 + (long)TimeToClose.TotalMilliseconds);
            }

            if (gone is WebSocketException { WebSocketErrorCode: not WebSocketError.ConnectionClosedPrematurely })
            {
                await _bytes.DiscardAsync(TimeToRead);
            }
        }

        await UntilAsync(0, 0);
    }

    private async ValueTask HandleAsync(Func<ChatSocket, ReadOnlyMemory<byte>, ValueTask> handle, ReadOnlyMemory<byte> message)
    {
        Volatile.Write(ref _isHandling, true);
        await UntilAsync(MostUnanswered, QueuedBytesToPause);
        try
        {
            lock (_gate)
            {
                if (_closing != 0)
                {
                    return;
                }

                _isBusy = true;
            }

            await handle(this, message);
        }
        finally
        {
            lock (_gate)
            {
                (_isBusy, _isHandling) = (false, false);
                _bytes.Hear();
            }

            Drain();
        }
    }

    /// <summary>Reads the rest of a message and has it handled, if it is one to be handled.</summary>
    /// <returns>False when the client closed in the middle of it.</returns>
    private async ValueTask<bool> TakeAsync(Func<ChatSocket, ReadOnlyMemory<byte>, ValueTask> handle, ValueWebSocketReceiveResult part)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(UsualMessage);
        try
        {
            for (var length = 0; part.MessageType is not WebSocketMessageType.Close; part = await _line.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None))
            {
                length += part.Count;
                if (part.MessageType is WebSocketMessageType.Binary)
                {
                    Close(WebSocketCloseStatus.InvalidMessageType, "Frames are text.");
                }
                else if (length > LargestMessage)
                {
                    Close(WebSocketCloseStatus.MessageTooBig, "At most 64 KiB.");
                }

                // What comes after a close is read and thrown away, so that the client can read the close.
                var isUnwanted = Volatile.Read(ref _abortAt) != long.MaxValue;
                if (part.EndOfMessage)
                {
                    if (!isUnwanted)
                    {
                        await HandleAsync(handle, buffer.AsMemory(0, length));
                    }

                    return true;
                }

                if (isUnwanted)
                {
                    length = 0;
                }
                else if (length == buffer.Length)
                {
                    buffer = Enlarge(buffer);
                }
            }

            return false;
        }
        finally
        {
            // Whatever was thrown, this is the one that is rented: returned twice, it would hold two people's words at once.
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Enlarge(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 4);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    /// <summary>To be called locked: what is queued is given up.</summary>
    private void CloseNow(WebSocketCloseStatus status, string reason)
    {
        (_queue, _queuedBytes, _isUrgent) = (null, 0, true);
        if (_closing == 0)
        {
            (_closing, _reason) = (status, reason);
            Volatile.Write(ref _abortAt, Environment.TickCount64 + (long)TimeToClose.TotalMilliseconds);
        }

        Wake();
    }

    private void Die()
    {
        (_isDead, _queue, _queuedBytes) = (true, null, 0);
        Wake();
    }

    private Task UntilAsync(int unanswered, int bytes)
    {
        lock (_gate)
        {
            _waitsFor = (unanswered, bytes);
            if (IsReached())
            {
                return Task.CompletedTask;
            }

            _waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiter.Task;
        }
    }

    private bool IsReached() => _unanswered <= _waitsFor.Unanswered && _queuedBytes <= _waitsFor.Bytes && (_waitsFor.Bytes > 0 || !_isDraining);

    private void Wake()
    {
        if (_waiter is { } waiter && IsReached())
        {
            _waiter = null;
            waiter.SetResult();
        }
    }

    private void Drain()
    {
        lock (_gate)
        {
            if (_isDraining || _isHeld || _isDead || !_isOpen || !HasWork())
            {
                return;
            }

            _isDraining = true;
        }

        _ = DrainAsync();
    }

    private bool HasWork() => _queue is { Count: > 0 } || MayClose();

    private bool MayClose() => _closing != 0 && (_isUrgent || (!_isBusy && _unanswered == 0));

    private async Task DrainAsync()
    {
        var ended = false;
        try
        {
            while (Take(out var frame))
            {
                if (frame is null)
                {
                    ended = true;
                    await _line.CloseOutputAsync(_closing, _reason, CancellationToken.None);
                    break;
                }

                await _line.SendAsync(frame, WebSocketMessageType.Text, true, CancellationToken.None);
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Whoever reads from it finds out, and ends it.
            ended = true;
            _line.Abort();
        }

        if (ended)
        {
            lock (_gate)
            {
                (_sendingSince, _isDraining) = (0, false);
                Die();
            }
        }
    }

    /// <returns>False when there is nothing to do any more, and whoever drains has stopped; a null frame is the close.</returns>
    private bool Take(out byte[]? frame)
    {
        lock (_gate)
        {
            frame = null;
            _sendingSince = Environment.TickCount64;
            if (!_isDead && _queue?.TryDequeue(out frame) == true)
            {
                _queuedBytes -= frame.Length;
                Wake();
                return true;
            }

            _queue = null;
            if (!_isDead && MayClose())
            {
                return true;
            }

            (_sendingSince, _isDraining) = (0, false);
            Wake();
            return false;
        }
    }
}
