using System.Diagnostics.Metrics;

namespace AgroConnect.Orders;

/// <summary>What operators watch: orders placed, and carts that could not become one.</summary>
internal sealed class OrderMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _checkouts = meters.Create("AgroConnect").CreateCounter<long>(
        "agroconnect.orders.checkouts", description: "Checkouts, by what became of them: placed, repeated (the order of an earlier try), refused.");

    public void Count(Placement placement) => _checkouts.Add(1, new KeyValuePair<string, object?>("outcome", placement switch
    {
        Placement.Placed => "placed",
        Placement.PlacedBefore => "repeated",
        _ => "refused",
    }));
}
