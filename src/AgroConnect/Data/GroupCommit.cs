using System.Diagnostics;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Data;

/// <summary>
/// Writes that share transactions. What comes in while one transaction is under way goes into the next: each caller has its
/// answer after a commit, and a busy server commits a fraction as often (docs/decisions/0005-group-commits.md).
/// </summary>
/// <remarks>
/// Groups follow each other in one session with the database, which is kept: its plans and caches are warm, where a session
/// of the pool has seen other work since its last turn.
/// </remarks>
internal sealed class GroupCommit<TWrite, TAnswer> : IAsyncDisposable
    where TWrite : class
{
    /// <summary>Locks are held for as long as the largest group takes.</summary>
    private const int Largest = 32;

    /// <summary>A session that has rested for longer is asked whether it is there before it writes: a group's first trip may be the one that commits it, which is not sent twice.</summary>
    private static readonly TimeSpan MayHaveEnded = TimeSpan.FromSeconds(1);

    private readonly IServiceScopeFactory _scopes;
    private readonly Func<TWrite, long> _owner;
    private readonly Func<IServiceProvider, IReadOnlyList<TWrite>, Task<LastTrip<TWrite, TAnswer>>> _write;
    private readonly Func<AppDbContext, Task>? _opened;
    private readonly Gathered<Waiting, Task<TAnswer>> _groups;
    private AsyncServiceScope? _session;
    private long _restsSince;

    /// <param name="scopes">The session has a scope, and an <see cref="AppDbContext"/>, of its own.</param>
    /// <param name="owner">Whose write it is: of one owner, the later write is in a later group than the earlier one.</param>
    /// <param name="write">Writes a group, but for its last trip, in the transaction that is open on the context. It refuses by its answer; an exception undoes the group.</param>
    /// <param name="opened">Given each new session before its first group.</param>
    public GroupCommit(
        IServiceScopeFactory scopes, Func<TWrite, long> owner, Func<IServiceProvider, IReadOnlyList<TWrite>, Task<LastTrip<TWrite, TAnswer>>> write, Func<AppDbContext, Task>? opened = null)
    {
        (_scopes, _owner, _write, _opened) = (scopes, owner, write, opened);
        _groups = new Gathered<Waiting, Task<TAnswer>>(WriteAsync);
    }

    /// <returns>What became of it, once that is committed.</returns>
    public async Task<TAnswer> WriteAsync(TWrite one) => await (await _groups.ReadAsync(new Waiting(one, Activity.Current?.Context ?? default)))!;

    /// <summary>Ends the session. To be called when nobody writes any more.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_session is { } session)
        {
            _session = null;
            await session.DisposeAsync();
        }
    }

    private sealed class Waiting(TWrite what, ActivityContext caller)
    {
        public TWrite What => what;

        public ActivityContext Caller => caller;
    }

    private async Task<IReadOnlyDictionary<Waiting, Task<TAnswer>>> WriteAsync(IReadOnlyCollection<Waiting> waiting)
    {
        var answers = new Dictionary<Waiting, Task<TAnswer>>();
        foreach (var group in Divide(waiting))
        {
            using var trace = Telemetry.StartShared("group commit", group.Select(one => one.Caller));
            await WriteAsync(group, answers);
        }

        return answers;
    }

    private IEnumerable<Waiting[]> Divide(IEnumerable<Waiting> waiting) =>
        waiting.GroupBy(one => _owner(one.What)).SelectMany(own => own.Select((one, turn) => (one, turn)))
            .GroupBy(one => one.turn, one => one.one).OrderBy(turn => turn.Key).SelectMany(turn => turn.Chunk(Largest));

    private async Task WriteAsync(Waiting[] group, Dictionary<Waiting, Task<TAnswer>> answers)
    {
        var (wasOpen, committed) = (_session is not null, false);
        try
        {
            var services = (_session ??= _scopes.CreateAsyncScope()).ServiceProvider;
            var db = services.GetRequiredService<AppDbContext>();
            if (!wasOpen)
            {
                await db.Database.OpenConnectionAsync();
                await (_opened?.Invoke(db) ?? Task.CompletedTask);
            }

            await using var transaction = await db.Database.BeginTransactionAsync();
            if (wasOpen && Stopwatch.GetElapsedTime(_restsSince) > MayHaveEnded)
            {
                await db.Database.ExecuteSqlAsync($"SELECT 1");
            }

            var last = await _write(services, [.. group.Select(one => one.What)]);
            await last.Trip.CommitAsync();
            committed = true;
            db.ChangeTracker.Clear();
            var written = last.Answers();
            foreach (var one in group)
            {
                if (written.TryGetValue(one.What, out var answer))
                {
                    answers[one] = Task.FromResult(answer);
                }
            }

            _restsSince = Stopwatch.GetTimestamp();
        }
        catch (Exception error) when (!committed && error is not CommitUnknownException && (wasOpen || group.Length > 1))
        {
            // By itself, in a new session, each fails or not on its own account: the old one may have ended while nobody wrote.
            await DisposeAsync();
            foreach (var one in group)
            {
                await WriteAsync([one], answers);
            }
        }
        catch (Exception error)
        {
            await DisposeAsync();
            foreach (var one in group)
            {
                answers[one] = Task.FromException<TAnswer>(error is CommitUnknownException ? error.InnerException! : error);
            }
        }
    }
}

/// <summary>A group that is written but for its last trip to the database, which commits it.</summary>
/// <param name="Trip">On the group's context.</param>
/// <param name="Answers">Gives what became of each, once that is committed.</param>
internal sealed record LastTrip<TWrite, TAnswer>(RoundTrip Trip, Func<IReadOnlyDictionary<TWrite, TAnswer>> Answers)
    where TWrite : class;
