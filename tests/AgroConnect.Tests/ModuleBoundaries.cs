using System.Text.RegularExpressions;

namespace AgroConnect.Tests;

/// <summary>A part may use those before it, never those after it.</summary>
[WithoutDatabase]
public sealed partial class ModuleBoundaries
{
    private static readonly string[] Ground = ["Web", "Data", "Events", "Email", "Images", "Live"];
    private static readonly string[] Business = ["Users", "Products", "Orders", "Chat", "Assistant", "Commands"];

    [Fact]
    public void The_ground_knows_no_business_part_and_no_part_knows_a_later_one()
    {
        var source = Path.Combine(Root(), "src", "AgroConnect");
        var trespasses =
            from part in Ground.Concat(Business)
            let folder = Path.Combine(source, part)
            where Directory.Exists(folder)
            from file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            where !file.Contains("Migrations", StringComparison.Ordinal)
            from Match mention in Mentions().Matches(File.ReadAllText(file))
            let other = mention.Groups[1].Value
            where Array.IndexOf(Business, other) > Array.IndexOf(Business, part)
            select $"{Path.GetRelativePath(source, file)} uses {other}";

        Assert.Empty(trespasses);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AgroConnect.slnx")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"\bAgroConnect\.([A-Z]\w+)")]
    private static partial Regex Mentions();
}
