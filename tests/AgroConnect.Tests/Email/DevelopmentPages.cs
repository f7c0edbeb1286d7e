using System.Net;
using AgroConnect.Data;
using AgroConnect.Email;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace AgroConnect.Tests.Email;

public sealed class DevelopmentApp : App
{
    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?> { ["Demo:SeedOnStart"] = "false" };

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseEnvironment("Development");
    }
}

public sealed class DevelopmentPages(DevelopmentApp app) : IClassFixture<DevelopmentApp>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_start_page_leads_to_the_docs_the_mailbox_and_the_health()
    {
        var page = await app.Stranger().GetStringAsync("/dev/", Ct);

        Assert.All(["/docs/", "/dev/mail/", "/health/ready"], address => Assert.Contains($"href=\"{address}\"", page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_mail_shows_up_in_the_mailbox_with_its_HTML_shut_in_and_its_text_beside()
    {
        await Send("ann@example.com", new MailContent("Fish & <i>chips</i>", "Open\nhttps://market.example/x", "<p>Open</p><script>steal()</script>\"'"));

        var list = await app.Stranger().GetStringAsync("/dev/mail/", Ct);
        Assert.Contains("Fish &amp; &lt;i&gt;chips&lt;/i&gt;", list, StringComparison.Ordinal);
        var address = System.Text.RegularExpressions.Regex.Match(list, "/dev/mail/[0-9TZ]+-[0-9a-f]{32}/").Value;

        var answer = await app.Stranger().GetAsync(address, Ct);
        var page = await answer.Content.ReadAsStringAsync(Ct);
        Assert.Contains("https://market.example/x</pre>", page, StringComparison.Ordinal);
        Assert.Contains("sandbox=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; style-src 'unsafe-inline'", policy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/dev/mail/..%2Fagroconnect/")]
    [InlineData("/dev/mail/20261125T080000000Z-00000000000000000000000000000000/")]
    public async Task What_is_no_mail_is_a_404(string address) =>
        Assert.Equal(HttpStatusCode.NotFound, (await app.Stranger().GetAsync(address, Ct)).StatusCode);

    private async Task Send(string to, MailContent content)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        db.Add(MailNode.InFull(to, content, DateTimeOffset.UtcNow));
        await db.SaveChangesAsync(Ct);
        scope.ServiceProvider.GetRequiredService<Outbox>().Wake();
        var mails = Path.Combine(app.Database.Directory, "mail");
        while (!Directory.Exists(mails) || Directory.GetFiles(mails, "*.eml").Length == 0)
        {
            await Task.Delay(10, Ct);
        }
    }
}

public sealed class OutsideDevelopment(App app) : IClassFixture<App>
{
    [Theory]
    [InlineData("/dev/")]
    [InlineData("/dev/mail/")]
    public async Task There_are_no_pages_for_developers(string address) => await app.Stranger().GetJson(address, 404);
}
