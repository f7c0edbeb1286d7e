namespace AgroConnect.Orders;

/// <summary>An order is new, or its status or that of one of its fulfilments changed. Published after the commit.</summary>
/// <param name="Id">The order.</param>
/// <param name="Number">As people write it: <c>AC-2026-000041</c>.</param>
/// <param name="Status">The order's status now.</param>
/// <param name="Buyer">The user who ordered.</param>
/// <param name="Sellers">The users whose goods are in it.</param>
internal sealed record OrderChanged(long Id, string Number, string Status, long Buyer, IReadOnlyList<long> Sellers)
{
    public static OrderChanged Of(Order order) => new(
        order.Id, order.Number, order.Status.Name(), order.BuyerId, [.. order.Fulfilments.Select(fulfilment => fulfilment.SellerId)]);
}
