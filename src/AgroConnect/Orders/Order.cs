using System.Globalization;
using System.Text.Json.Serialization;
using AgroConnect.Data;
using AgroConnect.Orders.Payments;
using AgroConnect.Products;
using AgroConnect.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgroConnect.Orders;

/// <summary>What somebody bought at one time, from one farm or many: a fulfilment for each.</summary>
public sealed class Order
{
    public long Id { get; internal init; }

    /// <summary>As people write it: <c>AC-2026-000041</c>.</summary>
    public string Number => string.Create(CultureInfo.InvariantCulture, $"AC-{CreatedAt.UtcDateTime.Year}-{Id:D6}");

    public required long BuyerId { get; init; }

    public User Buyer { get; private init; } = null!;

    public OrderStatus Status { get; private set; }

    /// <summary>The sum of its lines.</summary>
    public Money Total { get; private set; }

    /// <summary>One of <see cref="PaymentsOptions.Methods"/>.</summary>
    public required string PaymentMethod { get; init; }

    public required Delivery Delivery { get; set; }

    public string Note { get; init; } = "";

    /// <summary>By how many percent a packed weight may differ from the usual one without asking the buyer again.</summary>
    public int WeightTolerance { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Null for cash.</summary>
    public Payment? Payment { get; init; }

    public List<Fulfilment> Fulfilments { get; private init; } = [];

    public List<HistoryEntry> History { get; private init; } = [];

    /// <summary>What it took from stock and gave back.</summary>
    public List<StockEntry> StockEntries { get; private init; } = [];

    public IEnumerable<Fulfilment> Live => Fulfilments.Where(fulfilment => fulfilment.IsLive);

    public bool IsFinished => Status is OrderStatus.Completed or OrderStatus.Cancelled;

    /// <summary>What its live fulfilments come to.</summary>
    public Money AmountDue => Money.Sum(Live.Select(fulfilment => fulfilment.Total));

    /// <summary>The sum of its live fulfilments; of all, when none is live.</summary>
    public PaymentStatus PaymentStatus
    {
        get
        {
            var statuses = (Live.Any() ? Live : Fulfilments).Select(fulfilment => fulfilment.PaymentStatus).Distinct().ToList();
            return statuses is [var only] ? only
                : statuses.Contains(PaymentStatus.Failed) ? PaymentStatus.Failed
                : statuses.Contains(PaymentStatus.Paid) ? PaymentStatus.PartlyPaid
                : statuses.Contains(PaymentStatus.Refunded) ? PaymentStatus.Refunded
                : PaymentStatus.Unpaid;
        }
    }

    /// <summary>The first entry of its history; to be called once all lines are there.</summary>
    public void Open()
    {
        Add(Status.Name(), null, BuyerId, "", CreatedAt);
        Recount();
    }

    /// <summary>Moves a fulfilment on; the caller has asked <see cref="FulfilmentSteps"/>.</summary>
    /// <param name="fulfilment">One of this order.</param>
    /// <param name="to">Where it goes.</param>
    /// <param name="by">Who does it; null for the program.</param>
    /// <param name="note">For the others to read.</param>
    /// <param name="at">When.</param>
    public void Move(Fulfilment fulfilment, FulfilmentStatus to, long? by, string note, DateTimeOffset at)
    {
        fulfilment.Status = to;
        fulfilment.UpdatedAt = at;
        Add(to.Name(), fulfilment, by, note, at);
        Settle(by, at);
    }

    /// <summary>Brings totals and status up to date after a line, a step or a payment has changed.</summary>
    public void Settle(long? by, DateTimeOffset at)
    {
        Recount();
        UpdatedAt = at;
        var status = StatusNow();
        if (status == Status)
        {
            return;
        }

        Status = status;
        Add(status.Name(), null, by, "", at);
        if (IsFinished && Buyer?.DeletedAt is not null)
        {
            ForgetDelivery();
        }
    }

    /// <summary>Wipes what says who got it and where (api.md: when an order of a deleted account is finished).</summary>
    public void ForgetDelivery() => Delivery = Delivery with { Name = "", Phone = "", Address = "", Notes = "" };

    private OrderStatus StatusNow()
    {
        var live = Live.ToList();
        return live.Count == 0 ? OrderStatus.Cancelled
            : live.TrueForAll(fulfilment => fulfilment is { Status: FulfilmentStatus.Delivered, PaymentStatus: PaymentStatus.Paid }) ? OrderStatus.Completed
            : (OrderStatus)live.Min(fulfilment => fulfilment.Status);
    }

    private void Recount()
    {
        foreach (var fulfilment in Fulfilments)
        {
            fulfilment.Recount();
        }

        Total = Money.Sum(Fulfilments.Select(fulfilment => fulfilment.Total));
    }

    private void Add(string status, Fulfilment? fulfilment, long? by, string note, DateTimeOffset at) =>
        History.Add(new HistoryEntry { OrderId = Id, Status = status, Fulfilment = fulfilment, By = by, Note = note, At = at });
}

/// <summary>Where an order goes.</summary>
/// <param name="Method"><c>delivery</c> or <c>pickup</c>.</param>
/// <param name="Name">Who takes it.</param>
/// <param name="Phone">For whoever brings it.</param>
/// <param name="Address">Empty for goods that are picked up.</param>
/// <param name="Notes">How to find it, when somebody is there.</param>
public sealed record Delivery(string Method, string Name, string Phone, string Address, string Notes)
{
    public const string ToTheDoor = "delivery";
    public const string Pickup = "pickup";

    [JsonIgnore]
    public bool IsPickup => Method == Pickup;
}

/// <summary>Something that happened to an order or, when it names one, to a fulfilment.</summary>
public sealed class HistoryEntry
{
    public long Id { get; private init; }

    public long OrderId { get; internal init; }

    public required string Status { get; init; }

    public long? FulfilmentId { get; private init; }

    public Fulfilment? Fulfilment { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Null when the program did it, such as giving up an order that nobody paid.</summary>
    public required long? By { get; init; }

    public string Note { get; init; } = "";
}

internal static class OrderTables
{
    extension(AppDbContext db)
    {
        public DbSet<Order> Orders => db.Set<Order>();

        public DbSet<Fulfilment> Fulfilments => db.Set<Fulfilment>();

        public DbSet<OrderItem> OrderItems => db.Set<OrderItem>();

        /// <summary>An order with all its parts, to be changed: nobody else changes it until the transaction ends.</summary>
        /// <returns>Null when there is none.</returns>
        public async Task<Order?> LockOrderAsync(long id, CancellationToken ct)
        {
            // Also on PostgreSQL: the row stays locked.
            var orders = db.Orders;
            return await orders.Where(order => order.Id == id).ExecuteUpdateAsync(set => set.SetProperty(order => order.Total, order => order.Total), ct) == 0
                ? null
                : await orders.Include(order => order.Buyer).Include(order => order.Payment)
                    .Include(order => order.Fulfilments).ThenInclude(fulfilment => fulfilment.Items)
                    .Include(order => order.Fulfilments).ThenInclude(fulfilment => fulfilment.Seller)
                    .Include(order => order.History)
                    .AsSplitQuery().SingleAsync(order => order.Id == id, ct);
        }
    }
}

internal sealed class OrderConfiguration : IEntityTypeConfiguration<Order>
{
    public void Configure(EntityTypeBuilder<Order> order)
    {
        order.ToTable("orders");
        order.Ignore(o => o.Live);
        order.Property(o => o.PaymentMethod).HasMaxLength(20);
        order.Property(o => o.Note).HasMaxLength(1000);
        order.ComplexProperty(o => o.Delivery, delivery =>
        {
            delivery.Property(d => d.Method).HasMaxLength(10);
            delivery.Property(d => d.Name).HasMaxLength(200);
            delivery.Property(d => d.Phone).HasMaxLength(40);
            delivery.Property(d => d.Address).HasMaxLength(500);
            delivery.Property(d => d.Notes).HasMaxLength(500);
        });
        order.HasIndex(o => new { o.BuyerId, o.Id }).IsDescending(false, true);
        order.HasIndex(o => o.CreatedAt);
        order.HasOne(o => o.Buyer).WithMany().HasForeignKey(o => o.BuyerId).OnDelete(DeleteBehavior.Restrict);
        order.HasMany(o => o.Fulfilments).WithOne(f => f.Order).HasForeignKey(f => f.OrderId).OnDelete(DeleteBehavior.Cascade);
        order.HasMany(o => o.History).WithOne().HasForeignKey(h => h.OrderId).OnDelete(DeleteBehavior.Cascade);
        order.HasMany(o => o.StockEntries).WithOne().HasForeignKey(e => e.OrderId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class HistoryEntryConfiguration : IEntityTypeConfiguration<HistoryEntry>
{
    public void Configure(EntityTypeBuilder<HistoryEntry> entry)
    {
        entry.ToTable("order_history");
        entry.Property(e => e.Status).HasMaxLength(20);
        entry.Property(e => e.Note).HasMaxLength(1000);
        entry.HasOne(e => e.Fulfilment).WithMany().HasForeignKey(e => e.FulfilmentId).OnDelete(DeleteBehavior.Cascade);
    }
}
