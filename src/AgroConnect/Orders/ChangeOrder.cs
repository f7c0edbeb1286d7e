using AgroConnect.Data;
using AgroConnect.Email;
using AgroConnect.Events;
using AgroConnect.Orders.Payments;
using AgroConnect.Products;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace AgroConnect.Orders;

/// <summary>
/// What all changes of an order have in common: one at a time, goods back on the shelf by their ids, mails in the
/// transaction, the event after it.
/// </summary>
internal sealed class ChangeOrder(AppDbContext db, OrderViews views, OrderMails mails, Outbox outbox, EventBus events, PaymentWorker worker, TimeProvider clock)
{
    /// <summary>An order while it is being changed.</summary>
    /// <param name="Order">With all its parts; nobody else changes it.</param>
    /// <param name="Me">Who changes it.</param>
    /// <param name="Now">The time of the change.</param>
    internal sealed record Change(Order Order, CurrentUser Me, DateTimeOffset Now)
    {
        /// <summary>Who it is for histories; null for the program itself.</summary>
        public long? By => Me.IsSignedIn ? Me.Id : null;

        public bool IsBuyer => Order.BuyerId == Me.Id;

        /// <summary>As whom they act; null for somebody who may not see the fulfilment.</summary>
        public Party? PartyOf(Fulfilment fulfilment) =>
            Me.IsStaff ? Party.Staff : fulfilment.SellerId == Me.Id ? Party.Seller : IsBuyer ? Party.Buyer : null;
    }

    /// <summary>Changes an order, unless <paramref name="change"/> says why not.</summary>
    /// <param name="id">The order; a stranger's is a 404.</param>
    /// <param name="me">Who asks.</param>
    /// <param name="request">For addresses in the answer.</param>
    /// <param name="change">Changes it and returns null; or the refusal, which leaves everything as it was.</param>
    /// <param name="ct">Gives up before the commit.</param>
    /// <returns>The order as it is then.</returns>
    public async Task<IResult> RunAsync(long id, CurrentUser me, HttpRequest request, Func<Change, Task<IResult?>> change, CancellationToken ct)
    {
        if (!await views.VisibleTo(me).AnyAsync(order => order.Id == id, ct))
        {
            return TypedResults.NotFound();
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var order = (await db.LockOrderAsync(id, ct))!;
        var before = order.UpdatedAt;
        if (await change(new Change(order, me, clock.GetUtcNow())) is { } refusal)
        {
            return refusal;
        }

        if (order is { Payment: { } payment } && order.UpdatedAt != before)
        {
            payment.DueAt = order.UpdatedAt;
        }

        await SaveAsync(order, transaction, before, ct);
        if (order.Payment is not null)
        {
            worker.Wake();
        }

        return TypedResults.Ok(await views.OfAsync(order, me, request.BaseUrl(), ct));
    }

    /// <summary>Changes an order for the program itself.</summary>
    /// <returns>The order as it is then.</returns>
    public async Task<Order> RunAsync(long id, Func<Change, Task> change, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var order = (await db.LockOrderAsync(id, ct))!;
        var before = order.UpdatedAt;
        await change(new Change(order, CurrentUser.Stranger, clock.GetUtcNow()));
        await SaveAsync(order, transaction, before, ct);
        return order;
    }

    private async Task SaveAsync(Order order, IDbContextTransaction transaction, DateTimeOffset before, CancellationToken ct)
    {
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        if (order.UpdatedAt != before)
        {
            outbox.Wake();
            await events.PublishAsync(OrderChanged.Of(order));
        }
    }

    /// <summary>Moves a fulfilment on, with its mails and its place in the audit log.</summary>
    public void Move(Change change, Fulfilment fulfilment, FulfilmentStatus to, string note)
    {
        var (order, now) = (change.Order, change.Now);
        db.Audit(change.By, "order.status", "order", order.Id, now, ($"fulfilment.{fulfilment.Id}", fulfilment.Status.Name(), to.Name()));
        order.Move(fulfilment, to, change.By, note, now);
        mails.Moved(order, fulfilment, note, change.By);
    }

    /// <summary>Cancels fulfilments of an order that are live; what was paid is to be given back.</summary>
    /// <param name="change">The order.</param>
    /// <param name="fulfilments">Some of its fulfilments.</param>
    /// <param name="restock">Whether the goods go back on the shelf; null: those that have not left the farm.</param>
    /// <param name="note">For the others to read.</param>
    public async Task CancelAsync(Change change, IReadOnlyCollection<Fulfilment> fulfilments, bool? restock, string note, CancellationToken ct)
    {
        var goods = fulfilments.Where(fulfilment => restock ?? !fulfilment.HasShipped)
            .SelectMany(fulfilment => fulfilment.Items).Select(item => (item.ProductId, item.LiveQuantity)).ToList();
        foreach (var fulfilment in fulfilments)
        {
            Move(change, fulfilment, FulfilmentStatus.Cancelled, note);
            fulfilment.PaymentStatus = fulfilment.PaymentStatus switch
            {
                PaymentStatus.Paid => PaymentStatus.Refunded,
                PaymentStatus.Authorised => PaymentStatus.Unpaid,
                var status => status,
            };
        }

        await RestockAsync(change, goods, ct);
    }

    /// <summary>Takes a part of a line out of an order; the goods go back by <see cref="RestockAsync"/>.</summary>
    public void CancelPart(Change change, Fulfilment fulfilment, OrderItem item, Quantity quantity, string note)
    {
        db.Audit(change.By, "order.item", "order", change.Order.Id, change.Now,
            ($"item.{item.Id}", item.LiveQuantity.ToDecimal(), (item.LiveQuantity - quantity).ToDecimal()));
        item.Cancel(quantity);
        fulfilment.UpdatedAt = change.Now;
        change.Order.Settle(change.By, change.Now);
        mails.Shortened(change.Order, fulfilment, item, quantity, note, change.By);
    }

    /// <summary>A line is weighed, or the buyer agrees to what it weighed; asks the buyer when it is beyond the tolerance.</summary>
    public void Weighed(Change change, Fulfilment fulfilment, OrderItem item, Action weigh)
    {
        var before = item.LineTotal;
        weigh();
        if (before != item.LineTotal)
        {
            db.Audit(change.By, "order.weight", "order", change.Order.Id, change.Now, ($"item.{item.Id}", before.Minor, item.LineTotal.Minor));
        }

        fulfilment.UpdatedAt = change.Now;
        change.Order.Settle(change.By, change.Now);
        if (item.ProposedWeight is not null)
        {
            mails.AskAboutWeight(change.Order, fulfilment, item);
        }
    }

    /// <summary>Cash was received for a fulfilment.</summary>
    public void MarkPaid(Change change, Fulfilment fulfilment)
    {
        db.Audit(change.By, "order.paid", "order", change.Order.Id, change.Now,
            ($"fulfilment.{fulfilment.Id}", fulfilment.PaymentStatus.Name(), PaymentStatus.Paid.Name()));
        (fulfilment.PaymentStatus, fulfilment.PaidAt, fulfilment.UpdatedAt) = (PaymentStatus.Paid, change.Now, change.Now);
        change.Order.Settle(change.By, change.Now);
        mails.Paid(change.Order, fulfilment);
    }

    /// <summary>Puts goods back on the shelf, in the order of their ids.</summary>
    public async Task RestockAsync(Change change, IEnumerable<(long ProductId, Quantity Quantity)> goods, CancellationToken ct)
    {
        foreach (var (productId, quantity) in goods.Where(good => good.Quantity > Quantity.Zero).OrderBy(good => good.ProductId))
        {
            await StockReservation.ReturnAsync(db, productId, quantity, ct);
            change.Order.StockEntries.Add(new StockEntry { ProductId = productId, Change = quantity, Cause = StockCause.Returned, At = change.Now });
        }
    }

    public static ErrorResult InvalidTransition(string detail) => ErrorResult.Conflict(detail, "invalid_transition");
}
