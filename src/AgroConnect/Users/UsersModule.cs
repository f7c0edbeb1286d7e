using System.Text.Json.Serialization;
using AgroConnect.Data;
using AgroConnect.Images;
using AgroConnect.Users.Social;
using AgroConnect.Web;
using AgroConnect.Web.OpenApi;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;

namespace AgroConnect.Users;

internal static class UsersModule
{
    public static void AddUsers(this WebApplicationBuilder builder)
    {
        builder.AddValidatedOptions<AuthOptions>(AuthOptions.Section)
            .Validate(
                auth => auth.AccessTokenLifetime > TimeSpan.Zero && auth.RefreshTokenLifetime > TimeSpan.Zero,
                "Auth:AccessTokenLifetime and Auth:RefreshTokenLifetime must be positive, such as '00:30:00'.");
        builder.AddValidatedOptions<AdminOptions>(AdminOptions.Section);
        builder.Services.AddSingleton<IPasswordHasher<User>, Argon2PasswordHasher>();
        builder.Services.AddIdentityCore<User>(identity =>
        {
            identity.User.RequireUniqueEmail = true;
            identity.User.AllowedUserNameCharacters = "";
            identity.Password = new PasswordOptions
            {
                RequiredLength = 8,
                RequireDigit = false,
                RequireLowercase = false,
                RequireUppercase = false,
                RequireNonAlphanumeric = false,
            };
        });
        builder.Services.AddScoped<IUserStore<User>, UserOnlyStore<User, AppDbContext, long>>();

        builder.Services.AddSingleton<SigningKey>();
        builder.Services.AddSingleton(services => new ImageSecret(services.GetRequiredService<SigningKey>().Derive("private pictures")));
        builder.Services.AddSingleton<Tokens>();
        builder.Services.AddSingleton<AccountStates>();
        builder.Services.AddSingleton<Passwords>();
        builder.Services.AddScoped<LogInAttempts>();
        builder.Services.AddScoped<TokenFamilies>();
        builder.Services.AddScoped<Administrator>();
        builder.Services.AddSingleton<AccountLinks>();
        builder.Services.AddScoped<AccountMails>();

        // A line for each token that has expired tells nobody anything.
        builder.Logging.AddFilter(typeof(AccessTokenHandler).FullName, LogLevel.Warning);

        // Not AddAuthentication: that starts data protection, whose keys nothing of ours would use.
        builder.Services.AddWebEncoders();
        builder.Services.AddAuthenticationCore(authentication => authentication.DefaultScheme = AccessTokenHandler.SchemeName);
        new AuthenticationBuilder(builder.Services)
            .AddScheme<AuthenticationSchemeOptions, AccessTokenHandler>(AccessTokenHandler.SchemeName, null);
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy(Roles.Staff, policy => policy.RequireRole(Roles.Staff))
            .AddPolicy(Roles.MaySell, policy => policy.RequireRole(Roles.Farmer, Roles.Staff));
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, UsersJson.Wire));
        builder.AddSocial();
    }

    public static void MapUsers(this WebApplication app)
    {
        app.MapSocial();
        var jwt = app.MapGroup("/api/auth/jwt").WithTags("Sign-in");
        jwt.MapPost("/create/", SignIn.CreateAsync).WithBody<SignIn.Credentials>().Produces<SignIn.TokenPair>()
            .RequireRateLimiting(RateLimits.LogIn).WithSummary("Log in with e-mail and password");
        jwt.MapPost("/refresh/", SignIn.RefreshAsync).WithBody<SignIn.RefreshRequest>().Produces<SignIn.TokenPair>()
            .WithSummary("Exchange a refresh token for a new pair");
        jwt.MapPost("/verify/", SignIn.VerifyAsync).WithBody<SignIn.VerifyRequest>().Produces<SignIn.Empty>()
            .WithSummary("Ask whether a token is live");
        jwt.MapPost("/blacklist/", SignIn.BlacklistAsync).WithBody<SignIn.RefreshRequest>().Produces<SignIn.Empty>()
            .WithSummary("Log out: end a refresh token");

        app.MapAccounts();
        app.MapAdministration();
    }
}

[JsonSerializable(typeof(TokenError))]
[JsonSerializable(typeof(SignIn.TokenPair))]
[JsonSerializable(typeof(SignIn.Empty))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(UserView))]
[JsonSerializable(typeof(IAsyncEnumerable<UserView>))]
[JsonSerializable(typeof(AccountRoutes.Root))]
[JsonSerializable(typeof(FarmerApplicationView))]
[JsonSerializable(typeof(Page<FarmerApplicationView>))]
[JsonSerializable(typeof(ManagedUserView))]
[JsonSerializable(typeof(Page<ManagedUserView>))]
[JsonSerializable(typeof(Page<AuditView>))]
internal sealed partial class UsersJson : JsonSerializerContext
{
    /// <summary>As the API writes it; the generated default knows none of our settings.</summary>
    public static readonly UsersJson Wire = new(JsonSettings.Create());
}
