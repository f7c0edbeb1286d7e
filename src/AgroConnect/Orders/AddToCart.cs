using AgroConnect.Data;
using AgroConnect.Products;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Orders;

/// <summary><c>POST /api/orders/cart/items/</c>: what a buyer puts into the cart. Those who do it at the same moment share a transaction.</summary>
internal sealed class AddToCart(IServiceScopeFactory scopes, TimeProvider clock) : IAsyncDisposable
{
    private const int MostLines = 100;

    private readonly GroupCommit<Addition, Added> _additions = new(
        scopes, addition => addition.UserId, (services, group) => AddAsync(services.GetRequiredService<AppDbContext>(), group, clock.GetUtcNow()));

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

        try
        {
            var added = await add._additions.WriteAsync(new Addition(me.Id, id!.Value, quantity));
            if (!added.IsForSale)
            {
                fields.NoSuchId("product", id.Value);
            }

            foreach (var (field, error) in added.Errors)
            {
                fields.Error(field, error);
            }

            return fields.Problem
                ?? TypedResults.Json(carts.View(added.Lines, added.At, request.BaseUrl()), OrdersJson.Wire.CartView, statusCode: StatusCodes.Status201Created);
        }
        catch (Exception gone) when (gone.IsForeignKeyViolation())
        {
            fields.NoSuchId("product", id!.Value);
            return fields.Problem!;
        }
    }

    public ValueTask DisposeAsync() => _additions.DisposeAsync();

    /// <summary>What is wrong with an addition shows in the cart as it would be: it is put in at once, and taken back in the same transaction.</summary>
    private static async Task<IReadOnlyDictionary<Addition, Added>> AddAsync(AppDbContext db, IReadOnlyList<Addition> group, DateTimeOffset now)
    {
        long[] users = [.. group.Select(addition => addition.UserId)];
        var trip = new RoundTrip(db);
        trip.LockCarts(users, now);
        var filled = trip.FillCarts([.. group.Select(addition => (addition.UserId, addition.ProductId, addition.Quantity))]);
        var read = trip.ReadCarts(users);
        await trip.SendAsync(CancellationToken.None);
        var lines = read.ToLookup(line => line.UserId);
        var answers = group.ToDictionary(addition => addition, addition => Check(addition, filled.Contains(addition.UserId), [.. lines[addition.UserId]], now));
        if (answers.Values.Where(added => added.Errors.Count > 0).Select(added => added.Before!).ToList() is { Count: > 0 } wrong)
        {
            var back = new RoundTrip(db);
            back.SetQuantities(wrong);
            back.TakeOutOfCarts([.. wrong.Where(line => line.Quantity == Quantity.Zero).Select(line => line.Id)]);
            await back.SendAsync(CancellationToken.None);
        }

        return answers;
    }

    private static Added Check(Addition addition, bool isForSale, List<CartLine> lines, DateTimeOffset now)
    {
        if (!isForSale)
        {
            return new Added(null, lines, now);
        }

        var line = lines.Find(line => line.ProductId == addition.ProductId)!;
        var added = new Added(line with { Quantity = line.Quantity - addition.Quantity }, lines, now);
        if (line.SellerId == addition.UserId)
        {
            added.Errors.Add(("product", "You cannot buy your own product."));
        }

        if ((ChangeCart.Wrong(addition.Quantity, line.QuantityStep, least: Quantity.Zero)
            ?? ChangeCart.Wrong(line.Quantity, line.QuantityStep, line.MinOrderQuantity)) is { } wrong)
        {
            added.Errors.Add(("quantity", wrong));
        }

        if (added.Before!.Quantity == Quantity.Zero && lines.Count > MostLines)
        {
            added.Errors.Add(("product", $"A cart holds at most {MostLines} products."));
        }

        return added;
    }

    private sealed class Addition(long userId, long productId, Quantity quantity)
    {
        public long UserId => userId;

        public long ProductId => productId;

        public Quantity Quantity => quantity;
    }

    /// <summary>What became of an addition.</summary>
    /// <param name="Before">The line as it was, without a quantity when it is new; none when there is no such product for sale.</param>
    /// <param name="Lines">The cart with it, unless there is an error.</param>
    /// <param name="At">When that was.</param>
    private sealed record Added(CartLine? Before, IReadOnlyList<CartLine> Lines, DateTimeOffset At)
    {
        public bool IsForSale => Before is not null;

        public List<(string Field, string Message)> Errors { get; } = [];
    }
}
