using AgroConnect.Data;
using AgroConnect.Products;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Orders;

/// <summary><c>POST /api/orders/cart/items/</c>: what a buyer puts into the cart. Those who do it at the same moment share a transaction.</summary>
internal sealed class AddToCart(IServiceScopeFactory scopes, TimeProvider clock) : IAsyncDisposable
{
    private readonly GroupCommit<Addition, Filled?> _additions = new(
        scopes, addition => addition.UserId, (services, group) => Task.FromResult(Add(services.GetRequiredService<AppDbContext>(), group, clock.GetUtcNow())),
        opened: db => db.PlanRowByRowAsync());

    public sealed record Request(long Product, decimal Quantity);

    public static async Task<IResult> HandleAsync(HttpRequest request, CurrentUser me, AddToCart add, Carts carts, AppDbContext db, CancellationToken ct)
    {
        var fields = await Fields.ReadAsync(request, ct);
        var (id, quantity) = (fields.Id("product"), fields.Quantity("quantity", min: 0.001m));
        if (fields.Problem is not null)
        {
            // Whoever has two mistakes to mend hears of both.
            if (fields.IsGood("product") && !await db.Products.AnyAsync(product => product.Id == id && product.IsActive, ct))
            {
                fields.NoSuchId("product", id!.Value);
            }

            return fields.Problem;
        }

        var addition = new Addition(me.Id, id!.Value, quantity);
        try
        {
            for (var attempt = 0; attempt < Cart.MostAttempts; attempt++)
            {
                if (await add._additions.WriteAsync(addition) is { } cart)
                {
                    return TypedResults.Json(carts.View(cart.Lines, cart.At, request.BaseUrl()), OrdersJson.Wire.CartView, statusCode: StatusCodes.Status201Created);
                }

                await ExplainAsync(addition, fields, db, ct);
                if (fields.Problem is { } problem)
                {
                    return problem;
                }

                // What was wrong was mended in the meantime.
            }

            return Cart.Unsettled();
        }
        catch (Exception gone) when (gone.IsForeignKeyViolation())
        {
            fields.NoSuchId("product", addition.ProductId);
            return fields.Problem!;
        }
    }

    public ValueTask DisposeAsync() => _additions.DisposeAsync();

    private static LastTrip<Addition, Filled?> Add(AppDbContext db, IReadOnlyList<Addition> group, DateTimeOffset now)
    {
        long[] users = [.. group.Select(addition => addition.UserId)];
        var trip = new RoundTrip(db);
        trip.LockCarts(users, now);
        var filled = trip.FillCarts([.. group.Select(addition => (addition.UserId, addition.ProductId, addition.Quantity))]);
        var read = trip.ReadCarts(users);
        return new LastTrip<Addition, Filled?>(trip, () =>
        {
            var lines = read.ToLookup(line => line.UserId);
            return group.ToDictionary(
                addition => addition, addition => filled.Contains(addition.UserId) ? new Filled([.. lines[addition.UserId]], now) : null);
        });
    }

    /// <summary>Says why a cart did not take it.</summary>
    private static async Task ExplainAsync(Addition addition, Fields fields, AppDbContext db, CancellationToken ct)
    {
        var product = await db.Products.Where(product => product.Id == addition.ProductId && product.IsActive)
            .Select(product => new { product.SellerId, product.QuantityStep, product.MinOrderQuantity }).SingleOrDefaultAsync(ct);
        if (product is null)
        {
            fields.NoSuchId("product", addition.ProductId);
            return;
        }

        var lines = await db.CartItems.AsNoTracking().Where(item => item.UserId == addition.UserId).ToDictionaryAsync(item => item.ProductId, item => item.Quantity, ct);
        if (product.SellerId == addition.UserId)
        {
            fields.Error("product", "You cannot buy your own product.");
        }

        if ((ChangeCart.Wrong(addition.Quantity, product.QuantityStep, least: Quantity.Zero)
            ?? ChangeCart.Wrong(lines.GetValueOrDefault(addition.ProductId) + addition.Quantity, product.QuantityStep, product.MinOrderQuantity)) is { } wrong)
        {
            fields.Error("quantity", wrong);
        }

        if (!lines.ContainsKey(addition.ProductId) && lines.Count >= Cart.MostLines)
        {
            fields.Error("product", $"A cart holds at most {Cart.MostLines} products.");
        }
    }

    private sealed class Addition(long userId, long productId, Quantity quantity)
    {
        public long UserId => userId;

        public long ProductId => productId;

        public Quantity Quantity => quantity;
    }

    /// <param name="Lines">The cart with what was put in.</param>
    /// <param name="At">When that was.</param>
    private sealed record Filled(IReadOnlyList<CartLine> Lines, DateTimeOffset At);
}
