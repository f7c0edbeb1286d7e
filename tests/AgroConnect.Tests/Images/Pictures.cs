using NetVips;

namespace AgroConnect.Tests.Images;

/// <summary>Test pictures, drawn when they are needed: the left half red, the right half blue.</summary>
internal static class Pictures
{
    public static byte[] Jpeg(int width = 320, int height = 240) => Save(width, height, image => image.JpegsaveBuffer());

    public static byte[] Png(int width = 320, int height = 240) => Save(width, height, image => image.PngsaveBuffer());

    public static byte[] WebP(int width = 320, int height = 240) => Save(width, height, image => image.WebpsaveBuffer());

    public static byte[] Avif(int width = 320, int height = 240) =>
        Save(width, height, image => image.HeifsaveBuffer(compression: Enums.ForeignHeifCompression.Av1));

    /// <summary>Hard to compress, so that the file is large.</summary>
    public static byte[] Noise(int width, int height)
    {
        using var noise = Image.Gaussnoise(width, height, sigma: 80, mean: 128);
        using var grey = noise.Cast(Enums.BandFormat.Uchar);
        return grey.PngsaveBuffer(compression: 1);
    }

    public static byte[] Save(int width, int height, Func<Image, byte[]> save)
    {
        using var image = RedAndBlue(width, height);
        return save(image);
    }

    public static Image RedAndBlue(int width, int height)
    {
        using var black = Image.Black(width / 2, height, bands: 3);
        using var red = black + new double[] { 230, 20, 20 };
        using var blue = black + new double[] { 20, 20, 230 };
        using var both = red.Join(blue, Enums.Direction.Horizontal);
        using var bytes = both.Cast(Enums.BandFormat.Uchar);
        return bytes.Copy(interpretation: Enums.Interpretation.Srgb);
    }

    /// <summary>The first bytes of a GIF, complete with one pixel.</summary>
    public static byte[] Gif() => Convert.FromBase64String("R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs=");

    public static byte[] Svg(string inside = "") =>
        System.Text.Encoding.UTF8.GetBytes($"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 400 300'><rect width='400' height='300' fill='green'/>{inside}</svg>");

    /// <summary>Four-letter names of the chunks of a WebP file.</summary>
    public static IReadOnlyList<string> ChunksOf(byte[] webp)
    {
        var chunks = new List<string>();
        for (var at = 12; at + 8 <= webp.Length;)
        {
            chunks.Add(System.Text.Encoding.ASCII.GetString(webp, at, 4));
            var size = BitConverter.ToInt32(webp, at + 4);
            at += 8 + size + (size & 1);
        }

        return chunks;
    }
}
