using AgroConnect.Data;
using AgroConnect.Users;
using AgroConnect.Web;
using AgroConnect.Web.OpenApi;
using Microsoft.EntityFrameworkCore;
using Microsoft.OpenApi;

namespace AgroConnect.Orders.Sales;

/// <summary>Whose sales are asked for: one's own, or by staff those of any farm.</summary>
internal static class WhoseSales
{
    public static readonly QueryParameter Parameter = new("seller", "Staff: the id of a farm's user; one's own sales without it.", JsonSchemaType.Integer);

    /// <returns>The seller, or the refusal; an unknown one is an error of <paramref name="query"/>.</returns>
    public static async Task<(long Seller, IResult? Refusal)> ReadAsync(Fields query, CurrentUser me, AppDbContext db, CancellationToken ct)
    {
        var seller = query.Id("seller", me.Id);
        if (seller is null || seller == me.Id)
        {
            return (me.Id, null);
        }

        if (!me.IsStaff)
        {
            return (me.Id, ErrorResult.Forbidden());
        }

        if (!await db.Users.AnyAsync(user => user.Id == seller, ct))
        {
            query.NoSuchId("seller", seller.Value);
        }

        return (seller.Value, null);
    }
}
