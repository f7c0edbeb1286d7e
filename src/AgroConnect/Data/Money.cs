using System.Globalization;

namespace AgroConnect.Data;

/// <summary>An exact amount in the minor units of the site's currency (cents for USD), stored as a 64-bit integer.</summary>
/// <param name="Minor">Minor units; 350 is 3.50 USD.</param>
public readonly record struct Money(long Minor) : IComparable<Money>
{
    /// <summary>More than anybody pays; what would be more is this much, and no order is made of it.</summary>
    public static readonly Money Largest = new(10_000_000_000_000_000);

    public static Money Zero => default;

    /// <summary>What an amount of goods costs: rounded once, half away from zero; at most <see cref="Largest"/>.</summary>
    /// <param name="quantity">In the unit that this is the price of.</param>
    public Money For(Quantity quantity)
    {
        var minor = Math.Round(Minor * (decimal)quantity.Thousandths / 1000m, MidpointRounding.AwayFromZero);
        return minor > Largest.Minor ? Largest : new Money((long)minor);
    }

    public static Money Sum(IEnumerable<Money> amounts) => new(amounts.Sum(amount => amount.Minor));

    public int CompareTo(Money other) => Minor.CompareTo(other.Minor);

    public static Money operator +(Money left, Money right) => new(left.Minor + right.Minor);

    public static Money operator -(Money left, Money right) => new(left.Minor - right.Minor);

    public static bool operator <(Money left, Money right) => left.Minor < right.Minor;

    public static bool operator >(Money left, Money right) => left.Minor > right.Minor;

    public static bool operator <=(Money left, Money right) => left.Minor <= right.Minor;

    public static bool operator >=(Money left, Money right) => left.Minor >= right.Minor;
}

/// <summary>The one currency of a site and how its amounts are written (ISO 4217).</summary>
/// <param name="Code">Three letters, such as <c>USD</c>.</param>
/// <param name="Places">Decimal places of the minor unit: 2 for USD, 0 for JPY, 3 for KWD.</param>
public sealed record Currency(string Code, int Places)
{
    private static readonly HashSet<string> WithoutMinorUnit =
        ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"];

    private static readonly HashSet<string> WithThousandths = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

    private readonly string _format = "F" + Places.ToString(CultureInfo.InvariantCulture);
    private readonly decimal _scale = (decimal)Math.Pow(10, Places);

    public static Currency FromCode(string code) =>
        new(code, WithoutMinorUnit.Contains(code) ? 0 : WithThousandths.Contains(code) ? 3 : 2);

    /// <summary>The amount as the wire has it: <c>"3.50"</c>.</summary>
    public string Format(Money amount) => (amount.Minor / _scale).ToString(_format, CultureInfo.InvariantCulture);

    public decimal ToDecimal(Money amount) => amount.Minor / _scale;

    /// <summary>Money from a decimal that has no more places than the currency; more are cut off.</summary>
    public Money FromDecimal(decimal amount) => new((long)(amount * _scale));
}
