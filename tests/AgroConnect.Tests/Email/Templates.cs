using AgroConnect.Email;
using AgroConnect.Web;
using Fluid;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AgroConnect.Tests.Email;

[WithoutDatabase]
public sealed class Templates
{
    private const string Link = "https://market.example/activate/NA/abc-123";

    private static readonly Dictionary<string, object> Model = new()
    {
        ["link"] = Link,
        ["login"] = "ann@example.com",
        ["expires_at"] = new DateTimeOffset(2026, 11, 28, 8, 5, 0, TimeSpan.Zero),
    };

    [Theory]
    [InlineData("activation", "Account activation on AgroConnect")]
    [InlineData("password-reset", "Password reset on AgroConnect")]
    [InlineData("email-reset", "Username reset on AgroConnect")]
    [InlineData("confirmation", "AgroConnect - Your account has been successfully created and activated!")]
    [InlineData("password-changed", "AgroConnect - Your password has been successfully changed!")]
    [InlineData("email-changed", "AgroConnect - Your username has been successfully changed!")]
    public void Each_mail_has_its_subject_and_the_name_and_address_of_the_site(string name, string subject)
    {
        var mail = Of("AgroConnect").Render(new MailDraft(name, "en", Model));

        Assert.Equal(subject, mail.Subject);
        Assert.Contains("AgroConnect", mail.Text, StringComparison.Ordinal);
        Assert.Contains("https://market.example", mail.Text, StringComparison.Ordinal);
        Assert.Contains($"<title>{subject}</title>", mail.Html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"https://market.example\"", mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", mail.Text + mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("{%", mail.Text + mail.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("activation", false)]
    [InlineData("password-reset", true)]
    [InlineData("email-reset", true)]
    public void A_link_stands_alone_on_its_line_and_in_an_anchor(string name, bool hasLogin)
    {
        var mail = Of("AgroConnect").Render(new MailDraft(name, "en", Model));

        Assert.Contains(Link, mail.Text.Split('\n'));
        Assert.Contains($"<a href=\"{Link}\"", mail.Html, StringComparison.Ordinal);
        Assert.Contains("28 November 2026, 08:05 UTC", mail.Text, StringComparison.Ordinal);
        Assert.Equal(hasLogin, mail.Text.Contains("ann@example.com", StringComparison.Ordinal));
        Assert.Equal(hasLogin, mail.Html.Contains("ann@example.com", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("password-reset")]
    [InlineData("email-reset")]
    [InlineData("confirmation")]
    [InlineData("password-changed")]
    [InlineData("email-changed")]
    public void Values_are_escaped_in_HTML_and_left_alone_in_text(string name)
    {
        var mail = Of("Ann & <b>Sons</b>").Render(new MailDraft(name, "en", new Dictionary<string, object>(Model) { ["login"] = "\"<script>\"@x.com", ["link"] = "https://x/?a=1&b=\"" }));

        Assert.Contains("Ann & <b>Sons</b>", mail.Subject, StringComparison.Ordinal);
        Assert.Contains("\"<script>\"@x.com", mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("Sons</b>", mail.Html, StringComparison.Ordinal);
        Assert.Contains("Ann &amp; &lt;b&gt;Sons", mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("b=\"\"", mail.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("de-AT")]
    [InlineData("EN-us")]
    [InlineData("")]
    [InlineData("../../etc")]
    public void An_unknown_language_falls_back_to_English(string language) =>
        Assert.Equal("Account activation on AgroConnect", Of("AgroConnect").Render(new MailDraft("activation", language, Model)).Subject);

    /// <summary>Times, numbers, lists and any script.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void What_was_kept_says_what_was_drafted(string name, Dictionary<string, object> model)
    {
        var draft = new MailDraft(name, "en", model);

        var kept = MailDraft.Parse(draft.ToJson());

        Assert.Equal(Of("AgroConnect").Render(draft), Of("AgroConnect").Render(kept));
        Assert.Equal(Of("AgroConnect").Subject(draft), Of("AgroConnect").Render(kept).Subject);
        Assert.Equal(draft.ToJson(), kept.ToJson());
    }

    public static TheoryData<string, Dictionary<string, object>> Models() => new()
    {
        { "activation", Model },
        { "review-written", new() { ["product"] = "आम 🍋 \"\\\r\n", ["text"] = "<b>سلام</b> {{ link }}\u2028", ["person"] = "Åsa", ["rating"] = 4, ["link"] = Link } },
        {
            "order-placed", new()
            {
                ["number"] = "AC-000017",
                ["link"] = Link,
                ["total"] = "12.40 EUR",
                ["items"] = new List<Dictionary<string, object>>
                {
                    new() { ["name"] = "Äpfel", ["quantity"] = "1.5", ["unit"] = "kg", ["total"] = "4.50 EUR" },
                    new() { ["name"] = "芒果", ["quantity"] = "2", ["unit"] = "piece", ["total"] = "7.90 EUR" },
                },
            }
        },
    };

    [Fact]
    public void A_forgotten_key_or_an_unknown_name_is_an_error_and_no_broken_mail()
    {
        var model = new Dictionary<string, object>(Model);
        model.Remove("link");

        Assert.ThrowsAny<FluidException>(() => Of("AgroConnect").Render(new MailDraft("activation", "en", model)));
        Assert.Throws<InvalidOperationException>(() => Of("AgroConnect").Render(new MailDraft("nonsense", "en", Model)));
    }

    private static MailTemplates Of(string siteName) => new(new Site(
        Options.Create(new SiteOptions { Name = siteName, FrontendUrl = "https://market.example" }), new ConfigurationBuilder().Build()));
}
