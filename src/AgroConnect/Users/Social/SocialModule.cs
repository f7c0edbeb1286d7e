using System.Text.Json.Serialization;
using AgroConnect.Web;
using AgroConnect.Web.OpenApi;

namespace AgroConnect.Users.Social;

/// <summary>Sign-in with Google and Facebook.</summary>
internal static class SocialModule
{
    public static void AddSocial(this WebApplicationBuilder builder)
    {
        SocialOptions.Add(builder);
        builder.Services.AddProvider<GoogleSignIn>();
        builder.Services.AddProvider<FacebookSignIn>();
        builder.Services.AddSingleton<GoogleDiscovery>();
        builder.Services.AddScoped<SocialStates>();
        builder.Services.AddScoped<SocialAccounts>();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, SocialJson.Wire));

        // It writes each request with its query, where codes and states may be.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
    }

    public static void MapSocial(this WebApplication app)
    {
        var social = app.MapGroup("/api/auth/o/{provider}").WithTags("Sign-in").RequireRateLimiting(RateLimits.LogIn);
        social.MapGet("/", StartSocialSignIn.HandleAsync)
            .WithQuery(new QueryParameter("redirect_uri", "Where the provider sends the browser back to; one of `Social:RedirectUris`, to the letter."))
            .Produces<StartSocialSignIn.Redirection>().Produces<string>(StatusCodes.Status400BadRequest).Produces<ErrorBody>(StatusCodes.Status404NotFound)
            .WithSummary("Begin a sign-in with google-oauth2 or facebook");
        social.MapPost("/", CompleteSocialSignIn.HandleAsync)
            .WithQuery(
                new QueryParameter("state", "As it came back; here or in the body."),
                new QueryParameter("code", "As it came back; here or in the body."),
                new QueryParameter("error", "As it came back, in place of a code."))
            .WithBody<CompleteSocialSignIn.Request>()
            .Produces<CompleteSocialSignIn.SocialTokens>(StatusCodes.Status201Created)
            .Produces<Dictionary<string, string[]>>(StatusCodes.Status400BadRequest).Produces<ErrorBody>(StatusCodes.Status404NotFound)
            .WithSummary("Exchange what the provider sent back for tokens");
    }
}

internal static class SocialAnswers
{
    public const string Unreachable = "The authentication provider could not be reached";

    /// <returns>Null when there is no such provider, or it is not set up.</returns>
    public static ISocialProvider? Named(this IEnumerable<ISocialProvider> providers, string name) =>
        providers.SingleOrDefault(provider => provider.Name == name && provider.IsOn);

    public static ErrorResult NotSupported(string provider) => new(StatusCodes.Status404NotFound, $"Provider '{provider}' not supported");

    public static FieldErrors Refused(string message) => FieldErrors.Of("non_field_errors", message);

    public static void ProviderFailed(this ILogger log, ISocialProvider provider, ProviderException error) =>
        log.LogWarning("Sign-in with {Provider} failed: {Reason}", provider.Name, error.Message);
}

[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(StartSocialSignIn.Redirection), TypeInfoPropertyName = "SocialRedirection")]
[JsonSerializable(typeof(CompleteSocialSignIn.SocialTokens), TypeInfoPropertyName = "SocialTokens")]
internal sealed partial class SocialJson : JsonSerializerContext
{
    /// <summary>As the API writes it; the generated default knows none of our settings.</summary>
    public static readonly SocialJson Wire = new(JsonSettings.Create());
}
