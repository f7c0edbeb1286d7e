using Microsoft.AspNetCore.Identity;

namespace AgroConnect.Users;

/// <summary>
/// Hashes and checks passwords. Each takes a core for a tenth of a second, on purpose; so they run on threads of their
/// own, one a core at most: a crowd that logs in waits here, and leaves the thread pool to everyone else.
/// </summary>
internal sealed class Passwords(IPasswordHasher<User> hasher) : IDisposable
{
    private static readonly User Nobody = new();

    private readonly SemaphoreSlim _cores = new(Environment.ProcessorCount);
    private readonly Lazy<string> _nobodysHash = new(() => hasher.HashPassword(Nobody, Guid.NewGuid().ToString()));

    public Task<string> HashAsync(string password, CancellationToken ct) => RunAsync(() => hasher.HashPassword(Nobody, password), ct);

    /// <summary>Costs the same for an account that is not there, so that the time of an answer does not tell who has one.</summary>
    public Task<PasswordVerificationResult> CheckAsync(User? user, string password, CancellationToken ct) => RunAsync(
        () =>
        {
            var found = hasher.VerifyHashedPassword(user ?? Nobody, user?.PasswordHash ?? _nobodysHash.Value, password);
            return user?.PasswordHash is null ? PasswordVerificationResult.Failed : found;
        },
        ct);

    public void Dispose() => _cores.Dispose();

    private async Task<T> RunAsync<T>(Func<T> work, CancellationToken ct)
    {
        await _cores.WaitAsync(ct);
        try
        {
            return await Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            _cores.Release();
        }
    }
}
