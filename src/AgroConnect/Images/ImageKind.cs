namespace AgroConnect.Images;

internal enum ImageKind
{
    /// <summary>Anything that is not accepted; no decoder ever sees it.</summary>
    Other,
    Jpeg,
    Png,
    WebP,
    Avif,
}

internal static class ImageKinds
{
    /// <summary>The kind of a file by its first bytes; what its name or the browser says of it counts for nothing.</summary>
    public static ImageKind Sniff(ReadOnlySpan<byte> file) => file switch
    {
        [0xFF, 0xD8, 0xFF, ..] => ImageKind.Jpeg,
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => ImageKind.Png,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => ImageKind.WebP,
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] when HasAvifBrand(file) => ImageKind.Avif,
        _ => ImageKind.Other,
    };

    /// <summary>The brands of an ISO base media file (ISO/IEC 14496-12, 4.3): size, 'ftyp', major brand, version, compatible brands.</summary>
    private static bool HasAvifBrand(ReadOnlySpan<byte> file)
    {
        var size = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(file);
        if (size < 16 || size > file.Length)
        {
            return false;
        }

        for (var at = 8; at + 4 <= size; at += 4)
        {
            if (at != 12 && file.Slice(at, 4) is [(byte)'a', (byte)'v', (byte)'i', (byte)'f' or (byte)'s'])
            {
                return true;
            }
        }

        return false;
    }
}
