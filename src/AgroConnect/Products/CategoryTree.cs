using System.Globalization;
using AgroConnect.Data;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Products;

/// <summary>All categories as a tree, in memory; made anew when the catalogue has changed.</summary>
internal sealed class CategoryTree
{
    private readonly Dictionary<long, Category> _byId;
    private readonly Dictionary<string, Category> _bySlug;
    private readonly ILookup<long?, Category> _children;

    private CategoryTree(List<Category> categories)
    {
        All = categories;
        _byId = categories.ToDictionary(category => category.Id);
        _bySlug = categories.ToDictionary(category => category.Slug);
        _children = categories.ToLookup(category => category.ParentId);
    }

    /// <summary>By name.</summary>
    public IReadOnlyList<Category> All { get; }

    public static async Task<CategoryTree> LoadAsync(AppDbContext db, CancellationToken ct) =>
        new(await db.Categories.AsNoTracking().OrderBy(category => category.Name).ThenBy(category => category.Id).ToListAsync(ct));

    public Category? Find(long id) => _byId.GetValueOrDefault(id);

    /// <param name="idOrSlug">As in an address or a filter.</param>
    public Category? Find(string idOrSlug) =>
        long.TryParse(idOrSlug, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && _byId.TryGetValue(id, out var found)
            ? found
            : _bySlug.GetValueOrDefault(idOrSlug);

    /// <summary>The ids of a category and of all below it.</summary>
    public IEnumerable<long> WithDescendants(long id)
    {
        yield return id;
        foreach (var below in _children[id].SelectMany(child => WithDescendants(child.Id)))
        {
            yield return below;
        }
    }
}

/// <summary>The <see cref="CategoryTree"/> of the present catalogue.</summary>
internal sealed class CategoryTrees(CatalogueVersionReader versions, IServiceScopeFactory scopes)
{
    private Snapshot? _last;

    public async ValueTask<CategoryTree> CurrentAsync(CancellationToken ct)
    {
        // Read before the tree: a change in between makes the tree look older than it is, never newer.
        var version = await versions.ReadAsync();
        return await AtAsync(version, ct);
    }

    /// <summary>The tree, or the present one when it has not all of these categories: one may be younger than the version that was read.</summary>
    public async ValueTask<CategoryTree> CoveringAsync(IEnumerable<long> categories, CategoryTree tree, CancellationToken ct) =>
        categories.All(id => tree.Find(id) is not null) ? tree : await CurrentAsync(ct);

    public async ValueTask<CategoryTree> AtAsync(long version, CancellationToken ct)
    {
        if (_last is { } last && last.Version == version)
        {
            return last.Tree;
        }

        await using var scope = scopes.CreateAsyncScope();
        var tree = await CategoryTree.LoadAsync(scope.ServiceProvider.GetRequiredService<AppDbContext>(), ct);
        _last = new Snapshot(version, tree);
        return tree;
    }

    private sealed record Snapshot(long Version, CategoryTree Tree);
}
