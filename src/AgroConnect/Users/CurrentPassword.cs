using AgroConnect.Web;

namespace AgroConnect.Users;

internal static class CurrentPassword
{
    /// <summary>Reads the field <c>current_password</c>; a wrong one counts like a failed log-in.</summary>
    public static async Task RequirePasswordAsync(this LogInAttempts attempts, Fields fields, User user, CancellationToken ct)
    {
        var password = fields.Text("current_password", max: Fields.AnyLength);
        if (fields.IsGood("current_password") && !await attempts.IsRightAsync(user, password, ct))
        {
            fields.Error("current_password", "Invalid password.");
        }
    }
}
