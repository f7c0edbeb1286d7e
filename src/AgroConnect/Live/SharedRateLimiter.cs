using System.Threading.RateLimiting;
using RedisRateLimiting;
using StackExchange.Redis;

namespace AgroConnect.Live;

/// <summary>A limit that all nodes count together in Redis; while Redis is away, each counts its own.</summary>
internal sealed class SharedRateLimiter(IConnectionMultiplexer redis, string who, int limit, TimeSpan window, RateLimiter own) : RateLimiter
{
    private readonly RedisSlidingWindowRateLimiter<string> _shared = new(
        "agroconnect:" + who,
        new RedisSlidingWindowRateLimiterOptions { ConnectionMultiplexerFactory = () => redis, PermitLimit = limit, Window = window });

    /// <summary>As the own limiter: a partition that nobody has asked for some time is dropped.</summary>
    public override TimeSpan? IdleDuration => own.IdleDuration;

    public override RateLimiterStatistics? GetStatistics() => own.GetStatistics();

    /// <summary>Never at once: the middleware then asks again and waits for Redis without holding a thread.</summary>
    protected override RateLimitLease AttemptAcquireCore(int permitCount) => NotYet.Lease;

    protected override async ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken)
    {
        // Counted here as well, so that a Redis that goes away opens no gate.
        var mine = await own.AcquireAsync(permitCount, cancellationToken);
        if (!mine.IsAcquired)
        {
            return mine;
        }

        try
        {
            return await _shared.AcquireAsync(permitCount, cancellationToken);
        }
        catch (Exception away) when (away is RedisException or TimeoutException)
        {
            return mine;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            own.Dispose();
            _shared.Dispose();
        }

        base.Dispose(disposing);
    }

    private sealed class NotYet : RateLimitLease
    {
        public static readonly NotYet Lease = new();

        public override bool IsAcquired => false;

        public override IEnumerable<string> MetadataNames => [];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            metadata = null;
            return false;
        }
    }
}
