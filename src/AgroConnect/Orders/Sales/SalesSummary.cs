using AgroConnect.Data;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Orders.Sales;

/// <summary>What a farm sold in some days (api.md, Cart and orders). Every day is there, those without sales too.</summary>
public sealed record SalesSummaryView(
    DateOnly From, DateOnly To, string Currency, string Revenue, long Orders, IReadOnlyList<SalesDayView> Days, IReadOnlyList<SoldProductView> Products);

public sealed record SalesDayView(DateOnly Date, string Revenue, long Orders);

/// <summary>What was sold of a product, in one unit: one whose unit was changed has a row for each.</summary>
public sealed record SoldProductView(long Product, string Name, string Unit, Quantity Quantity, string Revenue);

/// <summary><c>GET /api/sales/summary/</c>: what is not cancelled, by the day on which it was ordered.</summary>
internal static class SalesSummary
{
    /// <summary>Those that earned most; no farm sells more kinds in a year.</summary>
    private const int MostProducts = 1_000;

    public static async Task<IResult> HandleAsync(HttpRequest request, CurrentUser me, AppDbContext db, Site site, TimeProvider clock, CancellationToken ct)
    {
        var query = Fields.FromQuery(request);
        var period = Period.Read(query, clock);
        var (seller, refusal) = await WhoseSales.ReadAsync(query, me, db, ct);
        if ((refusal ?? query.Problem) is { } problem)
        {
            return problem;
        }

        var (start, end) = (period.Start, period.End);
        var sales = db.Fulfilments.Where(sale => sale.SellerId == seller && sale.CreatedAt >= start && sale.CreatedAt < end && sale.Status != FulfilmentStatus.Cancelled);
        var days = period.Days.ToDictionary(day => day, _ => (Revenue: Money.Zero, Orders: 0L));

        // Streamed: no database knows the days of every zone, and a year of them is all that is kept.
        await foreach (var sale in sales.Select(sale => new { sale.CreatedAt, sale.Total }).AsAsyncEnumerable().WithCancellation(ct))
        {
            var day = Period.DayOf(sale.CreatedAt, period.Zone);
            days[day] = (days[day].Revenue + sale.Total, days[day].Orders + 1);
        }

        var products = await sales.SelectMany(sale => sale.Items)
            .GroupBy(item => new { item.ProductId, item.Product.Name, item.Unit })
            .Select(sold => new
            {
                sold.Key,
                Quantity = sold.Sum(item => (long)(object)item.Quantity - (long)(object)item.CancelledQuantity),
                Revenue = sold.Sum(item => (long)(object)item.LineTotal),
            })
            .Where(sold => sold.Quantity > 0)
            .OrderByDescending(sold => sold.Revenue).ThenBy(sold => sold.Key.ProductId).Take(MostProducts).ToListAsync(ct);
        return TypedResults.Ok(new SalesSummaryView(
            period.From, period.To, site.Currency.Code, site.Currency.Format(Money.Sum(days.Values.Select(day => day.Revenue))), days.Values.Sum(day => day.Orders),
            [.. days.OrderBy(day => day.Key).Select(day => new SalesDayView(day.Key, site.Currency.Format(day.Value.Revenue), day.Value.Orders))],
            [.. products.Select(sold => new SoldProductView(
                sold.Key.ProductId, sold.Key.Name, sold.Key.Unit, new Quantity(sold.Quantity), site.Currency.Format(new Money(sold.Revenue))))]));
    }
}
