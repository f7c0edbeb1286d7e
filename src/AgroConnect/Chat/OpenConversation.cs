using AgroConnect.Data;
using AgroConnect.Products;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Chat;

/// <summary><c>POST /api/chat/conversations/</c>: begins to talk to somebody, or finds where one has begun.</summary>
internal static class OpenConversation
{
    /// <param name="User">Whom to talk to.</param>
    /// <param name="Product">What about; two people have one conversation about each product, and one about nothing in particular.</param>
    public sealed record Request(long User, long? Product = null);

    public static async Task<IResult> HandleAsync(
        HttpRequest request, CurrentUser me, AppDbContext db, ConversationViews views, TimeProvider clock, CancellationToken ct)
    {
        var fields = await Fields.ReadAsync(request, ct);
        var (other, product) = (fields.Id("user") ?? 0, fields.Id("product", nullable: true));
        if (fields.IsGood("user"))
        {
            await CheckUserAsync(fields, other, me, db, ct);
        }

        if (product is { } about && (await db.Products.AsNoTracking().SingleOrDefaultAsync(row => row.Id == about, ct) is not { } listing || !ProductsModule.IsSeenBy(listing, me)))
        {
            fields.NoSuchId("product", about);
        }

        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var (first, second) = (Math.Min(me.Id, other), Math.Max(me.Id, other));
        var same = db.Conversations.Where(row => row.FirstUserId == first && row.SecondUserId == second && row.ProductId == product);
        if ((await views.ReadAsync(same, me.Id, request.BaseUrl(), ct)).SingleOrDefault() is { } there)
        {
            return TypedResults.Ok(there);
        }

        var conversation = Conversation.Between(me.Id, other, product, clock.GetUtcNow());
        db.Conversations.Add(conversation);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException twice) when (twice.IsUniqueViolation())
        {
            return TypedResults.Ok((await views.ReadAsync(same, me.Id, request.BaseUrl(), ct)).Single());
        }

        return TypedResults.Json(
            await views.FindAsync(conversation.Id, me.Id, request.BaseUrl(), ct), ChatJson.Wire.ConversationView, statusCode: StatusCodes.Status201Created);
    }

    private static async Task CheckUserAsync(Fields fields, long user, CurrentUser me, AppDbContext db, CancellationToken ct)
    {
        if (user == me.Id)
        {
            fields.Error("user", "You cannot talk to yourself.");
        }
        else if (!await db.Users.AnyAsync(row => row.Id == user && row.IsActive && row.DeletedAt == null, ct))
        {
            fields.NoSuchId("user", user);
        }
        else if (await db.AreBlockedAsync(me.Id, user, ct))
        {
            fields.Error("user", "You cannot write to this person.");
        }
    }
}
