using Microsoft.AspNetCore.Http.Features;

namespace AgroConnect.Chat;

/// <summary>
/// The framework's WebSocket breaks the connection after it has told a client which rule it broke (1007), and the reason rarely
/// arrives. Between it and the connection, this lets what was said go out: the connection ends with the request, or a moment later.
/// </summary>
internal sealed class LastWords(IHttpUpgradeFeature upgrade, HttpContext http) : IHttpUpgradeFeature
{
    public bool IsUpgradableRequest => upgrade.IsUpgradableRequest;

    public static Task UseAsync(HttpContext http, RequestDelegate next)
    {
        if (http.Request.Path.StartsWithSegments("/ws/chat") && http.Features.Get<IHttpUpgradeFeature>() is { } upgrade)
        {
            http.Features.Set<IHttpUpgradeFeature>(new LastWords(upgrade, http));
        }

        return next(http);
    }

    public async Task<Stream> UpgradeAsync() => new Line(await upgrade.UpgradeAsync(), http.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>());

    private sealed class Line(Stream inner, IHttpRequestLifetimeFeature request) : Stream
    {
        private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);
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

        public override void Flush() => inner.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            inner.ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            inner.WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);

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
    }
}
