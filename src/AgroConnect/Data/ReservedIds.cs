using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Data;

/// <summary>Ids that are known before their rows are written, so that rows which refer to each other are written in one trip to the server.</summary>
internal static class ReservedIds
{
    extension(AppDbContext db)
    {
        /// <summary>Takes the next ids of two tables, whose keys are called <c>id</c>. To be called in the transaction that writes them.</summary>
        /// <returns>The ids of the first table, then those of the second, each ascending.</returns>
        public Task<List<long>> ReserveIdsAsync((string Table, int Count) first, (string Table, int Count) second, CancellationToken ct) =>
            db is PostgresDbContext
                ? db.Database.SqlQuery<long>(
                    $"""
                    SELECT nextval({$"{first.Table}_id_seq"}::regclass) AS "Value" FROM generate_series(1, {first.Count})
                    UNION ALL SELECT nextval({$"{second.Table}_id_seq"}::regclass) FROM generate_series(1, {second.Count})
                    """).ToListAsync(ct)
                : db.Database.SqlQuery<long>(
                    $"""
                    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < max({first.Count}, {second.Count}))
                    SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = {first.Table}), 0) + n AS "Value" FROM numbers WHERE n <= {first.Count}
                    UNION ALL SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = {second.Table}), 0) + n FROM numbers WHERE n <= {second.Count}
                    """).ToListAsync(ct);
    }
}
