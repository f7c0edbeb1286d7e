namespace AgroConnect.Chat;

/// <param name="Online">Whether a socket of theirs is alive on any node.</param>
/// <param name="LastSeen">When the last one went; null while online, and for somebody who never had one.</param>
internal sealed record PresenceState(bool Online, DateTimeOffset? LastSeen);

/// <summary>Who is online.</summary>
internal sealed class Presence
{
    /// <summary>The state of each of these people; whether the asker may know is the caller's to ask.</summary>
    public Task<IReadOnlyDictionary<long, PresenceState>> OfAsync(IReadOnlyCollection<long> users, CancellationToken ct) =>
        throw new NotSupportedException($"{users.Count} {ct}");
}
