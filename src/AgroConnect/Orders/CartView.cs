using System.Data.Common;
using AgroConnect.Data;
using AgroConnect.Images;
using AgroConnect.Products;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Orders;

/// <summary>A cart on the wire (api.md, Cart and orders).</summary>
/// <param name="Items">In the order in which they were added.</param>
/// <param name="Total">The sum of the lines, those with a problem too.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="UpdatedAt">When the cart was last changed.</param>
public sealed record CartView(IReadOnlyList<CartItemView> Items, string Total, string Currency, DateTimeOffset UpdatedAt);

/// <param name="Id">Of the line.</param>
/// <param name="Product">What is in it.</param>
/// <param name="Quantity">In the product's unit.</param>
/// <param name="UnitPrice">For one <c>price_unit</c>, or one <c>unit</c> where there is none; as the product has it now.</param>
/// <param name="LineTotal">Rounded once; by the usual weight for what is priced by weight.</param>
/// <param name="Problem">One of <see cref="CartProblem"/>, or null.</param>
public sealed record CartItemView(long Id, CartProductView Product, Quantity Quantity, string UnitPrice, string LineTotal, string? Problem);

public sealed record CartProductView(
    long Id, string Name, string? ImageUrl, string Unit, Quantity Stock, string? PriceUnit, Quantity? UnitWeight, Quantity QuantityStep, Quantity MinOrderQuantity,
    SellerLink Seller);

/// <summary>Why a line can't be ordered as it is.</summary>
internal static class CartProblem
{
    public const string Unavailable = "unavailable";
    public const string InsufficientStock = "insufficient_stock";
    public const string BelowMinimum = "below_minimum";

    /// <summary>The product's step was changed since; there is no word for it in the contract.</summary>
    public const string InvalidStep = "invalid_step";

    /// <summary>What is wrong with a line at this moment.</summary>
    /// <param name="line">With the product as it is now.</param>
    /// <param name="now">For goods that have a season.</param>
    public static string? Of(CartLine line, DateTimeOffset now) =>
        !line.IsActive || !IsInSeason(line, now) ? Unavailable
        : line.Quantity < line.MinOrderQuantity ? BelowMinimum
        : !line.Quantity.IsMultipleOf(line.QuantityStep) ? InvalidStep
        : line.Quantity > line.Stock ? InsufficientStock
        : null;

    /// <summary>The dates of a season are days where the farm is: any place's today will do.</summary>
    private static bool IsInSeason(CartLine line, DateTimeOffset now) =>
        (line.AvailableFrom is not { } from || from <= DateOnly.FromDateTime(now.UtcDateTime.AddHours(14)))
        && (line.AvailableUntil is not { } until || until >= DateOnly.FromDateTime(now.UtcDateTime.AddHours(-12)));
}

/// <summary>A line of a cart with what a cart shows of the product, as it is now.</summary>
internal sealed record CartLine(
    long Id, long UserId, long ProductId, Quantity Quantity, string Name, IReadOnlyList<GalleryImage> Images, string Unit, Money Price, string? PriceUnit, Quantity? UnitWeight,
    Quantity Stock, Quantity QuantityStep, Quantity MinOrderQuantity, bool IsActive, DateOnly? AvailableFrom, DateOnly? AvailableUntil, long SellerId, string SellerName)
{
    /// <summary>What it costs now; by its usual weight when it is priced by weight.</summary>
    public Money Total => Price.For(UnitWeight is { } each ? Quantity.Times(each) : Quantity);
}

/// <summary>A line with the addresses to which the mails of its order go; who has left has none.</summary>
internal sealed record AddressedLine(CartLine Line, string? Buyer, string? Seller);

internal static class CartLines
{
    extension(RoundTrip trip)
    {
        /// <summary>Reads the lines of some carts, in the order in which they were added.</summary>
        public List<CartLine> ReadCarts(long[] userIds) =>
            trip.Read($"SELECT {Columns} FROM {Tables} WHERE item.user_id {trip.Is(userIds)} ORDER BY item.id", LineOf);

        /// <summary>Reads the lines of some carts in any order, and keeps their products, and the stock of them, as they are until the transaction ends.</summary>
        public List<AddressedLine> ReadCartsAndLockProducts(long[] userIds) =>
            // In the order of their ids: two groups that lock the same rows in opposite order would wait for each other. FOR UPDATE would also keep
            // out carts, which only refer to the row. SQLite's transaction keeps every other writer out from its beginning.
            trip.Read(
                $"""
                SELECT {Columns}, CASE WHEN buyer.deleted_at IS NULL THEN buyer.email END, CASE WHEN seller.deleted_at IS NULL THEN seller.email END
                FROM {Tables} JOIN users AS buyer ON buyer.id = item.user_id
                WHERE item.user_id {trip.Is(userIds)} ORDER BY {(trip.IsOnPostgres ? (FormattableString)$"product.id FOR NO KEY UPDATE OF product" : $"item.id")}
                """,
                row => new AddressedLine(LineOf(row), row.IsDBNull(18) ? null : row.GetString(18), row.IsDBNull(19) ? null : row.GetString(19)));
    }

    private static FormattableString Columns =>
        $"""
        item.id, item.user_id, item.product_id, item.quantity, product.name, product.images, product.unit, product.price, product.price_unit, product.unit_weight,
        product.stock, product.quantity_step, product.min_order_quantity, product.is_active, product.available_from, product.available_until, product.seller_id, seller.public_name
        """;

    private static FormattableString Tables =>
        $"cart_items AS item JOIN products AS product ON product.id = item.product_id JOIN users AS seller ON seller.id = product.seller_id";

    /// <param name="row">It begins with <see cref="Columns"/>.</param>
    private static CartLine LineOf(DbDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), new Quantity(row.GetInt64(3)), row.GetString(4), GalleryImage.ReadAll(row.GetString(5)), row.GetString(6),
        new Money(row.GetInt64(7)), row.IsDBNull(8) ? null : row.GetString(8), row.IsDBNull(9) ? null : new Quantity(row.GetInt64(9)), new Quantity(row.GetInt64(10)),
        new Quantity(row.GetInt64(11)), new Quantity(row.GetInt64(12)), row.GetBoolean(13), row.IsDBNull(14) ? null : row.GetFieldValue<DateOnly>(14), row.IsDBNull(15) ? null : row.GetFieldValue<DateOnly>(15),
        row.GetInt64(16), row.GetString(17));
}

/// <summary>Reads carts and shows them.</summary>
internal sealed class Carts(AppDbContext db, Site site, ImageUrls urls, TimeProvider clock)
{
    /// <summary>The lines of a cart, in the order in which they were added.</summary>
    public async Task<IReadOnlyList<CartLine>> ReadAsync(long userId, CancellationToken ct)
    {
        var trip = new RoundTrip(db);
        var lines = trip.ReadCarts([userId]);
        await trip.SendAsync(ct);
        return lines;
    }

    public async Task<CartView> ViewAsync(long userId, string baseUrl, CancellationToken ct)
    {
        var updated = await db.Carts.Where(cart => cart.UserId == userId).Select(cart => (long?)cart.UpdatedAt).SingleOrDefaultAsync(ct);
        var lines = await ReadAsync(userId, ct);

        // A cart that was never touched is as its account was made.
        return View(lines, updated is { } at ? DateTimeOffset.UnixEpoch.AddMicroseconds(at)
            : await db.Set<Users.User>().Where(user => user.Id == userId).Select(user => user.DateJoined).SingleAsync(ct), baseUrl);
    }

    public CartView View(IReadOnlyList<CartLine> lines, DateTimeOffset updatedAt, string baseUrl)
    {
        var now = clock.GetUtcNow();
        return new CartView(
            [.. lines.Select(line => new CartItemView(
                line.Id,
                new CartProductView(
                    line.ProductId, line.Name, line.Images is [var first, ..] ? urls.Page(first.Image, baseUrl) : null, line.Unit, line.Stock, line.PriceUnit,
                    line.UnitWeight, line.QuantityStep, line.MinOrderQuantity, new SellerLink(line.SellerId, line.SellerName, null)),
                line.Quantity, site.Currency.Format(line.Price), site.Currency.Format(line.Total), CartProblem.Of(line, now)))],
            site.Currency.Format(Money.Sum(lines.Select(line => line.Total))), site.Currency.Code, updatedAt);
    }
}
