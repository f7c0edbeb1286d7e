using System.Diagnostics;

namespace AgroConnect.Data;

/// <summary>
/// Reads that share statements. Keys asked for while a read is under way wait for the next one, which answers all of
/// them: each caller sees what was committed before it asked, and a busy server sends a fraction of the statements.
/// </summary>
/// <param name="read">Reads the values of some keys; a key without a value may be left out.</param>
internal sealed class Gathered<TKey, TValue>(Func<IReadOnlyCollection<TKey>, Task<IReadOnlyDictionary<TKey, TValue>>> read)
    where TKey : notnull
{
    /// <summary>A busy node always has something else to do.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(0.25);

    private readonly Lock _gate = new();
    private Batch? _waiting;
    private bool _reading;

    /// <returns>The value, or the default of its type when there is none.</returns>
    public async Task<TValue?> ReadAsync(TKey key)
    {
        Batch batch;
        bool first;
        lock (_gate)
        {
            batch = _waiting ??= new Batch();
            batch.Keys.Add(key);
            (first, _reading) = (!_reading, true);
        }

        if (first)
        {
            _ = RunAsync();
        }

        return (await batch.Values.Task).GetValueOrDefault(key);
    }

    private async Task RunAsync()
    {
        while (await TakeWaitingAsync() is { } batch)
        {
            await FillAsync(batch);
        }
    }

    private async Task<Batch?> TakeWaitingAsync()
    {
        await LetOthersInAsync();
        lock (_gate)
        {
            (var batch, _waiting) = (_waiting, null);
            _reading = batch is not null;
            return batch;
        }
    }

    /// <summary>
    /// What else the node can do at once comes first: requests that have arrived are understood and ask too, the answers to the read before go out.
    /// A read costs more than that moment, however many share it; at rest there is none to wait for.
    /// </summary>
    private static async Task LetOthersInAsync()
    {
        var began = Stopwatch.GetTimestamp();
        do
        {
            await Task.Yield();
        }
        while (ThreadPool.PendingWorkItemCount > 0 && Stopwatch.GetElapsedTime(began) < LongestPause);
    }

    private async Task FillAsync(Batch batch)
    {
        try
        {
            batch.Values.SetResult(await read(batch.Keys));
        }
        catch (Exception error)
        {
            // Every caller of this batch hears of it where it awaits the values.
            batch.Values.SetException(error);
        }
    }

    private sealed class Batch
    {
        public HashSet<TKey> Keys { get; } = [];

        public TaskCompletionSource<IReadOnlyDictionary<TKey, TValue>> Values { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
