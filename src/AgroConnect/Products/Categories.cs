using AgroConnect.Data;
using AgroConnect.Images;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Products;

/// <summary>A category on the wire; <c>product_count</c> counts active products with those of its descendants.</summary>
public sealed record CategoryView(long Id, string Name, string Slug, string Description, long? Parent, int ProductCount, string? ImageUrl);

/// <summary><c>/api/categories/</c>.</summary>
internal static class Categories
{
    public sealed record Request(string Name, string? Description = null, long? Parent = null);

    public static async Task<PublicJson<IReadOnlyList<CategoryView>>> ListAsync(
        HttpRequest request, CatalogueVersionReader versions, CategoryTrees trees, CatalogueCache cache, ImageUrls urls, CancellationToken ct)
    {
        var version = await versions.ReadAsync();
        var key = new CatalogueCache.Key(version, request.BaseUrl(), "/api/categories/", "");
        if (cache.Find<IReadOnlyList<CategoryView>>(key) is { } known)
        {
            return known;
        }

        var tree = await trees.AtAsync(version, ct);
        return (await cache.MakeAsync(key, async (db, stop) =>
        {
            var counts = await db.Products.Where(product => product.IsActive)
                .GroupBy(product => product.CategoryId)
                .Select(group => new { group.Key, Count = group.Count() })
                .ToDictionaryAsync(group => group.Key, group => group.Count, stop);
            return new PublicJson<IReadOnlyList<CategoryView>>(
                [.. tree.All.Select(category => View(category, tree.WithDescendants(category.Id).Sum(id => counts.GetValueOrDefault(id)), urls, key.BaseUrl))],
                ProductsJson.Wire.IReadOnlyListCategoryView);
        }, ct))!;
    }

    public static async Task<IResult> GetAsync(
        string category, HttpRequest request, AppDbContext db, CategoryTrees trees, ImageUrls urls, CancellationToken ct)
    {
        var tree = await trees.CurrentAsync(ct);
        return tree.Find(category) is { } found
            ? new PublicJson<CategoryView>(await ViewAsync(found, tree, db, urls, request, ct), ProductsJson.Wire.CategoryView)
            : TypedResults.NotFound();
    }

    public static async Task<IResult> CreateAsync(HttpRequest request, AppDbContext db, ImageUrls urls, CancellationToken ct)
    {
        var fields = await Fields.ReadAsync(request, ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var tree = await LockAsync(db, ct);
        var category = new Category { Name = "", Slug = "" };
        Read(fields, category, tree);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        // A slug of digits alone would be taken for an id.
        var name = Slugs.Of(category.Name, "category");
        category.Slug = await Slugs.FreeAsync(name.All(char.IsAsciiDigit) ? $"category-{name}" : name, slug => Task.FromResult(tree.All.Any(other => other.Slug == slug)));
        db.Categories.Add(category);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return TypedResults.Created($"{request.BaseUrl()}/api/categories/{category.Id}/", View(category, 0, urls, request.BaseUrl()));
    }

    public static async Task<IResult> UpdateAsync(string category, HttpRequest request, AppDbContext db, ImageUrls urls, CancellationToken ct)
    {
        // Before the lock: a slow sender must not keep the other writers waiting.
        var fields = await Fields.ReadAsync(request, ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var tree = await LockAsync(db, ct);
        if (tree.Find(category) is not { } found)
        {
            return TypedResults.NotFound();
        }

        db.Categories.Attach(found);
        Read(fields, found, tree);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        tree = await CategoryTree.LoadAsync(db, ct);
        return TypedResults.Ok(await ViewAsync(found, tree, db, urls, request, ct));
    }

    public static async Task<IResult> DeleteAsync(string category, AppDbContext db, ImageStore images, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var tree = await LockAsync(db, ct);
        if (tree.Find(category) is not { } found)
        {
            return TypedResults.NotFound();
        }

        if (tree.WithDescendants(found.Id).Skip(1).Any() || await db.Products.AnyAsync(product => product.CategoryId == found.Id, ct))
        {
            return InUse();
        }

        db.Categories.Remove(found);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException referred) when (referred.IsForeignKeyViolation())
        {
            return InUse();
        }

        if (found.Image is { } image)
        {
            await images.DoomAsync(db, [image], ct);
        }

        await transaction.CommitAsync(ct);
        return TypedResults.NoContent();
    }

    private static ErrorResult InUse() =>
        ErrorResult.Conflict("This category has products or categories below it; move or delete them first.", "category_in_use");

    /// <summary>The tree as it stays until the transaction ends: names under one parent and cycles need more than unique indexes.</summary>
    private static async Task<CategoryTree> LockAsync(AppDbContext db, CancellationToken ct)
    {
        await CatalogueLock.TakeAsync(db, ct);
        return await CategoryTree.LoadAsync(db, ct);
    }

    private static void Read(Fields fields, Category category, CategoryTree tree)
    {
        var isNew = category.Id == 0;
        category.Name = fields.Text("name", max: 100, isNew || !fields.Partial ? null : category.Name);
        category.Description = fields.Text("description", max: 2000, category.Description, blank: true);
        category.ParentId = fields.Id("parent", category.ParentId, nullable: true);
        if (category.ParentId is { } parent)
        {
            if (tree.Find(parent) is null)
            {
                fields.NoSuchId("parent", parent);
            }
            else if (!isNew && tree.WithDescendants(category.Id).Contains(parent))
            {
                fields.Error("parent", "A category cannot be below itself.");
            }
        }

        if (fields.Problem is null && tree.All.Any(other =>
            other.Id != category.Id && other.ParentId == category.ParentId && string.Equals(other.Name, category.Name, StringComparison.OrdinalIgnoreCase)))
        {
            fields.Error("name", "A category with this name already exists here.");
        }
    }

    private static async Task<CategoryView> ViewAsync(
        Category category, CategoryTree tree, AppDbContext db, ImageUrls urls, HttpRequest request, CancellationToken ct)
    {
        var ids = tree.WithDescendants(category.Id).ToList();
        var count = await db.Products.CountAsync(product => product.IsActive && ids.Contains(product.CategoryId), ct);
        return View(category, count, urls, request.BaseUrl());
    }

    private static CategoryView View(Category category, int productCount, ImageUrls urls, string baseUrl) => new(
        category.Id, category.Name, category.Slug, category.Description, category.ParentId, productCount,
        category.Image is { } image ? urls.Page(image, baseUrl) : null);
}
