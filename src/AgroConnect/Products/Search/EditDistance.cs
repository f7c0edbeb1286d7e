namespace AgroConnect.Products.Search;

internal static class EditDistance
{
    /// <summary>
    /// How many letters must be inserted, dropped, replaced, or swapped with their neighbour to make one word of the
    /// other (optimal string alignment).
    /// </summary>
    /// <param name="a">A word.</param>
    /// <param name="b">Another.</param>
    /// <param name="limit">Distances above it are reported as <paramref name="limit"/> + 1.</param>
    public static int Between(ReadOnlySpan<char> a, ReadOnlySpan<char> b, int limit)
    {
        if (Math.Abs(a.Length - b.Length) > limit)
        {
            return limit + 1;
        }

        Span<int> rows = stackalloc int[3 * (b.Length + 1)];
        var width = b.Length + 1;
        var before = rows[..width];
        var above = rows[width..(2 * width)];
        var row = rows[(2 * width)..];
        for (var j = 0; j <= b.Length; j++)
        {
            above[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            var best = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.Min(change, Math.Min(above[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }

                best = Math.Min(best, row[j]);
            }

            if (best > limit)
            {
                return limit + 1;
            }

            var spare = before;
            before = above;
            above = row;
            row = spare;
        }

        return Math.Min(above[b.Length], limit + 1);
    }
}
