using AgroConnect.Users;
using Microsoft.AspNetCore.Identity;

namespace AgroConnect.Tests.Users;

[WithoutDatabase]
public sealed class PasswordHashing
{
    [Fact]
    public async Task A_crowd_is_served_one_a_core_and_never_on_the_threads_that_answer_requests()
    {
        var slow = new SlowHasher();
        using var passwords = new Passwords(slow);

        var found = await Task.WhenAll(Enumerable.Range(0, 8 * Environment.ProcessorCount).Select(_ =>
            passwords.CheckAsync(new User { PasswordHash = "hash" }, "password", TestContext.Current.CancellationToken)));

        Assert.All(found, result => Assert.Equal(PasswordVerificationResult.Success, result));
        Assert.InRange(slow.MostAtOnce, 1, Environment.ProcessorCount);
        Assert.False(slow.UsedThePool);
    }

    [Fact]
    public async Task An_unknown_account_costs_a_check_as_well_and_never_passes()
    {
        var slow = new SlowHasher();
        using var passwords = new Passwords(slow);

        Assert.Equal(PasswordVerificationResult.Failed, await passwords.CheckAsync(null, "password", TestContext.Current.CancellationToken));
        Assert.Equal(PasswordVerificationResult.Failed, await passwords.CheckAsync(new User(), "password", TestContext.Current.CancellationToken));
        Assert.Equal(2, slow.Checks);
    }

    [Fact]
    public async Task Who_gives_up_waiting_takes_no_core()
    {
        using var passwords = new Passwords(new SlowHasher());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => passwords.HashAsync("password", new CancellationToken(canceled: true)));
    }

    /// <summary>Says yes to everything, and looks at who asks.</summary>
    private sealed class SlowHasher : IPasswordHasher<User>
    {
        private readonly Lock _gate = new();
        private int _now;

        public int MostAtOnce { get; private set; }

        public int Checks { get; private set; }

        public bool UsedThePool { get; private set; }

        public string HashPassword(User user, string password) => "hash";

        public PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword)
        {
            lock (_gate)
            {
                Checks++;
                MostAtOnce = Math.Max(MostAtOnce, ++_now);
                UsedThePool |= Thread.CurrentThread.IsThreadPoolThread;
            }

            Thread.Sleep(5);
            lock (_gate)
            {
                _now--;
            }

            return PasswordVerificationResult.Success;
        }
    }
}
