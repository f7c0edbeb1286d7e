namespace AgroConnect.Orders.Payments;

/// <summary>Settings under <c>Payments:</c>.</summary>
public sealed class PaymentsOptions
{
    public const string Section = "Payments";
    public const string Cash = "cash";

    public static readonly IReadOnlyCollection<string> Known = [Cash];

    /// <summary>Comma list of <c>cash</c>.</summary>
    public string Provider { get; set; } = Cash;

    /// <summary>The ways to pay that this market offers.</summary>
    public IReadOnlyCollection<string> Methods => Provider.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
