using System.Collections.Concurrent;
using AgroConnect.Data;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Users;

/// <summary>
/// What an access token cannot know: whether its account still is, and its role. Kept for a few seconds, so that
/// signed-in requests don't each ask the database; what this node changes holds at once, elsewhere within 5 s (auth.md, 3).
/// </summary>
internal sealed class AccountStates(IServiceScopeFactory scopes, TimeProvider clock)
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(4);

    private static readonly Func<AppDbContext, long, Task<AccountState?>> Load = EF.CompileAsyncQuery((AppDbContext db, long id) =>
        db.Set<User>().Where(user => user.Id == id && user.DeletedAt == null).Select(user => new AccountState(user.IsActive, user.Role)).SingleOrDefault());

    private readonly ConcurrentDictionary<long, (AccountState? State, long At)> _known = new();

    /// <returns>Null when there is no such account.</returns>
    public async ValueTask<AccountState?> FindAsync(long userId)
    {
        var now = clock.GetTimestamp();
        if (_known.TryGetValue(userId, out var known) && clock.GetElapsedTime(known.At, now) < Kept)
        {
            return known.State;
        }

        await using var scope = scopes.CreateAsyncScope();
        var state = await Load(scope.ServiceProvider.GetRequiredService<AppDbContext>(), userId);
        if (_known.Count > 50_000)
        {
            _known.Clear();
        }

        _known[userId] = (state, now);
        return state;
    }

    /// <summary>To be called after a role or the activity of an account has changed.</summary>
    public void Forget(long userId) => _known.TryRemove(userId, out _);
}

internal sealed record AccountState(bool IsActive, Role Role);
