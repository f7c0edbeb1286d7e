using AgroConnect.Tests.Fakes;

namespace AgroConnect.Tests.Web;

/// <summary>What browsers learn and may fetch where a market takes cards, with and without a key for them.</summary>
public sealed class PagesForCards
{
    [Theory]
    [InlineData(null)]
    [InlineData("pk_test_of_these_tests")]
    public async Task The_pages_know_of_Stripe_and_let_it_in_where_there_is_a_key_for_them(string? key)
    {
        await using var app = new Market(key);
        await app.InitializeAsync();

        var site = await app.Stranger().GetJson("/api/site/");
        var answer = await app.Stranger().GetAsync(new Uri("/icon.svg", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(["cash", "stripe"], site.GetProperty("payment_methods").EnumerateArray().Select(way => way.GetString()));
        Assert.Equal(key, site.GetProperty("stripe_publishable_key").GetString());
        Assert.SkipUnless(answer.IsSuccessStatusCode, "This build is without the pages.");
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        var directives = policy.Split(';', StringSplitOptions.TrimEntries).Select(directive => directive.Split(' ', 2)).ToDictionary(directive => directive[0], directive => directive[1]);
        if (key is null)
        {
            Assert.DoesNotContain("stripe", policy, StringComparison.Ordinal);
            return;
        }

        Assert.Equal("'self' https://js.stripe.com https://*.js.stripe.com", directives["script-src"]);
        Assert.Equal("'self' https://api.stripe.com", directives["connect-src"]);
        Assert.Equal("https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com", directives["frame-src"]);
        Assert.Equal("'self'", directives["style-src"]);
    }

    private sealed class Market(string? key) : App
    {
        protected override IReadOnlyDictionary<string, string?> Settings => StripeLookAlike.MarketSettings("http://127.0.0.1:9", key); // nobody pays here
    }
}
