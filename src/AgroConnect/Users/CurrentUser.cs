using System.Globalization;
using System.Reflection;
using System.Security.Claims;

namespace AgroConnect.Users;

/// <summary>Who is asking. A handler takes it as a parameter.</summary>
/// <param name="Id">0 for strangers.</param>
/// <param name="Role">As the database has it now, not as it was when the token was signed.</param>
internal sealed record CurrentUser(long Id, Role Role)
{
    public static readonly CurrentUser Stranger = new(0, Role.Buyer);

    public bool IsStaff => Role == Role.Staff;

    public bool IsSignedIn => Id != 0;

    /// <summary>Whether something of this owner is theirs to change.</summary>
    public bool Owns(long ownerId) => IsStaff || (IsSignedIn && Id == ownerId);

    public static CurrentUser From(ClaimsPrincipal principal) =>
        principal.FindFirstValue(ClaimTypes.NameIdentifier) is { } id
            ? new CurrentUser(long.Parse(id, CultureInfo.InvariantCulture), Enum.Parse<Role>(principal.FindFirstValue(ClaimTypes.Role)!, ignoreCase: true))
            : Stranger;

    public static ValueTask<CurrentUser> BindAsync(HttpContext http, ParameterInfo parameter) => new(From(http.User));
}
