using System.Threading.Channels;
using AgroConnect.Data;
using AgroConnect.Images.Cloudinary;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Images;

/// <summary>
/// Deletes the files of doomed pictures and of those that waited too long to be shown, then their rows. Any number of nodes
/// may run it: one conditional update claims a row and sets the next try at the same time.
/// </summary>
internal sealed class ImageSweeper(
    IEnumerable<IImageBackend> backends, IServiceScopeFactory scopes, TimeProvider clock, ILogger<ImageSweeper> log) : BackgroundService
{
    private const int Batch = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromHours(6);

    private readonly Channel<bool> _wakes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Wake() => _wakes.Writer.TryWrite(true);

    /// <summary>Deletes what is due now.</summary>
    public async Task SweepAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        List<ImageRow> due;
        do
        {
            var now = clock.GetUtcNow();
            due = await db.Images.AsNoTracking().Where(row => row.DueAt <= now).OrderBy(row => row.DueAt).Take(Batch).ToListAsync(ct);
            foreach (var row in due)
            {
                if (await TryClaimAsync(db, row, ct))
                {
                    await DeleteAsync(db, row, ct);
                }
            }
        }
        while (due.Count == Batch);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                log.LogError(error, "Sweeping up pictures failed; the next try is in a minute.");
            }

            await WaitAsync(stoppingToken);
        }
    }

    private async Task WaitAsync(CancellationToken ct)
    {
        try
        {
            await _wakes.Reader.ReadAsync(ct).AsTask().WaitAsync(Pause, clock, ct);
        }
        catch (Exception ended) when (ended is TimeoutException or OperationCanceledException)
        {
            // Time for the next round, or for the end.
        }
    }

    private async Task<bool> TryClaimAsync(AppDbContext db, ImageRow row, CancellationToken ct)
    {
        var next = clock.GetUtcNow() + BackOff(row.Attempts);
        return await db.Images.Where(r => r.Id == row.Id && r.State == row.State && r.DueAt == row.DueAt).ExecuteUpdateAsync(
            set => set
                .SetProperty(r => r.State, ImageState.Doomed)
                .SetProperty(r => r.Attempts, r => r.Attempts + 1)
                .SetProperty(r => r.DueAt, next),
            ct) == 1;
    }

    private async Task DeleteAsync(AppDbContext db, ImageRow row, CancellationToken ct)
    {
        try
        {
            var backend = backends.SingleOrDefault(backend => backend.Name == row.Store)
                ?? throw new CloudinaryException("Images:Cloudinary:Url is empty, but there are pictures at Cloudinary.");
            await backend.DeleteAsync(row.Key, ct);
        }
        catch (Exception error) when (error is CloudinaryException or IOException or UnauthorizedAccessException)
        {
            log.LogWarning(error, "Picture {Id} could not be deleted from {Store}, try {Try}.", row.Id, row.Store, row.Attempts + 1);
            return;
        }

        // Until its signature has run out, a browser can upload the same id again: the row stays to delete that too.
        var signedUntil = row.CreatedAt + CloudinaryUploads.SignatureLifetime;
        if (row.Purpose is not null && clock.GetUtcNow() < signedUntil)
        {
            await db.Images.Where(r => r.Id == row.Id).ExecuteUpdateAsync(set => set.SetProperty(r => r.DueAt, signedUntil), ct);
            return;
        }

        await db.Images.Where(r => r.Id == row.Id).ExecuteDeleteAsync(ct);
    }

    /// <summary>One minute, then twice as long each time. It also is how long a claim holds: the node that made it may die.</summary>
    private static TimeSpan BackOff(int attempts) =>
        attempts < 9 ? TimeSpan.FromMinutes(1 << attempts) : LongestBackOff;
}
