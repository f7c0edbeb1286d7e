using AgroConnect.Data;
using AgroConnect.Products;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgroConnect.Orders;

/// <summary>Somebody's cart: its row is what changes of the cart wait for, one after the other.</summary>
public sealed class Cart
{
    internal const int MostLines = 100;

    /// <summary>So often a cart is tried when nothing is wrong with it by the time somebody looks for the reason of a refusal.</summary>
    internal const int MostAttempts = 5;

    public long UserId { get; private init; }

    /// <summary>Unix time in microseconds, the same on both databases.</summary>
    public long UpdatedAt { get; private init; }

    /// <summary>409: refused each time, for reasons that were gone each time.</summary>
    internal static ErrorResult Unsettled() => ErrorResult.Conflict("These goods are being changed at this very moment. Please try again.", "goods_changing");
}

/// <summary>A product in a cart. Prices are not in it: they are the product's, as it is when the cart is read.</summary>
public sealed class CartItem
{
    /// <summary>As many digits as keep any line's price an exact number.</summary>
    internal static readonly Quantity Most = new(999_999_999);

    public long Id { get; private init; }

    public required long UserId { get; init; }

    public required long ProductId { get; init; }

    public Product Product { get; private init; } = null!;

    public required Quantity Quantity { get; set; }
}

internal static class CartTables
{
    extension(AppDbContext db)
    {
        public DbSet<Cart> Carts => db.Set<Cart>();

        public DbSet<CartItem> CartItems => db.Set<CartItem>();

        /// <summary>Makes the caller the only one who changes this cart until the transaction ends.</summary>
        public Task LockCartAsync(long userId, DateTimeOffset now, CancellationToken ct) =>
            db.Database.ExecuteSqlAsync(
                $"INSERT INTO carts (user_id, updated_at) VALUES ({userId}, {now.ToUnixTimeMicroseconds()}) ON CONFLICT (user_id) DO UPDATE SET updated_at = excluded.updated_at", ct);

        /// <summary>
        /// To the end of its session PostgreSQL plans no statement anew for the values in it, which for ids costs more than it
        /// spares, and goes from row to row by indexes: a kept plan was made when there were more lines in carts, or fewer, than there
        /// are now.
        /// </summary>
        public Task PlanRowByRowAsync() => db is PostgresDbContext
            ? db.Database.ExecuteSqlAsync($"SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off")
            : Task.CompletedTask;
    }

    extension(RoundTrip trip)
    {
        /// <summary>Locks the carts of some buyers as <see cref="LockCartAsync"/> does; whoever has none yet gets one.</summary>
        public void LockCarts(long[] userIds, DateTimeOffset now) =>
            trip.Execute(
                $"""
                INSERT INTO carts (user_id, updated_at) SELECT user_id, {now.ToUnixTimeMicroseconds()} FROM {trip.Rows("buyers", ("user_id", userIds))} WHERE true ORDER BY user_id
                ON CONFLICT (user_id) DO UPDATE SET updated_at = excluded.updated_at
                """);

        /// <summary>Takes lines out of locked carts.</summary>
        public void TakeOutOfCarts(long[] lineIds) => trip.Execute($"DELETE FROM cart_items WHERE id {trip.Is(lineIds)}");

        /// <summary>Puts goods into locked carts, or more of what is in them, where they may be in them.</summary>
        /// <returns>Whose carts took them.</returns>
        public List<long> FillCarts(IReadOnlyList<(long UserId, long ProductId, Quantity Quantity)> goods) => trip.Read(
            $"""
            WITH goods AS MATERIALIZED (
                SELECT goods.user_id, goods.product_id, goods.quantity AS more, goods.quantity
                    + coalesce((SELECT line.quantity FROM cart_items AS line WHERE line.user_id = goods.user_id AND line.product_id = goods.product_id), 0) AS quantity
                FROM {trip.Rows("goods", ("user_id", [.. goods.Select(one => one.UserId)]), ("product_id", [.. goods.Select(one => one.ProductId)]), ("quantity", [.. goods.Select(one => one.Quantity.Thousandths)]))})
            INSERT INTO cart_items (user_id, product_id, quantity) SELECT goods.user_id, goods.product_id, goods.quantity
            FROM goods JOIN products AS product ON product.id = goods.product_id
            WHERE product.is_active AND product.seller_id <> goods.user_id AND goods.more % product.quantity_step = 0 AND goods.quantity % product.quantity_step = 0
            AND goods.quantity BETWEEN product.min_order_quantity AND {CartItem.Most.Thousandths}
            AND (goods.quantity > goods.more OR (SELECT count(*) FROM cart_items AS line WHERE line.user_id = goods.user_id) < {Cart.MostLines})
            ON CONFLICT (user_id, product_id) DO UPDATE SET quantity = excluded.quantity RETURNING user_id
            """,
            line => line.GetInt64(0));
    }
}

internal sealed class CartConfiguration : IEntityTypeConfiguration<Cart>
{
    public void Configure(EntityTypeBuilder<Cart> cart)
    {
        cart.ToTable("carts");
        cart.HasKey(c => c.UserId);
        cart.Property(c => c.UserId).ValueGeneratedNever();
        cart.HasOne<Users.User>().WithMany().HasForeignKey(c => c.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class CartItemConfiguration : IEntityTypeConfiguration<CartItem>
{
    public void Configure(EntityTypeBuilder<CartItem> item)
    {
        item.ToTable("cart_items");
        item.HasIndex(i => new { i.UserId, i.ProductId }).IsUnique();
        item.HasIndex(i => i.ProductId);
        item.HasOne<Cart>().WithMany().HasForeignKey(i => i.UserId).OnDelete(DeleteBehavior.Cascade);
        item.HasOne(i => i.Product).WithMany().HasForeignKey(i => i.ProductId).OnDelete(DeleteBehavior.Restrict);
    }
}
