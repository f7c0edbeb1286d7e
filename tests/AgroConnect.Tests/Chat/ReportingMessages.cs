using System.Net;
using System.Text.Json;
using AgroConnect.Tests.Products;
using AgroConnect.Tests.Users;

namespace AgroConnect.Tests.Chat;

public sealed class ReportingMessages(App app) : IClassFixture<App>
{
    private const string Url = "/api/admin/reports/";

    [Fact]
    public async Task Staff_see_who_reported_what_and_deal_with_it_once()
    {
        var (one, other, conversation) = await app.TwoWhoTalk();
        var image = (await (await other.UploadPicture()).Json(201)).Id();
        var message = await other.Said(conversation, "Pay me in advance", images: [image]);

        var report = await (await one.Client.Post($"/api/chat/messages/{message.Id()}/report/", new { reason = "Fraud" })).Json(201);
        var again = await (await one.Client.Post($"/api/chat/messages/{message.Id()}/report/", new { reason = "Fraud!" })).Json(200);

        Assert.Equal(["created_at", "id", "message", "reason", "status"], report.Fields());
        Assert.Equal(report.Id(), again.Id());
        var (staff, colleague) = (await app.Staff(), await app.Staff());
        var seen = (await staff.Client.GetJson(Url + "?status=pending")).GetProperty("results").EnumerateArray().Single(row => row.Id() == report.Id());
        Assert.Equal(["created_at", "id", "message", "note", "reason", "reporter", "resolved_at", "resolved_by", "sender", "status"], seen.Fields());
        Assert.Equal((one.Id, other.Id, "Fraud", "pending", JsonValueKind.Null), (seen.GetProperty("reporter").Id(), seen.GetProperty("sender").Id(), seen.Text("reason"), seen.Text("status"), seen.GetProperty("resolved_by").ValueKind));
        Assert.Equal("Pay me in advance", seen.GetProperty("message").Text("text"));
        Assert.Equal(HttpStatusCode.OK, (await app.Stranger().Get(seen.GetProperty("message").GetProperty("images")[0].Text("image_url"))).StatusCode);

        var resolved = await (await staff.Client.Post($"{Url}{report.Id()}/resolve/", new { note = "Warned" })).Json();
        var twice = await (await colleague.Client.Post($"{Url}{report.Id()}/resolve/", new { })).Json();

        Assert.Equal(("resolved", staff.Id, "Warned"), (resolved.Text("status"), resolved.GetProperty("resolved_by").GetInt64(), resolved.Text("note")));
        Assert.Equal(resolved.Text("resolved_at"), twice.Text("resolved_at"));
        Assert.Equal(staff.Id, twice.GetProperty("resolved_by").GetInt64());
        Assert.DoesNotContain(report.Id(), await staff.Client.AllPages(Url + "?status=pending&page_size=1"));
        Assert.Contains(report.Id(), await staff.Client.AllPages(Url + "?status=resolved&page_size=1"));
        Assert.Equal(1, (await staff.Client.GetJson($"/api/admin/audit/?action=report.resolved&target_id={report.Id()}")).GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task A_report_says_why_and_is_for_staff_alone()
    {
        var (one, other, conversation) = await app.TwoWhoTalk();
        var message = await other.Said(conversation, "Hello");
        var url = $"/api/chat/messages/{message.Id()}/report/";

        foreach (var body in new object[] { new { }, new { reason = " " }, new { reason = new string('x', 1_001) }, new { reason = new[] { "x" } } })
        {
            Assert.NotEmpty((await (await one.Client.Post(url, body)).Json(400)).Messages("reason"));
        }

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => one.Client.Post(url, new { reason = "Rude" })));
        Assert.Equal((1, 19), (answers.Count(answer => answer.StatusCode == HttpStatusCode.Created), answers.Count(answer => answer.StatusCode == HttpStatusCode.OK)));
        Assert.Equal(HttpStatusCode.NotFound, (await one.Client.Post("/api/chat/messages/999999/report/", new { reason = "Rude" })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await one.Client.Get(Url)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await one.Client.Post(Url + "1/resolve/", new { })).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.Stranger().Get(Url)).StatusCode);
        var staff = await app.Staff();
        Assert.Equal(HttpStatusCode.NotFound, (await staff.Client.Post(Url + "999999/resolve/", new { })).StatusCode);
        Assert.NotEmpty((await staff.Client.GetJson(Url + "?status=open", 400)).Messages("status"));
    }

    [Fact]
    public async Task Who_leaves_takes_name_and_blocks_along_and_leaves_what_was_said()
    {
        var other = await app.Farmer();
        var email = AccountCalls.NewAddress();
        var id = await app.Account(email);
        var (client, _, _) = await app.SignedIn(email);
        var leaver = new Person(id, email, client, "");
        var conversation = await (await leaver.TalkTo(other)).Json(201);
        await leaver.Said(conversation, "My garden is behind the mill");
        await other.Said(conversation, "What the other wrote");
        await (await leaver.Block(await app.Buyer())).Json(201);
        await (await leaver.UploadPicture()).Json(201);

        var export = (await client.GetJson("/api/auth/users/me/export/")).GetProperty("chat");

        Assert.Equal(["blocks", "conversations", "last_seen", "reports"], export.Fields());
        Assert.Contains("behind the mill", export.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("What the other wrote", export.GetRawText(), StringComparison.Ordinal);

        var gone = await client.Send(HttpMethod.Delete, "/api/auth/users/me/", $$"""{"current_password": "{{App.Password}}"}""");

        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        var seen = await other.See(conversation);
        var somebody = seen.GetProperty("participants").EnumerateArray().Single(person => person.Id() == id);
        Assert.Equal(("Deleted account", false, JsonValueKind.Null, JsonValueKind.Null), (somebody.Text("name"), somebody.GetProperty("online").GetBoolean(), somebody.GetProperty("last_seen").ValueKind, somebody.GetProperty("picture_url").ValueKind));
        Assert.Equal([1, 2], (await other.Client.GetJson(conversation.Messages())).Seqs());
        Assert.NotEmpty((await (await other.Client.Post(Conversing.Conversations, new { user = id })).Json(400)).Messages("user"));
    }
}
