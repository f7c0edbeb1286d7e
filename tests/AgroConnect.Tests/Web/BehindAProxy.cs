using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace AgroConnect.Tests.Web;

/// <summary>The product, where a header says from which address the connection came.</summary>
public sealed class ProxiedApp : App
{
    public const string Peer = "X-Test-Peer";

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["Site:TrustedProxies"] = "198.51.100.1, 10.0.0.0/8, 2001:db8::1",
    };

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.ConfigureTestServices(services => services.AddSingleton<IStartupFilter>(new Peers()));
    }

    private sealed class Peers : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((http, rest) =>
            {
                http.Connection.RemoteIpAddress = IPAddress.Parse(http.Request.Headers[Peer].ToString());
                return rest(http);
            });
            next(app);
        };
    }
}

public sealed class BehindAProxy(ProxiedApp app) : IClassFixture<ProxiedApp>
{
    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("198.51.100.1", true)]
    [InlineData("10.20.30.40", true)]
    [InlineData("2001:db8::1", true)]
    [InlineData("198.51.100.2", false)]
    [InlineData("11.0.0.1", false)]
    [InlineData("2001:db8::2", false)]
    public async Task Links_are_built_from_what_a_trusted_proxy_forwards_and_from_nothing_else(string peer, bool trusted)
    {
        var seller = await SellerOfTwoProducts();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/products/?seller={seller}&page_size=1")
        {
            Headers =
            {
                { ProxiedApp.Peer, peer }, { "X-Forwarded-For", "203.0.113.1" }, { "X-Forwarded-Proto", "https" }, { "X-Forwarded-Host", "api.market.example" },
            },
        };

        var page = await (await app.Stranger().SendAsync(request, TestContext.Current.CancellationToken)).Json();

        var next = page.GetProperty("next").GetString()!;
        Assert.Equal(trusted, next.StartsWith("https://api.market.example/api/products/?", StringComparison.Ordinal));
        Assert.Equal(!trusted, next.StartsWith("http://127.0.0.1:", StringComparison.Ordinal));
    }

    private async Task<long> SellerOfTwoProducts()
    {
        using var staff = await app.Staff();
        staff.Client.DefaultRequestHeaders.Add(ProxiedApp.Peer, "127.0.0.1");
        using var made = await staff.Client.PostAsJsonAsync("/api/categories/", new { name = Guid.NewGuid().ToString() }, TestContext.Current.CancellationToken);
        var category = (await made.Json(201)).GetProperty("id").GetInt64();
        for (var number = 0; number < 2; number++)
        {
            await app.Product(staff, new { category });
        }

        return staff.Id;
    }
}
