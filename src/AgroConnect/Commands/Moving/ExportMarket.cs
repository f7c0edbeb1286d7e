using System.Security.Cryptography;
using AgroConnect.Data;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Commands.Moving;

/// <summary>
/// The whole marketplace as files that belong to neither database: one <c>TABLE.jsonl</c> with a row a line for each table, the pictures,
/// and a manifest with the rows and checksum of each.
/// </summary>
internal sealed class ExportMarket(AppDbContext db, DataDirectory data, TimeProvider clock)
{
    private const string Unfinished = "unfinished";

    public async Task<int> RunAsync(DirectoryInfo directory, CancellationToken ct)
    {
        if (directory.Exists && directory.EnumerateFileSystemInfos().Any() && !File.Exists(Path.Combine(directory.FullName, Unfinished)))
        {
            await Console.Error.WriteLineAsync($"{directory.FullName} is not empty: export makes a folder of its own.");
            return 1;
        }

        directory.Create();
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, Unfinished), "This export has not ended; the next one into this folder begins anew.\n", ct);
        var (from, to) = (data.PathOf("images"), Path.Combine(directory.FullName, PictureFiles.Folder));
        var schema = await MarketManifest.SchemaOfAsync(db, ct);
        await db.Database.OpenConnectionAsync(ct);
        await Terminal.WithProgressAsync("Copying pictures", null, _ => PictureFiles.CopyNewAsync(db.Database.GetDbConnection(), from, to, ct));
        await using var moment = await MarketSnapshot.BeginAsync(db, ct);
        var at = clock.GetUtcNow();
        var files = new List<ManifestFile>();
        foreach (var table in MarketTable.In(db))
        {
            files.Add(await WriteAsync(table, moment, directory, ct));
        }

        var (list, missing) = await PictureFiles.CopyAndListAsync(moment.Connection, from, to, Path.Combine(directory.FullName, PictureFiles.ListName), neededAt: null, ct);
        new MarketManifest(at, db is PostgresDbContext ? "postgres" : "sqlite", schema, [.. files, list]).Write(directory.FullName);
        File.Delete(Path.Combine(directory.FullName, Unfinished));
        if (missing > 0)
        {
            await Console.Error.WriteLineAsync($"{missing:N0} files of pictures that are shown are not in {from}; they are not in the export either.");
        }

        Console.WriteLine($"Exported {files.Sum(file => file.Rows):N0} rows of {files.Count} tables and {list.Rows:N0} files of pictures to {directory.FullName}.");
        return 0;
    }

    private async Task<ManifestFile> WriteAsync(MarketTable table, MarketSnapshot moment, DirectoryInfo directory, CancellationToken ct)
    {
        var (name, rows) = (table.FileName, 0L);
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(Path.Combine(directory.FullName, name), FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 1 << 20);
        await Terminal.WithProgressAsync("Exporting " + table.Name, await moment.AskAsync<long>($"SELECT count(*) FROM {table.Name}", ct), report => moment.ReadAsync(table, line =>
        {
            file.Write(line);
            sum.AppendData(line);
            report(++rows);
            return true;
        }, ct));
        file.Flush(flushToDisk: true);
        return new ManifestFile(name, rows, Convert.ToHexStringLower(sum.GetHashAndReset()), await LastIdAsync(table, moment, ct));
    }

    private async Task<long?> LastIdAsync(MarketTable table, MarketSnapshot moment, CancellationToken ct) =>
        !table.IsNumbered ? null
        : db is not PostgresDbContext ? await moment.AskAsync<long>($"SELECT seq FROM sqlite_sequence WHERE name = '{table.Name}'", ct)
        : await moment.AskAsync<long>(
            $"SELECT last_value - CASE WHEN is_called THEN 0 ELSE 1 END FROM {await moment.AskAsync<string>($"SELECT pg_get_serial_sequence('{table.Name}', '{table.Key[0].Name}')", ct)}", ct);
}
