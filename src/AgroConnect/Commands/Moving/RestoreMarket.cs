using AgroConnect.Data;
using AgroConnect.Web;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Options;

namespace AgroConnect.Commands.Moving;

/// <summary>
/// What <see cref="BackupMarket"/> copied, checked and put where there is no database yet. The database comes last and in one step: a
/// restore that was killed leaves none, and is run again.
/// </summary>
internal sealed class RestoreMarket(AppDbContext db, IOptions<DatabaseOptions> options, DataDirectory data, Migrator migrator)
{
    /// <param name="backup">The folder of one backup.</param>
    /// <param name="ct">Ends it before there is a database.</param>
    public async Task<int> RunAsync(DirectoryInfo backup, CancellationToken ct)
    {
        var manifest = MarketManifest.Read(backup.FullName);
        var provider = db is PostgresDbContext ? "postgres" : "sqlite";
        if (manifest.Database != provider)
        {
            await Console.Error.WriteLineAsync($"This is a backup of {manifest.Database}, and Database:Provider is {provider}: restore it there; `export` and `import` lead from one to the other.");
            return 1;
        }

        if (!db.Database.GetMigrations().Any(migration => migration.EndsWith("_" + manifest.Schema, StringComparison.Ordinal)))
        {
            await Console.Error.WriteLineAsync($"The backup has the schema {manifest.Schema}, which this version of the program does not know: restore it with the version that made it, or a later one.");
            return 1;
        }

        var database = manifest[db is PostgresDbContext ? BackupMarket.PostgresFile : BackupMarket.SqliteFile];
        var file = Path.Combine(backup.FullName, database.Name);
        if (PictureFiles.SumOf(file) != database.Sha256)
        {
            throw new MarketFileException($"{file} is " + (File.Exists(file) ? "not as it was written: its SHA-256 is another." : "not there."));
        }

        if (await IsThereAsync(ct))
        {
            await Console.Error.WriteLineAsync($"There is a database already at {Place}: move it away first.");
            return 1;
        }

        var pictures = Path.Combine(backup.Parent!.FullName, PictureFiles.Folder);
        await Terminal.WithProgressAsync("Copying pictures", null, _ => Task.Run(() => PictureFiles.CopyListed(manifest[PictureFiles.ListName], backup.FullName, pictures, data.PathOf("images")), ct));
        await Terminal.WithProgressAsync("Copying the database", null, async _ =>
        {
            if (db is PostgresDbContext)
            {
                // The extension of the search is made by migrations too; what it says about itself needs its owner.
                await PostgresTool.RunAsync("pg_restore", options.Value.ConnectionString, ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-comments", "--dbname=" + Place, file], ct);
            }
            else
            {
                PictureFiles.Copy(file, Place);
            }
        });
        await migrator.MigrateAsync(ct);
        Console.WriteLine($"Restored the marketplace of {manifest.At:yyyy-MM-dd HH:mm:ss}Z with {manifest[PictureFiles.ListName].Rows:N0} files of pictures.");
        return 0;
    }

    /// <summary>The SQLite file, or the name of the database on its server.</summary>
    private string Place => db is PostgresDbContext ? db.Database.GetDbConnection().Database : Path.GetFullPath(new SqliteConnectionStringBuilder(db.Database.GetConnectionString()).DataSource);

    private async Task<bool> IsThereAsync(CancellationToken ct)
    {
        if (db is not PostgresDbContext)
        {
            // Also the log of a database that is gone: SQLite would write it into the new one.
            return File.Exists(Place) || File.Exists(Place + "-wal");
        }

        var creator = db.GetService<IRelationalDatabaseCreator>();
        if (await creator.ExistsAsync(ct))
        {
            return await creator.HasTablesAsync(ct);
        }

        await creator.CreateAsync(ct);
        return false;
    }
}
