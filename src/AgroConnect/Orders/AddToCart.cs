using AgroConnect.Data;
using AgroConnect.Products;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Orders;

/// <summary><c>POST /api/orders/cart/items/</c>: what a buyer puts into the cart. Those who do it at the same moment share a transaction.</summary>
internal sealed class AddToCart(IServiceScopeFactory scopes, TimeProvider clock)
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

    private static async Task<IReadOnlyDictionary<Addition, Added>> AddAsync(AppDbContext db, IReadOnlyList<Addition> group, DateTimeOffset now)
    {
        long[] users = [.. group.Select(addition => addition.UserId)];
        var reading = new RoundTrip(db);
        reading.LockCarts(users, now);
        var read = reading.ReadCarts(users, [.. group.Select(addition => addition.ProductId)]);
        await reading.SendAsync(CancellationToken.None);
        var lines = read.ToLookup(line => line.UserId);
        var answers = group.ToDictionary(addition => addition, addition => Check(addition, [.. lines[addition.UserId]], now));
        var good = group.Where(addition => answers[addition].IsGood).ToList();
        if (good.Count > 0)
        {
            var writing = new RoundTrip(db);
            var filled = writing.FillCarts([.. good.Select(addition => (addition.UserId, addition.ProductId, addition.Quantity))]);
            await writing.SendAsync(CancellationToken.None);
            var ids = filled.ToDictionary(line => (line.UserId, line.ProductId), line => line.Id);
            foreach (var addition in good)
            {
                answers[addition].Put(ids[(addition.UserId, addition.ProductId)], addition.Quantity);
            }
        }

        return answers;
    }

    private static Added Check(Addition addition, List<CartLine> lines, DateTimeOffset now)
    {
        var wanted = lines is [{ Id: 0 } first, ..] ? first : null;
        lines.RemoveAll(line => line.Id == 0);
        var added = new Added(wanted, lines, now);
        if (wanted is not { IsActive: true })
        {
            return added;
        }

        if (wanted.SellerId == addition.UserId)
        {
            added.Errors.Add(("product", "You cannot buy your own product."));
        }

        var there = lines.Find(line => line.ProductId == wanted.ProductId);
        if ((ChangeCart.Wrong(addition.Quantity, wanted.QuantityStep, least: Quantity.Zero)
            ?? ChangeCart.Wrong((there?.Quantity ?? Quantity.Zero) + addition.Quantity, wanted.QuantityStep, wanted.MinOrderQuantity)) is { } wrong)
        {
            added.Errors.Add(("quantity", wrong));
        }

        if (there is null && lines.Count == MostLines)
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

    /// <summary>A cart as it is after an addition; as it was, when there is an error.</summary>
    private sealed record Added(CartLine? Wanted, List<CartLine> Lines, DateTimeOffset At)
    {
        public bool IsForSale => Wanted is { IsActive: true };

        public List<(string Field, string Message)> Errors { get; } = [];

        public bool IsGood => IsForSale && Errors.Count == 0;

        public void Put(long lineId, Quantity quantity)
        {
            var index = Lines.FindIndex(line => line.Id == lineId);
            if (index < 0)
            {
                Lines.Add(Wanted! with { Id = lineId, Quantity = quantity });
            }
            else
            {
                Lines[index] = Lines[index] with { Quantity = Lines[index].Quantity + quantity };
            }
        }
    }
}
