using System.Globalization;
using AgroConnect.Data;
using AgroConnect.Web;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AgroConnect.Commands.Moving;

/// <summary>
/// Copies of the database as its own tools make them, each in a folder of its time, and beside them the pictures of all of them, each once:
/// a picture never changes. While the market goes on, the database is one moment, and the pictures are those that it names.
/// </summary>
internal sealed class BackupMarket(AppDbContext db, IOptions<DatabaseOptions> options, DataDirectory data, TimeProvider clock)
{
    public const string SqliteFile = "agroconnect.db";

    /// <summary>In the custom format of pg_dump.</summary>
    public const string PostgresFile = "agroconnect.dump";

    private const string Unfinished = ".part";
    private const string TimeFormat = "yyyy-MM-dd'T'HHmmss'Z'";

    /// <param name="directory">Holds all backups.</param>
    /// <param name="keepDays">Older ones are deleted after this one; 0 keeps all.</param>
    /// <param name="ct">Ends it without a trace but for copied pictures.</param>
    public async Task<int> RunAsync(DirectoryInfo directory, int keepDays, CancellationToken ct)
    {
        directory.Create();
        foreach (var left in directory.EnumerateDirectories("*" + Unfinished))
        {
            left.Delete(recursive: true);
        }

        var at = clock.GetUtcNow();
        var folder = Path.Combine(directory.FullName, at.ToString(TimeFormat, CultureInfo.InvariantCulture));
        Directory.CreateDirectory(folder + Unfinished);
        var (from, to) = (data.PathOf("images"), Path.Combine(directory.FullName, PictureFiles.Folder));
        var schema = await MarketManifest.SchemaOfAsync(db, ct);
        await db.Database.OpenConnectionAsync(ct);
        await Terminal.WithProgressAsync("Copying pictures", null, _ => PictureFiles.CopyNewAsync(db.Database.GetDbConnection(), from, to, ct));
        await using var moment = await MarketSnapshot.BeginAsync(db, ct);
        var file = Path.Combine(folder + Unfinished, db is PostgresDbContext ? PostgresFile : SqliteFile);
        await Terminal.WithProgressAsync("Copying the database", null, async _ =>
        {
            if (moment.Connection is SqliteConnection sqlite)
            {
                await moment.AskAsync<long>("SELECT count(*) FROM images", ct); // which begins the moment
                await Task.Run(() => CopySqlite(sqlite, file), ct);
            }
            else
            {
                var snapshot = await moment.AskAsync<string>("SELECT pg_export_snapshot()", ct);
                await PostgresTool.RunAsync("pg_dump", options.Value.ConnectionString, ["--format=custom", "--no-owner", "--no-privileges", "--snapshot=" + snapshot, "--file=" + file], ct);
            }
        });

        // Marked with the time of the newest backup that needs them: older ones are those that no backup needs.
        var (list, missing) = await PictureFiles.CopyAndListAsync(moment.Connection, from, to, Path.Combine(folder + Unfinished, PictureFiles.ListName), at.UtcDateTime, ct);
        var database = new ManifestFile(Path.GetFileName(file), 0, PictureFiles.SumOf(file)!);
        new MarketManifest(at, db is PostgresDbContext ? "postgres" : "sqlite", schema, [database, list]).Write(folder + Unfinished);
        Directory.Move(folder + Unfinished, folder);
        Console.WriteLine($"Backed up the database ({new FileInfo(Path.Combine(folder, database.Name)).Length:N0} bytes) and {list.Rows:N0} files of pictures to {folder}.");
        if (missing > 0)
        {
            await Console.Error.WriteLineAsync($"{missing:N0} files of pictures that are shown are not in {from}; they are not in the backup either.");
        }

        if (keepDays > 0)
        {
            Forget(directory, at.AddDays(-keepDays));
        }

        return 0;
    }

    /// <summary>A copy of one file (closing it empties its log), in which SQLite finds no fault.</summary>
    private static void CopySqlite(SqliteConnection from, string file)
    {
        using var to = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        to.Open();
        from.BackupDatabase(to);
        using var command = to.CreateCommand();
        command.CommandText = "PRAGMA integrity_check";
        if (command.ExecuteScalar() is var found && found is not "ok")
        {
            throw new MarketFileException($"The copy of the database is damaged, and so may be the database itself: {found}.");
        }
    }

    private static void Forget(DirectoryInfo directory, DateTimeOffset before)
    {
        var oldest = DateTime.MaxValue;
        foreach (var backup in directory.EnumerateDirectories())
        {
            if (!DateTime.TryParseExact(backup.Name, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var at))
            {
                continue;
            }

            if (at < before.UtcDateTime)
            {
                backup.Delete(recursive: true);
            }
            else
            {
                oldest = at < oldest ? at : oldest;
            }
        }

        foreach (var picture in new DirectoryInfo(Path.Combine(directory.FullName, PictureFiles.Folder)).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            if (picture.LastWriteTimeUtc < oldest)
            {
                picture.Delete();
            }
        }
    }
}
