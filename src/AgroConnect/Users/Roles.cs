namespace AgroConnect.Users;

/// <summary>What an account may do; each role may all that the one before it may.</summary>
public enum Role
{
    /// <summary>Everyone.</summary>
    Buyer = 0,

    /// <summary>May sell; granted by staff.</summary>
    Farmer = 1,

    /// <summary>Administrators of the market.</summary>
    Staff = 2,
}

internal static class Roles
{
    public const string Farmer = "farmer";
    public const string Staff = "staff";

    /// <summary>Policy of what farmers and staff may do.</summary>
    public const string MaySell = "may-sell";

    /// <summary>The word on the wire: <c>buyer</c>, <c>farmer</c>, <c>staff</c>.</summary>
    public static string Name(this Role role) => role switch
    {
        Role.Staff => Staff,
        Role.Farmer => Farmer,
        _ => "buyer",
    };
}
