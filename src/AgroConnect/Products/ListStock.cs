using AgroConnect.Data;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Products;

/// <summary>A row of the stock ledger on the wire.</summary>
/// <param name="Change">Positive when it came, negative when it went; all of a product sum up to its stock.</param>
/// <param name="Cause"><c>set</c>, <c>sold</c>, <c>returned</c> or <c>corrected</c>.</param>
/// <param name="Order">The order that took it or gave it back.</param>
public sealed record StockEntryView(long Id, Quantity Change, string Cause, long? Order, DateTimeOffset At);

/// <summary><c>GET /api/products/{id}/stock/</c>, newest first: for its seller and staff.</summary>
internal static class ListStock
{
    public static async Task<IResult> HandleAsync(long id, HttpRequest request, CurrentUser me, AppDbContext db, CancellationToken ct)
    {
        var product = await db.Products.AsNoTracking().SingleOrDefaultAsync(product => product.Id == id, ct);
        if (ProductsModule.Refusal(product, me) is { } refusal)
        {
            return refusal;
        }

        var query = Fields.FromQuery(request);
        var page = PageRequest.Read(request, query);
        if (query.Problem is { } problem)
        {
            return problem;
        }

        var entries = db.StockEntries.AsNoTracking().Where(entry => entry.ProductId == id);
        var count = await entries.LongCountAsync(ct);
        if (!page.Exists(count))
        {
            return PageRequest.Invalid();
        }

        var rows = await entries.OrderByDescending(entry => entry.Id).Skip((int)page.Offset).Take(page.Size).ToListAsync(ct);
        return TypedResults.Ok(page.Of<StockEntryView>(
            request, count, [.. rows.Select(row => new StockEntryView(row.Id, row.Change, Name(row.Cause), row.OrderId, row.At))]));
    }

    private static string Name(StockCause cause) => cause switch
    {
        StockCause.Set => "set",
        StockCause.Sold => "sold",
        StockCause.Returned => "returned",
        _ => "corrected",
    };
}
