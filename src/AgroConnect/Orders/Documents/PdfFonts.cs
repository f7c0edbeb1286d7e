using PdfSharp.Drawing;
using PdfSharp.Fonts;
using PdfSharp.Pdf;

namespace AgroConnect.Orders.Documents;

/// <summary>The fonts of our PDFs, embedded in the program: no machine needs to have any. Licences lie beside them.</summary>
internal sealed class PdfFonts : IFontResolver
{
    private const string Prefix = "AgroConnect.Orders.Documents.Fonts.";

    /// <summary>Latin, Greek, Cyrillic and Arabic script.</summary>
    private const string Sans = "DejaVuSans";

    /// <summary>Hindi, Nepali, Marathi.</summary>
    private const string Devanagari = "Lohit-Devanagari";

    static PdfFonts() => GlobalFontSettings.FontResolver = new PdfFonts();

    public static XFont For(bool devanagari, double size, bool bold) =>
        new(devanagari ? Devanagari : Sans, size, bold && !devanagari ? XFontStyleEx.Bold : XFontStyleEx.Regular, new XPdfFontOptions(PdfFontEncoding.Unicode));

    public static bool IsDevanagari(char letter) => letter is >= '\u0900' and <= '\u097F' or '\u200C' or '\u200D';

    public FontResolverInfo? ResolveTypeface(string familyName, bool isBold, bool isItalic) =>
        new(familyName == Devanagari ? Devanagari : isBold ? Sans + "-Bold" : Sans);

    public byte[]? GetFont(string faceName)
    {
        using var resource = typeof(PdfFonts).Assembly.GetManifestResourceStream(Prefix + faceName)!;
        using var bytes = new MemoryStream();
        resource.CopyTo(bytes);
        return bytes.ToArray();
    }
}
