using AgroConnect.Web;
using AgroConnect.Web.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;

namespace AgroConnect.Users;

/// <summary><c>/api/auth/users/</c> (auth.md, 4 to 6) and <c>/api/admin/</c> as far as people are concerned.</summary>
internal static class AccountRoutes
{
    /// <summary>What Djoser shows at its root.</summary>
    public sealed record Root(string Users);

    public static void MapAccounts(this WebApplication app)
    {
        var auth = app.MapGroup("/api/auth").WithTags("Accounts");
        auth.MapGet("/", (HttpRequest request) => TypedResults.Ok(new Root(request.BaseUrl() + "/api/auth/users/"))).RequireAuthorization()
            .WithSummary("Where the users are");

        var users = auth.MapGroup("/users");
        users.MapPost("/", Register.HandleAsync).WithBody<Register.Request>().Produces<UserView>(StatusCodes.Status201Created)
            .RequireRateLimiting(RateLimits.LogIn).WithSummary("Register");
        users.MapGet("/", Profile.List).RequireAuthorization().Produces<IReadOnlyList<UserView>>().WithSummary("Oneself; for staff, everybody");
        users.MapPost("/activation/", Activation.ActivateAsync).WithBody<Activation.Request>().Produces(StatusCodes.Status204NoContent)
            .RequireRateLimiting(RateLimits.LogIn).WithSummary("Activate an account by its mailed link");
        users.MapPost("/resend_activation/", Activation.ResendAsync).WithBody<ChangePassword.ResetRequest>().Produces(StatusCodes.Status204NoContent)
            .RequireRateLimiting(RateLimits.LogIn).WithSummary("Mail the activation link again");

        users.MapPost("/set_password/", ChangePassword.SetAsync).RequireAuthorization().WithBody<ChangePassword.SetRequest>()
            .Produces(StatusCodes.Status204NoContent).WithSummary("Change one's password");
        users.MapPost("/reset_password/", ChangePassword.ResetAsync).WithBody<ChangePassword.ResetRequest>()
            .Produces(StatusCodes.Status204NoContent).RequireRateLimiting(RateLimits.LogIn).WithSummary("Mail a link for a new password");
        users.MapPost("/reset_password_confirm/", ChangePassword.ConfirmAsync).WithBody<ChangePassword.ConfirmRequest>()
            .Produces(StatusCodes.Status204NoContent).RequireRateLimiting(RateLimits.LogIn).WithSummary("Choose a new password by a mailed link");
        users.MapPost("/set_email/", ChangeEmail.SetAsync).RequireAuthorization().WithBody<ChangeEmail.SetRequest>()
            .Produces(StatusCodes.Status204NoContent).WithSummary("Change one's address");
        users.MapPost("/reset_email/", ChangeEmail.ResetAsync).WithBody<ChangeEmail.ResetRequest>()
            .Produces(StatusCodes.Status204NoContent).RequireRateLimiting(RateLimits.LogIn).WithSummary("Mail a link for a new address");
        users.MapPost("/reset_email_confirm/", ChangeEmail.ConfirmAsync).WithBody<ChangeEmail.ConfirmRequest>()
            .Produces(StatusCodes.Status204NoContent).RequireRateLimiting(RateLimits.LogIn).WithSummary("Choose a new address by a mailed link");

        MapProfile(users.MapGroup("/me").RequireAuthorization());
        users.MapGet("/{id:long}/", Profile.GetAsync).RequireAuthorization().Produces<UserView>().WithSummary("An account: one's own, or any for staff");
        users.MapMethods("/{id:long}/", ["PUT", "PATCH"], Profile.UpdateAsync).RequireAuthorization().WithBody<Profile.Request>().Produces<UserView>()
            .WithSummary("Change an account");
        users.MapDelete("/{id:long}/", Account.DeleteAsync).RequireAuthorization().WithBody<Account.DeleteRequest>()
            .Produces(StatusCodes.Status204NoContent).WithSummary("Delete an account");
    }

    public static void MapAdministration(this WebApplication app)
    {
        app.MapPost("/api/sales/apply/", FarmerApplications.ApplyAsync).RequireAuthorization().WithBody<FarmerApplications.Request>()
            .Produces<FarmerApplicationView>(StatusCodes.Status201Created).WithTags("Sales").WithSummary("Ask to become a farmer");

        var admin = app.MapGroup("/api/admin").RequireAuthorization(Roles.Staff).WithTags("Administration");
        admin.MapGet("/users/", ManageUsers.ListAsync).Produces<Page<ManagedUserView>>().WithPages().WithSummary("All users").WithQuery(
            new QueryParameter("search", "Part of the name or address."),
            new QueryParameter("role", "buyer, farmer or staff."),
            new QueryParameter("is_active", "Whether the account may be used.", JsonSchemaType.Boolean));
        admin.MapPatch("/users/{id:long}/", ManageUsers.UpdateAsync).WithBody<ManageUsers.Request>().Produces<ManagedUserView>()
            .Produces<ErrorBody>(StatusCodes.Status409Conflict).WithSummary("Change a role, or switch an account off");
        admin.MapGet("/farmer-applications/", FarmerApplications.ListAsync).Produces<Page<FarmerApplicationView>>().WithPages()
            .WithQuery(new QueryParameter("status", "pending, approved or rejected.")).WithSummary("Who asks to become a farmer");
        admin.MapPost("/farmer-applications/{id:long}/approve/", FarmerApplications.ApproveAsync).Produces<FarmerApplicationView>()
            .Produces<ErrorBody>(StatusCodes.Status409Conflict).WithSummary("Make a farmer of an applicant");
        admin.MapPost("/farmer-applications/{id:long}/reject/", FarmerApplications.RejectAsync).Produces<FarmerApplicationView>()
            .Produces<ErrorBody>(StatusCodes.Status409Conflict).WithSummary("Reject an application");
        admin.MapGet("/audit/", Audit.ListAsync).Produces<Page<AuditView>>().WithPages().WithSummary("Who changed what").WithQuery(
            new QueryParameter("actor", "Id of who did it.", JsonSchemaType.Integer),
            new QueryParameter("action", "Such as user.role."),
            new QueryParameter("target_type", "Such as user or product."),
            new QueryParameter("target_id", "Id of what was changed.", JsonSchemaType.Integer));
    }

    private static void MapProfile(RouteGroupBuilder me)
    {
        me.MapGet("/", Profile.GetMeAsync).Produces<UserView>().WithSummary("One's own account");
        me.MapMethods("/", ["PUT", "PATCH"], Profile.UpdateMeAsync).WithBody<Profile.Request>().Produces<UserView>().WithSummary("Change one's profile");
        me.MapDelete("/", Account.DeleteMeAsync).WithBody<Account.DeleteRequest>().Produces(StatusCodes.Status204NoContent)
            .WithSummary("Delete one's account");
        me.MapPut("/picture/", Profile.SetPictureAsync).WithFiles("picture").Produces<UserView>().WithSummary("Set one's picture");
        me.MapDelete("/picture/", Profile.DeletePictureAsync).Produces(StatusCodes.Status204NoContent).WithSummary("Remove one's picture");
        me.MapGet("/export/", Account.ExportAsync).Produces<System.Text.Json.Nodes.JsonNode>().WithSummary("Everything stored about oneself");
    }
}
