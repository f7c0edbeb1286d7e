using System.Globalization;
using AgroConnect.Data;
using AgroConnect.Orders;
using AgroConnect.Orders.Payments;
using AgroConnect.Products;

namespace AgroConnect.Commands;

/// <summary>One made-up order and what became of it, as its number decides: the same number gives the same order.</summary>
internal sealed class DemoOrder
{
    private static readonly string[] Streets = ["Moi Avenue", "Station Road", "Market Street", "Mill Lane", "Canal Road", "Church Road"];

    private readonly Random _random;

    private DemoOrder(int number) => _random = new Random(number);

    /// <param name="number">From 1.</param>
    /// <param name="buyers">Ids, one of which buys.</param>
    /// <param name="products">What there is to buy.</param>
    /// <param name="at">When it is ordered.</param>
    /// <param name="now">What would happen later has not happened.</param>
    /// <param name="note">How it is told from others.</param>
    public static Order Make(int number, IReadOnlyList<long> buyers, IReadOnlyList<Product> products, DateTimeOffset at, DateTimeOffset now, string note)
    {
        var demo = new DemoOrder(number);
        var order = demo.Place(buyers[demo._random.Next(buyers.Count)], products, at, note);
        foreach (var fulfilment in order.Fulfilments)
        {
            demo.Live(order, fulfilment, now);
        }

        return order;
    }

    private Order Place(long buyer, IReadOnlyList<Product> products, DateTimeOffset at, string note)
    {
        var isPickup = _random.Next(4) == 0;
        var order = new Order
        {
            BuyerId = buyer,
            PaymentMethod = PaymentsOptions.Cash,
            Delivery = new Delivery(
                isPickup ? Delivery.Pickup : Delivery.ToTheDoor, "", "",
                isPickup ? "" : string.Create(CultureInfo.InvariantCulture, $"{Streets[_random.Next(Streets.Length)]} {_random.Next(1, 90)}"), ""),
            Note = note,
            WeightTolerance = 10,
            CreatedAt = at,
            UpdatedAt = at,
        };
        var goods = Enumerable.Range(0, _random.Next(1, 3)).Select(_ => products[_random.Next(products.Count)]).DistinctBy(product => product.Id);
        foreach (var farm in goods.GroupBy(product => product.SellerId))
        {
            var fulfilment = new Fulfilment { SellerId = farm.Key, CreatedAt = at, UpdatedAt = at };
            foreach (var product in farm)
            {
                Add(order, fulfilment, product, at);
            }

            order.Fulfilments.Add(fulfilment);
        }

        order.Open();
        return order;
    }

    private void Add(Order order, Fulfilment fulfilment, Product product, DateTimeOffset at)
    {
        var least = product.MinOrderQuantity.IsMultipleOf(product.QuantityStep) ? product.MinOrderQuantity
            : new Quantity(((product.MinOrderQuantity.Thousandths / product.QuantityStep.Thousandths) + 1) * product.QuantityStep.Thousandths);
        var item = new OrderItem
        {
            ProductId = product.Id,
            ProductName = product.Name,
            Unit = product.Unit,
            Quantity = new Quantity(least.Thousandths + (_random.Next(4) * product.QuantityStep.Thousandths)),
            PriceAtOrderTime = product.Price,
            PriceUnit = product.PriceUnit,
            UnitWeight = product.UnitWeight,
        };
        item.Price();
        fulfilment.Items.Add(item);
        order.StockEntries.Add(new StockEntry { ProductId = product.Id, Change = -item.Quantity, Cause = StockCause.Sold, At = at });
    }

    /// <summary>Hours pass; a few parts are cancelled, a few wait for long.</summary>
    private void Live(Order order, Fulfilment fulfilment, DateTimeOffset now)
    {
        var at = order.CreatedAt;
        if (_random.Next(12) == 0)
        {
            if (Later(1, 20))
            {
                order.Move(fulfilment, FulfilmentStatus.Cancelled, order.BuyerId, "", at);
                order.StockEntries.AddRange(fulfilment.Items.Select(item => new StockEntry { ProductId = item.ProductId, Change = item.LiveQuantity, Cause = StockCause.Returned, At = at }));
            }

            return;
        }

        if (!Later(1, 30))
        {
            return;
        }

        order.Move(fulfilment, FulfilmentStatus.Confirmed, fulfilment.SellerId, "", at);
        foreach (var item in fulfilment.Items.Where(item => item.AwaitsWeight))
        {
            item.Weigh(item.UsualWeight!.Value, order.WeightTolerance);
        }

        foreach (var status in order.Delivery.IsPickup ? [FulfilmentStatus.Delivered] : new[] { FulfilmentStatus.Shipped, FulfilmentStatus.Delivered })
        {
            if (!Later(6, 60))
            {
                return;
            }

            order.Move(fulfilment, status, fulfilment.SellerId, "", at);
        }

        // Now and then a farm forgets to say that it was paid.
        if (_random.Next(10) > 0 && Later(0, 12))
        {
            (fulfilment.PaymentStatus, fulfilment.PaidAt, fulfilment.UpdatedAt) = (PaymentStatus.Paid, at, at);
            order.Settle(fulfilment.SellerId, at);
        }

        bool Later(int fewest, int most)
        {
            at = at.AddHours(_random.Next(fewest, most)).AddMinutes(_random.Next(60));
            return at < now;
        }
    }
}
