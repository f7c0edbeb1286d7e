using System.Globalization;

namespace AgroConnect.Products.Search;

/// <summary>What the search index knows of a product: plain words that both full-text engines store as they are.</summary>
/// <param name="Name">Words of the name, and their stems, in order.</param>
/// <param name="Crops">A token for each crop that the name speaks of, under any of its names.</param>
/// <param name="Category">The token of its category.</param>
/// <param name="Description">Words of the description, and their stems.</param>
internal sealed record SearchDocument(
    IReadOnlyList<string> Name, IReadOnlyList<string> Crops, string Category, IReadOnlyList<string> Description)
{
    public static SearchDocument Of(string name, string description, long categoryId)
    {
        var words = SearchText.Words(name);
        return new SearchDocument(
            WithStems(words),
            [.. CropNames.Find(words).Select(match => CropNames.Token(match.Crop)).Distinct()],
            CategoryToken(categoryId),
            WithStems(SearchText.Words(description)));
    }

    /// <summary>A token that no text contains, for filtering by category inside the full-text engine.</summary>
    public static string CategoryToken(long categoryId) => SearchText.TokenPrefix + "category" + categoryId.ToString(CultureInfo.InvariantCulture);

    /// <summary>Words from which misspelt ones are corrected: those of the name that are no numbers.</summary>
    public IEnumerable<string> Vocabulary => Name.Where(word => word.Length is > 2 and <= 40 && !word.Any(char.IsDigit)).Distinct();

    private static List<string> WithStems(IReadOnlyList<string> words)
    {
        var all = new List<string>(words.Count * 2);
        foreach (var word in words)
        {
            all.Add(word);
            if (SearchText.Stem(word) is var stem && stem != word)
            {
                all.Add(stem);
            }
        }

        return all;
    }
}
