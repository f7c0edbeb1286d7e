using System.Globalization;
using Microsoft.Extensions.Options;
using NetVips;

namespace AgroConnect.Images;

/// <summary>A picture in our own encodings, both WebP.</summary>
/// <param name="Page">For a page of its own.</param>
/// <param name="Thumbnail">For lists.</param>
/// <param name="Width">Of <paramref name="Page"/>, in pixels.</param>
/// <param name="Height">Of <paramref name="Page"/>, in pixels.</param>
internal sealed record EncodedImage(byte[] Page, byte[] Thumbnail, int Width, int Height);

/// <summary>What an uploaded file turned out to be: a picture, or the reason why not.</summary>
internal sealed record ImageReading(EncodedImage? Image, string? Error);

/// <summary>
/// Makes our own encodings of what people upload: upright, sRGB, no larger than needed, without metadata (a photo tells
/// where the farm is) and without any byte of the original file.
/// </summary>
internal sealed class ImagePipeline(IOptions<ImagesOptions> options) : IDisposable
{
    public const string NotAPicture = "Upload a valid image. The file you uploaded was either not an image or a corrupted image.";

    /// <summary>Longest sides, in pixels.</summary>
    private const int DrawingSide = 960;
    public const int PageSide = 1600;
    public const int ThumbnailSide = 400;

    private const int PageQuality = 80;
    private const int ThumbnailQuality = 75;

    // Decoding keeps a processor busy and may take hundreds of megabytes; more at once make nobody's faster.
    private readonly SemaphoreSlim _places = new(Environment.ProcessorCount);

    static ImagePipeline()
    {
        // Every picture is another one, and each of our calls has a thread of its own.
        Cache.Max = 0;
        NetVips.NetVips.Concurrency = 1;

        // Whatever a file pretends to be, no other decoder than these five can run in this process.
        Operation.Block("VipsForeignLoad", true);
        foreach (var loader in (ReadOnlySpan<string>)["Jpeg", "Png", "Webp", "Heif", "Svg"])
        {
            Operation.Block("VipsForeignLoad" + loader, false);
        }

        // A broken upload is an answer to its sender, nothing for the operator's console.
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, (_, _, _) => { });
    }

    /// <summary>Reads a JPEG, PNG, WebP or AVIF file; of an animation, the first picture.</summary>
    public Task<ImageReading> ReadAsync(byte[] file, CancellationToken ct) => RunAsync(() => Read(file), ct);

    /// <summary>Renders a drawing of ours, covering 960 x 720: enough for flat colours, and quick for a first start. Never for what others send: SVG can name files and addresses.</summary>
    public Task<EncodedImage> DrawAsync(byte[] svg, CancellationToken ct) => RunAsync(() => Draw(svg), ct);

    public void Dispose() => _places.Dispose();

    private async Task<T> RunAsync<T>(Func<T> work, CancellationToken ct)
    {
        await _places.WaitAsync(ct);
        try
        {
            return await Task.Run(work, ct);
        }
        finally
        {
            _places.Release();
        }
    }

    private ImageReading Read(byte[] file)
    {
        var kind = ImageKinds.Sniff(file);
        if (kind == ImageKind.Other)
        {
            return new ImageReading(null, NotAPicture);
        }

        try
        {
            // Opening reads the header alone.
            using var header = Open(kind, file);
            var pixels = (long)header.Width * header.Height;
            if (pixels > options.Value.MaxPixels)
            {
                return new ImageReading(null, TooManyPixels(pixels));
            }

            if (kind == ImageKind.Avif && header.Get("heif-compression") is not "av1")
            {
                return new ImageReading(null, NotAPicture);
            }

            using var source = kind == ImageKind.Jpeg ? OpenJpeg(file, ShrinkOf(header)) : Open(kind, file);
            using var upright = source.ThumbnailImage(PageSide, height: PageSide, size: Enums.Size.Down, outputProfile: "srgb");
            return new ImageReading(Encode(upright), null);
        }
        catch (VipsException)
        {
            return new ImageReading(null, NotAPicture);
        }
    }

    private static EncodedImage Draw(byte[] svg)
    {
        const int Height = DrawingSide * 3 / 4;
        using var small = Image.SvgloadBuffer(svg);
        var scale = Math.Max((double)DrawingSide / small.Width, (double)Height / small.Height);
        using var drawn = Image.SvgloadBuffer(svg, scale: scale);
        using var page = drawn.ThumbnailImage(DrawingSide, height: Height, crop: Enums.Interesting.Centre);
        return Encode(page, effort: 1, smartSubsample: false);
    }

    private static EncodedImage Encode(Image image, int effort = 4, bool smartSubsample = true)
    {
        // Decodes here, once for both sizes; a file that is cut off or damaged fails at this line.
        using var page = image.CopyMemory();
        using var thumbnail = page.ThumbnailImage(ThumbnailSide, height: ThumbnailSide, size: Enums.Size.Down, noRotate: true);
        return new EncodedImage(ToWebP(page, PageQuality, effort, smartSubsample), ToWebP(thumbnail, ThumbnailQuality, effort, smartSubsample), page.Width, page.Height);
    }

    /// <summary>Smart subsampling keeps colours sharp at edges and takes four times as long.</summary>
    private static byte[] ToWebP(Image image, int quality, int effort, bool smartSubsample) =>
        image.WebpsaveBuffer(q: quality, effort: effort, smartSubsample: smartSubsample, keep: Enums.ForeignKeep.None);

    private static Image Open(ImageKind kind, byte[] file) => kind switch
    {
        ImageKind.Jpeg => OpenJpeg(file, shrink: 1),
        ImageKind.Png => Image.PngloadBuffer(file, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error),
        ImageKind.WebP => Image.WebploadBuffer(file, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error),
        ImageKind.Avif => Image.HeifloadBuffer(file, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static Image OpenJpeg(byte[] file, int shrink) =>
        Image.JpegloadBuffer(file, shrink: shrink, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error);

    /// <summary>JPEG can be decoded at a fraction of its size; at least twice what is needed is left for a sharp reduction.</summary>
    private static int ShrinkOf(Image header) => (Math.Max(header.Width, header.Height) / (2 * PageSide)) switch
    {
        >= 8 => 8,
        >= 4 => 4,
        >= 2 => 2,
        _ => 1,
    };

    private string TooManyPixels(long pixels) => string.Create(
        CultureInfo.InvariantCulture, $"Ensure this image has no more than {options.Value.MaxPixels} pixels (it has {pixels}).");
}
