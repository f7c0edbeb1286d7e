namespace AgroConnect.Products.Search;

/// <summary>One word of a query as an engine looks it up.</summary>
internal readonly record struct SearchTerm(string Text, bool IsPrefix = false);

/// <summary>
/// A part of a query that a product must have: one word, or the words of a crop's name. Any of its alternatives will do;
/// an alternative is words that must all be there.
/// </summary>
/// <param name="Exact">The words as they are, or their stems.</param>
/// <param name="OtherNames">Tokens of the crops and categories that the words name.</param>
/// <param name="Prefixes">Words that begin so.</param>
internal sealed record SearchPart(
    IReadOnlyList<IReadOnlyList<SearchTerm>> Exact,
    IReadOnlyList<IReadOnlyList<SearchTerm>> OtherNames,
    IReadOnlyList<IReadOnlyList<SearchTerm>> Prefixes);

/// <summary>A search as both engines can run it, in levels: each finds all that the one before it finds, and more.</summary>
/// <param name="Parts">All must be there, in any order.</param>
internal sealed record SearchQuery(IReadOnlyList<SearchPart> Parts)
{
    /// <summary>Best first: the very words in the name; other names of the same crop; beginnings of words; anywhere in the text.</summary>
    public string NameHasWords(SearchDialect dialect) => dialect.All(Parts.Select(part => part.Exact));

    public string NameMeansIt(SearchDialect dialect) => dialect.All(Parts.Select(part => part.Exact.Concat(part.OtherNames)));

    public string NameBeginsSo(SearchDialect dialect) => dialect.All(Parts.Select(Everything));

    public string Anywhere(SearchDialect dialect) => dialect.All(Parts.Select(Everything));

    private static IEnumerable<IReadOnlyList<SearchTerm>> Everything(SearchPart part) => part.Exact.Concat(part.OtherNames).Concat(part.Prefixes);
}

/// <summary>How an engine writes a query.</summary>
/// <param name="And">Between words that must all be there.</param>
/// <param name="Or">Between alternatives.</param>
/// <param name="Quote">Around a word.</param>
/// <param name="Prefix">After a word that is a beginning.</param>
internal sealed record SearchDialect(string And, string Or, char Quote, string Prefix)
{
    /// <summary>SQLite, FTS5 (sqlite.org/fts5.html, 3).</summary>
    public static readonly SearchDialect Fts5 = new(" AND ", " OR ", '"', " *");

    /// <summary>PostgreSQL, <c>tsquery</c> (datatype-textsearch).</summary>
    public static readonly SearchDialect TsQuery = new(" & ", " | ", '\'', ":*");

    public string All(IEnumerable<IEnumerable<IReadOnlyList<SearchTerm>>> parts) => string.Join(And, parts.Select(Any));

    private string Any(IEnumerable<IReadOnlyList<SearchTerm>> alternatives) =>
        "(" + string.Join(Or, alternatives.Select(words => "(" + string.Join(And, words.Select(Word)) + ")")) + ")";

    private string Word(SearchTerm term) => $"{Quote}{term.Text}{Quote}{(term.IsPrefix ? Prefix : "")}";
}
