namespace AgroConnect.Data;

/// <summary>
/// Reads that share statements. Keys asked for while a read is under way wait for the next one, which answers all of
/// them: each caller sees what was committed before it asked, and a busy server sends a fraction of the statements.
/// </summary>
/// <param name="read">Reads the values of some keys; a key without a value may be left out.</param>
internal sealed class Gathered<TKey, TValue>(Func<IReadOnlyCollection<TKey>, Task<IReadOnlyDictionary<TKey, TValue>>> read)
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private Batch? _waiting;
    private bool _reading;

    /// <returns>The value, or the default of its type when there is none.</returns>
    public async Task<TValue?> ReadAsync(TKey key)
    {
        Batch batch;
        var first = false;
        lock (_gate)
        {
            batch = _waiting ??= new Batch();
            batch.Keys.Add(key);
            if (!_reading)
            {
                _reading = first = true;
                _waiting = null;
            }
        }

        if (first)
        {
            await RunAsync(batch);
        }

        return (await batch.Values.Task).GetValueOrDefault(key);
    }

    private async Task RunAsync(Batch batch)
    {
        await FillAsync(batch);
        lock (_gate)
        {
            if (_waiting is null)
            {
                _reading = false;
                return;
            }

            (batch, _waiting) = (_waiting, null);
        }

        // Handed over rather than looped: the caller who happened to be first must not serve all who follow.
        _ = Task.Run(() => RunAsync(batch));
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
