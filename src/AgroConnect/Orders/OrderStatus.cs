namespace AgroConnect.Orders;

/// <summary>Where a farm's part of an order stands, in the order in which it goes.</summary>
public enum FulfilmentStatus
{
    Pending = 0,
    Confirmed = 1,
    Shipped = 2,
    Delivered = 3,
    Cancelled = 9,
}

/// <summary>The least advanced of an order's live fulfilments; two more words for its end.</summary>
public enum OrderStatus
{
    Pending = 0,
    Confirmed = 1,
    Shipped = 2,
    Delivered = 3,

    /// <summary>All is delivered and paid.</summary>
    Completed = 4,

    /// <summary>All fulfilments are cancelled.</summary>
    Cancelled = 9,
}

public enum PaymentStatus
{
    Unpaid = 0,

    /// <summary>The provider holds the money; it is taken when all is shipped.</summary>
    Authorised = 1,

    /// <summary>Of an order: some of its live fulfilments are paid.</summary>
    PartlyPaid = 2,

    Paid = 3,
    Refunded = 4,
    Failed = 5,
}

internal static class Words
{
    public static readonly string[] OrderStatuses = ["pending", "confirmed", "shipped", "delivered", "completed", "cancelled"];

    public static readonly string[] FulfilmentStatuses = ["pending", "confirmed", "shipped", "delivered", "cancelled"];

    /// <summary>By their numbers.</summary>
    public static readonly string[] PaymentStatuses = ["unpaid", "authorised", "partly_paid", "paid", "refunded", "failed"];

    /// <summary>The word on the wire.</summary>
    public static string Name(this FulfilmentStatus status) => status switch
    {
        FulfilmentStatus.Pending => "pending",
        FulfilmentStatus.Confirmed => "confirmed",
        FulfilmentStatus.Shipped => "shipped",
        FulfilmentStatus.Delivered => "delivered",
        _ => "cancelled",
    };

    /// <summary>The word on the wire.</summary>
    public static string Name(this OrderStatus status) =>
        status == OrderStatus.Completed ? "completed" : ((FulfilmentStatus)status).Name();

    /// <summary>The word on the wire.</summary>
    public static string Name(this PaymentStatus status) => status switch
    {
        PaymentStatus.Unpaid => "unpaid",
        PaymentStatus.Authorised => "authorised",
        PaymentStatus.PartlyPaid => "partly_paid",
        PaymentStatus.Paid => "paid",
        PaymentStatus.Refunded => "refunded",
        _ => "failed",
    };
}
