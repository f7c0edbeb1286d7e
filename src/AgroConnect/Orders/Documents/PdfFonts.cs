using PdfSharp.Drawing;
using PdfSharp.Fonts;
using PdfSharp.Pdf;

namespace AgroConnect.Orders.Documents;

/// <summary>The fonts of our PDFs, embedded in the program: no machine needs to have any. Licences lie beside them.</summary>
internal sealed class PdfFonts : IFontResolver
{
    private const string Prefix = "AgroConnect.Orders.Documents.Fonts.";

    /// <summary>Latin, Greek, Cyrillic.</summary>
    private const string Sans = "DejaVuSans";

    /// <summary>Arabic, Urdu, Persian.</summary>
    private const string Arabic = "NotoNaskhArabic";

    /// <summary>Hindi, Nepali, Marathi.</summary>
    private const string Devanagari = "Lohit-Devanagari";

    static PdfFonts() => GlobalFontSettings.FontResolver = new PdfFonts();

    /// <summary>The font that has a letter.</summary>
    public static string FamilyOf(char letter) => letter switch
    {
        >= '\u0900' and <= '\u097F' or '\u200C' or '\u200D' => Devanagari,
        (>= '\u0600' and <= '\u06FF') or (>= '\uFB50' and <= '\uFDFF') or (>= '\uFE70' and <= '\uFEFC') => Arabic,
        _ => Sans,
    };

    public static XFont For(string family, double size, bool bold) => new(
        family, size, bold ? XFontStyleEx.Bold : XFontStyleEx.Regular,

        // PDFsharp's subsets of composed letters lose parts: Arabic ones came without their dots.
        new XPdfFontOptions(PdfFontEncoding.Unicode, family == Arabic ? PdfFontEmbedding.EmbedCompleteFontFile : PdfFontEmbedding.TryComputeSubset));

    public FontResolverInfo? ResolveTypeface(string familyName, bool isBold, bool isItalic) => new(familyName switch
    {
        Devanagari => Devanagari,
        Arabic => isBold ? Arabic + "-Bold" : Arabic + "-Regular",
        _ => isBold ? Sans + "-Bold" : Sans,
    });

    public byte[]? GetFont(string faceName)
    {
        using var resource = typeof(PdfFonts).Assembly.GetManifestResourceStream(Prefix + faceName)!;
        using var bytes = new MemoryStream();
        resource.CopyTo(bytes);
        return bytes.ToArray();
    }
}
