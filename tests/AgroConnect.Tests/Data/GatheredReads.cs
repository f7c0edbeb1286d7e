using AgroConnect.Data;

namespace AgroConnect.Tests.Data;

[WithoutDatabase]
public sealed class GatheredReads
{
    [Fact]
    public async Task A_key_asked_for_while_a_read_is_under_way_is_answered_by_a_later_one()
    {
        var stored = 1;
        var (started, goOn) = (new SemaphoreSlim(0), new SemaphoreSlim(0));
        var reads = new Gathered<string, int>(async keys =>
        {
            var seen = Volatile.Read(ref stored);
            started.Release();
            await goOn.WaitAsync();
            return keys.ToDictionary(key => key, _ => seen);
        });

        var before = reads.ReadAsync("a");
        await started.WaitAsync(TestContext.Current.CancellationToken);
        Volatile.Write(ref stored, 2);
        var after = reads.ReadAsync("a");
        goOn.Release(2);

        Assert.Equal(1, await before);
        Assert.Equal(2, await after);
    }

    [Fact]
    public async Task A_thousand_readers_each_see_what_was_written_before_they_asked_and_share_reads()
    {
        var (stored, statements) = (0, 0);
        var reads = new Gathered<int, int>(async keys =>
        {
            Interlocked.Increment(ref statements);
            var seen = Volatile.Read(ref stored);
            await Task.Yield();
            return keys.ToDictionary(key => key, key => (key * 1_000_000) + seen);
        });

        await Parallel.ForEachAsync(Enumerable.Range(0, 1_000), new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = TestContext.Current.CancellationToken }, async (number, _) =>
        {
            var key = number % 7;
            var atLeast = Interlocked.Increment(ref stored);
            var found = await reads.ReadAsync(key);
            Assert.Equal(key, found / 1_000_000);
            Assert.True(found % 1_000_000 >= atLeast);
        });

        Assert.InRange(statements, 1, 1_000);
    }

    [Fact]
    public async Task Readers_that_wait_together_are_answered_by_one_statement()
    {
        var batches = new List<int>();
        var (started, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var reads = new Gathered<int, int>(async keys =>
        {
            batches.Add(keys.Count);
            started.TrySetResult();
            await goOn.Task;
            return keys.ToDictionary(key => key, key => key * 2);
        });

        var first = reads.ReadAsync(0);
        await started.Task;
        var waiting = Enumerable.Range(1, 999).Select(reads.ReadAsync).ToList();
        goOn.SetResult();

        var found = await Task.WhenAll([first, .. waiting]);
        Assert.Equal(Enumerable.Range(0, 1_000).Sum(key => key * 2), found.Sum());
        Assert.Equal([1, 999], batches);
    }

    [Fact]
    public async Task An_error_reaches_everyone_who_waited_for_that_read_and_nobody_after()
    {
        var calls = 0;
        var (started, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var reads = new Gathered<int, string>(async keys =>
        {
            var call = Interlocked.Increment(ref calls);
            started.TrySetResult();
            await goOn.Task;
            return call == 2 ? throw new InvalidOperationException("The database is away.") : keys.ToDictionary(key => key, _ => "found");
        });

        var first = reads.ReadAsync(0);
        await started.Task;
        var waiting = Enumerable.Range(1, 20).Select(reads.ReadAsync).ToList();
        goOn.SetResult();

        Assert.Equal("found", await first);
        foreach (var reader in waiting)
        {
            Assert.Equal("The database is away.", (await Assert.ThrowsAsync<InvalidOperationException>(() => reader)).Message);
        }

        Assert.Equal("found", await reads.ReadAsync(7));
    }

    [Fact]
    public async Task A_key_without_a_value_has_the_default()
    {
        var reads = new Gathered<int, string>(_ => Task.FromResult<IReadOnlyDictionary<int, string>>(new Dictionary<int, string>()));

        Assert.Null(await reads.ReadAsync(1));
    }
}
