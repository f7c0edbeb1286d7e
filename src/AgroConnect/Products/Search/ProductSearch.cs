using AgroConnect.Data;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Products.Search;

/// <summary>Finds products by words, best first, in the same way on both databases.</summary>
internal sealed class ProductSearch(SearchWords vocabulary)
{
    /// <summary>More hits than this are not weighed one by one: the newest of the best level come first.</summary>
    private const int WeighedAtMost = 2_000;

    /// <summary>Reads a query: known words as they are, other names by crop, unknown words by what they look like.</summary>
    /// <returns>Null when no product can have what was asked for.</returns>
    public async Task<SearchQuery?> UnderstandAsync(AppDbContext db, string text, CategoryTree tree, long version, CancellationToken ct)
    {
        var words = SearchText.Words(text);
        var crops = CropNames.Find(words).ToLookup(match => match.Start);
        var parts = new List<SearchPart>();
        for (var i = 0; i < words.Count;)
        {
            var named = crops[i].ToList();
            var span = named.Count > 0 ? named.Max(match => match.Length) : 1;
            if (named.Count > 0)
            {
                parts.Add(PartOf([.. words.Skip(i).Take(span)], [.. named.Where(match => match.Length == span).SelectMany(match => NamesOf(match.Crop))]));
            }
            else if (!SearchText.IsStopWord(words[i]))
            {
                if (await ReadWordAsync(db, words[i], tree, version, ct) is not { } part)
                {
                    return null;
                }

                parts.Add(part);
            }

            i += span;
        }

        return parts.Count > 0 ? new SearchQuery(parts) : null;
    }

    /// <summary>The products among <paramref name="products"/> that match, in no order.</summary>
    public static IQueryable<Found> Matches(AppDbContext db, IQueryable<Product> products, SearchQuery query) =>
        Join(products, db.Database.IsNpgsql()
            ? db.Database.SqlQuery<SearchHit>(
                $"SELECT product_id, 0::float8 AS score FROM product_search WHERE document @@ {query.Anywhere(SearchDialect.TsQuery)}::tsquery")
            : db.Database.SqlQuery<SearchHit>(
                $"SELECT rowid AS product_id, 0.0 AS score FROM product_search WHERE product_search MATCH {query.Anywhere(SearchDialect.Fts5)}"));

    /// <summary>The same with scores: the level in tens, and within a level how well the words weigh.</summary>
    /// <param name="db">The database.</param>
    /// <param name="products">What the other filters leave.</param>
    /// <param name="query">The words.</param>
    /// <param name="count">How many match in all.</param>
    public static IQueryable<Found> Ranked(AppDbContext db, IQueryable<Product> products, SearchQuery query, long count) => Join(products, (db.Database.IsNpgsql(), count <= WeighedAtMost) switch
    {
        (true, true) => WeighedOnPostgres(db, query),
        (true, false) => LevelledOnPostgres(db, query),
        (false, true) => WeighedOnSqlite(db, query),
        (false, false) => LevelledOnSqlite(db, query),
    });

    /// <summary>The products whose name matches, for completing what is typed; scored by level alone.</summary>
    public static IQueryable<Found> Named(AppDbContext db, IQueryable<Product> products, SearchQuery query) =>
        Join(products, db.Database.IsNpgsql()
            ? db.Database.SqlQuery<SearchHit>(
                $"""
                SELECT product_id, (CASE WHEN name @@ {query.NameHasWords(SearchDialect.TsQuery)}::tsquery THEN 40 ELSE 20 END)::float8 AS score
                FROM product_search WHERE name @@ {query.NameBeginsSo(SearchDialect.TsQuery)}::tsquery
                """)
            : db.Database.SqlQuery<SearchHit>(
                $"SELECT rowid AS product_id, -rank AS score FROM product_search WHERE product_search MATCH {"{name crops} : (" + query.NameBeginsSo(SearchDialect.Fts5) + ")"}"));

    private static IQueryable<Found> Join(IQueryable<Product> products, IQueryable<SearchHit> hits) => products.Join(
        hits, product => product.Id, hit => hit.ProductId, (product, hit) => new Found { Product = product, Score = hit.Score });

    private static IQueryable<SearchHit> WeighedOnPostgres(AppDbContext db, SearchQuery query)
    {
        var (words, means, begins, anywhere) = Levels(query, SearchDialect.TsQuery);
        return db.Database.SqlQuery<SearchHit>(
            $"""
            SELECT product_id,
                   (CASE WHEN name @@ {words}::tsquery THEN 40 WHEN name @@ {means}::tsquery THEN 30
                         WHEN name @@ {begins}::tsquery THEN 20 ELSE 10 END
                    + ts_rank(name, {begins}::tsquery, 2) + ts_rank(document, {anywhere}::tsquery, 1) / 10)::float8 AS score
            FROM product_search WHERE document @@ {anywhere}::tsquery
            """);
    }

    private static IQueryable<SearchHit> LevelledOnPostgres(AppDbContext db, SearchQuery query)
    {
        var (words, means, _, anywhere) = Levels(query, SearchDialect.TsQuery);
        return db.Database.SqlQuery<SearchHit>(
            $"""
            SELECT product_id, (CASE WHEN name @@ {words}::tsquery THEN 40 WHEN name @@ {means}::tsquery THEN 30 ELSE 10 END)::float8 AS score
            FROM product_search WHERE document @@ {anywhere}::tsquery
            """);
    }

    private static IQueryable<SearchHit> WeighedOnSqlite(AppDbContext db, SearchQuery query)
    {
        var (words, means, begins, anywhere) = Levels(query, SearchDialect.Fts5);
        words = "{name} : (" + words + ")";
        means = "{name crops category} : (" + means + ")";
        begins = "{name crops category} : (" + begins + ")";

        // bm25 is negative, better ones more so: x / (1 + x) keeps it within one level.
        return db.Database.SqlQuery<SearchHit>(
            $"""
            SELECT product_id, max(score) AS score FROM (
              SELECT rowid AS product_id, 40 + -bm25(product_search, 10, 5, 1, 0.1) / (1 - bm25(product_search, 10, 5, 1, 0.1)) AS score
              FROM product_search WHERE product_search MATCH {words}
              UNION ALL
              SELECT rowid, 30 + -bm25(product_search, 10, 5, 1, 0.1) / (1 - bm25(product_search, 10, 5, 1, 0.1))
              FROM product_search WHERE product_search MATCH {means}
              UNION ALL
              SELECT rowid, 20 + -bm25(product_search, 10, 5, 1, 0.1) / (1 - bm25(product_search, 10, 5, 1, 0.1))
              FROM product_search WHERE product_search MATCH {begins}
              UNION ALL
              SELECT rowid, 10 + -bm25(product_search, 10, 5, 1, 0.1) / (1 - bm25(product_search, 10, 5, 1, 0.1))
              FROM product_search WHERE product_search MATCH {anywhere}
            ) GROUP BY product_id
            """);
    }

    private static IQueryable<SearchHit> LevelledOnSqlite(AppDbContext db, SearchQuery query)
    {
        var (words, means, _, anywhere) = Levels(query, SearchDialect.Fts5);
        words = "{name} : (" + words + ")";
        means = "{name crops category} : (" + means + ")";
        return db.Database.SqlQuery<SearchHit>(
            $"""
            SELECT product_id, max(score) AS score FROM (
              SELECT rowid AS product_id, 40.0 AS score FROM product_search WHERE product_search MATCH {words}
              UNION ALL SELECT rowid, 30.0 FROM product_search WHERE product_search MATCH {means}
              UNION ALL SELECT rowid, 10.0 FROM product_search WHERE product_search MATCH {anywhere}
            ) GROUP BY product_id
            """);
    }

    private static (string Words, string Means, string Begins, string Anywhere) Levels(SearchQuery query, SearchDialect dialect) =>
        (query.NameHasWords(dialect), query.NameMeansIt(dialect), query.NameBeginsSo(dialect), query.Anywhere(dialect));

    private async Task<SearchPart?> ReadWordAsync(AppDbContext db, string word, CategoryTree tree, long version, CancellationToken ct)
    {
        var categories = CategoriesNamed(word, tree);
        if (categories.Count > 0 || await vocabulary.IsKnownAsync(db, word, version, ct))
        {
            return PartOf([word], categories);
        }

        var corrections = await vocabulary.CorrectAsync(db, word, version, ct);
        return corrections.Count == 0 ? null : Merge(corrections.Select(correction => PartOf(
            [correction], [.. CropNames.Find([correction]).SelectMany(match => NamesOf(match.Crop)), .. CategoriesNamed(correction, tree)])));
    }

    /// <summary>A crop's token, and its first English name for texts that are not indexed by crop.</summary>
    private static IEnumerable<IReadOnlyList<SearchTerm>> NamesOf(string crop) =>
    [
        [new SearchTerm(CropNames.Token(crop))],
        [.. SearchText.Words(CropNames.Names(crop).First()).Select(word => new SearchTerm(SearchText.Stem(word)))],
    ];

    private static SearchPart PartOf(IReadOnlyList<string> words, IReadOnlyList<IReadOnlyList<SearchTerm>> otherNames)
    {
        var exact = words.Select(word => new SearchTerm(word)).ToList();
        var stems = words.Select(word => new SearchTerm(SearchText.Stem(word))).ToList();

        // A beginning is the last word that is being typed; words before it are whole.
        var prefixes = stems.Take(words.Count - 1).Append(new SearchTerm(words[^1], IsPrefix: true)).ToList();
        return new SearchPart([exact, stems], otherNames, [prefixes]);
    }

    private static SearchPart Merge(IEnumerable<SearchPart> parts)
    {
        var all = parts.ToList();
        return new SearchPart(
            [.. all.SelectMany(part => part.Exact)], [.. all.SelectMany(part => part.OtherNames)], [.. all.SelectMany(part => part.Exact)]);
    }

    /// <summary>Tokens of the categories that have this word in their name, with all below them.</summary>
    private static List<IReadOnlyList<SearchTerm>> CategoriesNamed(string word, CategoryTree tree)
    {
        var stem = SearchText.Stem(word);
        return [.. tree.All
            .Where(category => SearchText.Words(category.Name).Any(other => SearchText.Stem(other) == stem))
            .SelectMany(category => tree.WithDescendants(category.Id))
            .Distinct()
            .Select(id => (IReadOnlyList<SearchTerm>)[new SearchTerm(SearchDocument.CategoryToken(id))])];
    }
}

/// <summary>A row of a full-text query.</summary>
internal sealed class SearchHit
{
    public long ProductId { get; init; }

    public double Score { get; init; }
}
