using System.Diagnostics;
using AgroConnect.Web;

namespace AgroConnect.Data;

/// <summary>
/// Writes that share transactions. What comes in while one transaction is under way goes into the next: each caller has its
/// answer after a commit, and a busy server commits a fraction as often (docs/decisions/0005-group-commits.md).
/// </summary>
/// <param name="scopes">Each group has a scope, and an <see cref="AppDbContext"/>, of its own.</param>
/// <param name="owner">Whose write it is: of one owner, the later write is in a later group than the earlier one.</param>
/// <param name="write">Writes a group in the transaction that is open on the context. It refuses by its answer; an exception undoes the group.</param>
internal sealed class GroupCommit<TWrite, TAnswer>(
    IServiceScopeFactory scopes, Func<TWrite, long> owner, Func<IServiceProvider, IReadOnlyList<TWrite>, Task<IReadOnlyDictionary<TWrite, TAnswer>>> write)
    where TWrite : class
{
    /// <summary>Locks are held for as long as the largest group takes.</summary>
    private const int Largest = 32;

    private readonly Gathered<Waiting, Task<TAnswer>> _groups = new(async waiting =>
    {
        var answers = new Dictionary<Waiting, Task<TAnswer>>();
        foreach (var group in Divide(waiting, owner))
        {
            using var trace = Telemetry.StartShared("group commit", group.Select(one => one.Caller));
            await WriteAsync(scopes, write, group, answers);
        }

        return answers;
    });

    /// <returns>What became of it, once that is committed.</returns>
    public async Task<TAnswer> WriteAsync(TWrite one) => await (await _groups.ReadAsync(new Waiting(one, Activity.Current?.Context ?? default)))!;

    private sealed class Waiting(TWrite what, ActivityContext caller)
    {
        public TWrite What => what;

        public ActivityContext Caller => caller;
    }

    private static IEnumerable<Waiting[]> Divide(IEnumerable<Waiting> waiting, Func<TWrite, long> owner) =>
        waiting.GroupBy(one => owner(one.What)).SelectMany(own => own.Select((one, turn) => (one, turn)))
            .GroupBy(one => one.turn, one => one.one).OrderBy(turn => turn.Key).SelectMany(turn => turn.Chunk(Largest));

    private static async Task WriteAsync(
        IServiceScopeFactory scopes, Func<IServiceProvider, IReadOnlyList<TWrite>, Task<IReadOnlyDictionary<TWrite, TAnswer>>> write, Waiting[] group,
        Dictionary<Waiting, Task<TAnswer>> answers)
    {
        var committing = false;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await using var transaction = await scope.ServiceProvider.GetRequiredService<AppDbContext>().Database.BeginTransactionAsync();
            var written = await write(scope.ServiceProvider, [.. group.Select(one => one.What)]);
            committing = true;
            await transaction.CommitAsync();
            foreach (var one in group)
            {
                if (written.TryGetValue(one.What, out var answer))
                {
                    answers[one] = Task.FromResult(answer);
                }
            }
        }
        catch (Exception) when (group.Length > 1 && !committing)
        {
            // By itself, each fails or not on its own account.
            foreach (var one in group)
            {
                await WriteAsync(scopes, write, [one], answers);
            }
        }
        catch (Exception error)
        {
            // After a commit without an answer nobody knows: to write again could be to write twice.
            foreach (var one in group)
            {
                answers[one] = Task.FromException<TAnswer>(error);
            }
        }
    }
}
