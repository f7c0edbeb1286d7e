using AgroConnect.Data;
using AgroConnect.Web;
using Microsoft.Extensions.Options;
using Stripe;

namespace AgroConnect.Orders.Payments;

/// <summary>What we know of a PaymentIntent, in our words.</summary>
/// <param name="Id">The provider's id.</param>
/// <param name="ClientSecret">For the buyer's browser.</param>
/// <param name="Status">The provider's word.</param>
/// <param name="Capturable">What is held.</param>
/// <param name="Received">What was captured.</param>
/// <param name="Refunded">What was given back of it.</param>
/// <param name="HasFailed">Whether the last try to pay failed.</param>
internal sealed record Intent(string Id, string ClientSecret, string Status, Money Capturable, Money Received, Money Refunded, bool HasFailed);

/// <summary>
/// The calls to Stripe (stripe.md). Each has a key by its meaning: asked again, also by another process, it is done once.
/// Throws <see cref="StripeException"/> when it is refused, and what HTTP throws when Stripe can't be reached.
/// </summary>
internal sealed class StripeGateway(IOptions<StripeOptions> options, Site site)
{
    /// <summary>Those that Stripe counts in hundredths although they have none (docs.stripe.com/currencies).</summary>
    private static readonly HashSet<string> CountedInHundredths = ["ISK", "UGX"];

    private readonly StripeClient _client = new(new StripeClientOptions
    {
        ApiKey = options.Value.SecretKey,
        ApiBase = options.Value.ApiUrl.Length > 0 ? options.Value.ApiUrl.TrimEnd('/') : null,
        HttpClient = new SystemNetHttpClient(new HttpClient { Timeout = TimeSpan.FromSeconds(10) }, maxNetworkRetries: 1),
    });

    private readonly long _factor = CountedInHundredths.Contains(site.Currency.Code) ? 100 : 1;

    public string Currency { get; } = site.Currency.Code.ToLowerInvariant();

    /// <summary>Whether the provider's smallest unit can express every amount of this currency.</summary>
    public static bool CanCharge(Currency currency) => currency.Places <= 2;

    /// <summary>An amount as Stripe counts it.</summary>
    public long InSmallestUnit(Money amount) => amount.Minor * _factor;

    public async Task<Intent> CreateAsync(long orderId, string number, Money amount, CancellationToken ct) => Of(await _client.V1.PaymentIntents.CreateAsync(
        new PaymentIntentCreateOptions
        {
            Amount = InSmallestUnit(amount),
            Currency = Currency,
            CaptureMethod = "manual",
            AutomaticPaymentMethods = new PaymentIntentAutomaticPaymentMethodsOptions { Enabled = true },
            Description = number,
            Metadata = new Dictionary<string, string> { ["order_id"] = FormattableString.Invariant($"{orderId}") },
            Expand = ["latest_charge"],
        },
        Key($"order-{orderId}-create"), ct));

    public async Task<Intent> ReadAsync(string intentId, CancellationToken ct) => Of(await _client.V1.PaymentIntents.GetAsync(
        intentId, new PaymentIntentGetOptions { Expand = ["latest_charge"] }, cancellationToken: ct));

    public Task CaptureAsync(long orderId, string intentId, Money amount, CancellationToken ct) => _client.V1.PaymentIntents.CaptureAsync(
        intentId, new PaymentIntentCaptureOptions { AmountToCapture = InSmallestUnit(amount) }, Key($"order-{orderId}-capture"), ct);

    public Task CancelAsync(long orderId, string intentId, CancellationToken ct) =>
        _client.V1.PaymentIntents.CancelAsync(intentId, null, Key($"order-{orderId}-cancel"), ct);

    /// <param name="before">What was refunded before: a second refund of the same amount is another one.</param>
    public Task RefundAsync(long orderId, string intentId, Money amount, Money before, CancellationToken ct) => _client.V1.Refunds.CreateAsync(
        new RefundCreateOptions { PaymentIntent = intentId, Amount = InSmallestUnit(amount) }, Key($"order-{orderId}-refund-{before.Minor}"), ct);

    /// <summary>Asks for something that changes nothing, to see whether the key is good.</summary>
    public Task PingAsync(CancellationToken ct) => _client.V1.Balance.GetAsync(cancellationToken: ct);

    private Intent Of(PaymentIntent intent) => new(
        intent.Id, intent.ClientSecret, intent.Status, new Money(intent.AmountCapturable / _factor), new Money(intent.AmountReceived / _factor),
        new Money((intent.LatestCharge?.AmountRefunded ?? 0) / _factor), intent.LastPaymentError is not null);

    private static RequestOptions Key(FormattableString key) => new() { IdempotencyKey = FormattableString.Invariant(key) };
}
