using AgroConnect.Data;
using AgroConnect.Orders.Payments;
using AgroConnect.Products;
using Microsoft.Extensions.Options;

namespace AgroConnect.Orders;

/// <summary>What became of a checkout.</summary>
internal abstract record Placement
{
    /// <summary>Stored: it is an order.</summary>
    /// <param name="Order">With all its parts, but without the accounts and products that they refer to.</param>
    /// <param name="Images">The pictures of the products.</param>
    /// <param name="Farms">The names of the farms.</param>
    public sealed record Placed(Order Order, IReadOnlyDictionary<long, IReadOnlyList<GalleryImage>> Images, IReadOnlyDictionary<long, string> Farms) : Placement;

    /// <summary>Its key was used within a day, for the same checkout or another.</summary>
    public sealed record PlacedBefore(long OrderId, bool SameCheckout) : Placement;

    /// <summary>Nothing was changed.</summary>
    public sealed record Refused(Refusal Why) : Placement;
}

internal enum Refusal
{
    EmptyCart,

    /// <summary>A line can't be had as it is, or not as much of it.</summary>
    Line,
    TotalChanged,
    TotalTooLarge,
}

/// <summary>Turns carts into orders. Buyers who check out at the same moment share a transaction.</summary>
internal sealed class Checkouts(IServiceScopeFactory scopes, OrderMetrics metrics) : IAsyncDisposable
{
    private readonly GroupCommit<WaitingCheckout, Placement> _groups = new(
        scopes, checkout => checkout.BuyerId, (services, group) => services.GetRequiredService<CheckoutGroup>().PlaceAsync(group),
        opened: db => db.PlanRowByRowAsync());

    public async Task<Placement> PlaceAsync(long buyerId, PlaceOrder.Checkout checkout, string? key)
    {
        var placement = await _groups.WriteAsync(new WaitingCheckout(buyerId, checkout, key));
        metrics.Count(placement);
        return placement;
    }

    public ValueTask DisposeAsync() => _groups.DisposeAsync();
}

internal sealed class WaitingCheckout(long buyerId, PlaceOrder.Checkout what, string? key)
{
    public long BuyerId => buyerId;

    public PlaceOrder.Checkout What => what;

    public string? Key => key;
}

/// <summary>
/// Some checkouts, each of another buyer, in the open transaction: stock is taken, prices are copied into the lines, the mails
/// are written, the carts are emptied. Who asked first is served first.
/// </summary>
internal sealed class CheckoutGroup(AppDbContext db, OrderMails mails, IOptions<PaymentsOptions> payments, TimeProvider clock)
{
    public async Task<LastTrip<WaitingCheckout, Placement>> PlaceAsync(IReadOnlyList<WaitingCheckout> group)
    {
        var now = clock.GetUtcNow();
        var trip = new RoundTrip(db);
        long[] buyers = [.. group.Select(checkout => checkout.BuyerId)];

        // Checkouts of one person come one after the other: a twin with the same key finds the order of the first.
        trip.LockCarts(buyers, now);
        var used = ReadUsedKeys(trip, [.. group.Where(checkout => checkout.Key is not null)], now);
        var carts = trip.ReadCartsAndLockProducts(buyers);
        FormattableString lineCount = $"SELECT count(*) FROM cart_items WHERE user_id {trip.Is(buyers)}";

        // A line may be the only one of its farm.
        var ids = new NewIds(trip.ReserveIds("orders", $"{buyers.Length}"), trip.ReserveIds("fulfilments", lineCount), trip.ReserveIds("order_items", lineCount));
        await trip.SendAsync(CancellationToken.None);

        var lines = carts.Select(addressed => addressed.Line).OrderBy(line => line.Id).ToLookup(line => line.UserId);
        var answers = new Dictionary<WaitingCheckout, Placement>();
        var taken = new Dictionary<long, Quantity>();
        var accepted = new List<Basket>();
        foreach (var checkout in group)
        {
            var basket = new Basket(checkout, [.. lines[checkout.BuyerId]]);
            if (used.Find(key => key.UserId == checkout.BuyerId && key.Key == checkout.Key) is { } before)
            {
                answers[checkout] = new Placement.PlacedBefore(before.OrderId, before.Fingerprint == IdempotencyKey.FingerprintOf(checkout.What));
            }
            else if (RefusalOf(basket, taken, now) is { } why)
            {
                answers[checkout] = new Placement.Refused(why);
            }
            else
            {
                accepted.Add(basket);
                foreach (var line in basket.Lines)
                {
                    taken[line.ProductId] = taken.GetValueOrDefault(line.ProductId) + line.Quantity;
                }
            }
        }

        var last = new RoundTrip(db);
        if (accepted.Count > 0)
        {
            StockReservation.Take(last, taken);
            last.TakeOutOfCarts([.. accepted.SelectMany(basket => basket.Lines).Select(line => line.Id)]);
            var rows = new NewRows(db);
            var emails = AddressesOf(carts);
            foreach (var basket in accepted)
            {
                var order = Write(basket, ids, now);
                rows.Add([order, .. order.Fulfilments, .. order.Fulfilments.SelectMany(fulfilment => fulfilment.Items), .. order.History, .. order.StockEntries]);
                rows.Add(mails.Placed(order, emails));
                if (order.Payment is { } payment)
                {
                    rows.Add([payment]);
                }

                if (basket.Checkout.Key is { } key)
                {
                    rows.Add([new IdempotencyKey { UserId = order.BuyerId, Key = key, Fingerprint = IdempotencyKey.FingerprintOf(basket.Checkout.What), OrderId = order.Id, CreatedAt = now }]);
                }

                answers[basket.Checkout] = new Placement.Placed(
                    order, basket.Lines.ToDictionary(line => line.ProductId, line => line.Images), basket.Farms.ToDictionary(farm => farm.Key, farm => farm.First().SellerName));
            }

            await rows.SaveAsync(last, CancellationToken.None);
        }

        return new LastTrip<WaitingCheckout, Placement>(last, () => answers);
    }

    /// <summary>Reads those of their keys that were used before. Keys that have lived their time are forgotten.</summary>
    private static List<UsedKey> ReadUsedKeys(RoundTrip trip, IReadOnlyList<WaitingCheckout> withKeys, DateTimeOffset now)
    {
        if (withKeys.Count == 0)
        {
            return [];
        }

        long[] buyers = [.. withKeys.Select(checkout => checkout.BuyerId)];
        string[] keys = [.. withKeys.Select(checkout => checkout.Key!)];
        trip.Execute($"DELETE FROM idempotency_keys WHERE user_id {trip.Is(buyers)} AND created_at < {now - IdempotencyKey.Lifetime}");
        return trip.Read(
            $"SELECT user_id, key, fingerprint, order_id FROM idempotency_keys WHERE user_id {trip.Is(buyers)} AND key {trip.Is(keys)}",
            row => new UsedKey(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt64(3)));
    }

    /// <summary>The addresses of buyers and farms by their ids.</summary>
    private static Dictionary<long, string> AddressesOf(IEnumerable<AddressedLine> carts) =>
        carts.SelectMany(line => new[] { (Id: line.Line.UserId, Email: line.Buyer), (Id: line.Line.SellerId, Email: line.Seller) })
            .Where(person => person.Email is not null).DistinctBy(person => person.Id).ToDictionary(person => person.Id, person => person.Email!);

    private static Refusal? RefusalOf(Basket basket, Dictionary<long, Quantity> taken, DateTimeOffset now) =>
        basket.Lines.Count == 0 ? Refusal.EmptyCart
        : basket.Lines.Exists(line => CartProblem.Of(line, now) is not null || taken.GetValueOrDefault(line.ProductId) + line.Quantity > line.Stock) ? Refusal.Line
        : basket.Checkout.What.ExpectedTotal is { } expected && expected != basket.Total.Minor ? Refusal.TotalChanged
        : basket.Total >= Money.Largest ? Refusal.TotalTooLarge
        : null;

    private Order Write(Basket basket, NewIds ids, DateTimeOffset now)
    {
        var (checkout, id) = (basket.Checkout.What, ids.Orders.Dequeue());
        var order = new Order
        {
            Id = id,
            Payment = checkout.PaymentMethod == PaymentsOptions.Stripe
                ? new Payment
                {
                    OrderId = id,
                    Amount = Money.Sum(basket.Lines.Select(line => MostFor(line, checkout.WeightTolerance))),
                    ExpiresAt = now + payments.Value.UnpaidTimeout,
                    DueAt = now + Payment.Lease,
                }
                : null,
            BuyerId = basket.Checkout.BuyerId,
            PaymentMethod = checkout.PaymentMethod,
            Delivery = checkout.Delivery,
            Note = checkout.Note,
            WeightTolerance = checkout.WeightTolerance,
            CreatedAt = now,
            UpdatedAt = now,
        };
        foreach (var farm in basket.Farms)
        {
            var fulfilment = new Fulfilment { Id = ids.Fulfilments.Dequeue(), OrderId = id, SellerId = farm.Key, CreatedAt = now, UpdatedAt = now };
            foreach (var line in farm)
            {
                var item = new OrderItem
                {
                    Id = ids.Items.Dequeue(),
                    FulfilmentId = fulfilment.Id,
                    ProductId = line.ProductId,
                    ProductName = line.Name,
                    Unit = line.Unit,
                    Quantity = line.Quantity,
                    PriceAtOrderTime = line.Price,
                    PriceUnit = line.PriceUnit,
                    UnitWeight = line.UnitWeight,
                };
                item.Price();
                fulfilment.Items.Add(item);
                order.StockEntries.Add(new StockEntry { ProductId = line.ProductId, OrderId = id, Change = -line.Quantity, Cause = StockCause.Sold, At = now });
            }

            order.Fulfilments.Add(fulfilment);
        }

        order.Open();
        return order;
    }

    /// <summary>What a line may come to when it is weighed, as far as the buyer need not be asked.</summary>
    private static Money MostFor(CartLine line, int tolerance) =>
        line.UnitWeight is null ? line.Total : line.Total.For(new Quantity(1000 + (10L * tolerance))) + new Money(1);

    /// <summary>A checkout with what is in the cart, in the order in which it was put in.</summary>
    private sealed record Basket(WaitingCheckout Checkout, List<CartLine> Lines)
    {
        public Money Total { get; } = Money.Sum(Lines.Select(line => line.Total));

        public IReadOnlyList<IGrouping<long, CartLine>> Farms { get; } = [.. Lines.GroupBy(line => line.SellerId)];
    }

    private sealed record NewIds(Queue<long> Orders, Queue<long> Fulfilments, Queue<long> Items);

    private sealed record UsedKey(long UserId, string Key, string Fingerprint, long OrderId);
}
