using System.Security.Cryptography;
using System.Text.Json;
using AgroConnect.Data;
using AgroConnect.Products;
using AgroConnect.Products.Search;
using AgroConnect.Web;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace AgroConnect.Commands.Moving;

/// <summary>
/// What <see cref="ExportMarket"/> wrote, into an empty marketplace on either database: files checked, pictures, rows, search index, and
/// then everything compared with the export. Each batch of rows notes in its own transaction how far it came, so that an import which
/// was killed goes on there; until the comparison has found nothing, <see cref="UnfinishedImport"/> keeps everybody from serving it.
/// </summary>
internal sealed class ImportMarket(AppDbContext db, DataDirectory data, Migrator migrator)
{
    private const int Batch = 5_000;
    private const int IndexBatch = 1_000;

    /// <summary>After the last table; no table has a space in its name.</summary>
    private const string SearchIndex = "search index";

    private readonly IReadOnlyList<MarketTable> _tables = MarketTable.In(db);

    public async Task<int> RunAsync(DirectoryInfo directory, CancellationToken ct)
    {
        if (!directory.Exists)
        {
            await Console.Error.WriteLineAsync($"{directory.FullName} is not there.");
            return 1;
        }

        db.Database.SetCommandTimeout(TimeSpan.Zero);

        // Two imports at once would each do what the other has done; nodes that start now wait for the whole market.
        var exitCode = 1;
        await migrator.RunAloneAsync(async _ => exitCode = await ImportAsync(directory.FullName, ct), ct);
        return exitCode;
    }

    private async Task<int> ImportAsync(string directory, CancellationToken ct)
    {
        var manifest = MarketManifest.Read(directory);
        if (await WhyNotAsync(manifest, ct) is { } reason)
        {
            await Console.Error.WriteLineAsync(reason);
            return 1;
        }

        await Terminal.WithProgressAsync("Checking files", _tables.Count, report =>
        {
            foreach (var (number, table) in _tables.Index())
            {
                Check(table, manifest[table.FileName], directory, ct);
                report(number + 1);
            }

            return Task.CompletedTask;
        });
        await Terminal.WithProgressAsync("Copying pictures", null, _ => Task.Run(
            () => PictureFiles.CopyListed(manifest[PictureFiles.ListName], directory, Path.Combine(directory, PictureFiles.Folder), data.PathOf("images")), ct));

        await FillAsync(manifest, directory, ct);
        if (await DifferencesAsync(manifest, directory, ct) is { Count: > 0 } differences)
        {
            differences.ForEach(Console.Error.WriteLine);
            await Console.Error.WriteLineAsync("The import is not what was exported. It stays unfinished; begin again with an empty database.");
            return 1;
        }

        if (db is PostgresDbContext)
        {
            await db.Database.ExecuteSqlAsync($"ANALYZE", ct); // or the first visitors would get the plans of empty tables
        }

        await UnfinishedImport.EndAsync(db, ct);
        Console.WriteLine($"Imported from {directory}; rows, checksums and pictures are those of the export.");
        return 0;
    }

    private async Task<string?> WhyNotAsync(MarketManifest manifest, CancellationToken ct)
    {
        if (await MarketManifest.SchemaOfAsync(db, ct) is var schema && schema != manifest.Schema)
        {
            return $"The export has the schema {manifest.Schema}, this program {schema}: export and import with the same version.";
        }

        if (await UnfinishedImport.FindAsync(db, ct) is { } begun)
        {
            return begun.Export == manifest.Sum ? null : "Another export is half imported here. Import that one again, or begin with an empty database.";
        }

        await using var now = await MarketSnapshot.BeginAsync(db, ct);
        foreach (var table in _tables.Where(table => table.Name != CatalogueTable))
        {
            if (await now.AskAsync<long>($"SELECT CASE WHEN EXISTS (SELECT 1 FROM {table.Name}) THEN 1 ELSE 0 END", ct) == 1)
            {
                return $"This marketplace has {table.Name} already: import goes into an empty one.";
            }
        }

        return null;
    }

    /// <summary>The one table in which migrations leave a row.</summary>
    private string CatalogueTable => db.Model.FindEntityType(typeof(CatalogueVersion))!.GetTableName()!;

    /// <exception cref="MarketFileException">A line is not as it was written, or the file has more or fewer.</exception>
    private static void Check(MarketTable table, ManifestFile expected, string directory, CancellationToken ct)
    {
        var path = Path.Combine(directory, table.FileName);
        if (!File.Exists(path))
        {
            throw new MarketFileException($"{path} is not there.");
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        using var lines = new MarketLines(table);
        var reader = new LineReader(file);
        while (reader.TryRead(out var line))
        {
            ct.ThrowIfCancellationRequested();
            if (!lines.IsGenuine(line))
            {
                throw new MarketFileException($"{path} is not as it was written in line {reader.Number}, or a line before it is missing.");
            }
        }

        if (reader.Number != expected.Rows)
        {
            throw new MarketFileException($"{path} ends after line {reader.Number:N0} instead of {expected.Rows:N0}.");
        }

        if (PictureFiles.SumOf(path) != expected.Sha256)
        {
            throw new MarketFileException($"{path} is not the file that the manifest speaks of: its SHA-256 is another.");
        }
    }

    private async Task FillAsync(MarketManifest manifest, string directory, CancellationToken ct)
    {
        var begun = await UnfinishedImport.FindAsync(db, ct);
        if (begun is null)
        {
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            await UnfinishedImport.BeginAsync(db, manifest.Sum, ct);
            await db.Set<CatalogueVersion>().ExecuteDeleteAsync(ct);
            await transaction.CommitAsync(ct);
        }
        else
        {
            Console.WriteLine($"Goes on where it was interrupted: {(begun.Step.Length == 0 ? "at the beginning" : $"{begun.Step}, after {begun.Lines:N0}")}.");
        }

        foreach (var table in _tables.SkipWhile(table => begun is { Step.Length: > 0 } && table.Name != begun.Step))
        {
            await LoadAsync(table, manifest[table.FileName], directory, begun?.Step == table.Name ? begun : null, ct);
        }

        foreach (var table in _tables.Where(table => table.IsNumbered))
        {
            await ContinueNumbersAsync(table, manifest[table.FileName].LastId ?? 0, ct);
        }

        await IndexAsync(begun?.Step == SearchIndex ? begun.Lines : 0, ct);
    }

    private async Task LoadAsync(MarketTable table, ManifestFile expected, string directory, UnfinishedImport? begun, CancellationToken ct)
    {
        await using var file = new FileStream(Path.Combine(directory, table.FileName), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        var reader = new LineReader(file);
        reader.Skip(begun?.Lines ?? 0, begun?.Position ?? 0);

        // In one piece, a row and what it refers to come together, whichever is first.
        var batch = table.RefersToItself ? long.MaxValue : Batch;
        await Terminal.WithProgressAsync("Importing " + table.Name, expected.Rows, async report =>
        {
            while (reader.Number < expected.Rows)
            {
                var before = reader.Number;
                await using var transaction = await db.Database.BeginTransactionAsync(ct);
                try
                {
                    if (db.Database.GetDbConnection() is NpgsqlConnection postgres)
                    {
                        CopyInto(postgres, table, reader, batch);
                    }
                    else
                    {
                        InsertInto((SqliteConnection)db.Database.GetDbConnection(), table, reader, batch);
                    }
                }
                catch (Exception error) when (error is JsonException or FormatException or PostgresException or SqliteException { SqliteErrorCode: 19 })
                {
                    throw new MarketFileException($"{file.Name}, between lines {before + 1} and {reader.Number}: {error.Message} {(error as PostgresException)?.Where}".TrimEnd());
                }

                await UnfinishedImport.NoteAsync(db, table.Name, reader.Number, reader.Position, ct);
                await transaction.CommitAsync(ct);
                report(reader.Number);
            }
        });
    }

    private void CopyInto(NpgsqlConnection postgres, MarketTable table, LineReader reader, long most)
    {
        using var copy = postgres.BeginBinaryImport($"COPY {table.Name} ({table.ColumnList}) FROM STDIN (FORMAT BINARY)");
        copy.Timeout = TimeSpan.Zero;
        var values = new object[table.Columns.Count];
        for (var row = 0L; row < most && reader.TryRead(out var line); row++)
        {
            table.Parse(line, db, values);
            copy.StartRow();
            for (var column = 0; column < values.Length; column++)
            {
                if (values[column] is DBNull)
                {
                    copy.WriteNull();
                }
                else
                {
                    copy.Write(values[column], table.Columns[column].PostgresType);
                }
            }
        }

        copy.Complete();
    }

    private void InsertInto(SqliteConnection sqlite, MarketTable table, LineReader reader, long most)
    {
        using var insert = sqlite.CreateCommand();
        insert.CommandText = "PRAGMA defer_foreign_keys = ON"; // until the commit
        insert.ExecuteNonQuery();
        insert.CommandText = $"INSERT INTO {table.Name} ({table.ColumnList}) VALUES ({string.Join(", ", table.Columns.Select((_, number) => $"${number}"))})";
        foreach (var number in Enumerable.Range(0, table.Columns.Count))
        {
            insert.Parameters.Add(new SqliteParameter { ParameterName = $"${number}" });
        }

        insert.Prepare();
        var values = new object[table.Columns.Count];
        for (var row = 0L; row < most && reader.TryRead(out var line); row++)
        {
            table.Parse(line, db, values);
            for (var column = 0; column < values.Length; column++)
            {
                insert.Parameters[column].Value = values[column];
            }

            insert.ExecuteNonQuery();
        }
    }

    /// <summary>New rows get numbers that none had before, also none that is gone.</summary>
    private async Task ContinueNumbersAsync(MarketTable table, long last, CancellationToken ct)
    {
        var (name, column) = (table.Name, table.Key[0].Name);
#pragma warning disable EF1002 // Names from the model, not from a user.
        if (db is PostgresDbContext)
        {
            await db.Database.ExecuteSqlRawAsync(
                $"SELECT setval(pg_get_serial_sequence('{name}', '{column}'), greatest(last, 1), last > 0) FROM (SELECT greatest(max({column}), {last}) AS last FROM {name}) AS numbers", ct);
        }
        else
        {
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            await db.Database.ExecuteSqlRawAsync(
                $"DELETE FROM sqlite_sequence WHERE name = '{name}'; INSERT INTO sqlite_sequence (name, seq) SELECT '{name}', max(coalesce(max({column}), 0), {last}) FROM {name}", ct);
            await transaction.CommitAsync(ct);
        }
#pragma warning restore EF1002
    }

    /// <summary>Not a table of the model: each database searches in its own way.</summary>
    /// <param name="after">The last product that has been done.</param>
    /// <param name="ct">Stops between batches.</param>
    private async Task IndexAsync(long after, CancellationToken ct) =>
        await Terminal.WithProgressAsync("Indexing products", await db.Products.LongCountAsync(product => product.Id > after, ct), async report =>
        {
            var done = 0L;
            while (await db.Products.AsNoTracking().Where(product => product.Id > after).OrderBy(product => product.Id).Take(IndexBatch).ToListAsync(ct) is { Count: > 0 } batch)
            {
                after = batch[^1].Id;
                await using var transaction = await db.Database.BeginTransactionAsync(ct);
                await ProductIndex.WriteAsync(db, batch, ct);
                await UnfinishedImport.NoteAsync(db, SearchIndex, after, 0, ct);
                await transaction.CommitAsync(ct);
                report(done += batch.Count);
            }
        });

    /// <summary>Writes the rows of the database as lines once more, and compares them with what was exported.</summary>
    private async Task<List<string>> DifferencesAsync(MarketManifest manifest, string directory, CancellationToken ct)
    {
        var differences = new List<string>();
        await using var moment = await MarketSnapshot.BeginAsync(db, ct);
        foreach (var table in _tables)
        {
            var (expected, rows) = (manifest[table.FileName], 0L);
            using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await Terminal.WithProgressAsync("Verifying " + table.Name, expected.Rows, report => moment.ReadAsync(table, line =>
            {
                sum.AppendData(line);
                report(++rows);
                return true;
            }, ct));
            if (Convert.ToHexStringLower(sum.GetHashAndReset()) != expected.Sha256)
            {
                differences.Add($"{table.Name}: {rows:N0} rows, {expected.Rows:N0} were exported; line {await FirstDifferenceAsync(table, directory, moment, ct):N0} of {table.FileName} is the first that is otherwise.");
            }
        }

        var pictures = manifest[PictureFiles.ListName];
        await Terminal.WithProgressAsync("Verifying pictures", pictures.Rows, _ => Task.Run(
            () => differences.AddRange(PictureFiles.Differences(pictures, directory, data.PathOf("images")).Select(name => $"{name} is not the picture that was exported.")), ct));
        return differences;
    }

    private static async Task<long> FirstDifferenceAsync(MarketTable table, string directory, MarketSnapshot moment, CancellationToken ct)
    {
        await using var file = new FileStream(Path.Combine(directory, table.FileName), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        var (reader, same) = (new LineReader(file), 0L);
        await moment.ReadAsync(table, line =>
        {
            var isSame = reader.TryRead(out var exported) && line[..^1].SequenceEqual(exported);
            same += isSame ? 1 : 0;
            return isSame;
        }, ct);
        return same + 1;
    }
}
