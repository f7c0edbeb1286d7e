using System.Globalization;
using System.Text;
using AgroConnect.Data;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Products.Search;

/// <summary>
/// The search index beside the products: FTS5 on SQLite, <c>tsvector</c> with GIN on PostgreSQL. It is written in the
/// transaction of its product, so that a search never finds less or more than the catalogue has.
/// </summary>
internal static class ProductIndex
{
    /// <summary>PostgreSQL keeps positions up to this one, and needs none beyond for ranking.</summary>
    private const int LastPosition = 16_383;

    public static Task WriteAsync(AppDbContext db, Product product, CancellationToken ct) => WriteAsync(db, [product], ct);

    /// <summary>Writes or replaces what the index knows of some products, in the caller's transaction.</summary>
    public static async Task WriteAsync(AppDbContext db, IReadOnlyCollection<Product> products, CancellationToken ct)
    {
        var documents = products.Select(product => (product.Id, product.IsActive, Document: SearchDocument.Of(product.Name, product.Description, product.CategoryId))).ToList();

        // In one order for all writers: two transactions that add the same new words must not wait for each other.
        var words = documents.SelectMany(row => row.Document.Vocabulary).Distinct().Order(StringComparer.Ordinal).ToArray();
        await (db.Database.IsNpgsql() ? WriteToPostgresAsync(db, documents, words, ct) : WriteToSqliteAsync(db, documents, words, ct));
    }

    private static async Task WriteToPostgresAsync(
        AppDbContext db, List<(long Id, bool IsActive, SearchDocument Document)> documents, string[] words, CancellationToken ct)
    {
        var ids = documents.Select(row => row.Id).ToArray();
        var active = documents.Select(row => row.IsActive).ToArray();
        var vectors = documents.Select(row => Vectors(row.Document)).ToList();
        var names = vectors.Select(vector => vector.Name).ToArray();
        var wholes = vectors.Select(vector => vector.Document).ToArray();
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO product_search (product_id, is_active, name, document)
            SELECT id, is_active, name::tsvector, document::tsvector FROM unnest({ids}, {active}, {names}, {wholes}) AS row (id, is_active, name, document)
            ON CONFLICT (product_id) DO UPDATE SET is_active = excluded.is_active, name = excluded.name, document = excluded.document
            """, ct);
        await db.Database.ExecuteSqlAsync($"INSERT INTO search_words (word) SELECT unnest({words}) ON CONFLICT DO NOTHING", ct);
    }

    private static async Task WriteToSqliteAsync(
        AppDbContext db, List<(long Id, bool IsActive, SearchDocument Document)> documents, string[] words, CancellationToken ct)
    {
        foreach (var (id, isActive, document) in documents)
        {
            await RemoveAsync(db, id, ct);
            var (name, crops, description) = (Join(document.Name), Join(document.Crops), Join(document.Description));
            await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO product_search (rowid, name, crops, category, description, is_active)
                VALUES ({id}, {name}, {crops}, {document.Category}, {description}, {isActive})
                """, ct);
        }

        foreach (var word in words)
        {
            await db.Database.ExecuteSqlAsync($"INSERT INTO search_words (word) VALUES ({word}) ON CONFLICT DO NOTHING", ct);
        }
    }

    public static async Task RemoveAsync(AppDbContext db, long productId, CancellationToken ct) =>
        await db.Database.ExecuteSqlAsync(
            db.Database.IsNpgsql()
                ? $"DELETE FROM product_search WHERE product_id = {productId}"
                : (FormattableString)$"DELETE FROM product_search WHERE rowid = {productId}", ct);

    /// <summary>A document as two <c>tsvector</c> texts: the name with crops and category, and all of it.</summary>
    public static (string Name, string Document) Vectors(SearchDocument document)
    {
        var name = new StringBuilder();
        var position = Append(name, document.Name, 'A', 1);
        position = Append(name, document.Crops, 'B', position);
        position = Append(name, [document.Category], 'C', position);
        var whole = new StringBuilder().Append(name);
        Append(whole, document.Description, 'D', position);
        return (name.ToString(), whole.ToString());
    }

    private static int Append(StringBuilder vector, IReadOnlyList<string> words, char weight, int position)
    {
        foreach (var word in words)
        {
            // Words are letters and digits alone (SearchText), so that quotes need no escape.
            vector.Append(CultureInfo.InvariantCulture, $"'{word}':{Math.Min(position++, LastPosition)}{weight} ");
        }

        return position;
    }

    private static string Join(IEnumerable<string> words) => string.Join(' ', words);
}
