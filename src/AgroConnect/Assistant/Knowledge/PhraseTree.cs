namespace AgroConnect.Assistant.Knowledge;

/// <summary>A phrase that was found in a text.</summary>
/// <param name="Value">What the phrase stands for.</param>
/// <param name="Start">Where it begins, counted in words.</param>
/// <param name="Length">Of how many words it is.</param>
internal readonly record struct PhraseMatch<T>(T Value, int Start, int Length);

/// <summary>Phrases by the stems of their words. Unlike names of crops, they may overlap: "drank spray" is both what happened and what with.</summary>
internal sealed class PhraseTree<T>
{
    private readonly Dictionary<string, PhraseTree<T>> _next = [];
    private readonly List<T> _values = [];

    /// <param name="stems">Of a phrase's words; none is no phrase.</param>
    /// <param name="value">What it stands for.</param>
    public void Add(IReadOnlyList<string> stems, T value)
    {
        var branch = this;
        foreach (var stem in stems)
        {
            if (!branch._next.TryGetValue(stem, out var next))
            {
                branch._next.Add(stem, next = new PhraseTree<T>());
            }

            branch = next;
        }

        if (branch != this && !branch._values.Contains(value))
        {
            branch._values.Add(value);
        }
    }

    public bool Begins(string stem) => _next.ContainsKey(stem);

    public IReadOnlyList<PhraseMatch<T>> Find(IReadOnlyList<string> stems)
    {
        var matches = new List<PhraseMatch<T>>();
        for (var start = 0; start < stems.Count; start++)
        {
            var branch = this;
            for (var end = start; end < stems.Count && branch._next.TryGetValue(stems[end], out branch); end++)
            {
                foreach (var value in branch._values)
                {
                    matches.Add(new PhraseMatch<T>(value, start, end - start + 1));
                }
            }
        }

        return matches;
    }
}
