using AgroConnect.Data;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Products.Search;

/// <summary>Finds products by words, best first, in the same way on both databases.</summary>
internal sealed class ProductSearch(SearchWords vocabulary)
{
    /// <summary>More hits than this are not weighed one by one: the newest of the best level come first.</summary>
    private const int WeighedAtMost = 500;

    /// <summary>Reads a query: known words as they are, other names by crop, unknown words by what they look like.</summary>
    /// <param name="db">The database.</param>
    /// <param name="text">What was typed.</param>
    /// <param name="isTyping">Whether more letters may follow, so that each word may be the beginning of another.</param>
    /// <param name="tree">The categories.</param>
    /// <param name="version">Of the catalogue.</param>
    /// <param name="ct">Stops between statements.</param>
    /// <returns>Null when no product can have what was asked for.</returns>
    public async Task<SearchQuery?> UnderstandAsync(
        AppDbContext db, string text, bool isTyping, CategoryTree tree, long version, CancellationToken ct)
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
                parts.Add(PartOf(
                    [.. words.Skip(i).Take(span)], [.. named.Where(match => match.Length == span).SelectMany(match => NamesOf(match.Crop))], isTyping));
            }
            else if (!SearchText.IsStopWord(words[i]))
            {
                if (await ReadWordAsync(db, words[i], isTyping, tree, version, ct) is not { } part)
                {
                    return null;
                }

                parts.Add(part);
            }

            i += span;
        }

        return parts.Count > 0 ? new SearchQuery(parts) : null;
    }

    /// <summary>How many active products match.</summary>
    public static Task<long> CountAsync(AppDbContext db, SearchQuery query, CancellationToken ct) =>
        Hits(db, query).LongCountAsync(ct);

    public static Task<bool> HasAnyAsync(AppDbContext db, SearchQuery query, CancellationToken ct) => Hits(db, query).AnyAsync(ct);

    /// <summary>The products among <paramref name="products"/> that match, in no order.</summary>
    public static IQueryable<Found> Matches(AppDbContext db, IQueryable<Product> products, SearchQuery query, bool inactiveToo) =>
        Join(products, Hits(db, query, inactiveToo));

    /// <summary>The same with scores: the level in tens, and within a level how well the words weigh.</summary>
    public static IQueryable<Found> Ranked(AppDbContext db, IQueryable<Product> products, SearchQuery query, bool inactiveToo) =>
        Join(products, Weighed(db, query, inactiveToo, int.MaxValue, 0));

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

    /// <summary>
    /// A page of all active products that match, best first. Few hits are weighed one by one; of many, the newest of the
    /// best level come first, so that the work does not grow with what is found.
    /// </summary>
    /// <param name="db">The database.</param>
    /// <param name="query">The words.</param>
    /// <param name="count">How many match in all.</param>
    /// <param name="page">Which of them.</param>
    /// <param name="countLevel">Counts a level, by its number, or remembers having done so.</param>
    /// <param name="ct">Stops between statements.</param>
    public static async Task<List<ProductRow>> ReadPageAsync(
        AppDbContext db, SearchQuery query, long count, PageRequest page, Func<int, Func<Task<long>>, ValueTask<long>> countLevel, CancellationToken ct)
    {
        if (count <= WeighedAtMost)
        {
            return await RowsAsync(db, Weighed(db, query, inactiveToo: false, page.Size, page.Offset), ct);
        }

        var (rows, before) = (new List<ProductRow>(), 0L);
        for (var level = 0; level < Levels && rows.Count < page.Size; level++)
        {
            var (skip, number) = (Math.Max(0, page.Offset - before), level);
            var found = await RowsAsync(db, OfLevel(db, query, level, page.Size - rows.Count, skip), ct);
            rows.AddRange(found);
            before += found.Count > 0 ? skip + found.Count
                : rows.Count < page.Size && level + 1 < Levels ? await countLevel(number, () => OfLevel(db, query, number).LongCountAsync(ct))
                : 0;
        }

        return rows;
    }

    /// <summary>The words in the name; other names of the same crop; anywhere.</summary>
    private const int Levels = 3;

    private static Task<List<ProductRow>> RowsAsync(AppDbContext db, IQueryable<SearchHit> hits, CancellationToken ct) =>
        Join(db.Products, hits).OrderByDescending(found => found.Score).ThenByDescending(found => found.Product.Id)
            .Select(found => found.Product).Select(ProductRow.FromProduct).AsNoTracking().ToListAsync(ct);

    private static IQueryable<Found> Join(IQueryable<Product> products, IQueryable<SearchHit> hits) => products.Join(
        hits, product => product.Id, hit => hit.ProductId, (product, hit) => new Found { Product = product, Score = hit.Score });

    private static IQueryable<SearchHit> Hits(AppDbContext db, SearchQuery query, bool inactiveToo = false) => db.Database.IsNpgsql()
        ? db.Database.SqlQuery<SearchHit>(
            $"SELECT product_id, 0::float8 AS score FROM product_search WHERE document @@ {query.Anywhere(SearchDialect.TsQuery)}::tsquery AND (is_active OR {inactiveToo})")
        : db.Database.SqlQuery<SearchHit>(
            $"SELECT rowid AS product_id, 0.0 AS score FROM product_search WHERE product_search MATCH {query.Anywhere(SearchDialect.Fts5)} AND (is_active OR {inactiveToo})");

    private static IQueryable<SearchHit> Weighed(AppDbContext db, SearchQuery query, bool inactiveToo, int limit, long offset) =>
        db.Database.IsNpgsql() ? WeighedOnPostgres(db, query, inactiveToo, limit, offset) : WeighedOnSqlite(db, query, inactiveToo, limit, offset);

    private static IQueryable<SearchHit> WeighedOnPostgres(AppDbContext db, SearchQuery query, bool inactiveToo, int limit, long offset)
    {
        var (words, means) = (query.NameHasWords(SearchDialect.TsQuery), query.NameMeansIt(SearchDialect.TsQuery));
        var (begins, anywhere) = (query.NameBeginsSo(SearchDialect.TsQuery), query.Anywhere(SearchDialect.TsQuery));
        return db.Database.SqlQuery<SearchHit>(
            $"""
            SELECT product_id,
                   (CASE WHEN name @@ {words}::tsquery THEN 40 WHEN name @@ {means}::tsquery THEN 30
                         WHEN name @@ {begins}::tsquery THEN 20 ELSE 10 END
                    + ts_rank(name, {begins}::tsquery, 2) + ts_rank(document, {anywhere}::tsquery, 1) / 10)::float8 AS score
            FROM product_search WHERE document @@ {anywhere}::tsquery AND (is_active OR {inactiveToo})
            ORDER BY score DESC, product_id DESC LIMIT {limit} OFFSET {offset}
            """);
    }

    private static IQueryable<SearchHit> WeighedOnSqlite(AppDbContext db, SearchQuery query, bool inactiveToo, int limit, long offset)
    {
        var words = "{name} : (" + query.NameHasWords(SearchDialect.Fts5) + ")";
        var means = "{name crops category} : (" + query.NameMeansIt(SearchDialect.Fts5) + ")";
        var begins = "{name crops category} : (" + query.NameBeginsSo(SearchDialect.Fts5) + ")";
        var anywhere = query.Anywhere(SearchDialect.Fts5);

        // bm25 is negative, better ones more so: x / (1 + x) keeps it within one level.
        return db.Database.SqlQuery<SearchHit>(
            $"""
            SELECT product_id, max(score) AS score FROM (
              SELECT rowid AS product_id, 40 + -bm25(product_search, 10, 5, 1, 0.1) / (1 - bm25(product_search, 10, 5, 1, 0.1)) AS score
              FROM product_search WHERE product_search MATCH {words} AND (is_active OR {inactiveToo})
              UNION ALL
              SELECT rowid, 30 + -bm25(product_search, 10, 5, 1, 0.1) / (1 - bm25(product_search, 10, 5, 1, 0.1))
              FROM product_search WHERE product_search MATCH {means} AND (is_active OR {inactiveToo})
              UNION ALL
              SELECT rowid, 20 + -bm25(product_search, 10, 5, 1, 0.1) / (1 - bm25(product_search, 10, 5, 1, 0.1))
              FROM product_search WHERE product_search MATCH {begins} AND (is_active OR {inactiveToo})
              UNION ALL
              SELECT rowid, 10 + -bm25(product_search, 10, 5, 1, 0.1) / (1 - bm25(product_search, 10, 5, 1, 0.1))
              FROM product_search WHERE product_search MATCH {anywhere} AND (is_active OR {inactiveToo})
            ) GROUP BY product_id ORDER BY score DESC, product_id DESC LIMIT {limit} OFFSET {offset}
            """);
    }

    /// <summary>What a level has and no level before it, the newest first.</summary>
    private static IQueryable<SearchHit> OfLevel(AppDbContext db, SearchQuery query, int level, int limit = int.MaxValue, long offset = 0)
    {
        if (db.Database.IsNpgsql())
        {
            var (words, means, anywhere) =
                (query.NameHasWords(SearchDialect.TsQuery), query.NameMeansIt(SearchDialect.TsQuery), query.Anywhere(SearchDialect.TsQuery));
            return level switch
            {
                0 => db.Database.SqlQuery<SearchHit>(
                    $"""
                    SELECT product_id, 0::float8 AS score FROM product_search WHERE name @@ {words}::tsquery AND is_active
                    ORDER BY product_id DESC LIMIT {limit} OFFSET {offset}
                    """),
                1 => db.Database.SqlQuery<SearchHit>(
                    $"""
                    SELECT product_id, 0::float8 AS score FROM product_search
                    WHERE name @@ {means}::tsquery AND NOT name @@ {words}::tsquery AND is_active
                    ORDER BY product_id DESC LIMIT {limit} OFFSET {offset}
                    """),
                _ => db.Database.SqlQuery<SearchHit>(
                    $"""
                    SELECT product_id, 0::float8 AS score FROM product_search
                    WHERE document @@ {anywhere}::tsquery AND NOT name @@ {means}::tsquery AND is_active
                    ORDER BY product_id DESC LIMIT {limit} OFFSET {offset}
                    """),
            };
        }

        var (named, meant) = ("({name} : (" + query.NameHasWords(SearchDialect.Fts5) + "))", "({name crops category} : (" + query.NameMeansIt(SearchDialect.Fts5) + "))");
        var match = level switch
        {
            0 => named,
            1 => $"{meant} NOT {named}",
            _ => $"({query.Anywhere(SearchDialect.Fts5)}) NOT {meant}",
        };
        return db.Database.SqlQuery<SearchHit>(
            $"""
            SELECT rowid AS product_id, 0.0 AS score FROM product_search WHERE product_search MATCH {match} AND is_active
            ORDER BY rowid DESC LIMIT {limit} OFFSET {offset}
            """);
    }

    private async Task<SearchPart?> ReadWordAsync(
        AppDbContext db, string word, bool isTyping, CategoryTree tree, long version, CancellationToken ct)
    {
        // A word that listings have is meant as it is: beginnings of others would add noise, and cost PostgreSQL a look
        // at every row that one of them might be in.
        var categories = CategoriesNamed(word, tree);
        if (!isTyping && (categories.Count > 0 || await vocabulary.IsWordAsync(db, word, version, ct)))
        {
            return PartOf([word], categories, isBeginning: false);
        }

        if (categories.Count > 0 || await vocabulary.IsBeginningAsync(db, word, version, ct))
        {
            return PartOf([word], categories, isBeginning: true);
        }

        var corrections = await vocabulary.CorrectAsync(db, word, version, ct);
        return corrections.Count == 0 ? null : Merge(corrections.Select(correction => PartOf(
            [correction], [.. CropNames.Find([correction]).SelectMany(match => NamesOf(match.Crop)), .. CategoriesNamed(correction, tree)], isBeginning: false)));
    }

    /// <summary>A crop's token, and its first English name for texts that are not indexed by crop.</summary>
    private static IEnumerable<IReadOnlyList<SearchTerm>> NamesOf(string crop) =>
    [
        [new SearchTerm(CropNames.Token(crop))],
        [.. SearchText.Words(CropNames.Names(crop).First()).Select(word => new SearchTerm(SearchText.Stem(word)))],
    ];

    private static SearchPart PartOf(IReadOnlyList<string> words, IReadOnlyList<IReadOnlyList<SearchTerm>> otherNames, bool isBeginning)
    {
        var exact = words.Select(word => new SearchTerm(word)).ToList();
        var stems = words.Select(word => new SearchTerm(SearchText.Stem(word))).ToList();

        // Of several words, those before the last are whole.
        var prefixes = stems.Take(words.Count - 1).Append(new SearchTerm(words[^1], IsPrefix: true)).ToList();
        return new SearchPart([exact, stems], otherNames, isBeginning ? [prefixes] : []);
    }

    private static SearchPart Merge(IEnumerable<SearchPart> parts)
    {
        var all = parts.ToList();
        return new SearchPart(
            [.. all.SelectMany(part => part.Exact)], [.. all.SelectMany(part => part.OtherNames)], []);
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
