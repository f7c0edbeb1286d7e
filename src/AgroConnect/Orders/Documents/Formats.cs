using AgroConnect.Web;
using AgroConnect.Web.OpenApi;
using Microsoft.Net.Http.Headers;

namespace AgroConnect.Orders.Documents;

/// <summary>In which of its formats a document is asked for: by <c>?format=</c>, else by <c>Accept</c>; the first of them when nothing is said.</summary>
/// <param name="Offered">Names and media types, the usual one first.</param>
internal sealed record Formats(params (string Name, string MediaType)[] Offered)
{
    public QueryParameter Parameter => new("format", $"One of {string.Join(", ", Offered.Select(format => $"`{format.Name}`"))}; goes before the `Accept` header.");

    /// <returns>The name, or a 406; a wrong <c>format</c> is an error of <paramref name="query"/>.</returns>
    public (string Name, IResult? Refusal) Choose(HttpRequest request, Fields query)
    {
        request.HttpContext.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Accept);
        var asked = query.Choice("format", [.. Offered.Select(format => format.Name), ""], otherwise: "");
        if (asked.Length > 0)
        {
            return (asked, null);
        }

        var accepted = request.GetTypedHeaders().Accept;
        if (accepted.Count == 0)
        {
            return (Offered[0].Name, null);
        }

        var best = Offered.Select(format => (format.Name, Quality: QualityOf(format.MediaType, accepted))).MaxBy(format => format.Quality);
        return best.Quality > 0 ? (best.Name, null) : ("", new ErrorResult(StatusCodes.Status406NotAcceptable, "Could not satisfy the request Accept header."));
    }

    /// <summary>What the most exact range that it falls under says (RFC 9110, 12.5.1).</summary>
    private static double QualityOf(string mediaType, IList<MediaTypeHeaderValue> accepted)
    {
        var type = new MediaTypeHeaderValue(mediaType);
        return accepted.Where(type.IsSubsetOf)
            .OrderBy(range => range.MatchesAllTypes ? 2 : range.MatchesAllSubTypes ? 1 : 0)
            .Select(range => range.Quality ?? 1).FirstOrDefault();
    }
}
