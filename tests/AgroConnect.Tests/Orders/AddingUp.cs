using AgroConnect.Data;
using AgroConnect.Orders;
using AgroConnect.Orders.Payments;
using CsCheck;

namespace AgroConnect.Tests.Orders;

/// <summary>What holds for any prices, quantities, cancellations and weights.</summary>
[WithoutDatabase]
public sealed class AddingUp
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    private static readonly Gen<Line> AnyLine = Gen.Select(
        Gen.Long[1, 1_000_000_000], Gen.Long[1, 999_999_999], Gen.Long[1, 99_999].Nullable(), Gen.Int[0, 3],
        (price, quantity, weight, farm) => new Line(new Money(price), new Quantity(quantity), weight is { } each ? new Quantity(each) : null, farm));

    private static readonly Gen<Act> AnyAct = Gen.Select(Gen.Int[0, 5], Gen.Int[0, 20], Gen.Int[0, 4], Gen.Long[1, 2_000_000_000], (kind, line, to, amount) => new Act(kind, line, to, amount));

    [Fact]
    public void A_line_is_rounded_once_half_away_from_zero() =>
        Gen.Select(Gen.Long[1, 1_000_000_000_000], Gen.Long[1, 999_999_999]).Sample((price, quantity) =>
        {
            var exact = (Int128)price * quantity;
            var expected = (exact / 1000) + (exact % 1000 >= 500 ? 1 : 0);

            Assert.Equal(expected > Money.Largest.Minor ? Money.Largest.Minor : (long)expected, new Money(price).For(new Quantity(quantity)).Minor);
        });

    [Fact]
    public void Lines_fulfilments_and_the_order_come_to_the_same_whatever_happens_to_them() =>
        Gen.Select(AnyLine.Array[1, 8], AnyAct.Array[0, 30]).Sample((lines, acts) =>
        {
            var order = Place(lines);
            foreach (var act in acts)
            {
                Do(order, act);

                Assert.Equal(order.Total, Money.Sum(order.Fulfilments.Select(fulfilment => fulfilment.Total)));
                foreach (var fulfilment in order.Fulfilments)
                {
                    Assert.Equal(fulfilment.Total, Money.Sum(fulfilment.Items.Select(item => item.LineTotal)));
                    Assert.All(fulfilment.Items, item =>
                    {
                        Assert.InRange(item.CancelledQuantity.Thousandths, 0, item.Quantity.Thousandths);
                        Assert.Equal(item.LineTotal, item.PriceAtOrderTime.For(item.PackedWeight ?? item.UsualWeight ?? item.LiveQuantity));
                    });
                }
            }
        });

    [Fact]
    public void An_order_stands_where_the_slowest_of_its_live_fulfilments_does_and_never_leaves_the_table() =>
        Gen.Select(AnyLine.Array[1, 8], AnyAct.Array[0, 30]).Sample((lines, acts) =>
        {
            var order = Place(lines);
            foreach (var act in acts)
            {
                var before = order.Fulfilments.ToDictionary(fulfilment => fulfilment, fulfilment => fulfilment.Status);
                Do(order, act);

                Assert.All(order.Fulfilments, fulfilment => Assert.Contains((before[fulfilment], fulfilment.Status), Steps));
                var live = order.Fulfilments.Where(fulfilment => fulfilment.Status != FulfilmentStatus.Cancelled).ToList();
                Assert.Equal(
                    live.Count == 0 ? OrderStatus.Cancelled
                    : live.TrueForAll(fulfilment => fulfilment is { Status: FulfilmentStatus.Delivered, PaymentStatus: PaymentStatus.Paid }) ? OrderStatus.Completed
                    : (OrderStatus)live.Min(fulfilment => fulfilment.Status),
                    order.Status);
                Assert.Equal(order.Status.Name(), order.History.Last(entry => entry.Fulfilment is null).Status);
            }
        });

    /// <summary>The contract's table, written a second time by hand; and standing still.</summary>
    private static readonly HashSet<(FulfilmentStatus, FulfilmentStatus)> Steps =
    [
        .. Enum.GetValues<FulfilmentStatus>().Select(status => (status, status)),
        (FulfilmentStatus.Pending, FulfilmentStatus.Confirmed), (FulfilmentStatus.Confirmed, FulfilmentStatus.Shipped), (FulfilmentStatus.Shipped, FulfilmentStatus.Delivered),
        (FulfilmentStatus.Pending, FulfilmentStatus.Cancelled), (FulfilmentStatus.Confirmed, FulfilmentStatus.Cancelled), (FulfilmentStatus.Shipped, FulfilmentStatus.Cancelled),
    ];

    private static Order Place(Line[] lines)
    {
        var order = new Order
        {
            BuyerId = 1,
            PaymentMethod = PaymentsOptions.Cash,
            Delivery = new Delivery(Delivery.ToTheDoor, "", "", "", ""),
            WeightTolerance = 10,
            CreatedAt = Now,
            UpdatedAt = Now,
        };
        foreach (var farm in lines.GroupBy(line => line.Farm))
        {
            var fulfilment = new Fulfilment { SellerId = 10 + farm.Key, CreatedAt = Now, UpdatedAt = Now };
            foreach (var line in farm)
            {
                var item = new OrderItem
                {
                    ProductId = 1,
                    ProductName = "",
                    Unit = "piece",
                    Quantity = line.Quantity,
                    PriceAtOrderTime = line.Price,
                    PriceUnit = line.Weight is null ? null : "kg",
                    UnitWeight = line.Weight,
                };
                item.Price();
                fulfilment.Items.Add(item);
            }

            order.Fulfilments.Add(fulfilment);
        }

        order.Open();
        return order;
    }

    private static void Do(Order order, Act act)
    {
        var items = order.Fulfilments.SelectMany(fulfilment => fulfilment.Items.Select(item => (Fulfilment: fulfilment, Item: item))).ToList();
        var (part, line) = items[act.Line % items.Count];
        switch (act.Kind)
        {
            case 0 or 1:
                var to = Enum.GetValues<FulfilmentStatus>()[act.To];
                if (FulfilmentSteps.Leads(part.Status, to, isPickup: false, Party.Staff))
                {
                    order.Move(part, to, 1, "", Now);
                }

                break;
            case 2 when part.IsLive:
                part.PaymentStatus = PaymentStatus.Paid;
                break;
            case 3 when line.LiveQuantity > Quantity.Zero:
                line.Cancel(new Quantity(1 + (act.Amount % line.LiveQuantity.Thousandths)));
                break;
            case 4 when line.UsualWeight is { Thousandths: > 0 }:
                line.Weigh(new Quantity(act.Amount), order.WeightTolerance);
                break;
            case 5 when line.ProposedWeight is not null:
                line.AcceptWeight();
                break;
        }

        order.Settle(1, Now);
    }

    private sealed record Line(Money Price, Quantity Quantity, Quantity? Weight, int Farm);

    private sealed record Act(int Kind, int Line, int To, long Amount);
}
