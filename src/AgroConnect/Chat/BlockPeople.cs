using AgroConnect.Data;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Chat;

/// <summary>Somebody whom one blocks, on the wire.</summary>
public sealed record BlockView(PersonLink User, DateTimeOffset CreatedAt);

/// <summary>A person by name.</summary>
public sealed record PersonLink(long Id, string Name);

/// <summary><c>/api/chat/blocks/</c>.</summary>
internal static class BlockPeople
{
    /// <param name="User">Whom to block.</param>
    public sealed record Request(long User);

    public static async Task<IResult> ListAsync(CurrentUser me, AppDbContext db, CancellationToken ct) =>
        TypedResults.Ok<IReadOnlyList<BlockView>>(await db.Blocks.Where(block => block.BlockerId == me.Id)
            .OrderByDescending(block => block.CreatedAt).ThenByDescending(block => block.BlockedId)
            .Select(block => new BlockView(new PersonLink(block.BlockedId, block.Blocked.PublicName), block.CreatedAt)).ToListAsync(ct));

    public static async Task<IResult> BlockAsync(HttpRequest request, CurrentUser me, AppDbContext db, TimeProvider clock, CancellationToken ct)
    {
        var fields = await Fields.ReadAsync(request, ct);
        var user = fields.Id("user") ?? 0;
        var name = fields.IsGood("user") ? await db.Users.Where(row => row.Id == user && row.DeletedAt == null).Select(row => row.PublicName).SingleOrDefaultAsync(ct) : null;
        if (fields.IsGood("user") && name is null)
        {
            fields.NoSuchId("user", user);
        }
        else if (user == me.Id)
        {
            fields.Error("user", "You cannot block yourself.");
        }

        if (fields.Problem is { } problem)
        {
            return problem;
        }

        // To the microsecond, as both databases keep it: the next reading says the same.
        var now = clock.GetUtcNow();
        var block = new Block { BlockerId = me.Id, BlockedId = user, CreatedAt = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond)) };
        db.Blocks.Add(block);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException twice) when (twice.IsUniqueViolation())
        {
            var since = await db.Blocks.Where(row => row.BlockerId == me.Id && row.BlockedId == user).Select(row => row.CreatedAt).SingleOrDefaultAsync(ct);
            return TypedResults.Ok(new BlockView(new PersonLink(user, name!), since));
        }

        return TypedResults.Json(new BlockView(new PersonLink(user, name!), block.CreatedAt), ChatRoutesJson.Wire.BlockView, statusCode: StatusCodes.Status201Created);
    }

    public static async Task<IResult> UnblockAsync(long user, CurrentUser me, AppDbContext db, CancellationToken ct) =>
        await db.Blocks.Where(block => block.BlockerId == me.Id && block.BlockedId == user).ExecuteDeleteAsync(ct) == 1
            ? TypedResults.NoContent()
            : TypedResults.NotFound();
}
