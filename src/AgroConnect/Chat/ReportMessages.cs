using AgroConnect.Data;
using AgroConnect.Users;
using AgroConnect.Web;
using AgroConnect.Web.OpenApi;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Chat;

/// <summary>What the reporter gets back.</summary>
public sealed record ReportView(long Id, long Message, string Reason, string Status, DateTimeOffset CreatedAt);

/// <summary>A report as staff see it.</summary>
/// <param name="Reporter">Who reported.</param>
/// <param name="Sender">Who wrote the message.</param>
/// <param name="Message">The message with its pictures.</param>
/// <param name="Status"><c>pending</c> or <c>resolved</c>.</param>
/// <param name="ResolvedBy">The id of who dealt with it.</param>
/// <param name="Note">What they noted.</param>
public sealed record ManagedReportView(
    long Id, PersonLink Reporter, PersonLink Sender, MessageView Message, string Reason, string Status, DateTimeOffset CreatedAt, DateTimeOffset? ResolvedAt, long? ResolvedBy,
    string Note);

/// <summary><c>POST /api/chat/messages/{id}/report/</c>, and what staff do with it under <c>/api/admin/reports/</c>.</summary>
internal static class ReportMessages
{
    private const string Pending = "pending";
    private const string Resolved = "resolved";

    public static readonly QueryParameter Status = new("status", "`pending` or `resolved`.");

    /// <param name="Reason">What is wrong with the message, 1 to 1,000 characters.</param>
    public sealed record Request(string Reason);

    /// <param name="Note">For other staff, at most 1,000 characters.</param>
    public sealed record ResolveRequest(string? Note = null);

    public static async Task<IResult> ReportAsync(long id, HttpRequest request, CurrentUser me, AppDbContext db, TimeProvider clock, CancellationToken ct)
    {
        var fields = await Fields.ReadAsync(request, ct);
        if (!await db.Messages.AnyAsync(message => message.Id == id && (message.Conversation.FirstUserId == me.Id || message.Conversation.SecondUserId == me.Id), ct))
        {
            return TypedResults.NotFound();
        }

        var reason = fields.Text("reason", MessageReport.LongestReason);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var report = new MessageReport { MessageId = id, ReporterId = me.Id, Reason = reason, CreatedAt = clock.GetUtcNow() };
        db.MessageReports.Add(report);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException twice) when (twice.IsUniqueViolation())
        {
            return TypedResults.Ok(View(await db.MessageReports.AsNoTracking().SingleAsync(row => row.MessageId == id && row.ReporterId == me.Id, ct)));
        }

        return TypedResults.Json(View(report), ChatRoutesJson.Wire.ReportView, statusCode: StatusCodes.Status201Created);
    }

    public static async Task<IResult> ListAsync(HttpRequest request, AppDbContext db, MessageViews messages, CancellationToken ct)
    {
        var query = Fields.FromQuery(request);
        var page = PageRequest.Read(request, query);
        var status = query.Choice("status", [Pending, Resolved, ""], otherwise: "");
        if (query.Problem is { } problem)
        {
            return problem;
        }

        var reports = db.MessageReports.AsNoTracking();
        reports = status switch
        {
            Pending => reports.Where(report => report.ResolvedAt == null),
            Resolved => reports.Where(report => report.ResolvedAt != null),
            _ => reports,
        };
        var count = await reports.LongCountAsync(ct);
        return page.Exists(count)
            ? TypedResults.Ok(page.Of(request, count, await ReadAsync(
                reports.OrderByDescending(report => report.Id).Skip((int)page.Offset).Take(page.Size), db, messages, request.BaseUrl(), ct)))
            : PageRequest.Invalid();
    }

    public static async Task<IResult> ResolveAsync(long id, HttpRequest request, CurrentUser me, AppDbContext db, MessageViews messages, TimeProvider clock, CancellationToken ct)
    {
        var fields = await Fields.ReadAsync(request, ct);
        var note = fields.Text("note", MessageReport.LongestReason, otherwise: "", blank: true);
        var same = db.MessageReports.Where(report => report.Id == id);
        if (!await same.AnyAsync(ct))
        {
            return TypedResults.NotFound();
        }

        if (fields.Problem is { } problem)
        {
            return problem;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var now = clock.GetUtcNow();
        var isFirst = await same.Where(report => report.ResolvedAt == null).ExecuteUpdateAsync(
            set => set.SetProperty(report => report.ResolvedAt, now).SetProperty(report => report.ResolvedBy, me.Id).SetProperty(report => report.Note, note), ct) == 1;
        if (isFirst)
        {
            db.Audit(me.Id, "report.resolved", "report", id, now, ("status", Pending, Resolved), ("note", "", note));
            await db.SaveChangesAsync(ct);
        }

        await transaction.CommitAsync(ct);
        return TypedResults.Ok((await ReadAsync(same.AsNoTracking(), db, messages, request.BaseUrl(), ct)).Single());
    }

    /// <summary>Shows some reports, in their order: two statements for any number.</summary>
    private static async Task<IReadOnlyList<ManagedReportView>> ReadAsync(
        IQueryable<MessageReport> reports, AppDbContext db, MessageViews messages, string baseUrl, CancellationToken ct)
    {
        var users = db.Users;
        var rows = await reports.Select(report => new
        {
            Report = report,
            Reporter = new PersonLink(report.ReporterId, report.Reporter.PublicName),
            report.Message,
            Sender = users.Where(user => user.Id == report.Message.SenderId).Select(user => user.PublicName).SingleOrDefault(),
        }).ToListAsync(ct);
        var stored = (await MessageHistory.WithImagesAsync(db, [.. rows.Select(row => row.Message)], ct)).DistinctBy(message => message.Id).ToDictionary(message => message.Id);
        return [.. rows.Select(row => new ManagedReportView(
            row.Report.Id, row.Reporter, new PersonLink(row.Message.SenderId, row.Sender ?? ""), messages.Of(stored[row.Message.Id], baseUrl), row.Report.Reason,
            StatusOf(row.Report), row.Report.CreatedAt, row.Report.ResolvedAt, row.Report.ResolvedBy, row.Report.Note))];
    }

    private static ReportView View(MessageReport report) => new(report.Id, report.MessageId, report.Reason, StatusOf(report), report.CreatedAt);

    private static string StatusOf(MessageReport report) => report.ResolvedAt is null ? Pending : Resolved;
}
