#pragma warning disable CA1822
namespace AgroConnect.Images;
internal sealed class ImageUrls
{
    public string Page(StoredImage image, string baseUrl) => $"{baseUrl}/media/{image.Key}.webp";
    public string Thumbnail(StoredImage image, string baseUrl) => $"{baseUrl}/media/{image.Key}.t.webp";
}
internal sealed class ImageStore
{
    public Task DoomAsync(AgroConnect.Data.AppDbContext db, IEnumerable<StoredImage> images, CancellationToken ct) => Task.CompletedTask;
    public void Sweep() { }
    public Task KeepAsync(AgroConnect.Data.AppDbContext db, IEnumerable<StoredImage> images, CancellationToken ct) => Task.CompletedTask;
    public Task<StoredImage> SaveDrawingAsync(AgroConnect.Data.AppDbContext db, byte[] svg, CancellationToken ct) => Task.FromResult(new StoredImage(1,"local","x",10,10));
}
