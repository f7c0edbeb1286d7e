using System.Globalization;
using AgroConnect.Data;
using AgroConnect.Products;
using AgroConnect.Products.Search;
using AgroConnect.Users;
using AgroConnect.Web;
using CsvHelper;
using CsvHelper.Configuration;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Commands;

/// <summary>
/// <c>import-products FILE.csv</c>: creates listings, and updates those of the same seller that have the same name. Read in a stream,
/// batch by batch, so that memory does not grow with the file. Rows are checked by the rules of the API.
/// </summary>
internal sealed class ProductImport(AppDbContext db, Site site, TimeProvider clock)
{
    private const int Batch = 500;
    private static readonly string[] NeededColumns = ["seller", "name", "price", "category", "stock"];

    private static readonly CsvConfiguration Format =
        new(CultureInfo.InvariantCulture) { BadDataFound = null, MissingFieldFound = null, TrimOptions = TrimOptions.Trim };

    private int _created;
    private int _updated;
    private int _refused;

    /// <returns>0 when every row went in, else 1.</returns>
    public async Task<int> RunAsync(FileInfo file, CancellationToken ct)
    {
        if (!file.Exists)
        {
            await Console.Error.WriteLineAsync($"{file.FullName} is not there.");
            return 1;
        }

        if (await MissingColumnsAsync(file, ct) is { Count: > 0 } missing)
        {
            await Console.Error.WriteLineAsync($"{file.FullName}: the header, which is its first line, lacks {string.Join(", ", missing)}.");
            return 1;
        }

        db.ChangeTracker.AutoDetectChangesEnabled = true;
        var tree = await CategoryTree.LoadAsync(db, ct);
        await Terminal.WithProgressAsync("Importing " + file.Name, file.Length, async report =>
        {
            await using var stream = file.OpenRead();
            using var text = new StreamReader(stream);
            using var csv = new CsvReader(text, Format);
            await csv.ReadAsync();
            csv.ReadHeader();
            var batch = new List<ImportRow>(Batch);
            while (await csv.ReadAsync())
            {
                batch.Add(ImportRow.Read(csv));
                if (batch.Count == Batch)
                {
                    await WriteAsync(batch, tree, ct);
                    batch.Clear();
                    report(stream.Position);
                }
            }

            await WriteAsync(batch, tree, ct);
        });
        Console.WriteLine($"{_created:N0} created, {_updated:N0} updated, {_refused:N0} refused.");
        return _refused == 0 ? 0 : 1;
    }

    private static async Task<List<string>> MissingColumnsAsync(FileInfo file, CancellationToken ct)
    {
        using var text = file.OpenText();
        using var header = new StringReader(await text.ReadLineAsync(ct) ?? "");
        using var csv = new CsvParser(header, Format);
        return [.. NeededColumns.Except(await csv.ReadAsync() ? csv.Record! : [])];
    }

    private async Task WriteAsync(List<ImportRow> rows, CategoryTree tree, CancellationToken ct)
    {
        var emails = rows.Select(row => row.Seller.ToUpperInvariant()).Distinct().ToList();
        var names = rows.Select(row => row.Name).Distinct().ToList();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var sellers = await db.Users.Where(user => emails.Contains(user.NormalizedEmail!)).ToDictionaryAsync(user => user.NormalizedEmail!, ct);
        var sellerIds = sellers.Values.Select(seller => seller.Id).ToList();
        var known = (await db.Products.Where(product => sellerIds.Contains(product.SellerId) && names.Contains(product.Name)).ToListAsync(ct))
            .ToLookup(product => (product.SellerId, product.Name));
        var written = new Dictionary<(long SellerId, string Name), Product>();
        var slugs = names.Select(name => Slugs.Of(name, "product")).Distinct().ToList();
        var taken = (await db.Products.Where(product => slugs.Contains(product.Slug)).Select(product => product.Slug).ToListAsync(ct)).ToHashSet();
        foreach (var row in rows)
        {
            if (sellers.GetValueOrDefault(row.Seller.ToUpperInvariant()) is not { Role: Role.Farmer or Role.Staff } seller)
            {
                Refuse(row, $"seller: \"{row.Seller}\" is nobody who may sell.");
                continue;
            }

            var fields = row.Fields(tree);
            var key = (seller.Id, row.Name);
            var product = written.GetValueOrDefault(key) ?? known[key].FirstOrDefault();
            var isNew = product is null;
            product ??= new Product { SellerId = seller.Id, CreatedAt = clock.GetUtcNow(), UpdatedAt = clock.GetUtcNow() };
            var before = isNew ? null : db.Entry(product).CurrentValues.Clone();
            SaveProduct.Read(fields, product, seller.Location, tree, site.Currency);
            if (fields.ProblemText is { } problem)
            {
                Refuse(row, problem);
                if (before is not null)
                {
                    db.Entry(product).CurrentValues.SetValues(before);
                }

                continue;
            }

            if (isNew)
            {
                product.Slug = Slugs.Of(product.Name, "product");
                if (!taken.Add(product.Slug))
                {
                    product.Slug = await Slugs.FreeAsync(
                        product.Slug, async slug => taken.Contains(slug) || await db.Products.AnyAsync(other => other.Slug == slug, ct));
                    taken.Add(product.Slug);
                }

                db.Products.Add(product);
                _created++;
            }
            else
            {
                product.UpdatedAt = clock.GetUtcNow();
                _updated++;
            }

            written[key] = product;
        }

        await db.SaveChangesAsync(ct);
        await ProductIndex.WriteAsync(db, written.Values, ct);
        await transaction.CommitAsync(ct);
        db.ChangeTracker.Clear();
    }

    private void Refuse(ImportRow row, string why)
    {
        _refused++;
        Console.Error.WriteLine($"line {row.Line}: {why}");
    }

    /// <summary>A line of the file: the API's fields by name, the category by id or slug, the seller by e-mail.</summary>
    private sealed record ImportRow(int Line, string Seller, string Name, IReadOnlyDictionary<string, string> Cells)
    {
        public static ImportRow Read(CsvReader csv)
        {
            var cells = csv.HeaderRecord!
                .Select((header, column) => (Header: header, Value: csv.GetField(column) ?? ""))
                .Where(cell => cell.Value.Length > 0)
                .DistinctBy(cell => cell.Header)
                .ToDictionary(cell => cell.Header, cell => cell.Value);
            return new ImportRow(csv.Parser.RawRow, cells.GetValueOrDefault("seller", ""), cells.GetValueOrDefault("name", ""), cells);
        }

        public Fields Fields(CategoryTree tree) => Web.Fields.FromTexts(Cells.Select(cell =>
            cell.Key == "category" && tree.Find(cell.Value) is { } category
                ? KeyValuePair.Create(cell.Key, category.Id.ToString(CultureInfo.InvariantCulture))
                : cell));
    }
}
