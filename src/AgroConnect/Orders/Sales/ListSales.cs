using AgroConnect.Data;
using AgroConnect.Users;
using AgroConnect.Web;
using AgroConnect.Web.OpenApi;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Orders.Sales;

/// <summary>A farm's part of an order, as the farm sees it (api.md, Cart and orders). Of the buyer it has the name and where it goes.</summary>
public sealed record SaleView(
    long Id, FarmView Seller, string Status, string PaymentMethod, string PaymentStatus, DateTimeOffset? PaidAt, string Total, string Currency, string? Tracking,
    SoldOrderView Order, BuyerView Buyer, Delivery Delivery, IReadOnlyList<OrderItemView> Items, DateTimeOffset UpdatedAt);

public sealed record SoldOrderView(long Id, string Number, DateTimeOffset CreatedAt, string Note);

public sealed record BuyerView(long Id, string Name);

/// <summary><c>GET /api/sales/</c>, newest first.</summary>
internal static class ListSales
{
    public static readonly QueryParameter[] Parameters =
    [
        new("status", "One of `pending`, `confirmed`, `shipped`, `delivered`, `cancelled`."),
        new("payment_status", "One of `unpaid`, `authorised`, `partly_paid`, `paid`, `refunded`, `failed`."),
        new("created_after", "A date or a time: what was ordered from then on."),
        new("created_before", "A date or a time: what was ordered before it."),
        WhoseSales.Parameter,
    ];

    public static async Task<IResult> HandleAsync(HttpRequest request, CurrentUser me, AppDbContext db, OrderViews views, Site site, CancellationToken ct)
    {
        var query = Fields.FromQuery(request);
        var page = PageRequest.Read(request, query);
        var status = query.Choice("status", [.. Words.FulfilmentStatuses, ""], otherwise: "");
        var payment = query.Choice("payment_status", [.. Words.PaymentStatuses, ""], otherwise: "");
        var (after, before) = (query.Time("created_after"), query.Time("created_before"));
        var (seller, refusal) = await WhoseSales.ReadAsync(query, me, db, ct);
        if ((refusal ?? query.Problem) is { } problem)
        {
            return problem;
        }

        var sales = db.Fulfilments.Where(fulfilment => fulfilment.SellerId == seller);
        if (status.Length > 0)
        {
            var wanted = Enum.Parse<FulfilmentStatus>(status, ignoreCase: true);
            sales = sales.Where(fulfilment => fulfilment.Status == wanted);
        }

        if (payment.Length > 0)
        {
            var wanted = (PaymentStatus)Array.IndexOf(Words.PaymentStatuses, payment);
            sales = sales.Where(fulfilment => fulfilment.PaymentStatus == wanted);
        }

        sales = after is null ? sales : sales.Where(fulfilment => fulfilment.CreatedAt >= after);
        sales = before is null ? sales : sales.Where(fulfilment => fulfilment.CreatedAt < before);
        var count = await sales.LongCountAsync(ct);
        if (!page.Exists(count))
        {
            return PageRequest.Invalid();
        }

        var rows = await sales.AsNoTracking()
            .Include(fulfilment => fulfilment.Items).Include(fulfilment => fulfilment.Seller).Include(fulfilment => fulfilment.Order).ThenInclude(order => order.Buyer)
            .OrderByDescending(fulfilment => fulfilment.CreatedAt).ThenByDescending(fulfilment => fulfilment.Id)
            .Skip((int)page.Offset).Take(page.Size).AsSplitQuery().ToListAsync(ct);
        var images = await views.ImagesOfAsync(rows, ct);
        return TypedResults.Ok(page.Of<SaleView>(request, count, [.. rows.Select(row => new SaleView(
            row.Id, new FarmView(row.SellerId, row.Seller.PublicName), row.Status.Name(), row.Order.PaymentMethod, row.PaymentStatus.Name(), row.PaidAt,
            site.Currency.Format(row.Total), site.Currency.Code, row.Tracking,
            new SoldOrderView(row.OrderId, row.Order.Number, row.Order.CreatedAt, row.Order.Note), new BuyerView(row.Order.BuyerId, row.Order.Buyer.PublicName),
            row.Order.Delivery, [.. row.Items.OrderBy(item => item.Id).Select(item => views.View(item, row, images, request.BaseUrl()))], row.UpdatedAt))]));
    }
}
