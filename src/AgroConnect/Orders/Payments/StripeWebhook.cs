using System.Globalization;
using System.Text;
using AgroConnect.Data;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Stripe;

namespace AgroConnect.Orders.Payments;

/// <summary>
/// <c>POST /api/payments/stripe/webhook/</c>: an event says that something happened, and is stored by its id; what happened is
/// read from the intent itself. So events may come twice, late, and in any order.
/// </summary>
internal sealed class StripeWebhook(AppDbContext db, StripePayments payments, StripeGateway stripe, IOptions<StripeOptions> options, TimeProvider clock, ILogger<StripeWebhook> log)
{
    private const long Tolerance = 300;
    private const long LargestBody = 1_000_000;

    private static readonly IResult Received = TypedResults.Ok(new Answer(true));

    /// <summary>What Stripe gets to wait for; the worker goes on without it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Nothing that Stripe reads; people do, in its log.</summary>
    public sealed record Answer(bool Received);

    public static async Task<IResult> HandleAsync(HttpRequest request, StripeWebhook webhook, CancellationToken ct)
    {
        if (request.ContentLength > LargestBody)
        {
            return new ErrorResult(StatusCodes.Status413PayloadTooLarge, "The request is too large.");
        }

        // Signed are the bytes as they came.
        using var bytes = new MemoryStream();
        await request.Body.CopyToAsync(bytes, ct);
        var body = Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
        return webhook.Verify(body, request.Headers["Stripe-Signature"].ToString()) is { } received
            ? await webhook.ReceiveAsync(received, ct)
            : new ErrorResult(StatusCodes.Status400BadRequest, "The signature does not match.", "invalid_signature");
    }

    private Event? Verify(string body, string signature)
    {
        try
        {
            // The library minds what is too old, but not what is too new; and an empty secret is nobody's.
            var now = clock.GetUtcNow().ToUnixTimeSeconds();
            return options.Value.WebhookSecret.Length > 0 && TimeOf(signature) <= now + Tolerance
                ? EventUtility.ConstructEvent(body, signature, options.Value.WebhookSecret, Tolerance, now, throwOnApiVersionMismatch: false) is { Id.Length: > 0 } received ? received : null
                : null;
        }
        catch (Exception bad) when (bad is StripeException or Newtonsoft.Json.JsonException or ArgumentException or FormatException or NullReferenceException)
        {
            return null;
        }
    }

    private static long? TimeOf(string signature) =>
        signature.Split(',').Select(part => part.Split('=', 2)).FirstOrDefault(part => part is ["t", _]) is [_, var time]
        && long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : null;

    private async Task<IResult> ReceiveAsync(Event received, CancellationToken ct)
    {
        var orderId = await OrderOfAsync(received, ct);
        db.Add(new StripeEvent { Id = received.Id, Type = received.Type, OrderId = orderId, ReceivedAt = clock.GetUtcNow() });
        await using (var transaction = await db.Database.BeginTransactionAsync(ct))
        {
            try
            {
                await db.SaveChangesAsync(ct);
            }
            catch (DbUpdateException twice) when (twice.IsUniqueViolation())
            {
                return Received;
            }

            if (orderId is not null)
            {
                var now = clock.GetUtcNow();
                await db.Payments.Where(payment => payment.OrderId == orderId).ExecuteUpdateAsync(set => set.SetProperty(payment => payment.DueAt, now), ct);
                if (received.Type.StartsWith("charge.dispute.", StringComparison.Ordinal))
                {
                    db.Audit(null, received.Type, "order", orderId.Value, now);
                    await db.SaveChangesAsync(ct);
                }
            }

            await transaction.CommitAsync(ct);
        }

        if (orderId is { } known)
        {
            await payments.SettleAsync(known, Patience, ct);
        }

        return Received;
    }

    /// <summary>The order that an event speaks of; null when it is none of ours.</summary>
    private async Task<long?> OrderOfAsync(Event received, CancellationToken ct)
    {
        var (intentId, metadata) = received.Data?.Object switch
        {
            PaymentIntent intent => (intent.Id, intent.Metadata),
            Charge charge => (charge.PaymentIntentId, charge.Metadata),
            Refund refund => (refund.PaymentIntentId, null),
            Dispute dispute => (dispute.PaymentIntentId, null),
            _ => (null, null),
        };
        if (intentId is null)
        {
            return null;
        }

        if (await db.Payments.Where(payment => payment.IntentId == intentId).Select(payment => (long?)payment.OrderId).SingleOrDefaultAsync(ct) is { } known)
        {
            return known;
        }

        // An event can be faster than the answer that tells us the intent's id.
        if (!long.TryParse(metadata?.GetValueOrDefault("order_id"), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || received.Data!.Object is not PaymentIntent { Currency: { } currency, Amount: var amount } || currency != stripe.Currency)
        {
            return null;
        }

        var expected = await db.Payments.Where(payment => payment.OrderId == id && payment.IntentId == null).Select(payment => (Money?)payment.Amount).SingleOrDefaultAsync(ct);
        if (expected is { } there && stripe.InSmallestUnit(there) == amount)
        {
            return id;
        }

        log.LogWarning("Event {EventId} names order {OrderId}, which does not fit it.", received.Id, id);
        return null;
    }
}
