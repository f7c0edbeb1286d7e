using System.Security.Cryptography;
using System.Text.Json;
using AgroConnect.Data;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgroConnect.Orders;

/// <summary>
/// A client's name for one checkout, kept with the order that came of it for 24 hours: whoever lost the answer asks again
/// and gets the same order (api.md, Cart and orders).
/// </summary>
public sealed class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    public required long UserId { get; init; }

    public required string Key { get; init; }

    /// <summary>A hash of what was asked for; two bodies that mean the same have the same.</summary>
    public required string Fingerprint { get; init; }

    public required long OrderId { get; init; }

    public Order Order { get; private init; } = null!;

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The key of a request; null when it has none. A bad one is told to <paramref name="fields"/>.</summary>
    internal static string? Read(HttpRequest request, Fields fields)
    {
        if (!request.Headers.TryGetValue(Header, out var values))
        {
            return null;
        }

        var key = values.ToString();
        if (key.Length is 0 or > 255)
        {
            fields.Error(Header, "Ensure this header has 1 to 255 characters.");
        }

        return key;
    }

    /// <param name="checkout">What was asked for, as it was understood.</param>
    internal static string FingerprintOf(PlaceOrder.Checkout checkout) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(checkout, OrdersJson.Wire.Checkout)));
}

internal sealed class IdempotencyKeyConfiguration : IEntityTypeConfiguration<IdempotencyKey>
{
    public void Configure(EntityTypeBuilder<IdempotencyKey> key)
    {
        key.ToTable("idempotency_keys");
        key.HasKey(k => new { k.UserId, k.Key });
        key.Property(k => k.Key).HasMaxLength(255);
        key.Property(k => k.Fingerprint).HasMaxLength(64);
        key.HasOne(k => k.Order).WithMany().HasForeignKey(k => k.OrderId).OnDelete(DeleteBehavior.Cascade);
    }
}
