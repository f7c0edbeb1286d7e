using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace AgroConnect.Data;

internal static class DatabaseErrors
{
    private const int SqliteConstraintUnique = 2067;
    private const int SqliteConstraintPrimaryKey = 1555;
    private const int SqliteConstraintForeignKey = 787;

    // What ON DELETE RESTRICT raises; there are no triggers of our own.
    private const int SqliteConstraintTrigger = 1811;

    /// <summary>Whether a row with the same unique value was there already.</summary>
    public static bool IsUniqueViolation(this DbUpdateException error) => error.InnerException switch
    {
        PostgresException postgres => postgres.SqlState == PostgresErrorCodes.UniqueViolation,
        SqliteException sqlite => sqlite.SqliteExtendedErrorCode is SqliteConstraintUnique or SqliteConstraintPrimaryKey,
        _ => false,
    };

    /// <summary>Whether a row that is referred to was missing, or one that is deleted is still referred to.</summary>
    public static bool IsForeignKeyViolation(this Exception error) => (error is DbUpdateException ? error.InnerException : error) switch
    {
        PostgresException postgres => postgres.SqlState == PostgresErrorCodes.ForeignKeyViolation,
        SqliteException sqlite => sqlite.SqliteExtendedErrorCode is SqliteConstraintForeignKey or SqliteConstraintTrigger,
        _ => false,
    };
}
