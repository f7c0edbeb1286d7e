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
        !product.IsActive || !IsInSeason(product, now) ? Unavailable
        : quantity < product.MinOrderQuantity ? BelowMinimum
        : !quantity.IsMultipleOf(product.QuantityStep) ? InvalidStep
        : quantity > product.Stock ? InsufficientStock
        : null;

    /// <summary>The dates of a season are days where the farm is: any place's today will do.</summary>
    private static bool IsInSeason(Product product, DateTimeOffset now) =>
        (product.AvailableFrom is not { } from || from <= DateOnly.FromDateTime(now.UtcDateTime.AddHours(14)))
        && (product.AvailableUntil is not { } until || until >= DateOnly.FromDateTime(now.UtcDateTime.AddHours(-12)));
}

/// <summary>A line of a cart with the product as it is now.</summary>
internal sealed record CartLine(CartItem Item, Product Product, string SellerName);

/// <summary>Reads carts and shows them.</summary>
internal sealed class Carts(AppDbContext db, Site site, ImageUrls urls, TimeProvider clock)
{
    private static readonly Func<AppDbContext, long, IAsyncEnumerable<CartLine>> Lines = EF.CompileAsyncQuery((AppDbContext db, long userId) =>
        db.Set<CartItem>().Where(item => item.UserId == userId).OrderBy(item => item.Id)
            .Select(item => new CartLine(item, item.Product, item.Product.Seller.PublicName)));

    /// <summary>The lines of somebody's cart, tracked.</summary>
    public Task<List<CartLine>> ReadAsync(long userId, CancellationToken ct) => Lines(db, userId).ToListAsync(ct).AsTask();

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
                line.Item.Id,
                new CartProductView(
                    line.Product.Id, line.Product.Name, line.Product.Images is [var first, ..] ? urls.Page(first.Image, baseUrl) : null,
                    line.Product.Unit, line.Product.Stock, line.Product.PriceUnit, line.Product.UnitWeight, line.Product.QuantityStep,
                    line.Product.MinOrderQuantity, new SellerLink(line.Product.SellerId, line.SellerName, null)),
                line.Item.Quantity, site.Currency.Format(line.Product.Price), site.Currency.Format(line.Product.PriceOf(line.Item.Quantity)),
                CartProblem.Of(line.Product, line.Item.Quantity, now)))],
            site.Currency.Format(Money.Sum(lines.Select(line => line.Product.PriceOf(line.Item.Quantity)))), site.Currency.Code, updatedAt);
    }
}
