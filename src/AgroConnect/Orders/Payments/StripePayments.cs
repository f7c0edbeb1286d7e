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

    /// <summary>What is held changes by our own doing, save for a cancellation at the provider.</summary>
    private static readonly TimeSpan SweepOfHolds = TimeSpan.FromDays(1);

    /// <summary>The card's bank has yet to say whether it was paid, and the intent can't be cancelled meanwhile.</summary>
    private static readonly TimeSpan WhileItIsProcessing = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan FirstBackOff = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromMinutes(15);

    private const string NotPaid = "It was not paid in time.";
    private const string HoldGone = "The card payment was cancelled.";

    private enum Step
    {
        None,
        Create,
        Capture,
        Cancel,
        Refund,
    }

    /// <summary>One look; a failure is noted, and the next look is due after a while.</summary>
    /// <param name="orderId">The order.</param>
    /// <param name="atMost">How long somebody waits for it; the worker goes on after that.</param>
    /// <param name="ct">The node stops.</param>
    /// <returns>Whether the payment is as its order wants it.</returns>
    public async Task<bool> SettleAsync(long orderId, TimeSpan atMost, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(atMost);
        try
        {
            if (await ReconcileAsync(orderId, patience.Token))
            {
                return true;
            }

            await PutOffAsync(orderId, "it does not come to rest");
        }
        catch (Exception away) when (away is StripeException or HttpRequestException or OperationCanceledException)
        {
            // Its message may quote the key.
            await PutOffAsync(orderId, away is StripeException refused ? $"{(int)refused.HttpStatusCode} {refused.StripeError?.Type} {refused.StripeError?.Code}" : away.GetType().Name);
        }

        return false;
    }

    /// <summary>The next look is due after a while; but an order that nobody can pay is given up in time.</summary>
    private async Task PutOffAsync(long orderId, string reason)
    {
        db.ChangeTracker.Clear();
        var payment = await db.Payments.SingleAsync(payment => payment.OrderId == orderId, CancellationToken.None);
        payment.Failures++;
        var now = clock.GetUtcNow();
        var wait = BackOff.After(payment.Failures, FirstBackOff, Random.Shared.NextDouble());
        var due = now + (wait < LongestBackOff ? wait : LongestBackOff);
        payment.DueAt = payment.State == PaymentState.Waiting && payment.ExpiresAt > now && payment.ExpiresAt < due ? payment.ExpiresAt : due;
        await db.SaveChangesAsync(CancellationToken.None);
        log.LogWarning("Stripe did not do what order {OrderId} needs, {Failures} times in a row: {Reason}", orderId, payment.Failures, reason);
    }

    /// <returns>Whether nothing is left to do.</returns>
    private async Task<bool> ReconcileAsync(long orderId, CancellationToken ct)
    {
        // Each turn does one thing at the provider and looks again; no order needs more than create, capture and refund.
        for (var turn = 0; turn < 5; turn++)
        {
            var id = await db.Payments.AsNoTracking().Where(payment => payment.OrderId == orderId).Select(payment => payment.IntentId).SingleAsync(ct);
            var intent = id is null ? null : await stripe.ReadAsync(id, ct);
            var (step, order) = await LookAsync(orderId, intent, ct);
            if (step == Step.None)
            {
                return true;
            }

            await TakeAsync(step, order, intent, ct);
        }

        return false;
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
            if (step != Step.None)
            {
                // Ours to take; should this node die, another one looks then.
                payment.DueAt = now + Payment.Lease;
                return;
            }

            payment.Failures = 0;
            payment.DueAt = payment.State switch
            {
                PaymentState.Waiting => now >= payment.ExpiresAt ? now + WhileItIsProcessing : Earlier(now + Sweep, payment.ExpiresAt),
                PaymentState.Authorised => Earlier(now + SweepOfHolds, payment.ExpiresAt),
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
            case "requires_capture" or "succeeded" when !stripe.Fits(intent, payment):
                log.LogError("Intent {IntentId} is not what order {OrderId} asked for: another amount, currency or mode.", intent.Id, order.Id);
                break;
            case "requires_capture" when payment.State == PaymentState.Waiting:
                payment.Hold(change.Now, intent.HeldUntil);
                Mark(change, PaymentStatus.Authorised);
                foreach (var fulfilment in order.Live)
                {
                    mails.Received(order, fulfilment);
                }

                break;
            case "succeeded" when payment.State != PaymentState.Captured:
                payment.Capture(intent.Received, intent.Refunded);
                Mark(change, PaymentStatus.Paid);
                break;
            case "canceled" when payment.State is PaymentState.Waiting or PaymentState.Authorised:
                var note = payment.WasSecured ? HoldGone : NotPaid;
                payment.Release();
                await orders.CancelAsync(change, [.. order.Live.Where(fulfilment => fulfilment.Status != FulfilmentStatus.Delivered)], null, note, ct);
                Mark(change, PaymentStatus.Failed);
                break;
            case "requires_payment_method" when intent.HasFailed && payment is { State: PaymentState.Waiting, HasFailed: false }:
                payment.Fail();
                Mark(change, PaymentStatus.Failed);
                break;
        }

        if (payment.State == PaymentState.Captured)
        {
            payment.Refund(intent.Refunded);
            ShowRefund(change, payment);
        }
    }

    /// <summary>All was given back, by somebody at the provider or by us: what still is to be delivered is paid no more.</summary>
    private static void ShowRefund(ChangeOrder.Change change, Payment payment)
    {
        if (payment.Refunded < payment.Captured || !change.Order.Live.Any(fulfilment => fulfilment.PaymentStatus == PaymentStatus.Paid))
        {
            return;
        }

        foreach (var fulfilment in change.Order.Live)
        {
            (fulfilment.PaymentStatus, fulfilment.UpdatedAt) = (PaymentStatus.Refunded, change.Now);
        }

        // It is not settled anew: what is completed stays completed.
        change.Order.UpdatedAt = change.Now;
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
        PaymentState.Waiting when intent is { Status: "processing" } => Step.None,

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
                    var opened = await stripe.CreateAsync(order, ct);
                    await db.Payments.Where(p => p.OrderId == order.Id).ExecuteUpdateAsync(
                        set => set.SetProperty(p => p.IntentId, opened.Id).SetProperty(p => p.ClientSecret, opened.ClientSecret), ct);
                    break;
                case Step.Capture:
                    await stripe.CaptureAsync(order, order.AmountDue < intent!.Capturable ? order.AmountDue : intent.Capturable, ct);
                    break;
                case Step.Cancel:
                    await stripe.CancelAsync(order, ct);
                    break;
                case Step.Refund:
                    var amount = payment.Captured - payment.Refunded - order.AmountDue;
                    await stripe.RefundAsync(order, amount, ct);

                    // Not left to the next look alone: its key is forgotten after a day.
                    await db.Payments.Where(p => p.OrderId == order.Id && p.Refunded == payment.Refunded)
                        .ExecuteUpdateAsync(set => set.SetProperty(p => p.Refunded, payment.Refunded + amount), CancellationToken.None);
                    break;
            }
        }
        catch (StripeException refused) when (StripeGateway.IsAnswer(refused))
        {
            // The next try is another one; of two nodes that got the same answer, one counts it.
            await db.Payments.Where(p => p.OrderId == order.Id && p.Attempt == payment.Attempt)
                .ExecuteUpdateAsync(set => set.SetProperty(p => p.Attempt, payment.Attempt + 1), CancellationToken.None);
            if (step == Step.Create && refused.HttpStatusCode == HttpStatusCode.BadRequest && refused.StripeError.Type != "idempotency_error")
            {
                await GiveUpAsync(order.Id, refused.StripeError.Message, ct);
            }
            else if (refused.StripeError.Code != "payment_intent_unexpected_state")
            {
                throw;
            }

            // It has moved on since it was read: the next turn goes by its state.
        }
    }

    /// <summary>Asking again won't help; such as for less than the provider takes.</summary>
    private Task<Order> GiveUpAsync(long orderId, string reason, CancellationToken ct) => orders.RunAsync(
        orderId,
        change =>
        {
            change.Order.Payment!.Release();
            return orders.CancelAsync(change, [.. change.Order.Live], null, "The payment provider does not take it: " + reason, ct);
        },
        ct);

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
