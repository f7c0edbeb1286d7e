using System.Linq.Expressions;
using AgroConnect.Data;
using AgroConnect.Images;
using AgroConnect.Users;
using AgroConnect.Web;

namespace AgroConnect.Products;

/// <summary>A product on the wire (api.md, Catalogue).</summary>
public sealed record ProductView(
    long Id, string Name, string Slug, string Description, string Price, string Currency, string Unit,
    string? PriceUnit, Quantity? UnitWeight, Quantity QuantityStep, Quantity MinOrderQuantity, Quantity Stock, bool InStock, bool IsActive, bool Organic,
    DateOnly? HarvestedOn, DateOnly? AvailableFrom, DateOnly? AvailableUntil,
    CategoryLink Category, SellerLink Seller, IReadOnlyList<ProductImageView> Images, RatingView Rating, Location? Location,
    double? DistanceKm, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

public sealed record CategoryLink(long Id, string Name, string Slug);

public sealed record SellerLink(long Id, string Name, string? PictureUrl);

public sealed record ProductImageView(long Id, string ImageUrl, string ThumbnailUrl, int Width, int Height, string Alt, int Position);

public sealed record RatingView(double? Average, int Count);

/// <summary>What one statement reads of a product: its own row and what it shows of its seller and category.</summary>
internal sealed record ProductRow(Product Product, string SellerName, StoredImage? SellerPicture, string CategoryName, string CategorySlug)
{
    public static readonly Expression<Func<Product, ProductRow>> FromProduct = product => new ProductRow(
        product, product.Seller.PublicName, product.Seller.Picture, product.Category.Name, product.Category.Slug);

    public ProductRow(Product product, User seller, Category category)
        : this(product, seller.PublicName, seller.Picture, category.Name, category.Slug)
    {
    }
}

/// <summary>Turns rows into views: money in the site's currency, absolute addresses.</summary>
internal sealed class ProductViews(Site site, ImageUrls urls)
{
    /// <param name="row">As read.</param>
    /// <param name="baseUrl">Scheme and host for addresses.</param>
    /// <param name="near">Where the distance is measured from.</param>
    public ProductView Of(ProductRow row, string baseUrl, Near? near = null)
    {
        var product = row.Product;
        return new ProductView(
            product.Id, product.Name, product.Slug, product.Description, site.Currency.Format(product.Price), site.Currency.Code, product.Unit,
            product.PriceUnit, product.UnitWeight, product.QuantityStep, product.MinOrderQuantity, product.Stock, product.Stock > Quantity.Zero, product.IsActive, product.Organic,
            product.HarvestedOn, product.AvailableFrom, product.AvailableUntil,
            new CategoryLink(product.CategoryId, row.CategoryName, row.CategorySlug),
            new SellerLink(product.SellerId, row.SellerName, row.SellerPicture is { } picture ? urls.Thumbnail(picture, baseUrl) : null),
            Images(product, baseUrl),
            new RatingView(product.RatingAverage is { } average ? Math.Round(average, 1) : null, product.RatingCount),
            product.Location,
            near is { } point && product.Location is { } place ? Math.Round(point.KilometresTo(place), 1) : null,
            product.CreatedAt, product.UpdatedAt);
    }

    public IReadOnlyList<ProductImageView> Images(Product product, string baseUrl) =>
        [.. product.Images.Select((image, position) => new ProductImageView(
            image.Image.Id, urls.Page(image.Image, baseUrl), urls.Thumbnail(image.Image, baseUrl),
            image.Image.Width, image.Image.Height, image.Alt, position))];
}
