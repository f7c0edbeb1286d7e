namespace AgroConnect.Products.Search;

/// <summary>A crop that is named in a text.</summary>
/// <param name="Crop">Its key in <c>crop-names.csv</c>.</param>
/// <param name="Start">Where its name begins, counted in words.</param>
/// <param name="Length">Of how many words the name is.</param>
internal sealed record CropMatch(string Crop, int Start, int Length);

/// <summary>What crops and farm products are called in English, Urdu, Hindi, Swahili, Spanish and French (<c>crop-names.csv</c>).</summary>
internal static class CropNames
{
    private static readonly OrderedDictionary<string, IReadOnlyList<string>> NamesByCrop = Load();
    private static readonly CropNameTree Tree = CropNameTree.Of(NamesByCrop);

    /// <summary>The keys of all crops, in the order of the table.</summary>
    public static IReadOnlyList<string> All => NamesByCrop.Keys;

    /// <summary>All names of a crop as the table writes them, in all languages; none when there is no such crop.</summary>
    public static IEnumerable<string> Names(string crop) => NamesByCrop.GetValueOrDefault(crop, []);

    /// <summary>
    /// Finds crops by any of their names, singular or plural. The longest name wins: "sweet potato" names no potato.
    /// A name that several crops share gives a match for each.
    /// </summary>
    /// <param name="foldedWords">All words from <see cref="SearchText.Words"/>, stop words too: "pomme de terre" has one.</param>
    public static IReadOnlyList<CropMatch> Find(IReadOnlyList<string> foldedWords) => Tree.Find(foldedWords);

    /// <summary>The word that stands for a crop in the search index, of ASCII letters and digits only.</summary>
    public static string Token(string crop) => SearchText.TokenPrefix + "crop" + crop.Replace("-", "", StringComparison.Ordinal);

    // No cell of the table needs quotes, so splitting is parsing.
    private static OrderedDictionary<string, IReadOnlyList<string>> Load()
    {
        using var stream = typeof(CropNames).Assembly.GetManifestResourceStream("AgroConnect.Products.Search.crop-names.csv")!;
        using var reader = new StreamReader(stream);
        return new(reader.ReadToEnd()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Skip(1)
            .Select(line => line.Split(','))
            .Select(cells => KeyValuePair.Create(cells[0], NamesIn(cells))));
    }

    private static IReadOnlyList<string> NamesIn(string[] cells) =>
        [.. cells.Skip(1).SelectMany(cell => cell.Split('|', StringSplitOptions.RemoveEmptyEntries)).Distinct()];
}
