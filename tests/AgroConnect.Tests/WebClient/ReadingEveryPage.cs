using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AgroConnect.Tests.WebClient;

/// <summary>Every page that the client has a route for, and its dialogs, for people who see, hear or touch them in ways of their own.</summary>
[Collection(typeof(InABrowser))]
[WithoutDatabase]
public sealed partial class ReadingEveryPage(LivelyMarket market) : IClassFixture<LivelyMarket>
{
    /// <summary>Everybody's pages that show more to whoever is logged in.</summary>
    private static readonly string[] _richer = ["/products/:id", "/ask", "/ask/:id"];

    [Theory]
    [InlineData("en-GB", true)]
    [InlineData("ur-PK", false)]
    public async Task Meets_no_barrier_that_axe_finds_in_light_or_dark_colours(string locale, bool phone)
    {
        var barriers = new List<(string Barrier, string Where)>();
        foreach (var (list, routes) in Routes())
        {
            using var reader = ReaderOf(list) is { } email ? await market.LogIn(email) : null;
            await using var visitor = await market.App.Visit(reader, phone, locale);
            foreach (var address in routes.SelectMany(market.AddressesOf))
            {
                barriers.AddRange(await Read(visitor, address));
            }

            Assert.Empty(visitor.Errors);
        }

        var told = barriers.GroupBy(found => found.Barrier, found => found.Where).Select(places => $"{places.Key}\n  on {string.Join(", ", places)}");
        Assert.True(barriers.Count == 0, string.Join("\n\n", told));
    }

    private static async Task<List<(string Barrier, string Where)>> Read(Visitor visitor, string address)
    {
        await visitor.GoTo(address);
        await visitor.SeesAllOfIt();
        Assert.Equal(address, new Uri(visitor.Page.Url).PathAndQuery); // and has not been sent elsewhere
        await visitor.UnfoldsAll();
        var barriers = (await visitor.BarriersInBothColours()).Select(barrier => (barrier, address)).ToList();
        var part = address == "/" ? visitor.Page.Locator("body") : visitor.Main; // the header is the same on all pages
        foreach (var opener in await Visitor.OpenersOfDialogs(part).AllAsync())
        {
            await opener.ClickAsync();
            await visitor.SeesAllOfIt();
            var title = await visitor.Dialog.GetByRole(AriaRole.Heading).First.InnerTextAsync();
            barriers.AddRange((await visitor.Barriers(visitor.Dialog)).Select(barrier => (barrier, $"{address} ({title})")));
            await visitor.Page.Keyboard.PressAsync("Escape");
            await Expect(visitor.Dialog).ToHaveCountAsync(0);
        }

        return barriers;
    }

    /// <summary>The paths of routes.tsx, by the name of the list in which they stand.</summary>
    private static Dictionary<string, List<string>> Routes()
    {
        var text = File.ReadAllText(RoutesFile());
        var (lists, pages) = (new Dictionary<string, List<string>>(), new List<string>());
        foreach (Match found in ListOrPage().Matches(text))
        {
            if (found.Groups["list"] is { Success: true } list)
            {
                lists.Add(list.Value, pages = []);
            }
            else
            {
                pages.Add(found.Groups["path"].Value);
            }
        }

        Assert.Equal(text.Split("import('").Length - 1, lists.Sum(list => list.Value.Count)); // each page is fetched by one
        lists["signedIn"].AddRange(_richer);
        return lists;
    }

    private string? ReaderOf(string list) => list switch
    {
        "everybodys" or "routes" => null,
        "signedIn" => LivelyMarket.Buyer,
        "farms" => market.Farmer,
        "staffs" => LivelyMarket.Staff,
        _ => throw new ArgumentOutOfRangeException(nameof(list), list, "Nobody reads the pages of this list yet."),
    };

    private static string RoutesFile([CallerFilePath] string here = "") => Path.GetFullPath("../../../web/src/app/routes.tsx", Path.GetDirectoryName(here)!);

    [GeneratedRegex(@"^(?:export )?const (?<list>\w+)[^=\n]*= \[|page\('(?<path>[^']+)'", RegexOptions.Multiline)]
    private static partial Regex ListOrPage();
}
