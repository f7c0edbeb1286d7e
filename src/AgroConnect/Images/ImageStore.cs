using AgroConnect.Data;
using AgroConnect.Images.Cloudinary;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AgroConnect.Images;

/// <summary>What became of an upload: pictures that wait to be kept, or the answer that the request deserves.</summary>
internal sealed record ImageUpload(IReadOnlyList<StoredImage> Images, IResult? Problem);

/// <summary>
/// The pictures of all parts. A part receives them (before its transaction: the store commits by itself), keeps them in
/// the transaction that saves the row that shows them, and dooms them in the one that drops it.
/// </summary>
internal sealed class ImageStore(
    ImageForm form, ImagePipeline pipeline, IEnumerable<IImageBackend> backends, ImageSweeper sweeper, IServiceScopeFactory scopes,
    IServiceProvider services, IOptions<ImagesOptions> options, TimeProvider clock, ILogger<ImageStore> log)
{
    private readonly IImageBackend _backend = backends.Single(backend => backend.Name == options.Value.Provider);

    /// <summary>Reads the files of one field of a form, encodes and stores them: all, or none.</summary>
    /// <param name="request">Whose body nobody has read yet.</param>
    /// <param name="field">Name of the form field, which errors name too.</param>
    /// <param name="most">How many files it may hold.</param>
    /// <param name="ct">Ends the upload.</param>
    /// <param name="isPrivate">Whether only some may see them: their addresses are signed, and expire.</param>
    public async Task<ImageUpload> ReceiveAsync(HttpRequest request, string field, int most, CancellationToken ct, bool isPrivate = false)
    {
        var uploaded = await form.ReadAsync(request, field, most, ct);
        if (uploaded.Problem is { } problem)
        {
            return new ImageUpload([], problem);
        }

        var encoded = new List<EncodedImage>();
        foreach (var file in uploaded.Files)
        {
            var bytes = new byte[file.Length];
            await using (var stream = file.OpenReadStream())
            {
                await stream.ReadExactlyAsync(bytes, ct);
            }

            var reading = await pipeline.ReadAsync(bytes, ct);
            if (reading.Image is null)
            {
                return new ImageUpload([], FieldErrors.Of(field, reading.Error!));
            }

            encoded.Add(reading.Image);
        }

        try
        {
            return new ImageUpload(await SaveAsync(encoded, isPrivate, ct), null);
        }
        catch (CloudinaryException error)
        {
            log.LogError(error, "Pictures could not be stored.");
            return new ImageUpload([], new ErrorResult(
                StatusCodes.Status503ServiceUnavailable, "The image service does not answer. Try again later.", "images_unavailable"));
        }
    }

    /// <summary>Renders and stores one of our own drawings.</summary>
    public async Task<StoredImage> SaveDrawingAsync(byte[] svg, CancellationToken ct) =>
        (await SaveAsync([await pipeline.DrawAsync(svg, ct)], isPrivate: false, ct))[0];

    /// <summary>To be called in the transaction that saves what shows these pictures, each as often as it is shown.</summary>
    /// <returns>False when one is not there any more: it waited for too long. Nothing may be committed then.</returns>
    public async Task<bool> KeepAsync(AppDbContext db, IEnumerable<StoredImage> images, CancellationToken ct)
    {
        RequireTransaction(db);
        foreach (var (id, shown) in images.CountBy(image => image.Id).OrderBy(count => count.Key))
        {
            var kept = await db.Images.Where(row => row.Id == id && row.State != ImageState.Doomed).ExecuteUpdateAsync(
                set => set
                    .SetProperty(row => row.State, ImageState.Kept)
                    .SetProperty(row => row.DueAt, (DateTimeOffset?)null)
                    .SetProperty(row => row.Uses, row => row.Uses + shown),
                ct);
            if (kept == 0)
            {
                log.LogWarning("Picture {Id} was given up before it was kept.", id);
                return false;
            }
        }

        return true;
    }

    /// <summary>To be called in the transaction that drops what showed these pictures; call <see cref="Sweep"/> after its commit.</summary>
    public async Task DoomAsync(AppDbContext db, IEnumerable<StoredImage> images, CancellationToken ct)
    {
        RequireTransaction(db);
        var now = clock.GetUtcNow();
        foreach (var (id, shown) in images.CountBy(image => image.Id).OrderBy(count => count.Key))
        {
            var row = db.Images.Where(row => row.Id == id && row.State != ImageState.Doomed);
            await row.ExecuteUpdateAsync(set => set.SetProperty(r => r.Uses, r => r.Uses - shown), ct);
            await row.Where(r => r.Uses <= 0).ExecuteUpdateAsync(
                set => set.SetProperty(r => r.State, ImageState.Doomed).SetProperty(r => r.DueAt, now), ct);
        }
    }

    /// <summary>Gives up received pictures that nothing will show.</summary>
    public Task DiscardAsync(IReadOnlyList<StoredImage> images) => DiscardAsync([.. images.Select(image => image.Id)]);

    /// <summary>Has the doomed pictures deleted now; without it, within a minute.</summary>
    public void Sweep() => sweeper.Wake();

    /// <summary>Lets a browser upload one picture straight to Cloudinary.</summary>
    /// <param name="ownerId">Who may confirm it afterwards.</param>
    /// <param name="purpose">What for, such as <c>products/7</c>.</param>
    /// <returns>Null when pictures are local: 409 <c>not_supported</c>.</returns>
    public async Task<BrowserUpload?> SignBrowserUploadAsync(long ownerId, string purpose, CancellationToken ct)
    {
        if (Uploads is not { } uploads)
        {
            return null;
        }

        var row = NewRow(ownerId, purpose);
        await InsertAsync([row], ct);
        return uploads.Sign(row.Key);
    }

    /// <summary>Takes a picture that a browser uploaded: Cloudinary signed for it, and the same owner asked for its id for the same purpose.</summary>
    public async Task<ImageUpload> ConfirmBrowserUploadAsync(BrowserReport report, long ownerId, string purpose, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var images = scope.ServiceProvider.GetRequiredService<AppDbContext>().Images;
        var row = Uploads?.IsGenuine(report) == true
            ? await images.AsNoTracking().SingleOrDefaultAsync(
                row => row.Key == report.PublicId && row.State == ImageState.Pending && row.OwnerId == ownerId && row.Purpose == purpose, ct)
            : null;
        return row is null
            ? new ImageUpload([], FieldErrors.Of("public_id", "This is no upload that was signed for you here."))
            : new ImageUpload([new StoredImage(row.Id, row.Store, row.Key, report.Width, report.Height, report.Version)], null);
    }

    private CloudinaryUploads? Uploads => options.Value.IsCloudinary ? services.GetRequiredService<CloudinaryUploads>() : null;

    private async Task<IReadOnlyList<StoredImage>> SaveAsync(IReadOnlyList<EncodedImage> images, bool isPrivate, CancellationToken ct)
    {
        var rows = images.Select(_ => NewRow(isPrivate: isPrivate)).ToList();
        await InsertAsync(rows, ct);
        var stored = new List<StoredImage>();
        try
        {
            foreach (var (row, image) in rows.Zip(images))
            {
                var version = await _backend.WriteAsync(row.Key, image, ct);
                stored.Add(new StoredImage(row.Id, row.Store, row.Key, image.Width, image.Height, version));
            }

            return stored;
        }
        catch
        {
            await DiscardAsync([.. rows.Select(row => row.Id)]);
            throw;
        }
    }

    private async Task InsertAsync(IReadOnlyList<ImageRow> rows, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        db.Images.AddRange(rows);
        await db.SaveChangesAsync(ct);
    }

    private ImageRow NewRow(long? ownerId = null, string? purpose = null, bool isPrivate = false)
    {
        var now = clock.GetUtcNow();
        return new ImageRow
        {
            Store = _backend.Name,
            Key = _backend.NewKey(isPrivate),
            CreatedAt = now,
            DueAt = now + options.Value.PendingLifetime,
            OwnerId = ownerId,
            Purpose = purpose,
        };
    }

    private async Task DiscardAsync(IReadOnlyList<long> ids)
    {
        await using (var scope = scopes.CreateAsyncScope())
        {
            var now = clock.GetUtcNow();
            var images = scope.ServiceProvider.GetRequiredService<AppDbContext>().Images;
            await images.Where(row => ids.Contains(row.Id) && row.State == ImageState.Pending).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.State, ImageState.Doomed).SetProperty(row => row.DueAt, now));
        }

        sweeper.Wake();
    }

    private static void RequireTransaction(AppDbContext db)
    {
        if (db.Database.CurrentTransaction is null)
        {
            throw new InvalidOperationException("Pictures are kept and doomed in the transaction that saves or drops what shows them.");
        }
    }
}
