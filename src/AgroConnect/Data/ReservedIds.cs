namespace AgroConnect.Data;

/// <summary>Ids that are known before their rows are written, so that rows which refer to each other are written in one trip to the server.</summary>
internal static class ReservedIds
{
    extension(AppDbContext db)
    {
        /// <summary>Takes the next ids of some tables, whose keys are called <c>id</c>. To be called in the transaction that writes them.</summary>
        /// <returns>For each table its ids, ascending.</returns>
        public async Task<Queue<long>[]> ReserveIdsAsync(CancellationToken ct, params (string Table, int Count)[] wanted)
        {
            string[] tables = [.. wanted.Select(one => one.Table)];
            int[] counts = [.. wanted.Select(one => one.Count)];
            var trip = new RoundTrip(db);
            var ids = trip.Read(
                trip.IsOnPostgres
                ? (FormattableString)$"""
                SELECT nextval((wanted.name || '_id_seq')::regclass)
                FROM unnest({tables}, {counts}) WITH ORDINALITY AS wanted (name, count, turn), generate_series(1, count) AS number ORDER BY turn, number
                """
                : $"""
                WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {counts.Max()})
                SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = wanted.value), 0) + n
                FROM json_each({tables}) AS wanted JOIN json_each({counts}) AS count ON count.key = wanted.key
                JOIN numbers ON n <= count.value ORDER BY wanted.key, n
                """,
                row => row.GetInt64(0));
            await trip.SendAsync(ct);
            var skip = 0;
            return [.. counts.Select(count => new Queue<long>(ids.Skip((skip += count) - count).Take(count)))];
        }
    }
}
