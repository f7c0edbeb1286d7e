using AgroConnect.Data;
using AgroConnect.Products;
using AgroConnect.Users;
using AgroConnect.Web;

namespace AgroConnect.Orders;

/// <summary><c>POST /api/orders/cart/items/</c>: what a buyer puts into the cart. Those who do it at the same moment share a transaction.</summary>
internal sealed class AddToCart(IServiceScopeFactory scopes, ProductLoader products, TimeProvider clock)
{
    private const int MostLines = 100;

    private readonly GroupCommit<Addition, Added> _additions = new(
        scopes, addition => addition.UserId, (services, group) => AddAsync(services.GetRequiredService<AppDbContext>(), services.GetRequiredService<Carts>(), group, clock.GetUtcNow()));

    public sealed record Request(long Product, decimal Quantity);

    public static async Task<IResult> HandleAsync(HttpRequest request, CurrentUser me, AddToCart add, Carts carts, CancellationToken ct)
    {
        var fields = await Fields.ReadAsync(request, ct);
        var (id, quantity) = (fields.Id("product"), fields.Quantity("quantity", min: 0.001m));
        var row = id is { } known ? await add.FindAsync(known) : null;
        if (id is { } wanted && fields.IsGood("product"))
        {
            if (row is not { Product.IsActive: true })
            {
                fields.NoSuchId("product", wanted);
            }
            else if (row.Product.SellerId == me.Id)
            {
                fields.Error("product", "You cannot buy your own product.");
            }
        }

        if (row is not null && fields.IsGood("quantity") && ChangeCart.Wrong(quantity, row.Product.QuantityStep, least: Quantity.Zero) is { } wrong)
        {
            fields.Error("quantity", wrong);
        }

        if (fields.Problem is { } problem)
        {
            return problem;
        }

        try
        {
            var added = await add._additions.WriteAsync(new Addition(me.Id, row!, quantity));
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

    private Task<ProductRow?> FindAsync(long productId) => products.FindAsync(productId);

    private static async Task<IReadOnlyDictionary<Addition, Added>> AddAsync(AppDbContext db, Carts carts, IReadOnlyList<Addition> group, DateTimeOffset now)
    {
        var users = group.Select(addition => addition.UserId).ToArray();
        await db.LockCartsAsync(users, now, CancellationToken.None);
        var lines = (await carts.ReadAsync(users, CancellationToken.None)).ToLookup(line => line.UserId);
        var answers = group.ToDictionary(addition => addition, addition => Check(addition, [.. lines[addition.UserId]], now));
        var good = group.Where(addition => answers[addition].Errors.Count == 0).ToList();
        if (good.Count > 0)
        {
            var ids = await db.FillCartsAsync([.. good.Select(addition => (addition.UserId, addition.Row.Product.Id, addition.Quantity))], CancellationToken.None);
            foreach (var addition in good)
            {
                answers[addition].Put(addition, ids[(addition.UserId, addition.Row.Product.Id)]);
            }
        }

        return answers;
    }

    private static Added Check(Addition addition, List<CartLine> lines, DateTimeOffset now)
    {
        var errors = new List<(string, string)>();
        var product = addition.Row.Product;
        var there = lines.Find(line => line.ProductId == product.Id);
        if (ChangeCart.Wrong((there?.Quantity ?? Quantity.Zero) + addition.Quantity, product.QuantityStep, product.MinOrderQuantity) is { } wrong)
        {
            errors.Add(("quantity", wrong));
        }

        if (there is null && lines.Count == MostLines)
        {
            errors.Add(("product", $"A cart holds at most {MostLines} products."));
        }

        return new Added(lines, errors, now);
    }

    private sealed class Addition(long userId, ProductRow row, Quantity quantity)
    {
        public long UserId => userId;

        public ProductRow Row => row;

        public Quantity Quantity => quantity;
    }

    /// <summary>A cart as it is after an addition; as it was, when there is an error.</summary>
    private sealed record Added(List<CartLine> Lines, IReadOnlyList<(string Field, string Message)> Errors, DateTimeOffset At)
    {
        public void Put(Addition addition, long lineId)
        {
            var index = Lines.FindIndex(line => line.Id == lineId);
            if (index < 0)
            {
                Lines.Add(CartLine.Of(lineId, addition.UserId, addition.Quantity, addition.Row));
            }
            else
            {
                Lines[index] = Lines[index] with { Quantity = Lines[index].Quantity + addition.Quantity };
            }
        }
    }
}
