using AgroConnect.Data;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace AgroConnect.Web.OpenApi;

/// <summary><c>/openapi/v1.json</c> describes the API, <c>/docs/</c> shows it to try out.</summary>
internal static class ApiDocument
{
    public static void Add(WebApplicationBuilder builder)
    {
        builder.Services.AddOutputCache();
        builder.Services.AddOpenApi("v1", document =>
        {
            document.AddDocumentTransformer((api, context, _) =>
            {
                api.Info.Title = "AgroConnect API";
                api.Info.Description = "An agricultural marketplace: accounts, catalogue, search, pictures, orders, payments, reviews and chat. The chat's socket is described at /asyncapi/v1.json.";
                api.Info.License = new OpenApiLicense { Name = "Apache-2.0", Identifier = "Apache-2.0" };
                api.Components ??= new OpenApiComponents();
                api.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
                api.Components.SecuritySchemes["Bearer"] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.Http,
                    Scheme = "bearer",
                    BearerFormat = "JWT",
                    Description = "The access token of POST /api/auth/jwt/create/.",
                };

                // The generator cuts the closing slash off.
                var paths = new OpenApiPaths();
                foreach (var (path, item) in api.Paths)
                {
                    paths.Add(path.StartsWith("/api/", StringComparison.Ordinal) ? path.TrimEnd('/') + "/" : path, item);
                }

                api.Paths = paths;
                return Task.CompletedTask;
            });
            document.AddOperationTransformer<OperationNotes>();
            document.AddSchemaTransformer((schema, context, _) =>
            {
                // Types with converters of ours are empty to the generator.
                if (context.JsonTypeInfo.Type == typeof(Quantity))
                {
                    (schema.Type, schema.Description) = (JsonSchemaType.Number, "With up to three decimals.");
                }
                else if (context.JsonTypeInfo.Type == typeof(DateTimeOffset))
                {
                    (schema.Type, schema.Format) = (JsonSchemaType.String, "date-time");
                }
                else if (context.JsonTypeInfo.Type == typeof(DateTimeOffset?))
                {
                    (schema.Type, schema.Format) = (JsonSchemaType.String | JsonSchemaType.Null, "date-time");
                }
                else if (context.JsonTypeInfo.Type == typeof(System.Text.Json.Nodes.JsonNode))
                {
                    schema.Type = JsonSchemaType.Object;
                }

                return Task.CompletedTask;
            });
        });
    }

    public static void Map(WebApplication app)
    {
        // Built from the routes, which never change while the process runs.
        app.UseOutputCache();
        app.MapOpenApi("/openapi/{documentName}.json").CacheOutput(policy => policy.Expire(TimeSpan.FromHours(1)));
        app.MapScalarApiReference("/docs", scalar =>
        {
            scalar.Title = "AgroConnect API";
            scalar.DefaultFonts = false;
            scalar.ShowDeveloperTools = DeveloperToolsVisibility.Never;
            scalar.DisableAgent();
            scalar.HideClientButton = true;
            scalar.AddPreferredSecuritySchemes("Bearer");
        }).AddEndpointFilter((context, next) =>
        {
            context.HttpContext.Response.Headers.ContentSecurityPolicy =
                "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'";
            return next(context);
        });
    }
}
