using System.Text.Json.Nodes;
using AgroConnect.Data;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Users;

/// <summary>An entry of the audit log on the wire.</summary>
public sealed record AuditView(long Id, DateTimeOffset At, ActorView? Actor, string Action, string TargetType, long TargetId, JsonNode? Changes);

public sealed record ActorView(long Id, string Name);

/// <summary><c>GET /api/admin/audit/</c>, newest first.</summary>
internal static class Audit
{
    public static async Task<IResult> ListAsync(HttpRequest request, AppDbContext db, CancellationToken ct)
    {
        var query = Fields.FromQuery(request);
        var page = PageRequest.Read(request, query);
        var (actor, target) = (query.Id("actor", nullable: true), query.Id("target_id", nullable: true));
        var (action, type) = (query.Text("action", max: 50, otherwise: "", blank: true), query.Text("target_type", max: 30, otherwise: "", blank: true));
        if (query.Problem is { } problem)
        {
            return problem;
        }

        var entries = db.AuditEntries.AsNoTracking();
        entries = actor is not null ? entries.Where(entry => entry.ActorId == actor) : entries;
        entries = target is not null ? entries.Where(entry => entry.TargetId == target) : entries;
        entries = action.Length > 0 ? entries.Where(entry => entry.Action == action) : entries;
        entries = type.Length > 0 ? entries.Where(entry => entry.TargetType == type) : entries;
        var count = await entries.LongCountAsync(ct);
        if (!page.Exists(count))
        {
            return PageRequest.Invalid();
        }

        var users = db.Users;
        var rows = await entries.OrderByDescending(entry => entry.Id).Skip((int)page.Offset).Take(page.Size)
            .Select(entry => new { Entry = entry, Actor = users.Where(user => user.Id == entry.ActorId).Select(user => new { user.Id, user.PublicName }).SingleOrDefault() })
            .ToListAsync(ct);
        return TypedResults.Ok(page.Of<AuditView>(request, count, [.. rows.Select(row => new AuditView(
            row.Entry.Id, row.Entry.At, row.Actor is null ? null : new ActorView(row.Actor.Id, row.Actor.PublicName),
            row.Entry.Action, row.Entry.TargetType, row.Entry.TargetId, JsonNode.Parse(row.Entry.Changes)))]));
    }
}
