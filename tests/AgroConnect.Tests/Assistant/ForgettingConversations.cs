using AgroConnect.Assistant;
using AgroConnect.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgroConnect.Tests.Assistant;

/// <summary>What nobody has gone on with for <c>Assistant:KeepDays</c> is forgotten.</summary>
public sealed class ForgettingConversations(ForgettingConversations.ShortApp app) : IClassFixture<ForgettingConversations.ShortApp>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_conversation_is_deleted_so_many_days_after_its_last_answer()
    {
        using var buyer = await app.Buyer();
        var old = (await buyer.Ask()).GetProperty("conversation_id").GetInt64();
        var continued = (await buyer.Ask()).GetProperty("conversation_id").GetInt64();
        app.Clock.Advance(TimeSpan.FromMinutes(10));
        await buyer.Ask("And when do I weed it?", continued);

        app.Clock.Advance(TimeSpan.FromDays(30) - TimeSpan.FromMinutes(11));
        Assert.Equal([old, continued], await KeptAsync());

        app.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal([continued], await KeptAsync());

        app.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Empty(await KeptAsync());
    }

    /// <summary>The conversations after a sweep, all of which have their messages, and no messages are without one.</summary>
    private async Task<List<long>> KeptAsync()
    {
        await app.Services.GetRequiredService<ConversationSweeper>().SweepAsync(Stop);
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var ids = await db.AssistantConversations.Select(conversation => conversation.Id).Order().ToListAsync(Stop);
        Assert.Equal(ids, await db.AssistantMessages.Select(message => message.ConversationId).Distinct().Order().ToListAsync(Stop));
        return ids;
    }

    public sealed class ShortApp : ClockedApp
    {
        protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?> { ["Assistant:KeepDays"] = "30" };
    }
}
