using AgroConnect.Data;
using AgroConnect.Products;
using AgroConnect.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgroConnect.Orders;

/// <summary>What one farm packs, ships and is paid for in an order.</summary>
public sealed class Fulfilment
{
    public long Id { get; internal init; }

    public long OrderId { get; internal init; }

    public Order Order { get; private init; } = null!;

    public required long SellerId { get; init; }

    public User Seller { get; private init; } = null!;

    public FulfilmentStatus Status { get; internal set; }

    public PaymentStatus PaymentStatus { get; set; }

    public DateTimeOffset? PaidAt { get; set; }

    /// <summary>The sum of its lines.</summary>
    public Money Total { get; private set; }

    /// <summary>The carrier's number or address, in the seller's words.</summary>
    public string? Tracking { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; set; }

    public List<OrderItem> Items { get; private init; } = [];

    public bool IsLive => Status != FulfilmentStatus.Cancelled;

    /// <summary>Whether the goods have left the farm.</summary>
    public bool HasShipped => Status is FulfilmentStatus.Shipped or FulfilmentStatus.Delivered;

    internal void Recount() => Total = Money.Sum(Items.Select(item => item.LineTotal));
}

/// <summary>
/// A line: how much of a product at which price. Name, unit and price are copies; nothing that is written to the product later
/// changes them.
/// </summary>
public sealed class OrderItem
{
    public long Id { get; internal init; }

    public long FulfilmentId { get; internal init; }

    public Fulfilment Fulfilment { get; private init; } = null!;

    public required long ProductId { get; init; }

    public Product Product { get; private init; } = null!;

    public required string ProductName { get; init; }

    public required string Unit { get; init; }

    /// <summary>As it was ordered.</summary>
    public required Quantity Quantity { get; init; }

    /// <summary>How much of it was cancelled by itself, while the rest goes on.</summary>
    public Quantity CancelledQuantity { get; private set; }

    /// <summary>For one <see cref="PriceUnit"/>, or for one <see cref="Unit"/> where there is none.</summary>
    public required Money PriceAtOrderTime { get; init; }

    public string? PriceUnit { get; init; }

    /// <summary>What one unit weighs as a rule, in the <see cref="PriceUnit"/>.</summary>
    public Quantity? UnitWeight { get; init; }

    /// <summary>What all of it weighed when it was packed and, beyond the tolerance, the buyer agreed to.</summary>
    public Quantity? PackedWeight { get; private set; }

    /// <summary>A packed weight beyond the tolerance, until the buyer has answered.</summary>
    public Quantity? ProposedWeight { get; private set; }

    /// <summary>What the line comes to: rounded once, half away from zero.</summary>
    public Money LineTotal { get; private set; }

    public Quantity LiveQuantity => Quantity - CancelledQuantity;

    /// <summary>What it should weigh; null when it is not priced by weight.</summary>
    public Quantity? UsualWeight => UnitWeight is { } each ? LiveQuantity.Times(each) : null;

    /// <summary>Whether it is priced by weight and has none yet.</summary>
    public bool AwaitsWeight => UnitWeight is not null && PackedWeight is null && LiveQuantity > Quantity.Zero;

    public void Price() => LineTotal = PriceAtOrderTime.For(PackedWeight ?? UsualWeight ?? LiveQuantity);

    /// <summary>Takes a part of it out of the order. What was weighed has to be weighed again.</summary>
    public void Cancel(Quantity quantity)
    {
        CancelledQuantity += quantity;
        (PackedWeight, ProposedWeight) = (null, null);
        Price();
    }

    /// <summary>Enters what it weighs. Beyond the tolerance it is a question to the buyer, and the line stays as it is.</summary>
    /// <param name="weight">Of all of it, in the <see cref="PriceUnit"/>.</param>
    /// <param name="tolerance">Percent of the usual weight.</param>
    /// <returns>Whether the line is settled by it.</returns>
    public bool Weigh(Quantity weight, int tolerance)
    {
        var usual = UsualWeight!.Value;
        if (decimal.Abs(weight.Thousandths - usual.Thousandths) * 100m > (decimal)usual.Thousandths * tolerance)
        {
            ProposedWeight = weight;
            return false;
        }

        (PackedWeight, ProposedWeight) = (weight, null);
        Price();
        return true;
    }

    /// <summary>The buyer does without it; the question is answered.</summary>
    public void DeclineWeight() => ProposedWeight = null;

    /// <summary>The buyer agrees to the weight that was asked about.</summary>
    public void AcceptWeight()
    {
        (PackedWeight, ProposedWeight) = (ProposedWeight, null);
        Price();
    }
}

internal sealed class FulfilmentConfiguration : IEntityTypeConfiguration<Fulfilment>
{
    public void Configure(EntityTypeBuilder<Fulfilment> fulfilment)
    {
        fulfilment.ToTable("fulfilments");
        fulfilment.Property(f => f.Tracking).HasMaxLength(200);
        fulfilment.HasIndex(f => f.OrderId);
        fulfilment.HasIndex(f => new { f.SellerId, f.CreatedAt });
        fulfilment.HasOne(f => f.Seller).WithMany().HasForeignKey(f => f.SellerId).OnDelete(DeleteBehavior.Restrict);
        fulfilment.HasMany(f => f.Items).WithOne(i => i.Fulfilment).HasForeignKey(i => i.FulfilmentId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class OrderItemConfiguration : IEntityTypeConfiguration<OrderItem>
{
    public void Configure(EntityTypeBuilder<OrderItem> item)
    {
        item.ToTable("order_items");
        item.Property(i => i.ProductName).HasMaxLength(200);
        item.Property(i => i.Unit).HasMaxLength(10);
        item.Property(i => i.PriceUnit).HasMaxLength(10);
        item.HasIndex(i => i.FulfilmentId);
        item.HasIndex(i => i.ProductId);
        item.HasOne(i => i.Product).WithMany().HasForeignKey(i => i.ProductId).OnDelete(DeleteBehavior.Restrict);
    }
}
