using AgroConnect.Data;
using AgroConnect.Users;
using AgroConnect.Web;
using AgroConnect.Web.OpenApi;
using Microsoft.EntityFrameworkCore;
using Microsoft.OpenApi;

namespace AgroConnect.Orders;

/// <summary><c>GET /api/orders/</c> and <c>/api/admin/orders/</c>, newest first.</summary>
internal static class ListOrders
{
    public static readonly QueryParameter[] Parameters =
    [
        new("status", "One of `pending`, `confirmed`, `shipped`, `delivered`, `completed`, `cancelled`."),
        new("created_after", "A date or a time: orders from then on."),
        new("created_before", "A date or a time: orders before it."),
    ];

    public static readonly QueryParameter[] AdminParameters =
    [
        .. Parameters,
        new("user", "The id of a buyer.", JsonSchemaType.Integer),
        new("seller", "The id of a farm's user: orders with goods of theirs.", JsonSchemaType.Integer),
    ];

    public static async Task<IResult> MineAsync(HttpRequest request, CurrentUser me, AppDbContext db, OrderViews views, CancellationToken ct)
    {
        var query = Fields.FromQuery(request);
        var all = query.Boolean("all", otherwise: false) && me.IsStaff;
        return await ListAsync(request, query, all ? db.Orders : db.Orders.Where(order => order.BuyerId == me.Id), me, views, ct);
    }

    public static async Task<IResult> AllAsync(HttpRequest request, CurrentUser me, AppDbContext db, OrderViews views, CancellationToken ct)
    {
        var query = Fields.FromQuery(request);
        var (user, seller) = (query.Id("user", nullable: true), query.Id("seller", nullable: true));
        IQueryable<Order> orders = db.Orders;
        orders = user is null ? orders : orders.Where(order => order.BuyerId == user);
        orders = seller is null ? orders : orders.Where(order => order.Fulfilments.Any(fulfilment => fulfilment.SellerId == seller));
        return await ListAsync(request, query, orders, me, views, ct);
    }

    private static async Task<IResult> ListAsync(
        HttpRequest request, Fields query, IQueryable<Order> orders, CurrentUser me, OrderViews views, CancellationToken ct)
    {
        var page = PageRequest.Read(request, query);
        var status = query.Choice("status", [.. Words.OrderStatuses, ""], otherwise: "");
        var (after, before) = (query.Time("created_after"), query.Time("created_before"));
        if (query.Problem is { } problem)
        {
            return problem;
        }

        if (status.Length > 0)
        {
            var wanted = Enum.Parse<OrderStatus>(status, ignoreCase: true);
            orders = orders.Where(order => order.Status == wanted);
        }

        orders = after is null ? orders : orders.Where(order => order.CreatedAt >= after);
        orders = before is null ? orders : orders.Where(order => order.CreatedAt < before);
        var count = await orders.LongCountAsync(ct);
        if (!page.Exists(count))
        {
            return PageRequest.Invalid();
        }

        var rows = await views.ReadAsync(orders.OrderByDescending(order => order.Id).Skip((int)page.Offset).Take(page.Size), me, request.BaseUrl(), ct);
        return TypedResults.Ok(page.Of(request, count, rows));
    }
}
