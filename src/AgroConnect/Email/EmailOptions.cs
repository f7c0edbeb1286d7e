using System.ComponentModel.DataAnnotations;
using MimeKit;

namespace AgroConnect.Email;

/// <summary>Settings under <c>Email:</c>.</summary>
public sealed class EmailOptions
{
    public const string Section = "Email";

    /// <summary><c>file</c>: one <c>.eml</c> a message in the data directory; <c>smtp</c>: a mail server.</summary>
    [AllowedValues("file", "smtp")]
    public string Provider { get; set; } = "file";

    public string From { get; set; } = "AgroConnect <no-reply@localhost>";

    [Required]
    public string Host { get; set; } = "localhost";

    [Range(1, 65535)]
    public int Port { get; set; } = 25;

    /// <summary>Empty: no log-in.</summary>
    public string Username { get; set; } = "";

    public string Password { get; set; } = "";

    /// <summary><c>none</c>, <c>starttls</c> (refused without it) or <c>tls</c> from the first byte.</summary>
    [AllowedValues("none", "starttls", "tls")]
    public string Security { get; set; } = "none";

    /// <summary>Longest time for one mail, connecting included. A short one makes duplicates: servers may think long after the last byte.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:30:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Mails, and connections, at once on one node.</summary>
    [Range(1, 64)]
    public int Parallel { get; set; } = 4;

    /// <summary>Mails a second from one node, at most: providers refuse more than they agreed to. What is over waits in the outbox.</summary>
    [Range(1, 100_000)]
    public int PerSecond { get; set; } = 50;

    /// <summary>Wait before the second attempt; each further one waits five times longer, at most four hours.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "04:00:00")]
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Age at which a mail is given up.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan RetryFor { get; set; } = TimeSpan.FromDays(2);

    /// <summary>How long the outbox remembers mails that were sent or given up, without their bodies.</summary>
    [Range(1, 3650)]
    public int KeepDays { get; set; } = 14;

    internal bool IsSmtp => Provider == "smtp";

    internal MailboxAddress Sender => MailboxAddress.Parse(From);

    /// <summary>How long a claim holds: longer than any attempt, so that nobody sends what somebody is sending.</summary>
    internal TimeSpan Lease => (2 * Timeout) + TimeSpan.FromMinutes(1);
}
