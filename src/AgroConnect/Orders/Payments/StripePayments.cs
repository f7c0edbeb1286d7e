using System.Net;
using AgroConnect.Data;
using AgroConnect.Email;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;
using Stripe;

namespace AgroConnect.Orders.Payments;

/// <summary>
/// Brings a payment to where its order is: reads what the provider has, moves our row forward, and does the one thing that is
/// missing. It goes by states and not by events, so that it may be run by anybody, at any time, any number of times.
/// </summary>
internal sealed class StripePayments(AppDbContext db, StripeGateway stripe, ChangeOrder orders, OrderMails mails, TimeProvider clock, ILogger<StripePayments> log)
{
    /// <summary>Webhooks get lost: what is open is looked at this often.</summary>
    private static readonly TimeSpan Sweep = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan FirstBackOff = TimeSpan.FromSeconds(5);

    private const string NotPaid = "It was not paid in time.";

    private enum Step
    {
        None,
        Create,
        Capture,
        Cancel,
        Refund,
    }

    /// <summary>One look; a failure is noted, and the next look is due after a while.</summary>
    /// <returns>Whether the payment is as its order wants it.</returns>
    public async Task<bool> SettleAsync(long orderId, CancellationToken ct)
    {
        try
        {
            await ReconcileAsync(orderId, ct);
            return true;
        }
        catch (Exception away) when (away is StripeException or HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            log.LogWarning("Stripe did not do what order {OrderId} needs: {Reason}", orderId, (away as StripeException)?.StripeError?.Code ?? away.Message);
            db.ChangeTracker.Clear();
            var failures = await db.Payments.Where(payment => payment.OrderId == orderId).Select(payment => payment.Failures).SingleAsync(ct);
            var due = clock.GetUtcNow() + BackOff.After(failures + 1, FirstBackOff, Random.Shared.NextDouble());
            await db.Payments.Where(payment => payment.OrderId == orderId)
                .ExecuteUpdateAsync(set => set.SetProperty(payment => payment.Failures, failures + 1).SetProperty(payment => payment.DueAt, due), ct);
            return false;
        }
    }

    private async Task ReconcileAsync(long orderId, CancellationToken ct)
    {
        // Each turn does one thing at the provider and looks again; no order needs more than create, capture and refund.
        for (var turn = 0; turn < 5; turn++)
        {
            var id = await db.Payments.AsNoTracking().Where(payment => payment.OrderId == orderId).Select(payment => payment.IntentId).SingleAsync(ct);
            var intent = id is null ? null : await stripe.ReadAsync(id, ct);
            var (step, order) = await LookAsync(orderId, intent, ct);
            if (step == Step.None)
            {
                return;
            }

            await TakeAsync(step, order, intent, ct);
        }
    }

    /// <summary>Writes down what the provider has, and says what is missing; nobody else looks at the same time.</summary>
    private async Task<(Step Step, Order Order)> LookAsync(long orderId, Intent? intent, CancellationToken ct)
    {
        var step = Step.None;
        db.ChangeTracker.Clear();
        var order = await orders.RunAsync(orderId, async change =>
        {
            var (payment, now) = (change.Order.Payment!, change.Now);
            if (intent is not null)
            {
                await ApplyAsync(change, payment, intent, ct);
            }

            if (payment is { State: PaymentState.Waiting, IntentId: null } && now >= payment.ExpiresAt && change.Order.Live.Any())
            {
                // Nobody can have paid: the buyer never got what to pay with. The goods don't wait for the provider to be back.
                await orders.CancelAsync(change, [.. change.Order.Live], null, NotPaid, ct);
            }

            if (payment.State == PaymentState.Authorised && now >= payment.ExpiresAt)
            {
                // What has left the farm is paid for out of the hold; the rest lapses with it.
                await orders.CancelAsync(change, [.. change.Order.Live.Where(fulfilment => !fulfilment.HasShipped)], null, "The card payment ran out before this was shipped.", ct);
            }

            step = Next(change.Order, payment, intent, now);
            payment.Failures = 0;
            payment.DueAt = step != Step.None ? now : payment.State switch
            {
                PaymentState.Waiting => now + Sweep < payment.ExpiresAt ? now + Sweep : payment.ExpiresAt,
                PaymentState.Authorised => payment.ExpiresAt,
                _ => null,
            };
        }, ct);
        return (step, order);
    }

    private async Task ApplyAsync(ChangeOrder.Change change, Payment payment, Intent intent, CancellationToken ct)
    {
        var order = change.Order;
        switch (intent.Status)
        {
            case "requires_capture" when payment.State == PaymentState.Waiting:
                payment.Hold(change.Now);
                Mark(change, PaymentStatus.Authorised);
                foreach (var fulfilment in order.Live)
                {
                    mails.Received(order, fulfilment, fulfilment.Seller);
                }

                break;
            case "succeeded" when payment.State != PaymentState.Captured:
                payment.Capture(intent.Received);
                Mark(change, PaymentStatus.Paid);
                break;
            case "canceled" when payment.State is PaymentState.Waiting or PaymentState.Authorised:
                payment.Release();
                await orders.CancelAsync(change, [.. order.Live.Where(fulfilment => fulfilment.Status != FulfilmentStatus.Delivered)], null, NotPaid, ct);
                break;
            case "requires_payment_method" when intent.HasFailed && payment is { State: PaymentState.Waiting, HasFailed: false }:
                payment.Fail();
                Mark(change, PaymentStatus.Failed);
                break;
        }

        if (payment.State == PaymentState.Captured)
        {
            payment.Refund(intent.Refunded);
        }
    }

    private static void Mark(ChangeOrder.Change change, PaymentStatus status)
    {
        foreach (var fulfilment in change.Order.Live)
        {
            (fulfilment.PaymentStatus, fulfilment.UpdatedAt) = (status, change.Now);
            fulfilment.PaidAt = status == PaymentStatus.Paid ? change.Now : null;
        }

        change.Order.Settle(null, change.Now);
    }

    private static Step Next(Order order, Payment payment, Intent? intent, DateTimeOffset now) => payment.State switch
    {
        PaymentState.Waiting when intent is null && order.Live.Any() && now < payment.ExpiresAt => Step.Create,

        // Also without an intent that we know of: creating is asked for under the same key again, and then cancelled.
        PaymentState.Waiting when !order.Live.Any() || now >= payment.ExpiresAt => intent is null ? Step.Create : Step.Cancel,
        PaymentState.Authorised when !order.Live.Any() => Step.Cancel,
        PaymentState.Authorised when order.Live.All(fulfilment => fulfilment.HasShipped) => Step.Capture,
        PaymentState.Captured when payment.Captured - payment.Refunded > order.AmountDue => Step.Refund,
        _ => Step.None,
    };

    private async Task TakeAsync(Step step, Order order, Intent? intent, CancellationToken ct)
    {
        var payment = order.Payment!;
        try
        {
            switch (step)
            {
                case Step.Create:
                    var opened = await stripe.CreateAsync(order.Id, order.Number, payment.Amount, ct);
                    await db.Payments.Where(p => p.OrderId == order.Id).ExecuteUpdateAsync(
                        set => set.SetProperty(p => p.IntentId, opened.Id).SetProperty(p => p.ClientSecret, opened.ClientSecret), ct);
                    break;
                case Step.Capture:
                    await stripe.CaptureAsync(order.Id, intent!.Id, order.AmountDue < intent.Capturable ? order.AmountDue : intent.Capturable, ct);
                    break;
                case Step.Cancel:
                    await stripe.CancelAsync(order.Id, intent!.Id, ct);
                    break;
                case Step.Refund:
                    await stripe.RefundAsync(order.Id, intent!.Id, payment.Captured - payment.Refunded - order.AmountDue, payment.Refunded, ct);
                    break;
            }
        }
        catch (StripeException refused) when (step == Step.Create && refused.HttpStatusCode == HttpStatusCode.BadRequest)
        {
            // Asking again won't help; such as for less than the provider takes.
            await orders.RunAsync(order.Id, change =>
            {
                change.Order.Payment!.Release();
                return orders.CancelAsync(change, [.. change.Order.Live], null, "The payment provider does not take it: " + refused.StripeError?.Message, ct);
            }, ct);
        }
        catch (StripeException moved) when (moved.StripeError?.Code == "payment_intent_unexpected_state")
        {
            // It has moved on since it was read: the next turn goes by its state.
        }
    }
}
