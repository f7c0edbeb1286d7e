using AgroConnect.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgroConnect.Orders.Payments;

/// <summary>How far the money of an order has come. It only moves forward; <see cref="Released"/> is final unless it was captured.</summary>
public enum PaymentState
{
    /// <summary>The buyer has yet to pay.</summary>
    Waiting = 0,

    /// <summary>The provider holds the money.</summary>
    Authorised = 1,

    /// <summary>The money is ours, or some of it was given back.</summary>
    Captured = 2,

    /// <summary>Nothing was taken and nothing will be.</summary>
    Released = 3,
}

/// <summary>The payment of an order by a provider. Written with the order, before the provider hears of it.</summary>
public sealed class Payment
{
    /// <summary>How long a node may take for a look; after that another one looks.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    /// <summary>A card hold lasts about seven days, of some cards less; what is not captured by then is lost to us.</summary>
    private static readonly TimeSpan HoldLasts = TimeSpan.FromDays(7);

    public long OrderId { get; internal init; }

    public PaymentState State { get; private set; }

    /// <summary>What the provider is asked to hold: the order's total, and what packed weights may add within the tolerance.</summary>
    public required Money Amount { get; init; }

    public Money Captured { get; private set; }

    public Money Refunded { get; private set; }

    /// <summary>What was held and never captured, where the provider counts it among the refunds.</summary>
    public Money CountedAsRefunded { get; private set; }

    /// <summary>The provider's id; null until it has answered.</summary>
    public string? IntentId { get; private set; }

    /// <summary>What the buyer's browser pays with; null once it is of no use.</summary>
    public string? ClientSecret { get; private set; }

    /// <summary>Whether the last try of the buyer failed; another may follow.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>When it is given up, or, once it is held, when the hold has to be used.</summary>
    public required DateTimeOffset ExpiresAt { get; set; }

    /// <summary>When the next look is due; null when nothing is left to do.</summary>
    public required DateTimeOffset? DueAt { get; set; }

    /// <summary>How many looks in a row failed.</summary>
    public int Failures { get; set; }

    /// <summary>A part of the keys of our calls, from 1: the provider answers a key that it has answered with an error with that error for a day.</summary>
    public int Attempt { get; private init; } = 1;

    /// <summary>Whether the farms may go ahead.</summary>
    public bool IsSecured => State is PaymentState.Authorised or PaymentState.Captured;

    /// <summary>Whether the farms have heard of the order.</summary>
    public bool WasSecured { get; private set; }

    public void Fail() => HasFailed = true;

    /// <param name="now">When we saw it.</param>
    /// <param name="until">When it lapses, where the provider says so; it has to be used a seventh of its time before.</param>
    public void Hold(DateTimeOffset now, DateTimeOffset? until)
    {
        var lasts = until > now ? until.Value - now : HoldLasts;
        (State, WasSecured, HasFailed, ClientSecret, ExpiresAt) = (PaymentState.Authorised, true, false, null, now + (lasts / 7 * 6));
    }

    /// <param name="amount">What was captured.</param>
    /// <param name="refunds">What the provider counts as refunded by now. Nobody has refunded anything yet: what is in it is what was let go.</param>
    public void Capture(Money amount, Money refunds)
    {
        (State, WasSecured, ClientSecret, Captured) = (PaymentState.Captured, true, null, amount);
        CountedAsRefunded = refunds >= Amount - amount ? Amount - amount : Money.Zero;
    }

    public void Release() => (State, ClientSecret) = (PaymentState.Released, null);

    /// <summary>What was given back of what was captured never shrinks.</summary>
    /// <param name="refunds">What the provider counts as refunded.</param>
    public void Refund(Money refunds)
    {
        var total = refunds - CountedAsRefunded;
        Refunded = total > Refunded ? total : Refunded;
    }
}

/// <summary>An event of the provider, kept so that it has its effect once.</summary>
public sealed class StripeEvent
{
    public required string Id { get; init; }

    public required string Type { get; init; }

    /// <summary>The order it is about, where there is one.</summary>
    public long? OrderId { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }
}

internal static class PaymentTables
{
    extension(AppDbContext db)
    {
        public DbSet<Payment> Payments => db.Set<Payment>();
    }
}

internal sealed class PaymentConfiguration : IEntityTypeConfiguration<Payment>
{
    public void Configure(EntityTypeBuilder<Payment> payment)
    {
        payment.ToTable("payments");
        payment.HasKey(p => p.OrderId);
        payment.Property(p => p.IntentId).HasMaxLength(255);
        payment.Property(p => p.ClientSecret).HasMaxLength(500);
        payment.Property(p => p.Attempt).HasDefaultValue(1);
        payment.HasIndex(p => p.IntentId);
        payment.HasIndex(p => p.DueAt);
        payment.HasOne<Order>().WithOne(order => order.Payment).HasForeignKey<Payment>(p => p.OrderId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class StripeEventConfiguration : IEntityTypeConfiguration<StripeEvent>
{
    public void Configure(EntityTypeBuilder<StripeEvent> received)
    {
        received.ToTable("stripe_events");
        received.Property(e => e.Id).HasMaxLength(255);
        received.Property(e => e.Type).HasMaxLength(100);
        received.HasIndex(e => e.ReceivedAt);
    }
}
