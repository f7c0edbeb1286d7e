using AgroConnect.Data;
using AgroConnect.Email;
using AgroConnect.Events;
using AgroConnect.Orders.Payments;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.Extensions.Options;

namespace AgroConnect.Orders;

/// <summary>
/// <c>POST /api/orders/</c>: the cart becomes an order in one transaction. Stock is taken, prices are copied into the lines, the mails
/// are written, the cart is emptied; or nothing of it.
/// </summary>
internal sealed class PlaceOrder(
    Checkouts checkouts, Carts carts, OrderViews views, OpenPayment settling, Outbox outbox, EventBus events, IOptions<PaymentsOptions> payments, Site site, TimeProvider clock)
{
    private const int DefaultTolerance = 10;
    private const int LargestTolerance = 50;

    /// <summary>The fields of a checkout (api.md, Cart and orders).</summary>
    /// <param name="PaymentMethod">One that the market offers.</param>
    /// <param name="Delivery">Where it goes; to the door without one.</param>
    /// <param name="Note">For the farms.</param>
    /// <param name="ExpectedTotal">What the buyer saw; another total is refused.</param>
    /// <param name="WeightTolerance">By how many percent (0 to 50, 10) a packed weight may differ without asking again.</param>
    public sealed record Request(string PaymentMethod, Delivery? Delivery = null, string? Note = null, string? ExpectedTotal = null, int? WeightTolerance = null);

    /// <summary>A checkout as it was understood.</summary>
    public sealed record Checkout(string PaymentMethod, Delivery Delivery, string Note, long? ExpectedTotal, int WeightTolerance);

    /// <summary>409: there is less than was asked for.</summary>
    public sealed record Shortage(string Detail, string Code, IReadOnlyList<ShortItem> Items);

    public sealed record ShortItem(long Product, Quantity Requested, Quantity Available);

    /// <summary>409: lines that can't be ordered as they are.</summary>
    public sealed record Unorderable(string Detail, string Code, IReadOnlyList<ProblemItem> Items);

    public sealed record ProblemItem(long Product, string Problem);

    /// <summary>409: prices changed since the buyer looked.</summary>
    public sealed record TotalChanged(string Detail, string Code, CartView Cart);

    public static async Task<IResult> HandleAsync(HttpRequest request, CurrentUser me, PlaceOrder place, CancellationToken ct)
    {
        var fields = await Fields.ReadAsync(request, ct);
        var checkout = place.Read(fields);
        var key = IdempotencyKey.Read(request, fields);
        return fields.Problem ?? await place.PlaceAsync(me, checkout, key, request.BaseUrl(), ct);
    }

    private Checkout Read(Fields fields)
    {
        var method = fields.Choice("payment_method", payments.Value.Methods);
        var delivery = fields.Nested("delivery", exists: false);
        var where = new Delivery(
            delivery?.Choice("method", [Delivery.ToTheDoor, Delivery.Pickup], Delivery.ToTheDoor) ?? Delivery.ToTheDoor,
            delivery?.Text("name", max: 200, "", blank: true) ?? "",
            delivery?.Text("phone", max: 40, "", blank: true) ?? "",
            delivery?.Text("address", max: 500, "", blank: true) ?? "",
            delivery?.Text("notes", max: 500, "", blank: true) ?? "");
        if (delivery is not null)
        {
            fields.EndNested("delivery");
        }

        var note = fields.Text("note", max: 1000, "", blank: true);
        var expected = fields.Decimal("expected_total", digits: 19, site.Currency.Places, min: 0, max: decimal.MaxValue, nullable: true);
        var tolerance = fields.Integer("weight_tolerance", min: 0, max: LargestTolerance, DefaultTolerance) ?? DefaultTolerance;
        return new Checkout(method, where, note, expected is { } total && fields.Problem is null ? site.Currency.FromDecimal(total).Minor : null, (int)tolerance);
    }

    private async Task<IResult> PlaceAsync(CurrentUser me, Checkout checkout, string? key, string baseUrl, CancellationToken ct)
    {
        for (var attempt = 0; attempt < Cart.MostAttempts; attempt++)
        {
            switch (await checkouts.PlaceAsync(me.Id, checkout, key))
            {
                case Placement.Placed placed:
                    return await AnswerAsync(placed, me, baseUrl, ct);
                case Placement.PlacedBefore before:
                    return before.SameCheckout
                        ? TypedResults.Ok(await views.FindAsync(before.OrderId, me, baseUrl, ct))
                        : ErrorResult.Conflict("This key was used for another checkout.", "idempotency_conflict");
                case Placement.Refused { Why: Refusal.EmptyCart }:
                    return FieldErrors.Of("cart", "Your cart is empty.");
                case Placement.Refused { Why: Refusal.TotalTooLarge }:
                    return FieldErrors.Of("cart", "The total is too large.");
                case Placement.Refused { Why: Refusal.TotalChanged }:
                    return TypedResults.Json(
                        new TotalChanged("Prices have changed since you looked.", "total_changed", await carts.ViewAsync(me.Id, baseUrl, ct)),
                        OrdersJson.Wire.TotalChanged, statusCode: StatusCodes.Status409Conflict);
                default:
                    if (await ProblemAsync(me, ct) is { } problem)
                    {
                        return problem;
                    }

                    // What was missing came back in the meantime.
                    break;
            }
        }

        return Cart.Unsettled();
    }

    private async Task<IResult> AnswerAsync(Placement.Placed placed, CurrentUser me, string baseUrl, CancellationToken ct)
    {
        var order = placed.Order;
        outbox.Wake();
        if (order.Payment is not null)
        {
            await settling.OpenAsync(order.Id);
        }

        await events.PublishAsync(OrderChanged.Of(order));
        return TypedResults.Created(
            $"{baseUrl}/api/orders/{order.Id}/",
            order.Payment is null
                ? views.Of(order, me, placed.Images, baseUrl, placed.Farms)
                : await views.FindAsync(order.Id, me, baseUrl, ct));
    }

    private async Task<IResult?> ProblemAsync(CurrentUser me, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var problems = (await carts.ReadAsync(me.Id, ct))
            .Select(line => (Line: line, Problem: CartProblem.Of(line, now)))
            .Where(line => line.Problem is not null)
            .ToList();
        return problems.Count == 0 ? null
            : problems.TrueForAll(line => line.Problem == CartProblem.InsufficientStock)
            ? TypedResults.Json(
                new Shortage("There is not enough in stock.", CartProblem.InsufficientStock,
                    [.. problems.Select(line => new ShortItem(line.Line.ProductId, line.Line.Quantity, line.Line.Stock))]),
                OrdersJson.Wire.Shortage, statusCode: StatusCodes.Status409Conflict)
            : TypedResults.Json(
                new Unorderable("Some lines of the cart can't be ordered as they are.", "cart_problem",
                    [.. problems.Select(line => new ProblemItem(line.Line.ProductId, line.Problem!))]),
                OrdersJson.Wire.Unorderable, statusCode: StatusCodes.Status409Conflict);
    }
}
