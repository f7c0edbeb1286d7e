namespace AgroConnect.Products.Search;

/// <summary>The names of all crops, word by word: a branch for each word's stem, and the crops where a name is complete.</summary>
internal sealed class CropNameTree
{
    private readonly Dictionary<string, CropNameTree> _next = [];
    private readonly List<string> _crops = [];

    public static CropNameTree Of(IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> namesByCrop)
    {
        var root = new CropNameTree();
        foreach (var (crop, names) in namesByCrop)
        {
            foreach (var name in names)
            {
                root.Add(crop, name);
            }
        }

        return root;
    }

    public IReadOnlyList<CropMatch> Find(IReadOnlyList<string> foldedWords)
    {
        var stems = new string[foldedWords.Count];
        for (var i = 0; i < stems.Length; i++)
        {
            stems[i] = SearchText.Stem(foldedWords[i]);
        }

        var matches = new List<CropMatch>();
        for (var start = 0; start < stems.Length;)
        {
            var (crops, length) = LongestAt(stems.AsSpan(start));
            foreach (var crop in crops)
            {
                matches.Add(new CropMatch(crop, start, length));
            }

            start += Math.Max(length, 1);
        }

        return matches;
    }

    private void Add(string crop, string name)
    {
        var branch = this;
        foreach (var word in SearchText.Words(name))
        {
            var stem = SearchText.Stem(word);
            if (!branch._next.TryGetValue(stem, out var next))
            {
                branch._next.Add(stem, next = new CropNameTree());
            }

            branch = next;
        }

        if (!branch._crops.Contains(crop))
        {
            branch._crops.Add(crop);
        }
    }

    private (List<string> Crops, int Length) LongestAt(ReadOnlySpan<string> stems)
    {
        var (crops, length) = (_crops, 0);
        var branch = this;
        for (var i = 0; i < stems.Length && branch._next.TryGetValue(stems[i], out branch); i++)
        {
            if (branch._crops.Count > 0)
            {
                (crops, length) = (branch._crops, i + 1);
            }
        }

        return (crops, length);
    }
}
