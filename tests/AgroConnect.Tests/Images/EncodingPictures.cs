using System.Diagnostics;
using System.Text;
using AgroConnect.Images;
using Microsoft.Extensions.Options;
using NetVips;

namespace AgroConnect.Tests.Images;

[WithoutDatabase]
public sealed class EncodingPictures : IDisposable
{
    private readonly ImagePipeline _pipeline = new(Options.Create(new ImagesOptions()));

    public void Dispose() => _pipeline.Dispose();

    [Fact]
    public async Task Turns_a_photo_upright()
    {
        var sideways = Pictures.Save(300, 200, image =>
        {
            using var turned = image.Mutate(m => m.Set(GValue.GIntType, "orientation", 6));
            return turned.JpegsaveBuffer();
        });

        var encoded = await Accept(sideways);

        Assert.Equal((200, 300), (encoded.Width, encoded.Height));
        using var page = Image.WebploadBuffer(encoded.Page);
        Assert.True(page[100, 20][0] > 180, "what was left is at the top");
        Assert.True(page[100, 280][2] > 180, "what was right is at the bottom");
    }

    [Fact]
    public async Task Drops_place_description_and_colour_profile()
    {
        var photo = Pictures.Save(300, 200, image =>
        {
            using var located = image.Mutate(m =>
            {
                m.Set(GValue.GStrType, "exif-ifd0-ImageDescription", "Amina's field (Amina's field, ASCII, 14 components, 14 bytes)");
                m.Set(GValue.GStrType, "exif-ifd3-GPSLatitude", "12/1 34/1 56/1 (12, 34, 56, Rational, 3 components, 24 bytes)");
                m.Set(GValue.BlobType, "xmp-data", Encoding.UTF8.GetBytes("<x:xmpmeta>Amina's field</x:xmpmeta>"));
            });
            return located.JpegsaveBuffer(profile: "srgb");
        });
        Assert.Contains("Amina's field", Encoding.Latin1.GetString(photo), StringComparison.Ordinal);
        using (var before = Image.JpegloadBuffer(photo))
        {
            Assert.Contains("exif-ifd3-GPSLatitude", before.GetFields());
            Assert.Contains("icc-profile-data", before.GetFields());
        }

        var encoded = await Accept(photo);

        Assert.All([encoded.Page, encoded.Thumbnail], file => Assert.Equal(["VP8 "], Pictures.ChunksOf(file)));
    }

    [Fact]
    public async Task Carries_over_no_byte_behind_or_between_the_picture()
    {
        const string Script = "<script>alert(document.domain)</script>";
        byte[] jpeg = [.. Pictures.Jpeg(), .. Encoding.ASCII.GetBytes(Script)];
        byte[] comment = [0xFF, 0xD8, 0xFF, 0xFE, 0x00, (byte)(Script.Length + 2), .. Encoding.ASCII.GetBytes(Script), .. Pictures.Jpeg()[2..]];
        byte[] png = [.. Pictures.Png(), .. "PK\x03\x04"u8, .. Encoding.ASCII.GetBytes(Script)];

        foreach (var polyglot in (byte[][])[jpeg, comment, png])
        {
            var encoded = await Accept(polyglot);
            Assert.DoesNotContain("script", Encoding.Latin1.GetString(encoded.Page), StringComparison.Ordinal);
            Assert.DoesNotContain("script", Encoding.Latin1.GetString(encoded.Thumbnail), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Keeps_transparency()
    {
        var png = Pictures.Save(400, 300, image =>
        {
            using var none = Image.Black(200, 300);
            using var full = none + 255.0;
            using var alpha = none.Join(full, Enums.Direction.Horizontal);
            using var bytes = alpha.Cast(Enums.BandFormat.Uchar);
            using var both = image.Bandjoin(bytes);
            return both.PngsaveBuffer();
        });

        var encoded = await Accept(png);

        using var page = Image.WebploadBuffer(encoded.Page);
        Assert.Equal(4, page.Bands);
        Assert.Equal(0, page[50, 150][3]);
        Assert.Equal(255, page[350, 150][3]);
    }

    [Theory]
    [InlineData(3200, 1000, 1600, 500, 400, 125)]
    [InlineData(9000, 3000, 1600, 533, 400, 133)]
    [InlineData(1000, 2000, 800, 1600, 200, 400)]
    [InlineData(300, 200, 300, 200, 300, 200)]
    [InlineData(2, 4000, 1, 1600, 1, 400)]
    public async Task Reduces_what_is_large_and_never_enlarges(int width, int height, int pageWidth, int pageHeight, int thumbnailWidth, int thumbnailHeight)
    {
        var encoded = await Accept(Pictures.Jpeg(width, height));

        using var page = Image.WebploadBuffer(encoded.Page);
        using var thumbnail = Image.WebploadBuffer(encoded.Thumbnail);
        Assert.Equal((pageWidth, pageHeight), (encoded.Width, encoded.Height));
        Assert.Equal((pageWidth, pageHeight), (page.Width, page.Height));
        Assert.Equal((thumbnailWidth, thumbnailHeight), (thumbnail.Width, thumbnail.Height));
    }

    [Fact]
    public async Task Takes_JPEG_PNG_WebP_and_AVIF()
    {
        foreach (var file in (byte[][])[Pictures.Jpeg(), Pictures.Png(), Pictures.WebP(), Pictures.Avif()])
        {
            var encoded = await Accept(file);
            using var page = Image.WebploadBuffer(encoded.Page);
            Assert.Equal((320, 240), (page.Width, page.Height));
            Assert.True(page[40, 120][0] > 180 && page[280, 120][2] > 180);
        }
    }

    [Fact]
    public async Task Brings_other_colour_spaces_to_sRGB()
    {
        var deep = Pictures.Save(320, 240, image => { using var sixteen = image.Colourspace(Enums.Interpretation.Rgb16); return sixteen.PngsaveBuffer(); });
        var wide = Pictures.Save(320, 240, image => { using var p3 = image.IccTransform("p3", inputProfile: "srgb"); return p3.JpegsaveBuffer(); });
        var print = Pictures.Save(320, 240, image => { using var cmyk = image.IccTransform("cmyk", inputProfile: "srgb"); return cmyk.JpegsaveBuffer(); });

        foreach (var (file, tolerance) in new[] { (deep, 12), (wide, 12), (print, 60) })
        {
            using var page = Image.WebploadBuffer((await Accept(file)).Page);
            Assert.Equal(3, page.Bands);
            Assert.InRange(page[40, 120][0], 230 - tolerance, 230 + tolerance);
            Assert.InRange(page[40, 120][2], 20 - tolerance, 20 + tolerance);
        }
    }

    [Fact]
    public async Task Takes_the_first_picture_of_an_animation()
    {
        using var first = Pictures.RedAndBlue(200, 100);
        using var second = first.Invert();
        using var frames = first.Join(second, Enums.Direction.Vertical);

        var encoded = await Accept(frames.WebpsaveBuffer(pageHeight: 100));

        Assert.Equal((200, 100), (encoded.Width, encoded.Height));
        using var page = Image.WebploadBuffer(encoded.Page);
        Assert.True(page[20, 50][0] > 180);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.95)]
    public async Task Refuses_what_is_cut_off(double share)
    {
        foreach (var file in (byte[][])[Pictures.Jpeg(), Pictures.Noise(300, 200), Pictures.WebP(), Pictures.Avif()])
        {
            await Refuse(file[..(int)(file.Length * share)]);
        }
    }

    [Fact]
    public async Task Refuses_a_damaged_picture()
    {
        var png = Pictures.Noise(300, 200);
        png[png.Length / 2] ^= 0xFF;

        await Refuse(png);
    }

    [Fact]
    public async Task Refuses_every_other_kind()
    {
        var tiff = Pictures.Save(40, 40, image => image.TiffsaveBuffer());
        var heic = Pictures.Avif();
        Encoding.ASCII.GetBytes("heicmif1heic").CopyTo(heic, 8);
        foreach (var other in (byte[][])[
            Pictures.Svg(), Pictures.Gif(), tiff, heic, "%PDF-1.7\n%âãÏÓ"u8.ToArray(), "GIF89a/*<script>*/"u8.ToArray(),
            "Just a text."u8.ToArray(), [], [0xFF], [0xFF, 0xD8, 0xFF], "RIFF\0\0\0\0WEBP"u8.ToArray(), "\0\0\0\x18ftypavif"u8.ToArray()])
        {
            await Refuse(other);
        }
    }

    [Fact]
    public async Task Refuses_a_drawing_that_calls_itself_a_photo()
    {
        byte[] disguised = [0x89, .. "PNG\r\n\x1A\n"u8, .. Pictures.Svg("<image href='file:///etc/passwd'/>")];

        await Refuse(disguised);
    }

    [Fact]
    public async Task Refuses_a_small_file_with_too_many_pixels_without_decoding_it()
    {
        using var black = Image.Black(10_000, 6_000);
        var bomb = black.PngsaveBuffer(compression: 9);
        Assert.True(bomb.Length < 100_000);

        var watch = Stopwatch.StartNew();
        var reading = await _pipeline.ReadAsync(bomb, TestContext.Current.CancellationToken);

        Assert.Equal("Ensure this image has no more than 50000000 pixels (it has 60000000).", reading.Error);
        Assert.True(watch.ElapsedMilliseconds < 1000, $"took {watch.ElapsedMilliseconds} ms");
    }

    [Fact]
    public async Task Renders_our_own_drawings_at_full_size()
    {
        var encoded = await _pipeline.DrawAsync(Pictures.Svg(), TestContext.Current.CancellationToken);

        Assert.Equal((960, 720), (encoded.Width, encoded.Height));
        using var thumbnail = Image.WebploadBuffer(encoded.Thumbnail);
        Assert.Equal((400, 300), (thumbnail.Width, thumbnail.Height));
    }

    private async Task<EncodedImage> Accept(byte[] file)
    {
        var reading = await _pipeline.ReadAsync(file, TestContext.Current.CancellationToken);
        Assert.Null(reading.Error);
        return reading.Image!;
    }

    private async Task Refuse(byte[] file)
    {
        var reading = await _pipeline.ReadAsync(file, TestContext.Current.CancellationToken);
        Assert.Null(reading.Image);
        Assert.Equal(ImagePipeline.NotAPicture, reading.Error);
    }
}
