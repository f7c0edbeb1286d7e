namespace AgroConnect.Data;

/// <summary>Ids that are known before their rows are written, so that rows which refer to each other are written in one trip to the server.</summary>
internal static class ReservedIds
{
    extension(RoundTrip trip)
    {
        /// <summary>Takes the next ids of a table, whose key is called <c>id</c>. To be called in the transaction that writes them.</summary>
        /// <param name="table">Its name.</param>
        /// <param name="count">A query for how many. Those that are not used are skipped for good.</param>
        /// <returns>Ascending; empty until the trip is sent.</returns>
        public Queue<long> ReserveIds(string table, FormattableString count)
        {
            var ids = new Queue<long>();
            trip.Read(
                trip.IsOnPostgres
                ? (FormattableString)$"SELECT nextval(({table} || '_id_seq')::regclass) FROM generate_series(1, ({count}))"
                : $"""
                WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ({count}))
                SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = {table}), 0) + n FROM numbers WHERE n <= ({count})
                """,
                row => ids.Enqueue(row.GetInt64(0)));
            return ids;
        }
    }
}
