using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AgroConnect.Web.OpenApi;

/// <summary>A query parameter that a handler reads by hand, for the API document.</summary>
/// <param name="Name">As in the address.</param>
/// <param name="Description">What it does and what it takes.</param>
/// <param name="Type">Its JSON type.</param>
/// <param name="Repeatable">Whether it may be given several times.</param>
internal sealed record QueryParameter(string Name, string Description, JsonSchemaType Type = JsonSchemaType.String, bool Repeatable = false);

/// <summary>The body that a handler reads by hand, for the API document; the same fields in JSON and in a form.</summary>
/// <param name="Type">A record with one property for each field.</param>
internal sealed record RequestBody(Type Type);

/// <summary>Files that a handler reads by hand from a multipart form, for the API document.</summary>
/// <param name="Field">The form field, which may be repeated.</param>
internal sealed record RequestFiles(string Field);

/// <summary>Adds to the API document what the signatures of handlers do not say.</summary>
internal sealed class OperationNotes : IOpenApiOperationTransformer
{
    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        foreach (var parameter in metadata.OfType<QueryParameter>())
        {
            var schema = new OpenApiSchema { Type = parameter.Type };
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = parameter.Name,
                In = ParameterLocation.Query,
                Description = parameter.Description,
                Explode = parameter.Repeatable,
                Schema = parameter.Repeatable ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = schema } : schema,
            });
        }

        if (metadata.OfType<RequestBody>().FirstOrDefault() is { } body)
        {
            var schema = await context.GetOrCreateSchemaAsync(body.Type, null, cancellationToken);
            if (context.Description.HttpMethod == HttpMethods.Patch)
            {
                schema.Required = null;
            }

            operation.RequestBody = new OpenApiRequestBody
            {
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/json"] = new() { Schema = schema },
                    ["application/x-www-form-urlencoded"] = new() { Schema = schema },
                    ["multipart/form-data"] = new() { Schema = schema },
                },
            };
        }

        if (metadata.OfType<RequestFiles>().FirstOrDefault() is { } files)
        {
            var file = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["multipart/form-data"] = new()
                    {
                        Schema = new OpenApiSchema
                        {
                            Type = JsonSchemaType.Object,
                            Required = new HashSet<string> { files.Field },
                            Properties = new Dictionary<string, IOpenApiSchema>
                            {
                                [files.Field] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = file },
                            },
                        },
                    },
                },
            };
        }

        if (metadata.OfType<IAuthorizeData>().Any())
        {
            operation.Security ??= [];
            operation.Security.Add(new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("Bearer", context.Document)] = [] });
            operation.Responses ??= [];
            operation.Responses.TryAdd("401", new OpenApiResponse { Description = "No usable credentials." });
        }
    }
}

internal static class OperationNotesExtensions
{
    public static RouteHandlerBuilder WithQuery(this RouteHandlerBuilder route, params QueryParameter[] parameters) => route.WithMetadata([.. parameters]);

    public static RouteHandlerBuilder WithBody<T>(this RouteHandlerBuilder route) => route.WithMetadata(new RequestBody(typeof(T)));

    public static RouteHandlerBuilder WithFiles(this RouteHandlerBuilder route, string field) => route.WithMetadata(new RequestFiles(field));

    /// <summary>The parameters of every paged list.</summary>
    public static RouteHandlerBuilder WithPages(this RouteHandlerBuilder route) => route.WithQuery(
        new QueryParameter("page", "From 1; a page that does not exist is a 404.", JsonSchemaType.Integer),
        new QueryParameter("page_size", "20; more than 100 is cut to 100.", JsonSchemaType.Integer));
}
