using AgroConnect.Data;
using AgroConnect.Orders.Payments;
using AgroConnect.Products;
using AgroConnect.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AgroConnect.Orders;

/// <summary>What became of a checkout.</summary>
internal abstract record Placement
{
    /// <summary>Stored: it is an order.</summary>
    public sealed record Placed(Order Order, IReadOnlyDictionary<long, Product> Products) : Placement;

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
internal sealed class Checkouts(IServiceScopeFactory scopes, OrderMetrics metrics)
{
    private readonly GroupCommit<WaitingCheckout, Placement> _groups = new(
        scopes, checkout => checkout.BuyerId, (services, group) => services.GetRequiredService<CheckoutGroup>().PlaceAsync(group));

    public async Task<Placement> PlaceAsync(long buyerId, PlaceOrder.Checkout checkout, string? key)
    {
        var placement = await _groups.WriteAsync(new WaitingCheckout(buyerId, checkout, key));
        metrics.Count(placement);
        return placement;
    }
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
    public async Task<IReadOnlyDictionary<WaitingCheckout, Placement>> PlaceAsync(IReadOnlyList<WaitingCheckout> group)
    {
        var now = clock.GetUtcNow();
        var buyers = group.Select(checkout => checkout.BuyerId).ToList();

        // Checkouts of one person come one after the other: a twin with the same key finds the order of the first.
        await db.LockCartsAsync(buyers, now, CancellationToken.None);
        var answers = await FindAsync([.. group.Where(checkout => checkout.Key is not null)], now);
        var carts = (await db.CartItems.AsNoTracking().Where(item => buyers.Contains(item.UserId)).OrderBy(item => item.Id).ToListAsync()).ToLookup(item => item.UserId);
        var waiting = group.Where(checkout => !answers.ContainsKey(checkout)).ToList();
        var products = await StockReservation.LockAsync(
            db, [.. waiting.SelectMany(checkout => carts[checkout.BuyerId]).Select(item => item.ProductId).Distinct()], CancellationToken.None);
        var taken = new Dictionary<long, Quantity>();
        var accepted = new List<Basket>();
        foreach (var checkout in waiting)
        {
            var basket = new Basket(checkout, [.. carts[checkout.BuyerId].Select(item => new Good(item, products[item.ProductId]))]);
            if (RefusalOf(basket, taken, now) is { } why)
            {
                answers[checkout] = new Placement.Refused(why);
                continue;
            }

            accepted.Add(basket);
            foreach (var (item, product) in basket.Goods)
            {
                taken[product.Id] = taken.GetValueOrDefault(product.Id) + item.Quantity;
            }
        }

        if (accepted.Count > 0)
        {
            foreach (var (checkout, order) in await StoreAsync(accepted, taken, now))
            {
                answers[checkout] = new Placement.Placed(order, products);
            }
        }

        return answers;
    }

    /// <summary>Those whose key was used before. Keys that have lived their time are forgotten.</summary>
    private async Task<Dictionary<WaitingCheckout, Placement>> FindAsync(List<WaitingCheckout> withKeys, DateTimeOffset now)
    {
        if (withKeys.Count == 0)
        {
            return [];
        }

        var oldest = now - IdempotencyKey.Lifetime;
        var buyers = withKeys.Select(checkout => checkout.BuyerId).ToList();
        var keys = withKeys.Select(checkout => checkout.Key!).ToList();
        await db.Set<IdempotencyKey>().Where(used => buyers.Contains(used.UserId) && used.CreatedAt < oldest).ExecuteDeleteAsync();
        var known = await db.Set<IdempotencyKey>().AsNoTracking().Where(used => buyers.Contains(used.UserId) && keys.Contains(used.Key)).ToListAsync();
        return withKeys
            .Select(checkout => (Checkout: checkout, Used: known.Find(used => used.UserId == checkout.BuyerId && used.Key == checkout.Key)))
            .Where(one => one.Used is not null)
            .ToDictionary(
                one => one.Checkout,
                Placement (one) => new Placement.PlacedBefore(one.Used!.OrderId, one.Used.Fingerprint == IdempotencyKey.FingerprintOf(one.Checkout.What)));
    }

    private static Refusal? RefusalOf(Basket basket, Dictionary<long, Quantity> taken, DateTimeOffset now) =>
        basket.Goods.Count == 0 ? Refusal.EmptyCart
        : basket.Goods.Exists(good => CartProblem.Of(good.Product, good.Item.Quantity, now) is not null
            || taken.GetValueOrDefault(good.Product.Id) + good.Item.Quantity > good.Product.Stock) ? Refusal.Line
        : basket.Checkout.What.ExpectedTotal is { } expected && expected != basket.Total.Minor ? Refusal.TotalChanged
        : basket.Total >= Money.Largest ? Refusal.TotalTooLarge
        : null;

    private async Task<List<(WaitingCheckout Checkout, Order Order)>> StoreAsync(List<Basket> baskets, Dictionary<long, Quantity> taken, DateTimeOffset now)
    {
        var concerned = baskets.Select(basket => basket.Checkout.BuyerId).Concat(baskets.SelectMany(basket => basket.Farms)).Distinct().ToList();
        var people = await db.Users.Where(user => concerned.Contains(user.Id)).ToDictionaryAsync(user => user.Id);
        var ids = await db.ReserveIdsAsync(
            CancellationToken.None, ("orders", baskets.Count), ("fulfilments", baskets.Sum(basket => basket.Farms.Count)), ("order_items", baskets.Sum(basket => basket.Goods.Count)));
        var stored = new List<(WaitingCheckout, Order)>(baskets.Count);
        foreach (var basket in baskets)
        {
            var order = Write(basket, ids[0].Dequeue(), ids[1], ids[2], now);
            db.Orders.Add(order);
            if (basket.Checkout.Key is { } key)
            {
                db.Add(new IdempotencyKey
                {
                    UserId = order.BuyerId,
                    Key = key,
                    Fingerprint = IdempotencyKey.FingerprintOf(basket.Checkout.What),
                    Order = order,
                    CreatedAt = now,
                });
            }

            mails.Placed(order, people[order.BuyerId], people);
            stored.Add((basket.Checkout, order));
        }

        var changed = await db.SaveNewRowsAsync(
            CancellationToken.None, StockReservation.Take(db, taken), db.TakeOutOfCarts(baskets.SelectMany(basket => basket.Goods).Select(good => good.Item.Id)));
        return changed[0] == taken.Count ? stored : throw new InvalidOperationException("Stock was changed past its lock.");
    }

    private Order Write(Basket basket, long id, Queue<long> fulfilmentIds, Queue<long> itemIds, DateTimeOffset now)
    {
        var checkout = basket.Checkout.What;
        var order = new Order
        {
            Id = id,
            Payment = checkout.PaymentMethod == PaymentsOptions.Stripe
                ? new Payment
                {
                    Amount = Money.Sum(basket.Goods.Select(good => good.MostFor(checkout.WeightTolerance))),
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
        foreach (var farm in basket.Goods.GroupBy(good => good.Product.SellerId))
        {
            var fulfilment = new Fulfilment { Id = fulfilmentIds.Dequeue(), SellerId = farm.Key, CreatedAt = now, UpdatedAt = now };
            foreach (var (line, product) in farm)
            {
                var item = new OrderItem
                {
                    Id = itemIds.Dequeue(),
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

    /// <summary>A checkout with what is in the cart, in the order in which it was put in.</summary>
    private sealed record Basket(WaitingCheckout Checkout, List<Good> Goods)
    {
        public Money Total { get; } = Money.Sum(Goods.Select(good => good.Product.PriceOf(good.Item.Quantity)));

        public IReadOnlyCollection<long> Farms { get; } = [.. Goods.Select(good => good.Product.SellerId).Distinct()];
    }

    private sealed record Good(CartItem Item, Product Product)
    {
        /// <summary>What a line may come to when it is weighed, as far as the buyer need not be asked.</summary>
        public Money MostFor(int tolerance)
        {
            var usual = Product.PriceOf(Item.Quantity);
            return Product.UnitWeight is null ? usual : usual.For(new Quantity(1000 + (10L * tolerance))) + new Money(1);
        }
    }
}
