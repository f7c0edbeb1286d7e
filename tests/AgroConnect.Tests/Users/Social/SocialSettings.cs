using AgroConnect.Users.Social;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AgroConnect.Tests.Users.Social;

public sealed class SocialSettings(App app) : IClassFixture<App>
{
    [Theory]
    [InlineData("Social:RedirectUris", "https://a.example/,/auth/google", "Social:RedirectUris holds '/auth/google': accepted are absolute addresses without a fragment, such as 'https://market.example.org/auth/google'.")]
    [InlineData("Social:RedirectUris", "https://a.example/#x", "Social:RedirectUris holds 'https://a.example/#x': accepted are absolute addresses without a fragment, such as 'https://market.example.org/auth/google'.")]
    [InlineData("Social:Google:ClientId", "x", "Social:Google:ClientSecret is empty: with Social:Google:ClientId it is the secret of that client.")]
    [InlineData("Social:Google:Authority", "google", "Social:Google:Authority is 'google': accepted is an absolute address, such as 'https://accounts.google.com'.")]
    [InlineData("Social:Facebook:AppId", "x", "Social:Facebook:AppSecret is empty: with Social:Facebook:AppId it is the secret of that app.")]
    [InlineData("Social:Facebook:GraphUrl", "", "Social:Facebook:GraphUrl is '': accepted is an absolute address, such as 'https://graph.facebook.com/v24.0'.")]
    [InlineData("Social:Facebook:DialogUrl", "ftp://x", "Social:Facebook:DialogUrl is 'ftp://x': accepted is an absolute address, such as 'https://www.facebook.com/v24.0/dialog/oauth'.")]
    public void That_are_wrong_stop_the_start_with_one_line(string name, string value, string line)
    {
        var error = Assert.Throws<OptionsValidationException>(() => Read((name, value)));

        Assert.Equal(line, Assert.Single(error.Failures));
    }

    [Fact]
    public void Have_redirects_as_a_list_or_as_an_array()
    {
        string[] expected = ["https://a.example/x?y=1", "http://localhost:3000/auth"];

        Assert.Equal(expected, Read(("Social:RedirectUris", " https://a.example/x?y=1 ,http://localhost:3000/auth,")).RedirectUris);
        Assert.Equal(expected, Read(("Social:RedirectUris:0", expected[0]), ("Social:RedirectUris:1", expected[1])).RedirectUris);
    }

    [Fact]
    public async Task That_are_missing_turn_the_providers_off()
    {
        using var client = app.Stranger();

        foreach (var provider in new[] { Browser.Google, Browser.Facebook })
        {
            using var state = new FormUrlEncodedContent([new("state", "x")]);
            var answer = await (await client.PostAsync($"/api/auth/o/{provider}/", state, TestContext.Current.CancellationToken)).Json(404);
            Assert.Equal($"Provider '{provider}' not supported", answer.GetProperty("detail").GetString());
        }
    }

    [Fact]
    public async Task Of_the_limits_on_logging_in_count_for_both_calls()
    {
        await using var limited = new LimitedApp();
        await ((IAsyncLifetime)limited).InitializeAsync();
        using var client = limited.Stranger();
        var (address, ct) = ($"/api/auth/o/{Browser.Google}/", TestContext.Current.CancellationToken);

        Assert.Equal(400, (int)(await client.GetAsync(address, ct)).StatusCode);
        Assert.Equal(404, (int)(await client.PostAsync(address, content: null, ct)).StatusCode);
        Assert.Equal(429, (int)(await client.GetAsync(address, ct)).StatusCode);
        Assert.Equal(429, (int)(await client.PostAsync(address, content: null, ct)).StatusCode);
    }

    private sealed class LimitedApp : App
    {
        protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
        {
            ["RateLimits:Enabled"] = "true",
            ["RateLimits:LogInsPerAddress"] = "2",
        };
    }

    private static SocialOptions Read(params (string Name, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)));
        SocialOptions.Add(builder);
        using var services = builder.Services.BuildServiceProvider();
        return services.GetRequiredService<IOptions<SocialOptions>>().Value;
    }
}
