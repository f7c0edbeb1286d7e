using System.Globalization;
using AgroConnect.Data;
using AgroConnect.Email;
using AgroConnect.Users;
using AgroConnect.Web;

namespace AgroConnect.Orders;

/// <summary>The mails of orders: in the outbox from the transaction of what they tell.</summary>
internal sealed class OrderMails(AppDbContext db, Outbox outbox, Site site)
{
    private const string PlacedMail = "order-placed";
    private const string ReceivedMail = "order-received";
    private const string MovedMail = "order-moved";
    private const string ShortenedMail = "order-shortened";
    private const string PaidMail = "order-paid";
    private const string WeightMail = "order-weight";

    /// <summary>To the buyer what was ordered, to each farm what it has to pack.</summary>
    /// <param name="order">It has its number.</param>
    /// <param name="addresses">Those of the buyer and the farms by their ids; who has left has none.</param>
    /// <returns>To be saved with the order.</returns>
    public IEnumerable<OutboxMail> Placed(Order order, IReadOnlyDictionary<long, string> addresses)
    {
        if (addresses.TryGetValue(order.BuyerId, out var buyer))
        {
            yield return Write(buyer, PlacedMail, order, model =>
            {
                model["items"] = Lines(order.Fulfilments.SelectMany(fulfilment => fulfilment.Items));
                model["total"] = Amount(order.Total);
            });
        }

        // What has yet to be paid for is no work for a farm.
        foreach (var fulfilment in order.Payment is null ? order.Fulfilments : [])
        {
            if (addresses.TryGetValue(fulfilment.SellerId, out var farm))
            {
                yield return Write(farm, ReceivedMail, order, model => FillReceived(model, order, fulfilment));
            }
        }
    }

    /// <summary>To a farm: what it has to pack, and for whom.</summary>
    public void Received(Order order, Fulfilment fulfilment) => Add(fulfilment.Seller, ReceivedMail, order, model => FillReceived(model, order, fulfilment));

    private void FillReceived(Dictionary<string, object> model, Order order, Fulfilment fulfilment)
    {
        model["items"] = Lines(fulfilment.Items);
        model["total"] = Amount(fulfilment.Total);
        model["method"] = order.Delivery.Method;
        model["name"] = order.Delivery.Name;
        model["phone"] = order.Delivery.Phone;
        model["address"] = order.Delivery.Address;
        model["notes"] = order.Delivery.Notes;
        model["note"] = order.Note;
    }

    /// <summary>A step: to the buyer and to the farm, but not to whoever took it.</summary>
    public void Moved(Order order, Fulfilment fulfilment, string note, long? by) => Tell(order, fulfilment, by, MovedMail, model =>
    {
        model["status"] = fulfilment.Status.Name();
        model["note"] = note;
        model["tracking"] = fulfilment.Tracking ?? "";
    });

    /// <summary>A part of a line was cancelled.</summary>
    public void Shortened(Order order, Fulfilment fulfilment, OrderItem item, Quantity quantity, string note, long? by) => Tell(order, fulfilment, by, ShortenedMail, model =>
    {
        model["product"] = item.ProductName;
        model["quantity"] = Number(quantity);
        model["unit"] = item.Unit;
        model["note"] = note;
        model["total"] = Amount(fulfilment.Total);
    });

    /// <summary>To the buyer: it weighs more or less than agreed; is that all right?</summary>
    public void AskAboutWeight(Order order, Fulfilment fulfilment, OrderItem item) => Add(order.Buyer, WeightMail, order, model =>
    {
        model["farm"] = fulfilment.Seller.PublicName;
        model["product"] = item.ProductName;
        model["usual"] = Number(item.UsualWeight!.Value);
        model["weight"] = Number(item.ProposedWeight!.Value);
        model["unit"] = item.PriceUnit!;
        model["total"] = Amount(item.PriceAtOrderTime.For(item.ProposedWeight!.Value));
    });

    /// <summary>To the buyer: the farm has the money.</summary>
    public void Paid(Order order, Fulfilment fulfilment) => Add(order.Buyer, PaidMail, order, model =>
    {
        model["farm"] = fulfilment.Seller.PublicName;
        model["total"] = Amount(fulfilment.Total);
    });

    private void Tell(Order order, Fulfilment fulfilment, long? by, string template, Action<Dictionary<string, object>> fill)
    {
        User[] concerned = order.Payment is { WasSecured: false } ? [order.Buyer] : [order.Buyer, fulfilment.Seller];
        foreach (var person in concerned.Where(person => person.Id != by))
        {
            Add(person, template, order, model =>
            {
                model["farm"] = fulfilment.Seller.PublicName;
                fill(model);
            });
        }
    }

    private void Add(User person, string template, Order order, Action<Dictionary<string, object>> fill)
    {
        if (person is { DeletedAt: null, Email: { } address })
        {
            db.OutboxMails.Add(Write(address, template, order, fill));
        }
    }

    private OutboxMail Write(string address, string template, Order order, Action<Dictionary<string, object>> fill)
    {
        var model = new Dictionary<string, object> { ["number"] = order.Number, ["link"] = $"{site.FrontendUrl}/orders/{order.Id}" };
        fill(model);
        return outbox.Write(new Recipient(address), new MailDraft(template, "en", model));
    }

    private List<Dictionary<string, object>> Lines(IEnumerable<OrderItem> items) =>
        [.. items.Select(item => new Dictionary<string, object>
        {
            ["name"] = item.ProductName,
            ["quantity"] = Number(item.LiveQuantity),
            ["unit"] = item.Unit,
            ["total"] = Amount(item.LineTotal),
        })];

    private string Amount(Money amount) => $"{site.Currency.Format(amount)} {site.Currency.Code}";

    private static string Number(Quantity quantity) => quantity.ToDecimal().ToString("0.###", CultureInfo.InvariantCulture);
}
