using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgroConnect.Data;

/// <summary>An exact amount of goods, stored in thousandths of its unit (grams for a kg) as a 64-bit integer.</summary>
/// <param name="Thousandths">1500 is 1.5 kg.</param>
[JsonConverter(typeof(QuantityJsonConverter))]
public readonly record struct Quantity(long Thousandths) : IComparable<Quantity>
{
    public static Quantity Zero => default;

    public static Quantity One => new(1000);

    public decimal ToDecimal() => Thousandths / 1000m;

    /// <summary>A quantity from a decimal with at most three places; more are cut off.</summary>
    public static Quantity FromDecimal(decimal value) => new((long)(value * 1000m));

    public bool IsMultipleOf(Quantity step) => step.Thousandths > 0 && Thousandths % step.Thousandths == 0;

    /// <summary>The same amount of something measured in another unit: 3 pieces of 1.5 kg are 4.5 kg. Rounded to the thousandth, half away from zero.</summary>
    public Quantity Times(Quantity each) => FromDecimal(Math.Round(ToDecimal() * each.ToDecimal(), 3, MidpointRounding.AwayFromZero));

    public int CompareTo(Quantity other) => Thousandths.CompareTo(other.Thousandths);

    public static Quantity operator +(Quantity left, Quantity right) => new(left.Thousandths + right.Thousandths);

    public static Quantity operator -(Quantity left, Quantity right) => new(left.Thousandths - right.Thousandths);

    public static Quantity operator -(Quantity quantity) => new(-quantity.Thousandths);

    public static bool operator <(Quantity left, Quantity right) => left.Thousandths < right.Thousandths;

    public static bool operator >(Quantity left, Quantity right) => left.Thousandths > right.Thousandths;

    public static bool operator <=(Quantity left, Quantity right) => left.Thousandths <= right.Thousandths;

    public static bool operator >=(Quantity left, Quantity right) => left.Thousandths >= right.Thousandths;
}

/// <summary>Quantities are JSON numbers without needless zeros: <c>1.5</c>, <c>120</c>.</summary>
public sealed class QuantityJsonConverter : JsonConverter<Quantity>
{
    public override Quantity Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Quantity.FromDecimal(reader.GetDecimal());

    public override void Write(Utf8JsonWriter writer, Quantity value, JsonSerializerOptions options)
    {
        if (value.Thousandths % 1000 == 0)
        {
            writer.WriteNumberValue(value.Thousandths / 1000);
        }
        else
        {
            // Dividing by a constant with 28 places drops the trailing zeros of a decimal.
            writer.WriteNumberValue(value.ToDecimal() / 1.0000000000000000000000000000m);
        }
    }
}
