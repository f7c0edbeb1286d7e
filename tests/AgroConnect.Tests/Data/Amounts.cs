using System.Globalization;
using System.Text.Json;
using AgroConnect.Data;
using CsCheck;

namespace AgroConnect.Tests.Data;

[WithoutDatabase]
public sealed class Amounts
{
    private static readonly Gen<Currency> AnyCurrency = Gen.Int[0, 2].Select(number => Currency.FromCode(number switch { 0 => "USD", 1 => "JPY", _ => "KWD" }));
    private static readonly Gen<long> AnyMinor = Gen.Long[-1_000_000_000_000_000, 1_000_000_000_000_000];

    [Fact]
    public void Money_written_with_the_places_of_its_currency_is_read_back_exactly() =>
        Gen.Select(AnyCurrency, AnyMinor).Sample((currency, minor) =>
        {
            var text = currency.Format(new Money(minor));

            Assert.Equal(currency.Places, text.Contains('.', StringComparison.Ordinal) ? text.Length - text.IndexOf('.', StringComparison.Ordinal) - 1 : 0);
            Assert.Equal(new Money(minor), currency.FromDecimal(decimal.Parse(text, CultureInfo.InvariantCulture)));
            Assert.Equal(new Money(minor), currency.FromDecimal(currency.ToDecimal(new Money(minor))));
        });

    [Fact]
    public void Money_is_ordered_as_its_amounts() =>
        Gen.Select(AnyCurrency, AnyMinor, AnyMinor).Sample((currency, a, b) =>
        {
            var (left, right) = (new Money(a), new Money(b));

            Assert.Equal(currency.ToDecimal(left).CompareTo(currency.ToDecimal(right)), left.CompareTo(right));
            Assert.Equal(left.CompareTo(right) < 0, left < right);
            Assert.Equal(left.CompareTo(right) > 0, left > right);
            Assert.Equal(left <= right, !(left > right));
            Assert.Equal(left >= right, !(left < right));
        });

    [Theory]
    [InlineData("USD", 1999, "19.99")]
    [InlineData("USD", 5, "0.05")]
    [InlineData("USD", -350, "-3.50")]
    [InlineData("JPY", 350, "350")]
    [InlineData("KWD", 1500, "1.500")]
    public void Money_looks_as_its_country_writes_it(string currency, long minor, string text) =>
        Assert.Equal(text, Currency.FromCode(currency).Format(new Money(minor)));

    [Fact]
    public void A_quantity_is_a_json_number_without_needless_zeros_that_is_read_back_exactly() =>
        Gen.Long[-1_000_000_000_000, 1_000_000_000_000].Sample(thousandths =>
        {
            var json = JsonSerializer.Serialize(new Quantity(thousandths));

            Assert.Equal(new Quantity(thousandths), JsonSerializer.Deserialize<Quantity>(json));
            Assert.Matches(@"^-?(0|[1-9]\d*)(\.\d{0,2}[1-9])?$", json);
            Assert.Equal(new Quantity(thousandths), Quantity.FromDecimal(new Quantity(thousandths).ToDecimal()));
        });

    [Fact]
    public void A_quantity_is_a_multiple_of_its_step_and_of_none_that_leaves_a_rest() =>
        Gen.Select(Gen.Long[1, 100_000], Gen.Long[0, 10_000], Gen.Long[0, 100_000]).Sample((step, times, rest) =>
            Assert.Equal(rest % step == 0, new Quantity((step * times) + rest).IsMultipleOf(new Quantity(step))));

    [Fact]
    public void Nothing_is_a_multiple_of_no_step() => Assert.False(Quantity.One.IsMultipleOf(Quantity.Zero));
}
