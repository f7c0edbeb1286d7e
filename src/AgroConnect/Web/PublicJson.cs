using System.IO.Hashing;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace AgroConnect.Web;

/// <summary>
/// The answer of a public resource: JSON with a weak <c>ETag</c> over its bytes (RFC 9110, 8.8.3), and 304 when the
/// client has it already. Serialised once; the bytes can be kept and sent again.
/// </summary>
public sealed class PublicJson<T> : IResult, IStatusCodeHttpResult, IEndpointMetadataProvider
{
    private readonly string _etag;

    public PublicJson(T value, JsonTypeInfo<T> type)
        : this(JsonSerializer.SerializeToUtf8Bytes(value, type))
    {
    }

    /// <param name="body">Of another answer.</param>
    public PublicJson(byte[] body)
    {
        Body = body;

        // Weak: the same answer compressed is another sequence of bytes.
        _etag = $"W/\"{XxHash128.HashToUInt128(body):x32}\"";
    }

    public int? StatusCode => StatusCodes.Status200OK;

    /// <summary>UTF-8; not to be changed.</summary>
    public byte[] Body { get; }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.Headers.ETag = _etag;
        response.Headers.CacheControl = "no-cache";
        if (Matches(httpContext.Request.Headers.IfNoneMatch))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = Body.Length;
        return response.Body.WriteAsync(Body, httpContext.RequestAborted).AsTask();
    }

    public static void PopulateMetadata(System.Reflection.MethodInfo method, EndpointBuilder builder)
    {
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(T), ["application/json"]));
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status304NotModified));
    }

    private bool Matches(Microsoft.Extensions.Primitives.StringValues candidates)
    {
        if (candidates.Count == 0)
        {
            return false;
        }

        if (!EntityTagHeaderValue.TryParseList(candidates, out var tags))
        {
            return false;
        }

        var mine = EntityTagHeaderValue.Parse(_etag);
        return tags.Any(tag => tag.Tag == "*" || tag.Compare(mine, useStrongComparison: false));
    }
}
