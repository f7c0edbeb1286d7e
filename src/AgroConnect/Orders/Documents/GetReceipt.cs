using AgroConnect.Data;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Orders.Documents;

/// <summary><c>GET /api/orders/{id}/receipt/</c>: for the buyer and staff the whole order, for a farm its part.</summary>
internal static class GetReceipt
{
    public static readonly Formats Formats = new(("html", "text/html"), ("pdf", "application/pdf"));

    public static async Task<IResult> HandleAsync(
        long id, HttpRequest request, CurrentUser me, AppDbContext db, OrderViews views, Site site, CancellationToken ct)
    {
        var order = await views.FindAsync(id, me, request.BaseUrl(), ct);
        if (order is null)
        {
            return TypedResults.NotFound();
        }

        var query = Fields.FromQuery(request);
        var (format, refusal) = Formats.Choose(request, query);
        if ((refusal ?? query.Problem) is { } problem)
        {
            return problem;
        }

        var buyer = await db.Users.Where(user => user.Id == order.User).Select(user => user.PublicName).SingleAsync(ct);
        var receipt = Receipt.Of(order, buyer, site.Name);
        if (format == "html")
        {
            return Pages.Of(receipt);
        }

        request.HttpContext.Response.Headers.CacheControl = "private, no-store";
        request.HttpContext.Response.Headers.ContentDisposition = $"inline; filename=\"{order.Number}.pdf\"";
        return TypedResults.Bytes(ReceiptPdf.Write(receipt), "application/pdf");
    }
}
