using System.Collections.Concurrent;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AgroConnect.Tests.WebClient;

/// <summary>Somebody in front of a page, who sees and does what people do; each step waits until it can be done.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    /// <summary>Milliseconds after which somebody gives up; generous, since tests share their machine.</summary>
    public const float Patience = 60_000;

    private static readonly string _axe = new BundledAxeScriptProvider().GetScript();

    private readonly List<string> _errors = [];

    static Visitor() => SetDefaultExpectTimeout(Patience);

    public Visitor(IPage page)
    {
        Page = page;
        page.PageError += (_, error) => _errors.Add(error);
    }

    public IPage Page { get; }

    /// <summary>What the scripts of the pages threw.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>What the page itself shows, without header and navigation.</summary>
    public ILocator Main => Page.GetByRole(AriaRole.Main);

    /// <summary>The messages of the conversation that is open.</summary>
    public ILocator Log => Page.GetByRole(AriaRole.Log);

    /// <summary>The dialog that is open.</summary>
    public ILocator Dialog => Page.Locator("dialog[open]");

    /// <summary>What opens dialogs; of a list, in its first row alone.</summary>
    public static ILocator OpenersOfDialogs(ILocator part) => part.Locator("[aria-haspopup=dialog]:not(li:not(:first-child) *, li li *)").Filter(new() { Visible = true });

    /// <summary>How far an order is.</summary>
    public ILocator Step => Main.Locator("[aria-current=step]");

    public Task GoTo(string address) => Page.GotoAsync(address);

    /// <summary>Follows a link of the page.</summary>
    public Task Follow(string link) => Main.GetByRole(AriaRole.Link, new() { Name = link, Exact = true }).First.ClickAsync();

    /// <summary>Follows a link of a navigation: the main one, or that of a part of the site.</summary>
    public Task FollowIn(string navigation, string link) =>
        Page.GetByRole(AriaRole.Navigation, new() { Name = navigation, Exact = true }).GetByRole(AriaRole.Link, new() { Name = link, Exact = true }).First.ClickAsync();

    public Task Press(string button) => Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

    public Task Fill(string field, string text) => Page.GetByLabel(field, new() { Exact = true }).FillAsync(text);

    public Task Sees(string text) => Expect(Page.GetByText(text).First).ToBeVisibleAsync();

    public Task SeesHeading(string heading) => Expect(Page.GetByRole(AriaRole.Heading, new() { Name = heading }).First).ToBeVisibleAsync();

    /// <summary>Waits until nothing is being loaded any more.</summary>
    public async Task SeesAllOfIt()
    {
        await Expect(Page.Locator("h1").First).ToBeAttachedAsync();
        await Expect(Page.Locator("[class*=skeleton]")).ToHaveCountAsync(0);
    }

    /// <summary>Waits until the browser keeps the pages, and the files of this one; a first visit begins without them.</summary>
    public Task IsReadyToBeOffline() => Page.EvaluateAsync(
        """
        async () => {
            const files = () => performance.getEntriesByType('resource').map(({ name }) => name).filter(name => /^\/(assets|media)\//.test(new URL(name).pathname));
            const areKept = async () => (await Promise.all(files().map(file => caches.match(file)))).every(Boolean);
            await navigator.serviceWorker.ready;
            while (!(await areKept())) await new Promise(resolve => setTimeout(resolve, 50));
        }
        """);

    /// <summary>In all tabs; what browsers may forget at any time is forgotten too.</summary>
    public async Task LosesTheNetwork()
    {
        var session = await Page.Context.NewCDPSessionAsync(Page);
        await session.SendAsync("Network.clearBrowserCache");
        await session.DetachAsync();
        await Page.Context.SetOfflineAsync(true);
    }

    public Task HasTheNetworkAgain() => Page.Context.SetOfflineAsync(false);

    /// <summary>Another tab of the same browser.</summary>
    public async Task<Visitor> OpensATab(string address)
    {
        var tab = new Visitor(await Page.Context.NewPageAsync());
        await tab.GoTo(address);
        return tab;
    }

    /// <summary>Methods of the requests that change something under a path, from now on and in all tabs.</summary>
    public IReadOnlyCollection<string> Sends(string path)
    {
        var methods = new ConcurrentQueue<string>();
        Page.Context.Request += (_, request) =>
        {
            if (request.Method != "GET" && new Uri(request.Url).AbsolutePath.StartsWith(path, StringComparison.Ordinal))
            {
                methods.Enqueue(request.Method);
            }
        };
        return methods;
    }

    /// <summary>Lets the device change to its other colours, light or dark.</summary>
    public async Task ChangesItsColours()
    {
        var isDark = await Page.EvaluateAsync<bool>("matchMedia('(prefers-color-scheme: dark)').matches");
        await Page.EmulateMediaAsync(new() { ColorScheme = isDark ? ColorScheme.Light : ColorScheme.Dark });
    }

    /// <summary>Opens what is folded away.</summary>
    public async Task UnfoldsAll()
    {
        var folded = Main.Locator("details:not([open]) > summary, button[aria-expanded=false]").Filter(new() { Visible = true });
        while (await folded.CountAsync() > 0)
        {
            await folded.First.ClickAsync();
        }
    }

    /// <summary>What axe finds wrong with the page, or a part of it, as it is now: a text for each kind of thing.</summary>
    public Task<string[]> Barriers(ILocator? part = null) => Barriers(part, rules: null);

    /// <summary>What axe finds wrong with the page, and what else when the device changes from light to dark colours or back.</summary>
    public async Task<string[]> BarriersInBothColours()
    {
        var barriers = await Barriers();
        await ChangesItsColours();
        return [.. barriers, .. await Barriers(null, rules: ["color-contrast"])];
    }

    private async Task<string[]> Barriers(ILocator? part, string[]? rules)
    {
        if (!await Page.EvaluateAsync<bool>("'axe' in window"))
        {
            await Page.EvaluateAsync(_axe);
        }

        return await (part ?? Page.Locator("html")).EvaluateAsync<string[]>(
            """
            async (part, rules) => {
                const { violations } = await axe.run(part, { resultTypes: ['violations'], ...(rules && { runOnly: rules }) });
                const told = ({ target, html, any, all, none }) => `    ${target}: ${html}\n      ${[...any, ...all, ...none].map(({ message }) => message).join('; ')}`;
                return violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map(told).join('\n')}`);
            }
            """,
            rules);
    }

    public async ValueTask DisposeAsync() => await Page.Context.CloseAsync();
}
