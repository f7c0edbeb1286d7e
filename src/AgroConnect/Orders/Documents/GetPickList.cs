using AgroConnect.Data;
using AgroConnect.Orders.Sales;
using AgroConnect.Users;
using AgroConnect.Web;
using AgroConnect.Web.OpenApi;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Orders.Documents;

/// <summary><c>GET /api/sales/pick-list/</c>: what waits to be packed, by the day on which it was ordered.</summary>
internal static class GetPickList
{
    /// <summary>More than anybody packs from one list; the rest comes when these are shipped.</summary>
    private const int MostOrders = 1_000;

    public static readonly Formats Formats = new(("html", "text/html"), ("csv", "text/csv"));

    public static readonly QueryParameter[] Parameters =
    [
        new("date", "Orders of one day; of all days without it."),
        new("tz", "Whose days: an IANA name; `UTC` without it."),
        new("status", "One of `pending`, `confirmed`, `shipped`, `delivered`; without it `pending` and `confirmed`, which is what is to be packed."),
        WhoseSales.Parameter,
        Formats.Parameter,
    ];

    public static async Task<IResult> HandleAsync(HttpRequest request, CurrentUser me, AppDbContext db, Site site, CancellationToken ct)
    {
        var query = Fields.FromQuery(request);
        var zone = Period.ReadZone(query);
        var date = Period.ReadDay(query, "date");
        var status = query.Choice("status", [.. Words.FulfilmentStatuses.Where(word => word != "cancelled"), ""], otherwise: "");
        var (format, unacceptable) = Formats.Choose(request, query);
        var (seller, refusal) = await WhoseSales.ReadAsync(query, me, db, ct);
        if ((refusal ?? query.Problem ?? unacceptable) is { } problem)
        {
            return problem;
        }

        var sales = db.Fulfilments.Where(sale => sale.SellerId == seller);
        if (status.Length > 0)
        {
            var wanted = Enum.Parse<FulfilmentStatus>(status, ignoreCase: true);
            sales = sales.Where(sale => sale.Status == wanted);
        }
        else
        {
            sales = sales.Where(sale => sale.Status == FulfilmentStatus.Pending || sale.Status == FulfilmentStatus.Confirmed);
        }

        if (date is { } day)
        {
            var (start, end) = (Period.StartOf(day, zone), Period.StartOf(day.AddDays(1), zone));
            sales = sales.Where(sale => sale.CreatedAt >= start && sale.CreatedAt < end);
        }

        var rows = await sales.AsNoTracking().Include(sale => sale.Items).Include(sale => sale.Order)
            .OrderBy(sale => sale.CreatedAt).ThenBy(sale => sale.Id).Take(MostOrders + 1).AsSplitQuery().ToListAsync(ct);
        var farm = await db.Users.Where(user => user.Id == seller).Select(user => user.PublicName).SingleAsync(ct);
        var list = new PickList(
            site.Name, farm, zone.Id, rows.Count > MostOrders,
            [.. rows.Take(MostOrders).GroupBy(sale => Period.DayOf(sale.CreatedAt, zone)).Select(sold => Day(sold.Key, [.. sold]))]);
        request.HttpContext.Response.Headers.CacheControl = "private, no-store";
        return format == "html" ? Pages.Of(list) : TypedResults.File(list.ToCsvFile(), "text/csv; charset=utf-8", "pick-list.csv");
    }

    private static PickDay Day(DateOnly day, List<Fulfilment> sales) => new(
        FormattableString.Invariant($"{day:yyyy-MM-dd}"),
        [.. sales.SelectMany(sale => sale.Items).GroupBy(item => (item.ProductId, item.ProductName, item.Unit, item.PriceUnit))
            .Select(same => Line(
                same.First(), new Quantity(same.Sum(item => item.LiveQuantity.Thousandths)),
                same.Any(item => item.UsualWeight is not null) ? new Quantity(same.Sum(item => item.UsualWeight?.Thousandths ?? 0)) : null))
            .Where(line => line.Quantity != "0").OrderBy(line => line.Product, StringComparer.OrdinalIgnoreCase)],
        [.. sales.Select(sale => new PickOrder(
            sale.Order.Number, sale.Status.Name(), sale.Order.Delivery.IsPickup ? "pick-up" : "delivery", sale.Order.Delivery.Name, sale.Order.Delivery.Phone,
            sale.Order.Delivery.Address, sale.Order.Delivery.Notes, sale.Order.Note,
            [.. sale.Items.Where(item => item.LiveQuantity > Quantity.Zero).OrderBy(item => item.Id).Select(item => Line(item, item.LiveQuantity, item.UsualWeight))]))]);

    private static PickLine Line(OrderItem item, Quantity quantity, Quantity? weight) => new(
        item.ProductName, Receipt.Amount(quantity), item.Unit, weight is { } usual ? Receipt.Amount(usual) : "", weight is null ? "" : item.PriceUnit ?? "");
}
