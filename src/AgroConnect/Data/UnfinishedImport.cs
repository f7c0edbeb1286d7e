using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Data;

/// <summary>
/// How far <c>import</c> has come: a table of one row, there from its first row until everything is verified. While it is
/// there, this is half a market, which nobody may serve.
/// </summary>
/// <param name="Export">Which export it is: the checksum of its manifest.</param>
/// <param name="Step">The table that is being filled, or what comes after the tables.</param>
/// <param name="Lines">How many lines of that step are in the database.</param>
/// <param name="Position">Where its next line begins in the file, in bytes.</param>
internal sealed record UnfinishedImport(string Export, string Step, long Lines, long Position)
{
    public const string Explanation =
        "An import has not ended: this is half a market. Run `import` again, which goes on where it was, or begin with an empty database.";

    public static async Task<bool> IsThereAsync(AppDbContext db, CancellationToken ct) =>
        await db.Database.SqlQuery<bool>(
            db is PostgresDbContext
                ? $"""SELECT to_regclass('unfinished_import') IS NOT NULL AS "Value" """
                : (FormattableString)$"""SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'unfinished_import') AS "Value" """).SingleAsync(ct);

    /// <exception cref="UnfinishedImportException">This is half a market.</exception>
    public static async Task RefuseAsync(AppDbContext db, CancellationToken ct)
    {
        if (await IsThereAsync(db, ct))
        {
            throw new UnfinishedImportException();
        }
    }

    public static async Task<UnfinishedImport?> FindAsync(AppDbContext db, CancellationToken ct) =>
        await IsThereAsync(db, ct) ? (await db.Database.SqlQuery<UnfinishedImport>($"SELECT export, step, lines, position FROM unfinished_import").ToListAsync(ct)).Single() : null;

    /// <summary>Not a migration: a market that was never imported has no such table.</summary>
    public static async Task BeginAsync(AppDbContext db, string export, CancellationToken ct)
    {
        await db.Database.ExecuteSqlAsync($"CREATE TABLE unfinished_import (export text NOT NULL, step text NOT NULL, lines bigint NOT NULL, position bigint NOT NULL)", ct);
        await db.Database.ExecuteSqlAsync($"INSERT INTO unfinished_import VALUES ({export}, '', 0, 0)", ct);
    }

    /// <summary>To be called in the transaction that writes these lines.</summary>
    public static Task NoteAsync(AppDbContext db, string step, long lines, long position, CancellationToken ct) =>
        db.Database.ExecuteSqlAsync($"UPDATE unfinished_import SET step = {step}, lines = {lines}, position = {position}", ct);

    public static Task EndAsync(AppDbContext db, CancellationToken ct) => db.Database.ExecuteSqlAsync($"DROP TABLE unfinished_import", ct);
}

internal sealed class UnfinishedImportException() : Exception(UnfinishedImport.Explanation);
