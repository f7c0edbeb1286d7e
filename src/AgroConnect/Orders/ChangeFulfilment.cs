using AgroConnect.Data;
using AgroConnect.Orders.Payments;
using AgroConnect.Users;
using AgroConnect.Web;

namespace AgroConnect.Orders;

/// <summary><c>POST /api/orders/{id}/fulfilments/{fulfilment}/…</c>: a farm's part of an order moves on, or is paid for.</summary>
internal static class ChangeFulfilment
{
    /// <param name="Status">Where it goes.</param>
    /// <param name="Note">For the others to read.</param>
    /// <param name="Tracking">The carrier's number or address; seller and staff.</param>
    /// <param name="Restock">Staff, when cancelling: whether the goods go back on the shelf.</param>
    public sealed record Request(string Status, string? Note = null, string? Tracking = null, bool? Restock = null);

    public static async Task<IResult> MoveAsync(long id, long fulfilment, HttpRequest request, CurrentUser me, ChangeOrder orders, CancellationToken ct)
    {
        var fields = await Fields.ReadAsync(request, ct);
        var status = fields.Choice("status", Words.FulfilmentStatuses);
        var note = fields.Text("note", max: 1000, "", blank: true);
        var tracking = fields.Has("tracking") ? fields.Text("tracking", max: 200, "", blank: true) : null;
        var restock = fields.Has("restock") ? fields.Boolean("restock") : (bool?)null;
        return await OnAsync(id, fulfilment, me, orders, request, async (change, part, party) =>
        {
            if (fields.Problem is { } problem)
            {
                return problem;
            }

            var to = Enum.Parse<FulfilmentStatus>(status, ignoreCase: true);
            if (!FulfilmentSteps.MayAsk(party, to))
            {
                return ErrorResult.Forbidden();
            }

            if (part.Status != to)
            {
                if (Refusal(change, part, to, party) is { } refusal)
                {
                    return refusal;
                }

                if (to == FulfilmentStatus.Cancelled)
                {
                    await orders.CancelAsync(change, [part], party == Party.Staff ? restock : null, note, ct);
                    return null;
                }
            }

            if (tracking is not null && party != Party.Buyer && tracking != (part.Tracking ?? ""))
            {
                part.Tracking = tracking.Length == 0 ? null : tracking;
                change.Order.UpdatedAt = part.UpdatedAt = change.Now;
            }

            if (part.Status != to)
            {
                orders.Move(change, part, to, note);
            }

            return null;
        }, ct);
    }

    public static Task<IResult> MarkPaidAsync(long id, long fulfilment, HttpRequest request, CurrentUser me, ChangeOrder orders, CancellationToken ct) =>
        OnAsync(id, fulfilment, me, orders, request, (change, part, party) => Task.FromResult<IResult?>(MarkPaid(orders, change, part, party)), ct);

    private static ErrorResult? MarkPaid(ChangeOrder orders, ChangeOrder.Change change, Fulfilment part, Party party)
    {
        if (party == Party.Buyer)
        {
            return ErrorResult.Forbidden();
        }

        if (change.Order.PaymentMethod != PaymentsOptions.Cash)
        {
            return ErrorResult.Conflict("This order is not paid in cash.", "not_cash");
        }

        if (part.PaymentStatus == PaymentStatus.Paid)
        {
            return null;
        }

        if (!part.IsLive)
        {
            return ChangeOrder.InvalidTransition("What is cancelled is not paid for.");
        }

        orders.MarkPaid(change, part);
        return null;
    }

    private static ErrorResult? Refusal(ChangeOrder.Change change, Fulfilment part, FulfilmentStatus to, Party party)
    {
        if (!FulfilmentSteps.Leads(part.Status, to, change.Order.Delivery.IsPickup, party))
        {
            return ChangeOrder.InvalidTransition($"No step leads from {part.Status.Name()} to {to.Name()}.");
        }

        if (to != FulfilmentStatus.Cancelled && change.Order.Payment is { IsSecured: false })
        {
            return ErrorResult.Conflict("The buyer has yet to pay.", "payment_required");
        }

        return to is FulfilmentStatus.Shipped or FulfilmentStatus.Delivered && part.Items.Exists(item => item.AwaitsWeight)
            ? ErrorResult.Conflict("Enter what the lines weigh first; the buyer has to agree to what is beyond the tolerance.", "weight_missing")
            : null;
    }

    /// <summary>Runs a change of one fulfilment; those of farms that they may not see are not there.</summary>
    public static Task<IResult> OnAsync(
        long id, long fulfilment, CurrentUser me, ChangeOrder orders, HttpRequest request,
        Func<ChangeOrder.Change, Fulfilment, Party, Task<IResult?>> change, CancellationToken ct) =>
        orders.RunAsync(
            id, me, request,
            order => order.Order.Fulfilments.Find(part => part.Id == fulfilment) is { } part && order.PartyOf(part) is { } party
                ? change(order, part, party)
                : Task.FromResult<IResult?>(TypedResults.NotFound()),
            ct);
}
