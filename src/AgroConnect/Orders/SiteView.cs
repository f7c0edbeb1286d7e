using AgroConnect.Orders.Payments;
using AgroConnect.Users.Social;
using AgroConnect.Web;
using Microsoft.Extensions.Options;

namespace AgroConnect.Orders;

/// <summary>What a client has to know of this market before anything else: <c>GET /api/site/</c>.</summary>
/// <param name="Name">Of the market.</param>
/// <param name="Currency">ISO 4217; of all prices.</param>
/// <param name="PaymentMethods">What a checkout takes as <c>payment_method</c>.</param>
/// <param name="SocialProviders">Names for <c>/api/auth/o/{provider}/</c>.</param>
/// <param name="StripePublishableKey">For Stripe's form in a browser; null: this market has not set up its pages for cards.</param>
public sealed record SiteView(
    string Name, string Currency, IReadOnlyCollection<string> PaymentMethods, IReadOnlyList<string> SocialProviders, string? StripePublishableKey)
{
    internal static PublicJson<SiteView> Get(Site site, IOptions<PaymentsOptions> payments, IOptions<StripeOptions> stripe, IEnumerable<ISocialProvider> social) => new(
        new SiteView(
            site.Name, site.Currency.Code, payments.Value.Methods, [.. social.Where(provider => provider.IsOn).Select(provider => provider.Name)],
            stripe.Value.PublishableKey is { Length: > 0 } key ? key : null),
        OrdersJson.Wire.SiteView);
}
