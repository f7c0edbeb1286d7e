using PdfSharp.Drawing;
using PdfSharp.Pdf;

namespace AgroConnect.Orders.Documents;

/// <summary>A receipt as PDF on A4: a block for each farm, as many pages as it takes.</summary>
internal sealed class ReceiptPdf : IDisposable
{
    private const double Left = 50;
    private const double Right = 545;
    private const double Top = 50;
    private const double Bottom = 790;
    private const double NameColumn = 120;
    private const double PriceColumn = 440;
    private static readonly XBrush Ink = new XSolidBrush(XColor.FromArgb(28, 36, 28));
    private static readonly XBrush Pale = new XSolidBrush(XColor.FromArgb(105, 115, 105));
    private static readonly XPen Line = new(XColor.FromArgb(205, 215, 205), 0.7);

    // The fonts of all documents lie in tables that PDFsharp shares.
    private static readonly Lock OneAtATime = new();

    private readonly PdfDocument _document = new();
    private XGraphics _page = null!;
    private double _y;

    public static byte[] Write(Receipt receipt)
    {
        lock (OneAtATime)
        {
            using var pdf = new ReceiptPdf();
            pdf._document.Info.Title = $"Receipt {receipt.Number}";
            pdf.NewPage();
            pdf.Head(receipt);
            foreach (var farm in receipt.Farms)
            {
                pdf.Farm(farm);
            }

            pdf.Foot(receipt);
            using var bytes = new MemoryStream();
            pdf._document.Save(bytes, closeStream: false);
            return bytes.ToArray();
        }
    }

    public void Dispose()
    {
        _page.Dispose();
        _document.Dispose();
    }

    private void Head(Receipt receipt)
    {
        Text(receipt.Site, Left, Right - Left, 10, brush: Pale);
        Text($"Receipt {receipt.Number}", Left, Right - Left, 20, bold: true, gap: 6);
        Text($"Ordered {receipt.OrderedAt} by {receipt.Buyer}", Left, Right - Left, 10);
        Text($"Payment: {receipt.Payment}", Left, Right - Left, 10);
        Text(receipt.Method + (receipt.Delivery.Count > 0 ? ":" : ""), Left, Right - Left, 10);
        foreach (var line in receipt.Delivery)
        {
            Text(line, Left + 12, Right - Left - 12, 10);
        }

        if (receipt.Note.Length > 0)
        {
            Text($"Note: {receipt.Note}", Left, Right - Left, 10);
        }

        _y += 10;
    }

    private void Farm(ReceiptFarm farm)
    {
        Room(70);
        _y += 8;
        Text(farm.Name, Left, Right - Left, 13, bold: true);
        Text($"{farm.Status}; {farm.Payment}{(farm.Tracking.Length > 0 ? $"; tracking: {farm.Tracking}" : "")}", Left, Right - Left, 9, brush: Pale, gap: 4);
        Rule();
        foreach (var line in farm.Lines)
        {
            Room(34);
            var (start, page) = (_y, _page);
            Text(line.Quantity, Left, NameColumn - Left, 10);
            var after = _y;
            _y = start;
            AtRight(line.Price, PriceColumn, 10);
            AtRight(line.Total, Right, 10);
            Text(line.Name, NameColumn, PriceColumn - NameColumn - 110, 10);
            if (line.Note.Length > 0)
            {
                Text(line.Note, NameColumn, PriceColumn - NameColumn, 8.5, brush: Pale);
            }

            // The name may have gone on over a page; the quantity stands on the one before then.
            _y = (_page == page ? Math.Max(_y, after) : _y) + 3;
        }

        Rule();
        AtRight(farm.IsCancelled ? $"cancelled: {farm.Total}" : farm.Total, Right, 10, bold: true);
        _y += 18;
    }

    private void Foot(Receipt receipt)
    {
        Room(50);
        _y += 6;
        if (receipt.HasCancelled)
        {
            AtRight($"Cancelled: {receipt.Cancelled}", Right, 10, brush: Pale);
            _y += 16;
        }

        AtRight($"Total: {receipt.Total}", Right, 14, bold: true);
    }

    private void NewPage()
    {
        _page?.Dispose();
        var page = _document.AddPage();
        page.Size = PdfSharp.PageSize.A4;
        _page = XGraphics.FromPdfPage(page);
        _y = Top;
    }

    private void Room(double height)
    {
        if (_y + height > Bottom)
        {
            NewPage();
        }
    }

    private void Rule()
    {
        _page.DrawLine(Line, Left, _y, Right, _y);
        _y += 5;
    }

    /// <summary>A paragraph, broken between words (and within those that are wider than all).</summary>
    private void Text(string text, double x, double width, double size, bool bold = false, XBrush? brush = null, double gap = 0)
    {
        foreach (var line in Break(text, width, size, bold))
        {
            Room(size * 1.4);
            Draw(VisualText.Of(line), x, size, bold, brush ?? Ink);
            _y += size * 1.4;
        }

        _y += gap;
    }

    private void AtRight(string text, double right, double size, bool bold = false, XBrush? brush = null)
    {
        var shown = VisualText.Of(text);
        Draw(shown, right - Width(shown, size, bold), size, bold, brush ?? Ink);
    }

    private IEnumerable<string> Break(string text, double width, double size, bool bold)
    {
        var line = "";
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var longer = line.Length == 0 ? word : $"{line} {word}";
            if (Width(longer, size, bold) <= width)
            {
                line = longer;
                continue;
            }

            if (line.Length > 0)
            {
                yield return line;
            }

            line = word;
            while (line.Length > 1 && Width(line, size, bold) > width)
            {
                var fits = Math.Clamp((int)(line.Length * width / Width(line, size, bold)), 1, line.Length - 1);
                yield return line[..fits];
                line = line[fits..];
            }
        }

        if (line.Length > 0)
        {
            yield return line;
        }
    }

    private void Draw(string shown, double x, double size, bool bold, XBrush brush)
    {
        foreach (var (run, font) in Runs(shown, size, bold))
        {
            _page.DrawString(run, font, brush, x, _y + size);
            x += _page.MeasureString(run, font).Width;
        }
    }

    private double Width(string text, double size, bool bold) => Runs(text, size, bold).Sum(run => _page.MeasureString(run.Text, run.Font).Width);

    /// <summary>Pieces that one font has.</summary>
    private static IEnumerable<(string Text, XFont Font)> Runs(string text, double size, bool bold)
    {
        for (var start = 0; start < text.Length;)
        {
            var family = PdfFonts.FamilyOf(text[start]);
            var end = start + 1;
            while (end < text.Length && PdfFonts.FamilyOf(text[end]) == family)
            {
                end++;
            }

            yield return (text[start..end], PdfFonts.For(family, size, bold));
            start = end;
        }
    }
}
