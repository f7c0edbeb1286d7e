using AgroConnect.Products.Search;
using CsCheck;

namespace AgroConnect.Tests.Products;

[WithoutDatabase]
public sealed class EditDistances
{
    // Few letters, so that words share some.
    private static readonly Gen<string> Word = Gen.String[Gen.Char["abcé"], 0, 9];

    [Fact]
    public void Both_directions_are_as_far() =>
        Gen.Select(Word, Word, Gen.Int[0, 6]).Sample((a, b, limit) => EditDistance.Between(a, b, limit) == EditDistance.Between(b, a, limit));

    [Fact]
    public void A_limit_cuts_the_distance_and_changes_nothing_below_it() =>
        Gen.Select(Word, Word, Gen.Int[0, 6]).Sample((a, b, limit) =>
            EditDistance.Between(a, b, limit) == Math.Min(EditDistance.Between(a, b, 20), limit + 1));

    [Fact]
    public void Only_equal_words_are_no_distance_apart_and_none_is_further_than_the_longer_one_is_long() =>
        Gen.Select(Word, Word).Sample((a, b) =>
        {
            var distance = EditDistance.Between(a, b, 20);
            return distance == 0 == (a == b) && distance <= Math.Max(a.Length, b.Length) && distance >= Math.Abs(a.Length - b.Length);
        });

    [Theory]
    [InlineData("tomato", "tomatoe", 1)]
    [InlineData("tomato", "tmato", 1)]
    [InlineData("tomato", "tomuto", 1)]
    [InlineData("tomato", "tomaot", 1)]
    [InlineData("tomato", "otmaot", 2)]
    [InlineData("ca", "abc", 3)]
    [InlineData("", "abc", 3)]
    public void A_slip_of_the_finger_counts_once(string a, string b, int distance) => Assert.Equal(distance, EditDistance.Between(a, b, 5));
}
