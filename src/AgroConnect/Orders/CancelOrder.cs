using AgroConnect.Data;
using AgroConnect.Users;
using AgroConnect.Web;

namespace AgroConnect.Orders;

/// <summary>
/// <c>POST /api/orders/{id}/cancel/</c>: the whole order or, with <c>items</c>, a part of it: by its buyer while nothing of it is shipped, by
/// staff until all is delivered, and by a farm (which has to name items of its own) while it has not shipped them.
/// </summary>
internal static class CancelOrder
{
    /// <param name="Restock">Staff: whether the goods go back on the shelf; by default what was not shipped does.</param>
    /// <param name="Note">For the others to read.</param>
    /// <param name="Items">A part of the order; all of it without them.</param>
    public sealed record Request(bool? Restock = null, string? Note = null, IReadOnlyList<PartRequest>? Items = null);

    /// <param name="Item">The id of a line.</param>
    /// <param name="Quantity">How much of it; all that is left without it.</param>
    public sealed record PartRequest(long Item, decimal? Quantity = null);

    public static async Task<IResult> HandleAsync(long id, HttpRequest request, CurrentUser me, ChangeOrder orders, CancellationToken ct)
    {
        var fields = await Fields.ReadAsync(request, ct);
        var note = fields.Text("note", max: 1000, "", blank: true);
        var restock = fields.Has("restock") ? fields.Boolean("restock") : (bool?)null;
        var parts = ReadParts(fields);
        return fields.Problem ?? await orders.RunAsync(
            id, me, request,
            change => parts is null ? CancelAllAsync(orders, change, restock, note, ct) : CancelPartsAsync(orders, change, fields, parts, restock, note, ct), ct);
    }

    private static async Task<IResult?> CancelAllAsync(ChangeOrder orders, ChangeOrder.Change change, bool? restock, string note, CancellationToken ct)
    {
        var (order, me) = (change.Order, change.Me);
        if (!me.Owns(order.BuyerId))
        {
            return ErrorResult.Forbidden();
        }

        if (order.Status == OrderStatus.Cancelled)
        {
            return null;
        }

        var left = order.Live.Where(fulfilment => fulfilment.Status != FulfilmentStatus.Delivered).ToList();
        if (left.Count == 0 || (!me.IsStaff && order.Live.Any(fulfilment => fulfilment.HasShipped)))
        {
            return ChangeOrder.InvalidTransition(left.Count == 0 ? "All of this order is delivered." : "A part of this order is on its way already.");
        }

        await orders.CancelAsync(change, left, me.IsStaff ? restock : null, note, ct);
        return null;
    }

    private static async Task<IResult?> CancelPartsAsync(
        ChangeOrder orders, ChangeOrder.Change change, Fields fields, IReadOnlyList<(long Item, Quantity? Quantity)> parts, bool? restock, string note, CancellationToken ct)
    {
        var order = change.Order;
        var lines = order.Fulfilments.Where(fulfilment => change.IsBuyer || change.PartyOf(fulfilment) is not null)
            .SelectMany(fulfilment => fulfilment.Items.Select(item => (Fulfilment: fulfilment, Item: item))).ToDictionary(line => line.Item.Id);
        var wanted = new List<(Fulfilment Fulfilment, OrderItem Item, Quantity Quantity)>();
        foreach (var (id, quantity) in parts)
        {
            if (!lines.TryGetValue(id, out var line))
            {
                fields.NoSuchId("items", id);
            }
            else if (quantity > line.Item.LiveQuantity || (quantity ?? line.Item.LiveQuantity) == Quantity.Zero)
            {
                fields.Error("items", FormattableString.Invariant($"There are {line.Item.LiveQuantity.ToDecimal():0.###} left of line {id}."));
            }
            else
            {
                wanted.Add((line.Fulfilment, line.Item, quantity ?? line.Item.LiveQuantity));
            }
        }

        if (fields.Problem is { } problem)
        {
            return problem;
        }

        if (wanted.Exists(part => !FulfilmentSteps.Leads(part.Fulfilment.Status, FulfilmentStatus.Cancelled, order.Delivery.IsPickup, change.PartyOf(part.Fulfilment)!.Value)))
        {
            return ChangeOrder.InvalidTransition("What is on its way, delivered or cancelled can't be cancelled.");
        }

        foreach (var farm in wanted.GroupBy(part => part.Fulfilment))
        {
            await CancelPartAsync(orders, change, farm.Key, [.. farm.Select(part => (part.Item, part.Quantity))], change.Me.IsStaff ? restock : null, note, ct);
        }

        return null;
    }

    /// <summary>Takes some of its lines out of a fulfilment; when nothing is left of it, the whole is cancelled.</summary>
    public static async Task CancelPartAsync(
        ChangeOrder orders, ChangeOrder.Change change, Fulfilment fulfilment, IReadOnlyCollection<(OrderItem Item, Quantity Quantity)> parts, bool? restock, string note,
        CancellationToken ct)
    {
        var cut = parts.ToDictionary(part => part.Item, part => part.Quantity);
        if (fulfilment.Items.TrueForAll(item => item.LiveQuantity == cut.GetValueOrDefault(item)))
        {
            await orders.CancelAsync(change, [fulfilment], restock, note, ct);
            return;
        }

        foreach (var (item, quantity) in parts)
        {
            orders.CancelPart(change, fulfilment, item, quantity, note);
        }

        if (restock ?? !fulfilment.HasShipped)
        {
            await orders.RestockAsync(change, parts.Select(part => (part.Item.ProductId, part.Quantity)), ct);
        }
    }

    private static List<(long Item, Quantity? Quantity)>? ReadParts(Fields fields)
    {
        if (fields.NestedList("items") is not { } list)
        {
            return null;
        }

        var parts = new List<(long, Quantity?)>();
        foreach (var part in list)
        {
            parts.Add((part.Id("item") ?? 0, part.OptionalQuantity("quantity", min: 0.001m)));
        }

        fields.EndNestedList("items");
        if (fields.IsGood("items") && (parts.Count == 0 || parts.DistinctBy(part => part.Item1).Count() < parts.Count))
        {
            fields.Error("items", parts.Count == 0 ? "This list may not be empty." : "Each line may be named once.");
        }

        return parts;
    }
}
