using Microsoft.AspNetCore.Http.Features;

namespace AgroConnect.Chat;

/// <summary>
/// The bytes of one client, beneath the framework's WebSocket. It knows when something came last and asks a silent client whether it
/// is there: the framework would hold a timer for each line, that goes by no clock but its own. And it lets last words go out: the
/// framework breaks the connection right after it has told a client which rule it broke (1007).
/// </summary>
internal sealed class ClientBytes(Stream inner, IHttpRequestLifetimeFeature request, TimeProvider clock) : Stream
{
    /// <summary>A line that was given up ends with its request, or after this.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);

    /// <summary>RFC 6455, 5.5.2: final, opcode 9, no mask, no payload.</summary>
    private static readonly byte[] PingFrame = [0x89, 0x00];

    private readonly SemaphoreSlim _writing = new(1);
    private long _heardAt = clock.GetTimestamp();
    private long _askedAt;
    private int _isEnding;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>To be called often while frames are being read: asks a client that has been silent for a while.</summary>
    /// <returns>False when it was asked and did not answer in time.</returns>
    public bool IsAlive()
    {
        var heardAt = Volatile.Read(ref _heardAt);
        if (clock.GetElapsedTime(heardAt) < ChatOptions.PingEvery)
        {
            return true;
        }

        if (_askedAt > heardAt)
        {
            return clock.GetElapsedTime(_askedAt) < ChatOptions.PongWithin;
        }

        // Whoever is being sent something else just now is asked a little later.
        if (_writing.Wait(0))
        {
            _askedAt = clock.GetTimestamp();
            _ = PingAsync();
        }

        return true;
    }

    /// <summary>It was not silent, only not read from.</summary>
    public void Hear() => Volatile.Write(ref _heardAt, clock.GetTimestamp());

    /// <summary>Throws away what a client sends that was told to go, so that it can read why: what nobody reads would cut it off.</summary>
    public async Task DiscardAsync(TimeSpan most)
    {
        using var limit = new CancellationTokenSource(most);
        var rest = new byte[1024];
        try
        {
            while (await inner.ReadAsync(rest, limit.Token) > 0)
            {
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or InvalidOperationException)
        {
            // It went, or had its time.
        }
    }

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // Who reads again has got what it waited for before. To look at what comes would take a task for each idle line.
        Hear();
        return inner.ReadAsync(buffer, cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>The framework writes whole frames: a ping fits between two of them.</summary>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await inner.WriteAsync(buffer, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _isEnding, 1) == 0)
        {
            // Of a connection that has ended by then, nothing is left to end.
            _ = Task.Delay(Moment).ContinueWith(_ => request.Abort(), TaskScheduler.Default);
        }

        base.Dispose(disposing);
    }

    private async Task PingAsync()
    {
        try
        {
            await inner.WriteAsync(PingFrame);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or InvalidOperationException)
        {
            // Whoever reads from it finds out.
        }
        finally
        {
            _writing.Release();
        }
    }
}

/// <summary>Has the framework's WebSocket work on <see cref="ClientBytes"/>.</summary>
internal sealed class UpgradeToBytes(IHttpUpgradeFeature upgrade, HttpContext http, TimeProvider clock) : IHttpUpgradeFeature
{
    public bool IsUpgradableRequest => upgrade.IsUpgradableRequest;

    /// <summary>Null before the upgrade.</summary>
    public ClientBytes? Bytes { get; private set; }

    public async Task<Stream> UpgradeAsync() =>
        Bytes = new ClientBytes(await upgrade.UpgradeAsync(), http.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>(), clock);
}
