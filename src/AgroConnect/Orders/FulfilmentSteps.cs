namespace AgroConnect.Orders;

/// <summary>Who takes a step: what they may depends on it.</summary>
internal enum Party
{
    Buyer,
    Seller,
    Staff,
}

/// <summary>The state machine of a fulfilment (api.md, Cart and orders). Nothing else knows which step follows which.</summary>
internal static class FulfilmentSteps
{
    /// <summary>Whether this party ever takes a step to this status; otherwise asking for it is a 403.</summary>
    public static bool MayAsk(Party party, FulfilmentStatus to) => party != Party.Buyer || to == FulfilmentStatus.Delivered;

    /// <summary>Whether the step leads on from where the fulfilment stands, for this party.</summary>
    public static bool Leads(FulfilmentStatus from, FulfilmentStatus to, bool isPickup, Party party) => (from, to) switch
    {
        (FulfilmentStatus.Pending, FulfilmentStatus.Confirmed) => true,
        (FulfilmentStatus.Confirmed, FulfilmentStatus.Shipped) => true,
        (FulfilmentStatus.Confirmed, FulfilmentStatus.Delivered) => isPickup,
        (FulfilmentStatus.Shipped, FulfilmentStatus.Delivered) => true,
        (FulfilmentStatus.Pending or FulfilmentStatus.Confirmed, FulfilmentStatus.Cancelled) => true,

        // Goods on their way are called back by staff alone.
        (FulfilmentStatus.Shipped, FulfilmentStatus.Cancelled) => party == Party.Staff,
        _ => false,
    };
}
