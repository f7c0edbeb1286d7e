using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Orders.Payments;

/// <summary>
/// Opens the payment of an order that is stored, and <c>POST /api/orders/{id}/payment/</c>: does it again for a buyer whose checkout came back
/// without a <c>client_secret</c> because the provider was away.
/// </summary>
internal sealed class OpenPayment(OrderViews views, IServiceScopeFactory scopes, ILogger<OpenPayment> log)
{
    /// <summary>What the buyer gets to wait for; the worker goes on without them.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task<IResult> HandleAsync(long id, HttpRequest request, CurrentUser me, OpenPayment payments, CancellationToken ct)
    {
        var order = await payments.FindAsync(id, me, ct);
        if (order is null)
        {
            return TypedResults.NotFound();
        }

        if (order.BuyerId != me.Id)
        {
            return ErrorResult.Forbidden();
        }

        if (order.Payment is null)
        {
            return ErrorResult.Conflict("This order is paid in cash.", "is_cash");
        }

        return await payments.SettleAsync(id, ct)
            ? TypedResults.Ok(await payments.ViewAsync(id, me, request, ct))
            : new ErrorResult(StatusCodes.Status503ServiceUnavailable, "The payment provider can't be reached. Try again in a moment.", "provider_unavailable");
    }

    /// <summary>Tells the provider at once, so that the answer has what the browser pays with; the worker does it later when that fails.</summary>
    public async Task OpenAsync(long id)
    {
        try
        {
            // Whether the buyer still waits or not.
            await SettleAsync(id, CancellationToken.None);
        }
        catch (Exception error)
        {
            // The order stands all the same.
            log.LogError(error, "The payment of order {OrderId} was not opened; the worker tries it again.", id);
        }
    }

    private async Task<bool> SettleAsync(long id, CancellationToken ct)
    {
        // A scope of its own: what the caller has loaded stays as it is.
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<StripePayments>().SettleAsync(id, Patience, ct);
    }

    private Task<Order?> FindAsync(long id, CurrentUser me, CancellationToken ct) =>
        views.VisibleTo(me).AsNoTracking().Include(order => order.Payment).SingleOrDefaultAsync(order => order.Id == id, ct);

    private Task<OrderView?> ViewAsync(long id, CurrentUser me, HttpRequest request, CancellationToken ct) => views.FindAsync(id, me, request.BaseUrl(), ct);
}
