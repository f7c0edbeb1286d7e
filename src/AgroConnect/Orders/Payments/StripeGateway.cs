using System.Net;
using AgroConnect.Data;
using AgroConnect.Web;
using Microsoft.Extensions.Options;
using Stripe;

namespace AgroConnect.Orders.Payments;

/// <summary>What we know of a PaymentIntent, in our words.</summary>
/// <param name="Id">The provider's id.</param>
/// <param name="ClientSecret">For the buyer's browser.</param>
/// <param name="Status">The provider's word.</param>
/// <param name="Amount">What it was asked to hold, in its smallest unit.</param>
/// <param name="Currency">In lower case.</param>
/// <param name="IsLive">Whether it is about real money.</param>
/// <param name="Capturable">What is held.</param>
/// <param name="Received">What was captured.</param>
/// <param name="Refunded">What counts as given back; that may be more than was given back of what was captured (<see cref="Payment.Capture"/>).</param>
/// <param name="HasFailed">Whether the last try to pay failed.</param>
/// <param name="HeldUntil">When the hold lapses, where the provider says so.</param>
internal sealed record Intent(
    string Id, string ClientSecret, string Status, long Amount, string Currency, bool IsLive, Money Capturable, Money Received, Money Refunded, bool HasFailed,
    DateTimeOffset? HeldUntil);

/// <summary>
/// The calls to Stripe. Each has a key by its meaning: asked again, also by another process, it is done once.
/// Throws <see cref="StripeException"/> when it is refused, and what HTTP throws when Stripe can't be reached.
/// </summary>
internal sealed class StripeGateway(IOptions<StripeOptions> options, Site site)
{
    /// <summary>Those that Stripe counts in hundredths although they have none (docs.stripe.com/currencies).</summary>
    private static readonly HashSet<string> CountedInHundredths = ["ISK", "UGX"];

    /// <summary>Those that Stripe counts in whole units although they have parts.</summary>
    private static readonly HashSet<string> CountedInWholes = ["MGA"];

    // Without a key there is no client; who is never asked to call needs none.
    private readonly Lazy<StripeClient> _client = new(() => new StripeClient(new StripeClientOptions
    {
        ApiKey = options.Value.SecretKey,
        ApiBase = options.Value.ApiUrl.Length > 0 ? options.Value.ApiUrl.TrimEnd('/') : null,
        HttpClient = new SystemNetHttpClient(
            new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = TimeSpan.FromSeconds(10) },
            maxNetworkRetries: 1, enableTelemetry: false),
    }));

    /// <summary>Whether our key moves real money; null when it does not say.</summary>
    private readonly bool? _isLive = options.Value.SecretKey.Split('_') switch
    {
        [_, "live", ..] => true,
        [_, "test", ..] => false,
        _ => null,
    };

    private readonly long _factor = CountedInHundredths.Contains(site.Currency.Code) ? 100 : 1;

    public string Currency { get; } = site.Currency.Code.ToLowerInvariant();

    /// <summary>Whether the provider's smallest unit can express every amount of this currency.</summary>
    public static bool CanCharge(Currency currency) => currency.Places <= 2 && !CountedInWholes.Contains(currency.Code);

    /// <summary>Whether this intent is what we asked for.</summary>
    public bool Fits(Intent intent, Payment payment) =>
        intent.Amount == InSmallestUnit(payment.Amount) && intent.Currency == Currency && (_isLive is not { } live || live == intent.IsLive);

    /// <summary>Whether the call was answered, and will be answered the same for a day; a key that is in use or a limit on calls are no answers.</summary>
    public static bool IsAnswer(StripeException refused) =>
        refused.StripeError is not null && refused.HttpStatusCode is not (HttpStatusCode.Conflict or HttpStatusCode.TooManyRequests);

    /// <summary>An amount as Stripe counts it.</summary>
    public long InSmallestUnit(Money amount) => amount.Minor * _factor;

    public async Task<Intent> CreateAsync(Order order, CancellationToken ct) => Of(await _client.Value.V1.PaymentIntents.CreateAsync(
        new PaymentIntentCreateOptions
        {
            Amount = InSmallestUnit(order.Payment!.Amount),
            Currency = Currency,
            CaptureMethod = "manual",
            AutomaticPaymentMethods = new PaymentIntentAutomaticPaymentMethodsOptions { Enabled = true },
            Description = order.Number,
            Metadata = new Dictionary<string, string> { ["order_id"] = FormattableString.Invariant($"{order.Id}") },
            Expand = ["latest_charge"],
        },
        new RequestOptions { IdempotencyKey = FormattableString.Invariant($"order-{order.Id}-create-{order.Payment!.Attempt}") }, ct));

    public async Task<Intent> ReadAsync(string intentId, CancellationToken ct) => Of(await _client.Value.V1.PaymentIntents.GetAsync(
        intentId, new PaymentIntentGetOptions { Expand = ["latest_charge"] }, cancellationToken: ct));

    public Task CaptureAsync(Order order, Money amount, CancellationToken ct) => _client.Value.V1.PaymentIntents.CaptureAsync(
        order.Payment!.IntentId, new PaymentIntentCaptureOptions { AmountToCapture = InSmallestUnit(amount) }, Key(order, "capture"), ct);

    public Task CancelAsync(Order order, CancellationToken ct) =>
        _client.Value.V1.PaymentIntents.CancelAsync(order.Payment!.IntentId, null, Key(order, "cancel"), ct);

    /// <summary>Gives some of it back. What was given back before is in the key: a second refund of the same amount is another one.</summary>
    public Task RefundAsync(Order order, Money amount, CancellationToken ct) => _client.Value.V1.Refunds.CreateAsync(
        new RefundCreateOptions { PaymentIntent = order.Payment!.IntentId, Amount = InSmallestUnit(amount) },
        Key(order, FormattableString.Invariant($"refund-{order.Payment!.Refunded.Minor}")), ct);

    /// <summary>Asks for something that changes nothing, to see whether the key is good.</summary>
    public Task PingAsync(CancellationToken ct) => _client.Value.V1.Balance.GetAsync(cancellationToken: ct);

    private Intent Of(PaymentIntent intent) => new(
        intent.Id, intent.ClientSecret, intent.Status, intent.Amount, intent.Currency, intent.Livemode, new Money(intent.AmountCapturable / _factor),
        new Money(intent.AmountReceived / _factor), new Money((intent.LatestCharge?.AmountRefunded ?? 0) / _factor), intent.LastPaymentError is not null,
        intent.LatestCharge?.PaymentMethodDetails?.Card?.CaptureBefore is { } until ? new DateTimeOffset(DateTime.SpecifyKind(until, DateTimeKind.Utc)) : null);

    private static RequestOptions Key(Order order, string what) => new()
    {
        IdempotencyKey = FormattableString.Invariant($"order-{order.Id}-{what}") + (order.Payment!.Attempt == 1 ? "" : FormattableString.Invariant($"-{order.Payment!.Attempt}")),
    };
}
