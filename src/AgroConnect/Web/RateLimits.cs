using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Claims;
using System.Threading.RateLimiting;
using AgroConnect.Live;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace AgroConnect.Web;

/// <summary>Settings under <c>RateLimits:</c>. Generous for people, also behind one address of a village; tight for loops.</summary>
public sealed class RateLimitOptions
{
    public const string Section = "RateLimits";

    public bool Enabled { get; set; } = true;

    /// <summary>Requests a minute of one signed-in user.</summary>
    [Range(1, 1_000_000)]
    public int PerUser { get; set; } = 6_000;

    /// <summary>Requests a minute of one network address without a user.</summary>
    [Range(1, 1_000_000)]
    public int PerAddress { get; set; } = 12_000;

    /// <summary>Attempts a minute of one address to log in, to register, or to have a link mailed.</summary>
    [Range(1, 1_000_000)]
    public int LogInsPerAddress { get; set; } = 600;

    /// <summary>Questions a minute to the assistant of one signed-in user.</summary>
    [Range(1, 1_000_000)]
    public int QuestionsPerUser { get; set; } = 1_200;

    /// <summary>Questions a minute to the assistant of one address without a user.</summary>
    [Range(1, 1_000_000)]
    public int QuestionsPerAddress { get; set; } = 600;
}

internal static class RateLimits
{
    /// <summary>Policy of the routes that check a password or send a mail.</summary>
    public const string LogIn = "log-in";

    /// <summary>Policy of the route that answers questions.</summary>
    public const string Question = "question";

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    public static void Add(WebApplicationBuilder builder)
    {
        builder.AddValidatedOptions<RateLimitOptions>(RateLimitOptions.Section);
        builder.Services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = RejectAsync;
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http => Limits(http) switch
            {
                { Enabled: false } => RateLimitPartition.GetNoLimiter(""),
                var limits when http.User.FindFirstValue(ClaimTypes.NameIdentifier) is { } user => Per(http, "user " + user, limits.PerUser, Window),
                var limits => Per(http, "address " + AddressOf(http), limits.PerAddress, Window),
            });
            limiter.AddPolicy(LogIn, http => Limits(http) is { Enabled: true } limits
                ? Per(http, "log-in " + AddressOf(http), limits.LogInsPerAddress, Window)
                : RateLimitPartition.GetNoLimiter(""));
            limiter.AddPolicy(Question, http => PerPerson(http, "question", Limits(http).QuestionsPerUser, Limits(http).QuestionsPerAddress, Window));
        });
    }

    /// <summary>A limit on something of each user, and of each address without one.</summary>
    /// <param name="http">The request.</param>
    /// <param name="what">Of what; counted by itself.</param>
    /// <param name="perUser">How many in the window.</param>
    /// <param name="perAddress">How many in the window without a user.</param>
    /// <param name="window">How long.</param>
    public static RateLimitPartition<string> PerPerson(HttpContext http, string what, int perUser, int perAddress, TimeSpan window) =>
        !Limits(http).Enabled ? RateLimitPartition.GetNoLimiter("")
        : http.User.FindFirstValue(ClaimTypes.NameIdentifier) is { } user ? Per(http, $"{what} user {user}", perUser, window)
        : Per(http, $"{what} address {AddressOf(http)}", perAddress, window);

    private static RateLimitOptions Limits(HttpContext http) =>
        http.RequestServices.GetRequiredService<IOptions<RateLimitOptions>>().Value;

    /// <summary>The address; of IPv6 the network of one customer, who could change the rest with every request.</summary>
    private static string AddressOf(HttpContext http) => http.Connection.RemoteIpAddress switch
    {
        null => "",
        { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } address => Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, 8)),
        var address => address.ToString(),
    };

    /// <summary>Counted by all nodes together when they share a Redis, else by each.</summary>
    private static RateLimitPartition<string> Per(HttpContext http, string who, int limit, TimeSpan window)
    {
        var redis = http.RequestServices.GetService<IConnectionMultiplexer>();
        return RateLimitPartition.Get(who, _ =>
        {
            var own = new SlidingWindowRateLimiter(new SlidingWindowRateLimiterOptions { PermitLimit = limit, Window = window, SegmentsPerWindow = 6 });
            return redis is null ? own : new SharedRateLimiter(redis, who, limit, window, own);
        });
    }

    private static async ValueTask RejectAsync(OnRejectedContext context, CancellationToken ct)
    {
        // A sliding window does not say when; its next segment is at most this far.
        var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(10);
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        context.HttpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        await context.HttpContext.Response.WriteAsJsonAsync(
            new ErrorBody($"Request was throttled. Expected available in {seconds} second{(seconds == 1 ? "" : "s")}."), WebJson.Wire.ErrorBody, cancellationToken: ct);
    }
}
