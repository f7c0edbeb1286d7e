using System.Text.Json.Nodes;
using AgroConnect.Data;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Orders;

/// <summary>What orders know of a person: what they bought and where it went, and what is in their cart.</summary>
internal sealed class BuyersOrders(Site site) : IPersonalData
{
    public string Section => "orders";

    public async Task<JsonNode?> ExportAsync(AppDbContext db, long userId, CancellationToken ct)
    {
        var rows = new JsonArray();

        // One within the other: a row for each line and no more, read as it is written.
        var orders = db.Orders.AsNoTracking().Include(order => order.Fulfilments).ThenInclude(fulfilment => fulfilment.Items)
            .Where(order => order.BuyerId == userId).OrderBy(order => order.Id).AsSingleQuery();
        await foreach (var order in orders.AsAsyncEnumerable().WithCancellation(ct))
        {
            rows.Add(new JsonObject
            {
                ["number"] = order.Number,
                ["status"] = order.Status.Name(),
                ["total"] = site.Currency.Format(order.Total),
                ["payment_method"] = order.PaymentMethod,
                ["delivery"] = new JsonObject
                {
                    ["method"] = order.Delivery.Method,
                    ["name"] = order.Delivery.Name,
                    ["phone"] = order.Delivery.Phone,
                    ["address"] = order.Delivery.Address,
                    ["notes"] = order.Delivery.Notes,
                },
                ["note"] = order.Note,
                ["created_at"] = order.CreatedAt.UtcDateTime,
                ["items"] = new JsonArray([.. order.Fulfilments.SelectMany(fulfilment => fulfilment.Items).Select(item => new JsonObject
                {
                    ["product"] = item.ProductName,
                    ["quantity"] = item.LiveQuantity.ToDecimal(),
                    ["unit"] = item.Unit,
                    ["line_total"] = site.Currency.Format(item.LineTotal),
                })]),
            });
        }

        var cart = await db.CartItems.Where(item => item.UserId == userId).Select(item => new { item.ProductId, item.Quantity }).ToListAsync(ct);
        return new JsonObject
        {
            ["placed"] = rows,
            ["cart"] = new JsonArray([.. cart.Select(item => new JsonObject { ["product"] = item.ProductId, ["quantity"] = item.Quantity.ToDecimal() })]),
        };
    }

    /// <summary>Finished orders forget where they went; open ones when they are finished (<see cref="Order.Settle"/>).</summary>
    public async Task ForgetAsync(AppDbContext db, long userId, CancellationToken ct)
    {
        await db.Carts.Where(cart => cart.UserId == userId).ExecuteDeleteAsync(ct);
        await db.Set<IdempotencyKey>().Where(key => key.UserId == userId).ExecuteDeleteAsync(ct);
        await db.Orders.Where(order => order.BuyerId == userId && (order.Status == OrderStatus.Completed || order.Status == OrderStatus.Cancelled))
            .ExecuteUpdateAsync(
                set => set.SetProperty(order => order.Delivery.Name, "").SetProperty(order => order.Delivery.Phone, "")
                    .SetProperty(order => order.Delivery.Address, "").SetProperty(order => order.Delivery.Notes, ""), ct);
    }
}
