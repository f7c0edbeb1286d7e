using AgroConnect.Images;

namespace AgroConnect.Users;

/// <summary>An account as its owner and staff see it (auth.md, 4; api.md, Accounts).</summary>
public sealed record UserView(
    long Id, string Email, string FirstName, string LastName, string Role, string FarmName, string Bio, string? PictureUrl, string Phone, Location? Location)
{
    internal static UserView Of(User user, ImageUrls urls, string baseUrl) => new(
        user.Id, user.Email ?? "", user.FirstName, user.LastName, user.Role.Name(), user.FarmName, user.Bio,
        user.Picture is { } picture ? urls.Page(picture, baseUrl) : null, user.PhoneNumber ?? "", user.Location);
}
