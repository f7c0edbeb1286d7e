using AgroConnect.Web;

namespace AgroConnect.Orders.Payments;

internal static class PaymentsModule
{
    public static void AddPayments(this WebApplicationBuilder builder)
    {
        var payments = builder.Configuration.GetSection(PaymentsOptions.Section).Get<PaymentsOptions>() ?? new PaymentsOptions();
        builder.AddValidatedOptions<PaymentsOptions>(PaymentsOptions.Section)
            .Validate(
                options => options.Methods.Count > 0 && options.Methods.All(PaymentsOptions.Known.Contains),
                $"Payments:Provider is '{builder.Configuration["Payments:Provider"]}': accepted is a comma list of {string.Join(", ", PaymentsOptions.Known.Select(name => $"'{name}'"))}.")
            .Validate(
                options => options.UnpaidTimeout >= TimeSpan.FromMinutes(1),
                $"Payments:UnpaidTimeout is '{builder.Configuration["Payments:UnpaidTimeout"]}': accepted is a minute or more, such as '00:30:00'.");
        var currency = Data.Currency.FromCode(builder.Configuration["Site:Currency"] ?? "USD");
        builder.AddValidatedOptions<StripeOptions>(StripeOptions.Section)
            .Validate(stripe => !payments.HasStripe || stripe.SecretKey.Length > 0, "Payments:Stripe:SecretKey is missing: Payments:Provider has 'stripe', which needs a secret key (sk_…).")
            .Validate(stripe => !payments.HasStripe || stripe.WebhookSecret.Length > 0, "Payments:Stripe:WebhookSecret is missing: Payments:Provider has 'stripe', which needs the signing secret of its webhook (whsec_…).")
            .Validate(
                stripe => stripe.PublishableKey.Length == 0 || stripe.PublishableKey.StartsWith("pk_", StringComparison.Ordinal),
                "Payments:Stripe:PublishableKey is another kind of key: everybody gets to see it, and accepted is a publishable key (pk_…).") // which may be a secret: not repeated
            .Validate(stripe => stripe.KeysAreOfOneMode, "Payments:Stripe:PublishableKey and Payments:Stripe:SecretKey: one is for tests and one for real money; take both from the same mode.")
            .Validate(_ => !payments.HasStripe || StripeGateway.CanCharge(currency), $"Site:Currency is '{currency.Code}': Stripe can't charge each of its amounts; take 'cash' alone.")
            .Validate(
                stripe => stripe.ApiUrl.Length == 0 || (Uri.TryCreate(stripe.ApiUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"),
                $"Payments:Stripe:ApiUrl is '{builder.Configuration["Payments:Stripe:ApiUrl"]}': accepted is an absolute address.");
        builder.Services.AddSingleton<StripeGateway>();
        builder.Services.AddSingleton<PaymentWorker>();
        builder.Services.AddScoped<StripePayments>();
        builder.Services.AddScoped<StripeWebhook>();
        builder.Services.AddScoped<OpenPayment>();

        // Also when no new order may be paid by card, as long as the account is named: those from before go on.
        if (payments.HasStripe || !string.IsNullOrEmpty(builder.Configuration[$"{StripeOptions.Section}:{nameof(StripeOptions.SecretKey)}"]))
        {
            builder.Services.AddHostedService(services => services.GetRequiredService<PaymentWorker>());
            builder.Services.AddHealthChecks().AddCheck<StripeHealth>("stripe");
        }
    }

    public static void MapPayments(this WebApplication app, RouteGroupBuilder orders)
    {
        orders.MapPost("/{id:long}/payment/", OpenPayment.HandleAsync).Produces<OrderView>().Produces<ErrorBody>(StatusCodes.Status409Conflict)
            .Produces<ErrorBody>(StatusCodes.Status503ServiceUnavailable).WithSummary("Open the payment again");
        app.MapPost("/api/payments/stripe/webhook/", StripeWebhook.HandleAsync).AllowAnonymous().DisableRateLimiting().WithTags("Payments").Produces<StripeWebhook.Answer>()
            .Produces<ErrorBody>(StatusCodes.Status400BadRequest).WithSummary("Events of Stripe").WithDescription("Signed with `Stripe-Signature`.");
    }
}
