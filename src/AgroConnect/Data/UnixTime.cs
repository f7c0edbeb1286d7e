namespace AgroConnect.Data;

internal static class UnixTime
{
    /// <summary>A time in microseconds since 1970, the finest that both databases keep.</summary>
    public static long ToUnixTimeMicroseconds(this DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}
