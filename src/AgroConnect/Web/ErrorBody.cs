using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Metadata;

namespace AgroConnect.Web;

/// <summary>Every error that is not about fields: <c>{"detail": "…"}</c>, with a stable <c>code</c> where a program would branch on it.</summary>
/// <param name="Detail">A sentence for people.</param>
/// <param name="Code">A word for programs.</param>
public sealed record ErrorBody(string Detail, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Code = null)
{
    /// <summary>Ids that a support request can name and the log has.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceId { get; init; }
}

/// <summary>400 with the messages of each field: <c>{"price": ["A valid number is required."]}</c>; nested like the body.</summary>
public sealed class FieldErrors(JsonNode errors) : IResult, IStatusCodeHttpResult, IEndpointMetadataProvider
{
    public int? StatusCode => StatusCodes.Status400BadRequest;

    /// <summary>One message for one field.</summary>
    public static FieldErrors Of(string field, string message) => new(new JsonObject { [field] = new JsonArray(message) });

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status400BadRequest;
        return httpContext.Response.WriteAsJsonAsync(errors, httpContext.RequestAborted);
    }

    public static void PopulateMetadata(System.Reflection.MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(
            StatusCodes.Status400BadRequest, typeof(Dictionary<string, string[]>), ["application/json"]));
}

/// <summary>An <see cref="ErrorBody"/> with its status.</summary>
public sealed class ErrorResult(int status, string detail, string? code = null) : IResult, IStatusCodeHttpResult
{
    public int? StatusCode => status;

    public static ErrorResult Conflict(string detail, string code) => new(StatusCodes.Status409Conflict, detail, code);

    public static ErrorResult Forbidden() => new(StatusCodes.Status403Forbidden, StatusCodeBodies.Forbidden);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = status;
        return httpContext.Response.WriteAsJsonAsync(
            new ErrorBody(detail, code), WebJson.Wire.ErrorBody, cancellationToken: httpContext.RequestAborted);
    }
}

[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(ResourceNote))]
internal sealed partial class WebJson : JsonSerializerContext
{
    /// <summary>As the API writes it; the generated default knows none of our settings.</summary>
    public static readonly WebJson Wire = new(JsonSettings.Create());
}
