using AgroConnect.Data;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Products;

/// <summary>Single products, read from the database at each request; requests at the same time share a statement.</summary>
internal sealed class ProductLoader(IServiceScopeFactory scopes)
{
    private static readonly Func<AppDbContext, long[], IAsyncEnumerable<ProductRow>> Load = EF.CompileAsyncQuery((AppDbContext db, long[] ids) =>
        db.Set<Product>().AsNoTracking().Where(product => ids.Contains(product.Id)).Select(ProductRow.FromProduct));

    private readonly Gathered<long, ProductRow> _reads = new(async ids =>
    {
        await using var scope = scopes.CreateAsyncScope();
        return await Load(scope.ServiceProvider.GetRequiredService<AppDbContext>(), [.. ids]).ToDictionaryAsync(row => row.Product.Id);
    });

    /// <returns>Null when there is no such product.</returns>
    public Task<ProductRow?> FindAsync(long id) => _reads.ReadAsync(id);
}
