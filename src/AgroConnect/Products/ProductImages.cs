using AgroConnect.Data;
using AgroConnect.Images;
using AgroConnect.Images.Cloudinary;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Products;

/// <summary><c>/api/products/{id}/images/</c>: the gallery of a product.</summary>
internal static class ProductImages
{
    public sealed record PatchRequest(int? Position = null, string? Alt = null);

    /// <summary>Stores the files of the field <c>image</c>, or takes one that a browser uploaded to Cloudinary (<c>public_id</c>).</summary>
    /// <returns>201 with the new pictures.</returns>
    public static async Task<IResult> AddAsync(
        long id, HttpRequest request, CurrentUser me, AppDbContext db, ImageStore images, ProductViews views, TimeProvider clock, CancellationToken ct)
    {
        var product = await db.Products.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, ct);
        if (ProductsModule.Refusal(product, me) is { } refusal)
        {
            return refusal;
        }

        var isUpload = request.HasFormContentType;
        if (isUpload && product!.Images.Count >= Product.MaxImages)
        {
            return Full();
        }

        var alt = product!.Name;
        ImageUpload upload;
        if (isUpload)
        {
            upload = await images.ReceiveAsync(request, "image", Product.MaxImages, ct);
            alt = upload.Problem is null && (string?)request.Form["alt"] is { Length: > 0 } text ? text[..Math.Min(text.Length, LongestAlt)] : alt;
        }
        else
        {
            var fields = await Fields.ReadAsync(request, ct);
            if (fields.Problem is null && !fields.Has("public_id"))
            {
                return FieldErrors.Of("image", "No file was submitted.");
            }

            var report = BrowserReport.Read(fields);
            alt = fields.Text("alt", LongestAlt, alt, blank: true);
            upload = fields.Problem is { } wrong ? new ImageUpload([], wrong) : await images.ConfirmBrowserUploadAsync(report, me.Id, Purpose(id), ct);
        }

        if (upload.Problem is { } problem)
        {
            return problem;
        }

        var shown = await ShowAsync(id, upload.Images, alt, db, images, clock, ct);
        if (shown.Product is null)
        {
            // After its transaction: the store commits by itself.
            await images.DiscardAsync(upload.Images);
            return shown.Refusal!;
        }

        return TypedResults.Created(
            $"{request.BaseUrl()}/api/products/{id}/",
            (IReadOnlyList<ProductImageView>)[.. views.Images(shown.Product, request.BaseUrl()).TakeLast(upload.Images.Count)]);
    }

    /// <summary>Puts received pictures at the end of the gallery.</summary>
    private static async Task<(Product? Product, IResult? Refusal)> ShowAsync(
        long id, IReadOnlyList<StoredImage> received, string alt, AppDbContext db, ImageStore images, TimeProvider clock, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await LockAsync(db, id, ct) is not { } product)
        {
            return (null, TypedResults.NotFound());
        }

        if (product.Images.Count + received.Count > Product.MaxImages)
        {
            return (null, Full());
        }

        product.Images = [.. product.Images, .. received.Select(image => new GalleryImage(image, alt))];
        product.UpdatedAt = clock.GetUtcNow();
        await db.SaveChangesAsync(ct);
        if (!await images.KeepAsync(db, received, ct))
        {
            return (null, FieldErrors.Of("image", "The upload was given up in the meantime. Upload it again."));
        }

        await transaction.CommitAsync(ct);
        return (product, null);
    }

    public static async Task<IResult> ChangeAsync(
        long id, long image, HttpRequest request, CurrentUser me, AppDbContext db, ProductViews views, TimeProvider clock, CancellationToken ct)
    {
        // Before the lock: a slow sender must not keep the other writers waiting.
        var fields = await Fields.ReadAsync(request, ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var product = await LockAsync(db, id, ct);
        if (ProductsModule.Refusal(product, me) is { } refusal)
        {
            return refusal;
        }

        var gallery = product!.Images.ToList();
        var place = gallery.FindIndex(picture => picture.Image.Id == image);
        if (place < 0)
        {
            return TypedResults.NotFound();
        }

        var position = (int)(fields.Integer("position", min: 0, max: gallery.Count - 1, otherwise: place) ?? place);
        var changed = gallery[place] with { Alt = fields.Text("alt", LongestAlt, gallery[place].Alt, blank: true) };
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        gallery.RemoveAt(place);
        gallery.Insert(position, changed);
        product.Images = gallery;
        product.UpdatedAt = clock.GetUtcNow();
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return TypedResults.Ok(views.Images(product, request.BaseUrl())[position]);
    }

    public static async Task<IResult> DeleteAsync(
        long id, long image, CurrentUser me, AppDbContext db, ImageStore images, TimeProvider clock, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var product = await LockAsync(db, id, ct);
        if (ProductsModule.Refusal(product, me) is { } refusal)
        {
            return refusal;
        }

        if (product!.Images.SingleOrDefault(picture => picture.Image.Id == image) is not { } picture)
        {
            return TypedResults.NotFound();
        }

        product.Images = [.. product.Images.Where(other => other != picture)];
        product.UpdatedAt = clock.GetUtcNow();
        await db.SaveChangesAsync(ct);
        await images.DoomAsync(db, [picture.Image], ct);
        await transaction.CommitAsync(ct);
        images.Sweep();
        return TypedResults.NoContent();
    }

    /// <summary>What a browser needs to upload straight to Cloudinary; 409 <c>not_supported</c> with local images.</summary>
    public static async Task<IResult> SignAsync(long id, CurrentUser me, AppDbContext db, ImageStore images, CancellationToken ct)
    {
        var product = await db.Products.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, ct);
        return ProductsModule.Refusal(product, me) is { } refusal ? refusal
            : product!.Images.Count >= Product.MaxImages ? Full()
            : await images.SignBrowserUploadAsync(me.Id, Purpose(id), ct) is { } upload ? TypedResults.Ok(upload)
            : ErrorResult.Conflict($"Pictures are kept on this server: send them to POST /api/products/{id}/images/.", "not_supported");
    }

    private const int LongestAlt = 300;

    private static string Purpose(long productId) => $"products/{productId}";

    private static FieldErrors Full() => FieldErrors.Of("image", $"A product has at most {Product.MaxImages} images.");

    /// <summary>The product as it stays until the transaction ends, so that two changes of one gallery don't undo each other.</summary>
    private static async Task<Product?> LockAsync(AppDbContext db, long id, CancellationToken ct)
    {
        await CatalogueLock.TakeAsync(db, ct);
        return await db.Products.SingleOrDefaultAsync(p => p.Id == id, ct);
    }
}
