using System.Diagnostics;

namespace AgroConnect.Chat;

/// <summary>How many frames a user may send, through all sockets of this node together: a minute's worth at once, refilled steadily.</summary>
internal sealed class FrameBudget
{
    private readonly Lock _gate = new();
    private double _spent;
    private long _at = Stopwatch.GetTimestamp();

    public bool TryTake(int perMinute)
    {
        lock (_gate)
        {
            var now = Stopwatch.GetTimestamp();
            _spent = Math.Max(0, _spent - (Stopwatch.GetElapsedTime(_at, now).TotalMinutes * perMinute));
            _at = now;
            if (_spent + 1 > perMinute)
            {
                return false;
            }

            _spent++;
            return true;
        }
    }
}
