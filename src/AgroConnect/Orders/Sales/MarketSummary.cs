using AgroConnect.Data;
using AgroConnect.Products;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Orders.Sales;

/// <summary>The market in numbers (api.md, Administration): as it stands, and what came in some days.</summary>
/// <param name="Revenue">What was ordered in these days and is not cancelled.</param>
/// <param name="Orders">Orders of these days, the cancelled ones too.</param>
/// <param name="Days">Every day, those on which nothing happened too.</param>
public sealed record MarketSummaryView(
    DateOnly From, DateOnly To, string Currency, MarketNowView Now, long Users, long Products, long Orders, long Cancelled, string Revenue,
    IReadOnlyList<MarketDayView> Days);

/// <summary>As it stands now. Deleted accounts and listings don't count.</summary>
public sealed record MarketNowView(long Users, long ActiveUsers, long Farmers, long Products, long ActiveProducts, long Orders, long OpenOrders, long PendingApplications);

/// <param name="Users">Accounts that were made.</param>
/// <param name="Products">Listings that were made.</param>
/// <param name="Cancelled">How many of the orders are cancelled by now.</param>
public sealed record MarketDayView(DateOnly Date, long Users, long Products, long Orders, long Cancelled, string Revenue);

/// <summary><c>GET /api/admin/summary/</c>: two statements, however large the market.</summary>
internal static class MarketSummary
{
    public static async Task<IResult> HandleAsync(HttpRequest request, AppDbContext db, Site site, TimeProvider clock, CancellationToken ct)
    {
        var query = Fields.FromQuery(request);
        var period = Period.Read(query, clock);
        if (query.Problem is { } problem)
        {
            return problem;
        }

        var days = period.Days.ToDictionary(day => day, _ => new Tally());
        await foreach (var quarter in QuarterHours.ReadAsync(db, period).WithCancellation(ct))
        {
            days[Period.DayOf(quarter.At, period.Zone)].Add(quarter);
        }

        var all = days.Values;
        return TypedResults.Ok(new MarketSummaryView(
            period.From, period.To, site.Currency.Code, await NowAsync(db, ct),
            all.Sum(day => day.Users), all.Sum(day => day.Products), all.Sum(day => day.Orders), all.Sum(day => day.Cancelled),
            site.Currency.Format(new Money(all.Sum(day => day.Revenue))),
            [.. days.OrderBy(day => day.Key).Select(day => new MarketDayView(
                day.Key, day.Value.Users, day.Value.Products, day.Value.Orders, day.Value.Cancelled, site.Currency.Format(new Money(day.Value.Revenue))))]));
    }

    private static async Task<MarketNowView> NowAsync(AppDbContext db, CancellationToken ct)
    {
        var (users, products, orders, applications) = (db.Users, db.Products, db.Orders, db.FarmerApplications);
        return await db.Set<CatalogueVersion>().Select(_ => new MarketNowView(
            users.LongCount(user => user.DeletedAt == null),
            users.LongCount(user => user.IsActive && user.DeletedAt == null),
            users.LongCount(user => user.Role == Role.Farmer && user.DeletedAt == null),
            products.LongCount(product => product.DeletedAt == null),
            products.LongCount(product => product.IsActive),
            orders.LongCount(),
            orders.LongCount(order => order.Status != OrderStatus.Completed && order.Status != OrderStatus.Cancelled),
            applications.LongCount(application => application.Status == ApplicationStatus.Pending))).SingleAsync(ct);
    }

    private sealed class Tally
    {
        public long Users { get; private set; }

        public long Products { get; private set; }

        public long Orders { get; private set; }

        public long Cancelled { get; private set; }

        public long Revenue { get; private set; }

        public void Add(Quarter quarter)
        {
            Users += quarter.Users;
            Products += quarter.Products;
            Orders += quarter.Orders;
            Cancelled += quarter.Cancelled;
            Revenue += quarter.Revenue;
        }
    }
}
