using System.Text.Json;
using Microsoft.Playwright;

namespace AgroConnect.Tests.WebClient;

/// <summary>
/// The product, and the Chromium in which people look at its pages. Tests skip where Chromium is not installed, or the build is
/// without the pages.
/// </summary>
public class BrowserApp : App
{
    private const string Program = "chromium";

    private static readonly string? _chromium = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, Program)).FirstOrDefault(File.Exists);

    private static readonly bool _built = File.Exists(Path.Combine(AppContext.BaseDirectory, "web", "index.html"));

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>A browser of somebody's own.</summary>
    /// <param name="person">Who is logged in; nobody without it.</param>
    /// <param name="phone">A small screen for fingers, instead of a desk.</param>
    /// <param name="locale">The language and country of the browser.</param>
    /// <param name="colours">The colours of the device.</param>
    internal async Task<Visitor> Visit(Person? person = null, bool phone = false, string locale = "en-GB", ColorScheme colours = ColorScheme.Light)
    {
        Assert.SkipUnless(_built, "This build is without the pages.");
        Assert.SkipUnless(_chromium is not null, $"{Program} is not installed; ./test installs it.");
        _playwright ??= await Playwright.CreateAsync();
        _browser ??= await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = _chromium, ChromiumSandbox = false });
        var address = Stranger().BaseAddress!.GetLeftPart(UriPartial.Authority);
        var context = await _browser.NewContextAsync(new()
        {
            BaseURL = address,
            Locale = locale,
            ColorScheme = colours,
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = phone ? new() { Width = 390, Height = 844 } : new() { Width = 1280, Height = 800 },
            HasTouch = phone,
            IsMobile = phone,
            StorageState = person is null ? null : LoggedIn(address, person),
        });
        context.SetDefaultTimeout(Visitor.Patience);
        return new Visitor(await context.NewPageAsync());
    }

    public override async ValueTask DisposeAsync()
    {
        await (_browser?.DisposeAsync() ?? ValueTask.CompletedTask);
        _playwright?.Dispose();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>What the pages keep of a log-in.</summary>
    private static string LoggedIn(string address, Person person) => JsonSerializer.Serialize(new
    {
        cookies = Array.Empty<object>(),
        origins = new[] { new { origin = address, localStorage = new[] { new { name = "agroconnect.refresh", value = person.RefreshToken } } } },
    });
}

/// <summary>Browsers take whole cores: their tests run one after the other, on one server.</summary>
[CollectionDefinition]
public sealed class InABrowser : ICollectionFixture<BrowserApp>;
