namespace AgroConnect.Orders.Payments;

/// <summary>Settings under <c>Payments:</c>.</summary>
public sealed class PaymentsOptions
{
    public const string Section = "Payments";
    public const string Cash = "cash";
    public const string Stripe = "stripe";

    public static readonly IReadOnlyCollection<string> Known = [Cash, Stripe];

    /// <summary>Comma list of <c>cash</c>, <c>stripe</c>.</summary>
    public string Provider { get; set; } = Cash;

    /// <summary>An order that nobody paid by then is cancelled, and its goods go back on the shelf. Cash has no such limit.</summary>
    public TimeSpan UnpaidTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>The ways to pay that this market offers.</summary>
    public IReadOnlyCollection<string> Methods => Provider.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    public bool HasStripe => Methods.Contains(Stripe);
}

/// <summary>Settings under <c>Payments:Stripe:</c>.</summary>
public sealed class StripeOptions
{
    public const string Section = "Payments:Stripe";

    /// <summary><c>sk_…</c>.</summary>
    public string SecretKey { get; set; } = "";

    /// <summary><c>whsec_…</c> of the endpoint <c>/api/payments/stripe/webhook/</c>.</summary>
    public string WebhookSecret { get; set; } = "";

    /// <summary><c>pk_…</c>, for the web client, which offers no cards without it. Everybody may know it.</summary>
    public string PublishableKey { get; set; } = "";

    /// <summary>Empty: Stripe's own. For tests and proxies.</summary>
    public string ApiUrl { get; set; } = "";

    /// <summary>Whether both keys move real money, or neither does.</summary>
    internal bool KeysAreOfOneMode => ModeOf(SecretKey) is not { } secret || ModeOf(PublishableKey) is not { } publishable || secret == publishable;

    private static string? ModeOf(string key) => key.Split('_') is [_, "live" or "test", ..] parts ? parts[1] : null;
}
