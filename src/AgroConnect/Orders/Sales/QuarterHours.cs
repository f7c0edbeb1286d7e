using AgroConnect.Data;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Orders.Sales;

/// <summary>What came within a quarter of an hour; <paramref name="Number"/> counts them from 1970 in UTC.</summary>
internal sealed record Quarter(long Number, long Users, long Products, long Orders, long Cancelled, long Revenue)
{
    public DateTimeOffset At => DateTimeOffset.FromUnixTimeSeconds(Number * 900);
}

/// <summary>
/// The market by quarters of an hour, summed by the database in one statement. Neither database knows the days of all zones that
/// .NET knows, but the days of all of them begin at a quarter: a year is at most 35,136 rows, however many orders it had.
/// </summary>
internal static class QuarterHours
{
    public static IAsyncEnumerable<Quarter> ReadAsync(AppDbContext db, Period period)
    {
        var isPostgres = db.Database.IsNpgsql();
        var (first, end) = (Bound(period.Start), Bound(period.End));
#pragma warning disable EF1002 // Made from constants of this file.
        return db.Database.SqlQueryRaw<Quarter>(
            $"""
            SELECT number, CAST(sum(users) AS bigint) AS users, CAST(sum(products) AS bigint) AS products, CAST(sum(orders) AS bigint) AS orders,
                CAST(sum(cancelled) AS bigint) AS cancelled, CAST(sum(revenue) AS bigint) AS revenue
            FROM (
                SELECT {Number("date_joined")} AS number, 1 AS users, 0 AS products, 0 AS orders, 0 AS cancelled, 0 AS revenue
                FROM users WHERE date_joined >= {first} AND date_joined < {end} AND deleted_at IS NULL
                UNION ALL
                SELECT {Number("created_at")}, 0, 1, 0, 0, 0 FROM products WHERE created_at >= {first} AND created_at < {end} AND deleted_at IS NULL
                UNION ALL
                SELECT {Number("created_at")}, 0, 0, 1, CASE WHEN status = {(int)OrderStatus.Cancelled} THEN 1 ELSE 0 END, 0
                FROM orders WHERE created_at >= {first} AND created_at < {end}
                UNION ALL
                SELECT {Number("created_at")}, 0, 0, 0, 0, total
                FROM fulfilments WHERE created_at >= {first} AND created_at < {end} AND status <> {(int)FulfilmentStatus.Cancelled}
            ) AS events GROUP BY number
            """).AsAsyncEnumerable();
#pragma warning restore EF1002

        string Number(string time) => isPostgres ? $"CAST(floor(extract(epoch FROM {time}) / 900) AS bigint)" : $"{time} / 900000000";

        string Bound(DateTimeOffset time) => isPostgres
            ? FormattableString.Invariant($"to_timestamp({time.ToUnixTimeSeconds()})")
            : FormattableString.Invariant($"{time.ToUnixTimeMilliseconds() * 1000}");
    }
}
