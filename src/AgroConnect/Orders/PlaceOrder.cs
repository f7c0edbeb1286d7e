using AgroConnect.Data;
using AgroConnect.Email;
using AgroConnect.Events;
using AgroConnect.Orders.Payments;
using AgroConnect.Products;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AgroConnect.Orders;

/// <summary>
/// <c>POST /api/orders/</c>: the cart becomes an order in one transaction. Stock is taken, prices are copied into the lines, the mails
/// are written, the cart is emptied; or nothing of it.
/// </summary>
internal sealed class PlaceOrder(
    AppDbContext db, Carts carts, OrderViews views, OrderMails mails, OpenPayment settling, Outbox outbox, EventBus events, IOptions<PaymentsOptions> payments, Site site, TimeProvider clock)
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
        while (true)
        {
            var now = clock.GetUtcNow();
            await using var transaction = await db.Database.BeginTransactionAsync(ct);

            // Checkouts of one person come one after the other: a twin with the same key finds the order of the first.
            await db.LockCartAsync(me.Id, now, ct);
            if (key is not null && await FindAsync(me.Id, key, now, ct) is { } used)
            {
                return used.Fingerprint == IdempotencyKey.FingerprintOf(checkout)
                    ? TypedResults.Ok(await views.FindAsync(used.OrderId, me, baseUrl, ct))
                    : ErrorResult.Conflict("This key was used for another checkout.", "idempotency_conflict");
            }

            var lines = await db.CartItems.Where(item => item.UserId == me.Id).OrderBy(item => item.ProductId).ToListAsync(ct);
            if (lines.Count == 0)
            {
                return FieldErrors.Of("cart", "Your cart is empty.");
            }

            if (await TakeAsync(lines, now, ct) is not { } goods)
            {
                await transaction.RollbackAsync(ct);
                db.ChangeTracker.Clear();
                if (await ProblemAsync(me, now, ct) is { } problem)
                {
                    return problem;
                }

                // What was missing came back in the meantime.
                continue;
            }

            var people = await db.Users.Where(user => user.Id == me.Id || goods.Select(taken => taken.Product.SellerId).Contains(user.Id)).ToDictionaryAsync(user => user.Id, ct);
            var order = Write(me, checkout, goods, now, await ReserveAsync(goods, ct));
            if (checkout.ExpectedTotal is { } expected && expected != order.Total.Minor)
            {
                await transaction.RollbackAsync(ct);
                db.ChangeTracker.Clear();
                return TypedResults.Json(
                    new TotalChanged("Prices have changed since you looked.", "total_changed", await carts.ViewAsync(me.Id, baseUrl, ct)),
                    OrdersJson.Wire.TotalChanged, statusCode: StatusCodes.Status409Conflict);
            }

            if (order.Total >= Money.Largest)
            {
                return FieldErrors.Of("cart", "The total is too large.");
            }

            db.Orders.Add(order);
            db.CartItems.RemoveRange(lines);
            if (key is not null)
            {
                db.Add(new IdempotencyKey { UserId = me.Id, Key = key, Fingerprint = IdempotencyKey.FingerprintOf(checkout), Order = order, CreatedAt = now });
            }

            mails.Placed(order, people[me.Id], people);

            // Everything here was added or removed by name: there is no change to look for, and a checkout is quicker by that.
            db.ChangeTracker.AutoDetectChangesEnabled = false;
            await db.SaveChangesAsync(ct);
            db.ChangeTracker.AutoDetectChangesEnabled = true;
            await transaction.CommitAsync(ct);

            outbox.Wake();
            if (order.Payment is not null)
            {
                await settling.OpenAsync(order.Id);
            }

            await events.PublishAsync(OrderChanged.Of(order));
            return TypedResults.Created(
                $"{baseUrl}/api/orders/{order.Id}/",
                order.Payment is null
                    ? views.Of(order, me, goods.ToDictionary(taken => taken.Product.Id, taken => taken.Product.Images), baseUrl)
                    : await views.FindAsync(order.Id, me, baseUrl, ct));
        }
    }

    /// <summary>The key as it was used before; those that have lived their time are forgotten.</summary>
    private async Task<IdempotencyKey?> FindAsync(long userId, string key, DateTimeOffset now, CancellationToken ct)
    {
        var oldest = now - IdempotencyKey.Lifetime;
        await db.Set<IdempotencyKey>().Where(used => used.UserId == userId && used.CreatedAt < oldest).ExecuteDeleteAsync(ct);
        return await db.Set<IdempotencyKey>().AsNoTracking().SingleOrDefaultAsync(used => used.UserId == userId && used.Key == key, ct);
    }

    /// <summary>Takes all lines from stock; null when one can't be had as it is. To be rolled back then.</summary>
    private async Task<List<Taken>?> TakeAsync(List<CartItem> lines, DateTimeOffset now, CancellationToken ct)
    {
        var goods = new List<Taken>(lines.Count);
        foreach (var line in lines)
        {
            if (await StockReservation.TakeAsync(db, line.ProductId, line.Quantity, ct) is not { } product)
            {
                return null;
            }

            // Its stock is what is left; nothing is wrong with that.
            if (CartProblem.Of(product, line.Quantity, now) is { } problem && problem != CartProblem.InsufficientStock)
            {
                return null;
            }

            goods.Add(new Taken(line, product));
        }

        return goods;
    }

    private async Task<IResult?> ProblemAsync(CurrentUser me, DateTimeOffset now, CancellationToken ct)
    {
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

    private Task<List<long>> ReserveAsync(List<Taken> goods, CancellationToken ct) =>
        db.ReserveIdsAsync(("orders", 1), ("fulfilments", goods.Select(taken => taken.Product.SellerId).Distinct().Count()), ct);

    private Order Write(CurrentUser me, Checkout checkout, List<Taken> goods, DateTimeOffset now, List<long> ids)
    {
        var order = new Order
        {
            Id = ids[0],
            Payment = checkout.PaymentMethod == PaymentsOptions.Stripe
                ? new Payment { Amount = Money.Sum(goods.Select(taken => MostFor(taken, checkout.WeightTolerance))), ExpiresAt = now + payments.Value.UnpaidTimeout, DueAt = now + Payment.Lease }
                : null,
            BuyerId = me.Id,
            PaymentMethod = checkout.PaymentMethod,
            Delivery = checkout.Delivery,
            Note = checkout.Note,
            WeightTolerance = checkout.WeightTolerance,
            CreatedAt = now,
            UpdatedAt = now,
        };
        foreach (var farm in goods.GroupBy(taken => taken.Product.SellerId))
        {
            var fulfilment = new Fulfilment { Id = ids[1 + order.Fulfilments.Count], SellerId = farm.Key, CreatedAt = now, UpdatedAt = now };
            foreach (var (line, product) in farm.OrderBy(taken => taken.Line.Id))
            {
                var item = new OrderItem
                {
                    ProductId = product.Id,
                    ProductName = product.Name,
                    Unit = product.Unit,
                    Quantity = line.Quantity,
                    PriceAtOrderTime = product.Price,
                    PriceUnit = product.PriceUnit,
                    UnitWeight = product.UnitWeight,
                };
                item.Price();
                fulfilment.Items.Add(item);
                order.StockEntries.Add(new StockEntry { ProductId = product.Id, Change = -line.Quantity, Cause = StockCause.Sold, At = now });
            }

            order.Fulfilments.Add(fulfilment);
        }

        order.Open();
        return order;
    }

    /// <summary>What a line may come to when it is weighed, as far as the buyer need not be asked.</summary>
    private static Money MostFor(Taken taken, int tolerance)
    {
        var usual = taken.Product.PriceOf(taken.Line.Quantity);
        return taken.Product.UnitWeight is null ? usual : usual.For(new Quantity(1000 + (10L * tolerance))) + new Money(1);
    }

    private sealed record Taken(CartItem Line, Product Product);
}
