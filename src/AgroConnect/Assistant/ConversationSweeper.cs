using AgroConnect.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AgroConnect.Assistant;

/// <summary>Deletes conversations in which nothing was answered for <c>Assistant:KeepDays</c>, with their messages. Any number of nodes may run it.</summary>
internal sealed class ConversationSweeper(
    IServiceScopeFactory scopes, IOptions<AssistantOptions> options, TimeProvider clock, ILogger<ConversationSweeper> log) : BackgroundService
{
    /// <summary>Of one statement: nobody waits long for its locks.</summary>
    private const int Batch = 500;

    private static readonly TimeSpan AfterStart = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromHours(1);

    /// <summary>Deletes what is old enough to be forgotten.</summary>
    public async Task SweepAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var conversations = scope.ServiceProvider.GetRequiredService<AppDbContext>().AssistantConversations;
        var before = clock.GetUtcNow() - TimeSpan.FromDays(options.Value.KeepDays);
        var old = conversations.Where(conversation => conversation.UpdatedAt < before);

        // Looked at again when it is deleted: it may have been answered in meanwhile.
        while (await old.OrderBy(conversation => conversation.Id).Select(conversation => conversation.Id).Take(Batch).ToListAsync(ct) is { Count: > 0 } ids)
        {
            await old.Where(conversation => ids.Contains(conversation.Id)).ExecuteDeleteAsync(ct);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(AfterStart, clock, stoppingToken);
        while (true)
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogError(error, "Old conversations of the assistant could not be deleted; the next try is in an hour.");
            }

            await Task.Delay(BetweenSweeps, clock, stoppingToken);
        }
    }
}
