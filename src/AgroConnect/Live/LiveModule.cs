using Microsoft.Extensions.Caching.StackExchangeRedis;
using StackExchange.Redis;

namespace AgroConnect.Live;

/// <summary>What nodes share while they run, through Redis. Nothing in it is the only copy: PostgreSQL has the truth.</summary>
internal static class LiveModule
{
    /// <summary>Adds the connection when <c>Redis:ConnectionString</c> is set; without it every node is alone.</summary>
    public static void AddLive(this WebApplicationBuilder builder)
    {
        builder.Services.AddHybridCache();
        if (builder.Configuration["Redis:ConnectionString"] is not { Length: > 0 } connectionString)
        {
            return;
        }

        builder.Services.AddSingleton<IConnectionMultiplexer>(_ => Connect(connectionString));
        builder.Services.AddStackExchangeRedisCache(_ => { });
        builder.Services.AddOptions<RedisCacheOptions>().Configure<IConnectionMultiplexer>((cache, redis) =>
        {
            cache.InstanceName = "agroconnect:";
            cache.ConnectionMultiplexerFactory = () => Task.FromResult(redis);
        });
        builder.Services.AddHealthChecks().AddCheck<RedisHealth>("redis", timeout: TimeSpan.FromSeconds(5));
    }

    private static ConnectionMultiplexer Connect(string connectionString)
    {
        var options = ConfigurationOptions.Parse(connectionString);

        // A node starts and serves without Redis, and connects when it is there.
        options.AbortOnConnectFail = false;
        options.ConnectTimeout = 1_000;
        options.AsyncTimeout = 1_000;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ClientName = "agroconnect";
        return ConnectionMultiplexer.Connect(options);
    }
}
