using AgroConnect.Data;
using AgroConnect.Users;
using AgroConnect.Web;

namespace AgroConnect.Orders;

/// <summary>
/// What is ordered by the piece and priced by weight: the farm enters the real weight when it packs. Within the tolerance that the
/// buyer agreed to at checkout the line is settled by it; beyond, the buyer is asked.
/// </summary>
internal static class PackedWeights
{
    /// <param name="Items">Lines of this fulfilment.</param>
    public sealed record Request(IReadOnlyList<WeightRequest> Items);

    /// <param name="Item">The id of a line.</param>
    /// <param name="Weight">Of all of it, in the line's price unit.</param>
    public sealed record WeightRequest(long Item, decimal Weight);

    /// <param name="Accept">Whether the buyer takes it with that weight; otherwise the line is cancelled and its goods go back.</param>
    public sealed record AnswerRequest(bool Accept);

    /// <summary><c>POST /api/orders/{id}/fulfilments/{fulfilment}/weights/</c>, its seller or staff.</summary>
    public static async Task<IResult> EnterAsync(long id, long fulfilment, HttpRequest request, CurrentUser me, ChangeOrder orders, CancellationToken ct)
    {
        var fields = await Fields.ReadAsync(request, ct);
        var list = fields.NestedList("items");
        var weights = list?.Select(entry => (Item: entry.Id("item"), Weight: entry.Quantity("weight", min: 0.001m))).ToList();
        if (list is not null)
        {
            fields.EndNestedList("items");
        }

        if (fields.IsGood("items") && weights is null or [])
        {
            fields.Error("items", list is null ? "This field is required." : "This list may not be empty.");
        }

        return await ChangeFulfilment.OnAsync(id, fulfilment, me, orders, request, (change, part, party) => Task.FromResult(
            party == Party.Buyer ? ErrorResult.Forbidden() : fields.Problem ?? Enter(orders, change, part, fields, weights!)), ct);
    }

    /// <summary><c>POST /api/orders/{id}/items/{item}/weight/</c>: the buyer answers.</summary>
    public static async Task<IResult> AnswerAsync(long id, long item, HttpRequest request, CurrentUser me, ChangeOrder orders, CancellationToken ct)
    {
        var fields = await Fields.ReadAsync(request, ct);
        var accepts = fields.Boolean("accept");
        return await orders.RunAsync(id, me, request, async change =>
        {
            var part = change.Order.Fulfilments.Find(part => part.Items.Exists(line => line.Id == item));
            if (part is null || change.PartyOf(part) is not { } party)
            {
                return TypedResults.NotFound();
            }

            if (party == Party.Seller)
            {
                return ErrorResult.Forbidden();
            }

            if (fields.Problem is { } problem)
            {
                return problem;
            }

            var line = part.Items.Single(line => line.Id == item);
            if (line.ProposedWeight is null || !part.IsLive)
            {
                // Said twice, it is answered already.
                return accepts && line.PackedWeight is not null ? null : ErrorResult.Conflict("There is no weight to answer to.", "no_question");
            }

            if (accepts)
            {
                // More than the card has been asked for can't be taken from it.
                var more = line.PriceAtOrderTime.For(line.ProposedWeight.Value) - line.LineTotal;
                if (change.Order.Payment is { } payment && change.Order.AmountDue + more > payment.Amount)
                {
                    return ErrorResult.Conflict("It comes to more than the payment covers.", "hold_exceeded");
                }

                orders.Weighed(change, part, line, line.AcceptWeight);
                return null;
            }

            line.DeclineWeight();
            await CancelOrder.CancelPartAsync(orders, change, part, [(line, line.LiveQuantity)], restock: true, "The buyer did not agree to the weight.", ct);
            return null;
        }, ct);
    }

    private static IResult? Enter(ChangeOrder orders, ChangeOrder.Change change, Fulfilment part, Fields fields, List<(long? Item, Quantity Weight)> weights)
    {
        if (part.Status is not (FulfilmentStatus.Pending or FulfilmentStatus.Confirmed))
        {
            return ChangeOrder.InvalidTransition("What has left the farm is weighed already.");
        }

        var lines = new List<(OrderItem Line, Quantity Weight)>();
        foreach (var (id, weight) in weights)
        {
            if (part.Items.Find(line => line.Id == id) is not { } line)
            {
                fields.NoSuchId("items", id ?? 0);
            }
            else if (line.UsualWeight is not { Thousandths: > 0 })
            {
                fields.Error("items", $"Line {id} is not priced by weight.");
            }
            else
            {
                lines.Add((line, weight));
            }
        }

        if (fields.Problem is { } problem)
        {
            return problem;
        }

        foreach (var (line, weight) in lines)
        {
            orders.Weighed(change, part, line, () => line.Weigh(weight, change.Order.WeightTolerance));
        }

        return null;
    }
}
