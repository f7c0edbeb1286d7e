using System.Text.Json;
using System.Text.Json.Serialization;
using AgroConnect.Data;
using AgroConnect.Images;
using AgroConnect.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace AgroConnect.Products;

/// <summary>A listing: what a farmer sells, how much of it there is, and at which price per unit.</summary>
public sealed class Product
{
    public static readonly IReadOnlyCollection<string> Units =
        ["kg", "g", "t", "l", "ml", "piece", "dozen", "bunch", "crate", "bag", "box", "tray"];

    /// <summary>Units that a price may be for when the goods are ordered by the piece.</summary>
    public static readonly IReadOnlyCollection<string> PriceUnits = ["kg", "g", "t", "l", "ml"];

    public const int MaxImages = 10;

    public long Id { get; private init; }

    public required long SellerId { get; init; }

    public User Seller { get; private init; } = null!;

    public long CategoryId { get; set; }

    public Category Category { get; private init; } = null!;

    public string Name { get; set; } = "";

    public string Slug { get; set; } = "";

    public string Description { get; set; } = "";

    public Money Price { get; set; }

    /// <summary>What it is ordered and stocked in.</summary>
    public string Unit { get; set; } = "piece";

    /// <summary>What the price is for when that is not the unit, such as <c>kg</c> of a chicken; null when it is.</summary>
    public string? PriceUnit { get; set; }

    /// <summary>How much of the <see cref="PriceUnit"/> one unit has, as a rule; the real weight is entered when it is packed.</summary>
    public Quantity? UnitWeight { get; set; }

    public Quantity QuantityStep { get; set; } = Quantity.One;

    public Quantity MinOrderQuantity { get; set; } = Quantity.One;

    public Quantity Stock { get; set; }

    public bool IsActive { get; set; } = true;

    public bool Organic { get; set; }

    public DateOnly? HarvestedOn { get; set; }

    public DateOnly? AvailableFrom { get; set; }

    public DateOnly? AvailableUntil { get; set; }

    public string? LocationName { get; private set; }

    public double? Latitude { get; private set; }

    public double? Longitude { get; private set; }

    /// <summary>Whether the location was written for this product; otherwise it is its seller's.</summary>
    public bool HasOwnLocation { get; private set; }

    /// <summary>The pictures in their order. Replaced as a whole.</summary>
    public IReadOnlyList<GalleryImage> Images { get; set; } = [];

    public double? RatingAverage { get; private set; }

    public int RatingCount { get; private set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; set; }

    /// <summary>When its seller deleted it: the row stays for the orders and carts that have it, inactive for good.</summary>
    public DateTimeOffset? DeletedAt { get; private set; }

    public Location? Location => LocationName is null ? null : new Location(LocationName, Latitude ?? 0, Longitude ?? 0);

    /// <summary>Takes it off the market for good.</summary>
    public void Delete(DateTimeOffset now) => (IsActive, DeletedAt, UpdatedAt) = (false, now, now);

    /// <summary>Counts a review in or out, under the <see cref="CatalogueLock"/>.</summary>
    /// <param name="before">The stars that it had; null for a new one.</param>
    /// <param name="after">The stars that it has; null for one that is gone.</param>
    public void Rate(int? before, int? after)
    {
        // The sum of whole stars, exactly: an average of doubles is never half a star off it.
        var sum = Math.Round((RatingAverage ?? 0) * RatingCount) - (before ?? 0) + (after ?? 0);
        RatingCount += (after is null ? 0 : 1) - (before is null ? 0 : 1);
        RatingAverage = RatingCount == 0 ? null : sum / RatingCount;
    }

    /// <summary>What an amount of it costs now; by its usual weight when it is priced by weight.</summary>
    public Money PriceOf(Quantity quantity) => Price.For(UnitWeight is { } weight ? quantity.Times(weight) : quantity);

    /// <param name="own">The product's own location; null takes the seller's.</param>
    /// <param name="sellers">Where the seller is.</param>
    public void Locate(Location? own, Location? sellers)
    {
        HasOwnLocation = own is not null;
        (LocationName, Latitude, Longitude) = ((own ?? sellers)?.Name, (own ?? sellers)?.Latitude, (own ?? sellers)?.Longitude);
    }
}

/// <summary>A picture of a product.</summary>
/// <param name="Image">Where it is kept.</param>
/// <param name="Alt">What it shows, for those who don't see it.</param>
public sealed record GalleryImage(StoredImage Image, string Alt)
{
    /// <summary>The pictures of a row of <c>products</c>.</summary>
    internal static IReadOnlyList<GalleryImage> ReadAll(string json) =>
        json == "[]" ? [] : JsonSerializer.Deserialize(json, GalleryJson.Default.IReadOnlyListGalleryImage)!;
}

internal static class ProductTables
{
    extension(AppDbContext db)
    {
        public DbSet<Product> Products => db.Set<Product>();
    }
}

internal sealed class ProductConfiguration : IEntityTypeConfiguration<Product>
{
    public void Configure(EntityTypeBuilder<Product> product)
    {
        product.ToTable("products", table => table.HasCheckConstraint("ck_products_stock", "stock >= 0"));

        // Room in each page of PostgreSQL's: a sale writes the row again beside itself, and none of the indexes.
        product.HasStorageParameter("fillfactor", 80);
        product.Ignore(p => p.Location);
        product.Property(p => p.Name).HasMaxLength(200);
        product.Property(p => p.Slug).HasMaxLength(220);
        product.Property(p => p.Unit).HasMaxLength(10);
        product.Property(p => p.PriceUnit).HasMaxLength(10);
        product.Property(p => p.LocationName).HasMaxLength(200);
        product.Property(p => p.Images).HasConversion<GalleryConverter, GalleryComparer>().HasColumnName("images");
        product.HasIndex(p => p.Slug).IsUnique();

        // Each ordering of the list, with the id as the last word: a page is cut from the index alone.
        const string active = "is_active";
        product.HasIndex(p => new { p.CreatedAt, p.Id }).IsDescending(true, true).HasFilter(active).HasDatabaseName("ix_products_newest");
        product.HasIndex(p => new { p.CategoryId, p.CreatedAt, p.Id }).IsDescending(false, true, true).HasFilter(active).HasDatabaseName("ix_products_category_newest");
        product.HasIndex(p => new { p.SellerId, p.CreatedAt, p.Id }).IsDescending(false, true, true).HasDatabaseName("ix_products_seller_newest");
        product.HasIndex(p => new { p.Price, p.Id }).HasFilter(active).HasDatabaseName("ix_products_price");
        product.HasIndex(p => new { p.Name, p.Id }).HasFilter(active).HasDatabaseName("ix_products_name");
        product.HasIndex(p => new { p.RatingAverage, p.Id }).HasFilter(active).HasDatabaseName("ix_products_rating");
        product.HasIndex(p => new { p.Latitude, p.Longitude }).HasFilter(active).HasDatabaseName("ix_products_place");

        product.HasOne(p => p.Seller).WithMany().HasForeignKey(p => p.SellerId).OnDelete(DeleteBehavior.Restrict);
        product.HasOne(p => p.Category).WithMany().HasForeignKey(p => p.CategoryId).OnDelete(DeleteBehavior.Restrict);
    }

    private sealed class GalleryConverter() : ValueConverter<IReadOnlyList<GalleryImage>, string>(
        images => JsonSerializer.Serialize(images, GalleryJson.Default.IReadOnlyListGalleryImage),
        json => GalleryImage.ReadAll(json));

    private sealed class GalleryComparer() : ValueComparer<IReadOnlyList<GalleryImage>>(
        (left, right) => ReferenceEquals(left, right), images => images.Count, images => images);
}

[JsonSerializable(typeof(IReadOnlyList<GalleryImage>))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class GalleryJson : JsonSerializerContext;
