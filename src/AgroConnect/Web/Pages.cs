using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.WebUtilities;

namespace AgroConnect.Web;

/// <summary>A page of a list as Django REST Framework writes it.</summary>
/// <param name="Count">How many there are on all pages.</param>
/// <param name="Next">Absolute URL of the next page, or null.</param>
/// <param name="Previous">Absolute URL of the previous page, or null.</param>
/// <param name="Results">The rows of this page.</param>
public sealed record Page<T>(long Count, string? Next, string? Previous, IReadOnlyList<T> Results);

/// <summary>Which page is asked for: <c>page</c> (from 1) and <c>page_size</c> (20; more than 100 is cut to 100).</summary>
internal readonly record struct PageRequest(long Number, int Size)
{
    private const int DefaultSize = 20;
    private const int LargestSize = 100;

    public long Offset => (Number - 1) * Size;

    /// <summary>Reads both parameters; a page that is no positive number has <see cref="Number"/> 0, which is never there.</summary>
    public static PageRequest Read(HttpRequest request, Fields query)
    {
        var size = query.Integer("page_size", min: 1, max: long.MaxValue, otherwise: DefaultSize);
        var text = request.Query["page"];
        var number = text.Count == 0 ? 1
            : long.TryParse(text[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) && parsed <= int.MaxValue ? parsed
            : 0;
        return new PageRequest(number, (int)Math.Min(size ?? DefaultSize, LargestSize));
    }

    /// <summary>Whether a list of <paramref name="count"/> rows has this page. The first is always there.</summary>
    public bool Exists(long count) => Number == 1 || (Number > 1 && Offset < count);

    public Page<T> Of<T>(HttpRequest request, long count, IReadOnlyList<T> results) => Of(new PageAddress(request), count, results);

    public Page<T> Of<T>(PageAddress address, long count, IReadOnlyList<T> results) => new(
        count,
        Offset + Size < count ? address.Of(Number + 1) : null,
        Number > 1 ? address.Of(Number - 1) : null,
        results);

    public static ErrorResult Invalid() => new(StatusCodes.Status404NotFound, "Invalid page.");
}

/// <summary>The address of a list, of which its pages differ by <c>page</c>; it outlives the request.</summary>
/// <param name="BaseUrl">Scheme and host.</param>
/// <param name="Path">Begins with a slash.</param>
/// <param name="Query">Empty, or begins with a question mark.</param>
internal readonly record struct PageAddress(string BaseUrl, string Path, string Query)
{
    public PageAddress(HttpRequest request)
        : this(request.BaseUrl(), request.PathBase + request.Path, request.QueryString.Value ?? "")
    {
    }

    public string Of(long number)
    {
        var query = QueryHelpers.ParseQuery(Query);
        if (number == 1)
        {
            query.Remove("page");
        }
        else
        {
            query["page"] = number.ToString(CultureInfo.InvariantCulture);
        }

        return BaseUrl + Path + new QueryBuilder(query).ToQueryString();
    }
}
