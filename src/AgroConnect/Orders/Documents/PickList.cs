using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace AgroConnect.Orders.Documents;

/// <summary>What a farm has to pack: day by day, summed for each product, then order by order.</summary>
/// <param name="IsCut">Whether there is more than fits; the list has the oldest orders then.</param>
internal sealed record PickList(string Site, string Farm, string Zone, bool IsCut, IReadOnlyList<PickDay> Days)
{
    public string ToCsv()
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);

        // A name that begins like a formula must not become one in somebody's spreadsheet.
        using var csv = new CsvWriter(text, new CsvConfiguration(CultureInfo.InvariantCulture) { InjectionOptions = InjectionOptions.Escape, NewLine = "\r\n" });
        csv.WriteRecords(Days.SelectMany(day => day.Orders.SelectMany(order => order.Lines.Select(line => new
        {
            day = day.Date,
            order = order.Number,
            status = order.Status,
            product = line.Product,
            quantity = line.Quantity,
            unit = line.Unit,
            usual_weight = line.UsualWeight,
            weight_unit = line.WeightUnit,
            method = order.Method,
            name = order.Name,
            phone = order.Phone,
            address = order.Address,
            notes = order.Notes,
            note = order.Note,
        }))));
        return text.ToString();
    }

    /// <summary>With the mark by which spreadsheets know UTF-8.</summary>
    public byte[] ToCsvFile() => [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(ToCsv())];
}

internal sealed record PickDay(string Date, IReadOnlyList<PickLine> Products, IReadOnlyList<PickOrder> Orders);

internal sealed record PickOrder(
    string Number, string Status, string Method, string Name, string Phone, string Address, string Notes, string Note, IReadOnlyList<PickLine> Lines);

/// <param name="Quantity">In the unit, without what was cancelled.</param>
/// <param name="UsualWeight">What it should weigh; empty for what is not priced by weight.</param>
internal sealed record PickLine(string Product, string Quantity, string Unit, string UsualWeight, string WeightUnit);
