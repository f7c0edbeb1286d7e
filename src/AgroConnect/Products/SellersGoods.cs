using System.Text.Json.Nodes;
using AgroConnect.Data;
using AgroConnect.Images;
using AgroConnect.Users;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Products;

/// <summary>What the catalogue knows of a person: the listings.</summary>
internal sealed class SellersGoods(ImageStore images, TimeProvider clock) : IPersonalData
{
    public string Section => "products";

    public async Task<JsonNode?> ExportAsync(AppDbContext db, long userId, CancellationToken ct)
    {
        var rows = new JsonArray();
        await foreach (var product in db.Products.AsNoTracking().Where(product => product.SellerId == userId).OrderBy(product => product.Id).AsAsyncEnumerable().WithCancellation(ct))
        {
            rows.Add(new JsonObject
            {
                ["id"] = product.Id,
                ["name"] = product.Name,
                ["description"] = product.Description,
                ["price_minor_units"] = product.Price.Minor,
                ["stock"] = product.Stock.ToDecimal(),
                ["unit"] = product.Unit,
                ["is_active"] = product.IsActive,
                ["location"] = product.LocationName,
                ["created_at"] = product.CreatedAt.UtcDateTime,
            });
        }

        return rows;
    }

    /// <summary>Nothing of somebody who left is for sale; pictures and places may show the person.</summary>
    public async Task ForgetAsync(AppDbContext db, long userId, CancellationToken ct)
    {
        await CatalogueLock.TakeAsync(db, ct);
        foreach (var product in await db.Products.Where(product => product.SellerId == userId).ToListAsync(ct))
        {
            await images.DoomAsync(db, product.Images.Select(image => image.Image), ct);
            (product.IsActive, product.Images, product.UpdatedAt) = (false, [], clock.GetUtcNow());
            product.Locate(null, null);
        }
    }
}
