using System.Linq.Expressions;
using System.Text.Json;
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

    /// <summary>What is wrong with so much of a product at this moment.</summary>
    /// <param name="product">As it is now.</param>
    /// <param name="quantity">What somebody wants.</param>
    /// <param name="now">For goods that have a season.</param>
    public static string? Of(Product product, Quantity quantity, DateTimeOffset now) =>
        Of(product.IsActive && IsInSeason(product.AvailableFrom, product.AvailableUntil, now), quantity, product.MinOrderQuantity, product.QuantityStep, product.Stock);

    /// <inheritdoc cref="Of(Product, Quantity, DateTimeOffset)"/>
    public static string? Of(CartLine line, DateTimeOffset now) =>
        Of(line.IsActive && IsInSeason(line.AvailableFrom, line.AvailableUntil, now), line.Quantity, line.MinOrderQuantity, line.QuantityStep, line.Stock);

    private static string? Of(bool available, Quantity quantity, Quantity least, Quantity step, Quantity stock) =>
        !available ? Unavailable
        : quantity < least ? BelowMinimum
        : !quantity.IsMultipleOf(step) ? InvalidStep
        : quantity > stock ? InsufficientStock
        : null;

    /// <summary>The dates of a season are days where the farm is: any place's today will do.</summary>
    private static bool IsInSeason(DateOnly? from, DateOnly? until, DateTimeOffset now) =>
        (from is null || from <= DateOnly.FromDateTime(now.UtcDateTime.AddHours(14)))
        && (until is null || until >= DateOnly.FromDateTime(now.UtcDateTime.AddHours(-12)));
}

/// <summary>A line of a cart with what a cart shows of the product, as it is now.</summary>
internal sealed record CartLine(
    long Id, long UserId, long ProductId, Quantity Quantity, string Name, IReadOnlyList<GalleryImage> Images, string Unit, Money Price, string? PriceUnit, Quantity? UnitWeight,
    Quantity Stock, Quantity QuantityStep, Quantity MinOrderQuantity, bool IsActive, DateOnly? AvailableFrom, DateOnly? AvailableUntil, long SellerId, string SellerName)
{
    public Money Total => Price.For(UnitWeight is { } each ? Quantity.Times(each) : Quantity);
}

/// <summary>Reads carts and shows them.</summary>
internal sealed class Carts(AppDbContext db, Site site, ImageUrls urls, TimeProvider clock)
{
    private static readonly Expression<Func<CartItem, CartLine>> Line = item => new CartLine(
        item.Id, item.UserId, item.ProductId, item.Quantity, item.Product.Name, item.Product.Images, item.Product.Unit, item.Product.Price, item.Product.PriceUnit,
        item.Product.UnitWeight, item.Product.Stock, item.Product.QuantityStep, item.Product.MinOrderQuantity, item.Product.IsActive,
        item.Product.AvailableFrom, item.Product.AvailableUntil, item.Product.SellerId, item.Product.Seller.PublicName);

    /// <summary>The lines of some carts, in the order in which they were added.</summary>
    public Task<List<CartLine>> ReadAsync(long[] userIds, CancellationToken ct) =>
        db.CartItems.AsNoTracking().Where(item => userIds.Contains(item.UserId)).OrderBy(item => item.Id).Select(Line).ToListAsync(ct);

    /// <summary>The lines of some carts, and before them what is wanted in addition: without an id and a quantity, where there is such a product.</summary>
    public Task<List<CartLine>> ReadAsync(long[] userIds, long[] wantedProductIds, CancellationToken ct) =>
        (db is PostgresDbContext
            ? db.CartItems.FromSql(
                $"""
                SELECT id, user_id, product_id, quantity FROM cart_items WHERE user_id = ANY ({userIds})
                UNION ALL SELECT 0, user_id, product_id, 0 FROM unnest({userIds}, {wantedProductIds}) AS wanted (user_id, product_id)
                """)
            : db.CartItems.FromSql(
                $"""
                SELECT id, user_id, product_id, quantity FROM cart_items WHERE user_id IN (SELECT value FROM json_each({JsonSerializer.Serialize(userIds)}))
                UNION ALL SELECT 0, u.value, p.value, 0 FROM json_each({JsonSerializer.Serialize(userIds)}) AS u JOIN json_each({JsonSerializer.Serialize(wantedProductIds)}) AS p ON p.key = u.key
                """)).AsNoTracking().OrderBy(item => item.Id).Select(Line).ToListAsync(ct);

    public async Task<CartView> ViewAsync(long userId, string baseUrl, CancellationToken ct)
    {
        var updated = await db.Carts.Where(cart => cart.UserId == userId).Select(cart => (long?)cart.UpdatedAt).SingleOrDefaultAsync(ct);
        var lines = await ReadAsync([userId], ct);

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
