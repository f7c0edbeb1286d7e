using System.Globalization;
using AgroConnect.Data;

namespace AgroConnect.Orders.Documents;

/// <summary>A receipt as it is printed: texts alone, the same for HTML and PDF. Whoever sees a part of an order gets a receipt of that part.</summary>
internal sealed record Receipt(
    string Site, string Number, string OrderedAt, string Buyer, string Method, IReadOnlyList<string> Delivery, string Note, string Payment,
    IReadOnlyList<ReceiptFarm> Farms, bool HasCancelled, string Cancelled, string Total)
{
    public static Receipt Of(OrderView order, string buyer, string site)
    {
        var farms = order.Fulfilments.Select(part => Farm(order, part)).ToList();
        var gone = order.Fulfilments.Where(part => part.Status == "cancelled").Sum(part => decimal.Parse(part.Total, CultureInfo.InvariantCulture));
        var where = order.Delivery;
        return new Receipt(
            site, order.Number, Time(order.CreatedAt), buyer, where.IsPickup ? "To be picked up at the farm" : "To be delivered",
            [.. new[] { where.Name, where.Address, where.Phone, where.Notes }.Where(text => text.Length > 0)],
            order.Note, $"{order.Payment.Method}, {order.Payment.Status.Replace('_', ' ')}", farms, gone > 0,
            $"{gone.ToString(CultureInfo.InvariantCulture)} {order.Currency}", $"{order.Payment.AmountDue} {order.Currency}");
    }

    private static ReceiptFarm Farm(OrderView order, FulfilmentView part) => new(
        part.Seller.Name, part.Status,
        part.PaymentStatus.Replace('_', ' ') + (part.PaidAt is { } at ? " on " + Time(at) : ""), part.Tracking ?? "", part.Status == "cancelled",
        [.. order.Items.Where(item => item.Fulfilment == part.Id).Select(Line)], $"{part.Total} {order.Currency}");

    private static ReceiptLine Line(OrderItemView item)
    {
        var unit = item.PriceUnit ?? item.Unit;
        var notes = new List<string>();
        if (item.CancelledQuantity > Quantity.Zero)
        {
            notes.Add($"{Amount(item.CancelledQuantity)} of {Amount(item.Quantity)} {item.Unit} cancelled");
        }

        if (item.PackedWeight is { } packed)
        {
            notes.Add($"weighed: {Amount(packed)} {unit}");
        }
        else if (item.UsualWeight is { } usual)
        {
            notes.Add($"usually {Amount(usual)} {unit}, not weighed yet");
        }

        return new ReceiptLine(
            $"{Amount(item.Quantity - item.CancelledQuantity)} {item.Unit}", item.ProductName, string.Join("; ", notes), $"{item.PriceAtOrderTime} / {unit}", item.LineTotal);
    }

    public static string Amount(Quantity quantity) => quantity.ToDecimal().ToString("0.###", CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}

internal sealed record ReceiptFarm(string Name, string Status, string Payment, string Tracking, bool IsCancelled, IReadOnlyList<ReceiptLine> Lines, string Total);

/// <summary>A line: what is left of it, what was cancelled or weighed, the price of one unit, the total.</summary>
internal sealed record ReceiptLine(string Quantity, string Name, string Note, string Price, string Total);
