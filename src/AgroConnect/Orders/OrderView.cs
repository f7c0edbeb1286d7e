using AgroConnect.Data;
using AgroConnect.Images;
using AgroConnect.Orders.Payments;
using AgroConnect.Products;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Orders;

/// <summary>An order on the wire (api.md, Cart and orders). A farm sees its own lines, fulfilment and total alone.</summary>
public sealed record OrderView(
    long Id, string Number, long User, string Status, string Total, string Currency, IReadOnlyList<OrderItemView> Items,
    IReadOnlyList<FulfilmentView> Fulfilments, PaymentView Payment, Delivery Delivery, string Note, int WeightTolerance,
    IReadOnlyList<HistoryView> History, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>A line on the wire.</summary>
/// <param name="Quantity">As ordered, in <paramref name="Unit"/>.</param>
/// <param name="CancelledQuantity">How much of it was cancelled by itself; <paramref name="LineTotal"/> is for the rest.</param>
/// <param name="PriceUnit">What the price is for when that is not the unit.</param>
/// <param name="UsualWeight">What it should weigh, in the price unit.</param>
/// <param name="PackedWeight">What it weighed when it was packed.</param>
/// <param name="ProposedWeight">A packed weight beyond the tolerance, which the buyer is asked about.</param>
public sealed record OrderItemView(
    long Id, long Product, string ProductName, string Unit, string? ImageUrl, Quantity Quantity, Quantity CancelledQuantity, string PriceAtOrderTime,
    string? PriceUnit, Quantity? UsualWeight, Quantity? PackedWeight, Quantity? ProposedWeight, string LineTotal, long Seller, long Fulfilment);

public sealed record FulfilmentView(
    long Id, FarmView Seller, string Status, string PaymentStatus, DateTimeOffset? PaidAt, string Total, string? Tracking, DateTimeOffset UpdatedAt);

public sealed record FarmView(long Id, string Name);

/// <param name="Method">How it is paid.</param>
/// <param name="Status">The sum of the live fulfilments.</param>
/// <param name="AmountDue">What the live fulfilments come to, paid or not.</param>
/// <param name="ClientSecret">For the buyer's browser, while the provider waits for it.</param>
public sealed record PaymentView(string Method, string Status, string AmountDue, string? ClientSecret);

public sealed record HistoryView(string Status, long? Fulfilment, DateTimeOffset At, long? By, string Note);

/// <summary>Reads orders and shows to each what is theirs to see.</summary>
internal sealed class OrderViews(AppDbContext db, Site site, ImageUrls urls)
{
    /// <summary>Orders that somebody may see: as their buyer, as one of their farms, as staff.</summary>
    public IQueryable<Order> VisibleTo(CurrentUser me) =>
        me.IsStaff ? db.Orders : db.Orders.Where(order => order.BuyerId == me.Id || order.Fulfilments.Any(fulfilment => fulfilment.SellerId == me.Id));

    /// <returns>Null when there is none, or not for them.</returns>
    public async Task<OrderView?> FindAsync(long id, CurrentUser me, string baseUrl, CancellationToken ct) =>
        (await ReadAsync(VisibleTo(me).Where(order => order.Id == id), me, baseUrl, ct)).SingleOrDefault();

    /// <summary>Shows some orders, in their order: five statements for any number.</summary>
    public async Task<IReadOnlyList<OrderView>> ReadAsync(IQueryable<Order> orders, CurrentUser me, string baseUrl, CancellationToken ct)
    {
        var rows = await orders.AsNoTracking().Include(order => order.Payment)
            .Include(order => order.Fulfilments).ThenInclude(fulfilment => fulfilment.Items)
            .Include(order => order.Fulfilments).ThenInclude(fulfilment => fulfilment.Seller)
            .Include(order => order.History)
            .AsSplitQuery().ToListAsync(ct);
        var images = await ImagesOfAsync(rows, ct);
        return [.. rows.Select(order => Of(order, me, images, baseUrl))];
    }

    /// <summary>An order that is in memory with all its parts, after a change.</summary>
    public async Task<OrderView> OfAsync(Order order, CurrentUser me, string baseUrl, CancellationToken ct) =>
        Of(order, me, await ImagesOfAsync([order], ct), baseUrl);

    /// <param name="order">With all its parts.</param>
    /// <param name="me">Who looks at it.</param>
    /// <param name="images">The pictures of its products.</param>
    /// <param name="baseUrl">Where the server is for whoever asks.</param>
    /// <param name="farms">The names of its farms, when it was not read with their accounts.</param>
    public OrderView Of(
        Order order, CurrentUser me, IReadOnlyDictionary<long, IReadOnlyList<GalleryImage>> images, string baseUrl, IReadOnlyDictionary<long, string>? farms = null)
    {
        var seesAll = me.Owns(order.BuyerId);
        var fulfilments = order.Fulfilments.Where(fulfilment => seesAll || fulfilment.SellerId == me.Id).OrderBy(fulfilment => fulfilment.Id).ToList();
        return new OrderView(
            order.Id, order.Number, order.BuyerId, order.Status.Name(), site.Currency.Format(seesAll ? order.Total : Money.Sum(fulfilments.Select(fulfilment => fulfilment.Total))),
            site.Currency.Code,
            [.. fulfilments.SelectMany(fulfilment => fulfilment.Items.Select(item => View(item, fulfilment, images, baseUrl))).OrderBy(item => item.Id)],
            [.. fulfilments.Select(fulfilment => new FulfilmentView(
                fulfilment.Id, new FarmView(fulfilment.SellerId, farms is null ? fulfilment.Seller.PublicName : farms[fulfilment.SellerId]), fulfilment.Status.Name(), fulfilment.PaymentStatus.Name(),
                fulfilment.PaidAt, site.Currency.Format(fulfilment.Total), fulfilment.Tracking, fulfilment.UpdatedAt))],
            new PaymentView(
                order.PaymentMethod, (seesAll ? order.PaymentStatus : fulfilments[0].PaymentStatus).Name(),
                site.Currency.Format(seesAll ? order.AmountDue : Money.Sum(fulfilments.Where(fulfilment => fulfilment.IsLive).Select(fulfilment => fulfilment.Total))),
                order.BuyerId == me.Id && order.Payment is { State: PaymentState.Waiting } payment ? payment.ClientSecret : null),
            order.Delivery, order.Note, order.WeightTolerance,
            [.. order.History.Where(entry => entry.FulfilmentId is null || fulfilments.Exists(fulfilment => fulfilment.Id == entry.FulfilmentId))
                .OrderBy(entry => entry.Id)
                .Select(entry => new HistoryView(entry.Status, entry.FulfilmentId, entry.At, entry.By, entry.Note))],
            order.CreatedAt, order.UpdatedAt);
    }

    public OrderItemView View(OrderItem item, Fulfilment fulfilment, IReadOnlyDictionary<long, IReadOnlyList<GalleryImage>> images, string baseUrl) => new(
        item.Id, item.ProductId, item.ProductName, item.Unit,
        images.GetValueOrDefault(item.ProductId) is [var first, ..] ? urls.Page(first.Image, baseUrl) : null,
        item.Quantity, item.CancelledQuantity, site.Currency.Format(item.PriceAtOrderTime), item.PriceUnit, item.UsualWeight, item.PackedWeight, item.ProposedWeight,
        site.Currency.Format(item.LineTotal), fulfilment.SellerId, fulfilment.Id);

    /// <summary>The pictures of what is in some orders, as the products have them now.</summary>
    public Task<IReadOnlyDictionary<long, IReadOnlyList<GalleryImage>>> ImagesOfAsync(IEnumerable<Order> orders, CancellationToken ct) =>
        ImagesOfAsync(orders.SelectMany(order => order.Fulfilments), ct);

    /// <inheritdoc cref="ImagesOfAsync(IEnumerable{Order}, CancellationToken)"/>
    public async Task<IReadOnlyDictionary<long, IReadOnlyList<GalleryImage>>> ImagesOfAsync(IEnumerable<Fulfilment> fulfilments, CancellationToken ct)
    {
        var ids = fulfilments.SelectMany(fulfilment => fulfilment.Items).Select(item => item.ProductId).Distinct().ToList();
        return await db.Products.Where(product => ids.Contains(product.Id)).Select(product => new { product.Id, product.Images })
            .ToDictionaryAsync(product => product.Id, product => product.Images, ct);
    }
}
