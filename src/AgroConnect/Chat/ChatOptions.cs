using System.ComponentModel.DataAnnotations;

namespace AgroConnect.Chat;

/// <summary>Settings under <c>Chat:</c>; see the configuration page.</summary>
public sealed class ChatOptions
{
    public const string Section = "Chat";

    /// <summary>A line is asked this often whether it is alive, when nothing comes from it …</summary>
    internal static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(15);

    /// <summary>… and ends when it does not answer within this: after 45 s of silence.</summary>
    internal static readonly TimeSpan PongWithin = TimeSpan.FromSeconds(30);

    /// <summary>How many sockets one user may hold on one node; the next is closed with 4429.</summary>
    [Range(1, 100_000)]
    public int SocketsPerUser { get; set; } = 30;

    /// <summary>How many frames one user may send in a minute through all sockets of one node; more end the socket with 4429.</summary>
    [Range(1, 10_000_000)]
    public int FramesPerMinute { get; set; } = 6_000;
}
