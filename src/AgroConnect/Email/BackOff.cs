namespace AgroConnect.Email;

/// <summary>How long a mail waits after a failure: 1 min, 5 min, 25 min, 2 h, then every 4 h, each by a fifth more or less.</summary>
internal static class BackOff
{
    private const double Growth = 5;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(4);

    /// <param name="attempts">How many failed so far, from 1.</param>
    /// <param name="first">The wait after the first one.</param>
    /// <param name="jitter">From 0 to 1, at random: what failed together does not come back together.</param>
    public static TimeSpan After(int attempts, TimeSpan first, double jitter)
    {
        var steady = Math.Min(first.TotalSeconds * Math.Pow(Growth, attempts - 1), Longest.TotalSeconds);
        return TimeSpan.FromSeconds(steady * (0.8 + (0.4 * jitter)));
    }
}
