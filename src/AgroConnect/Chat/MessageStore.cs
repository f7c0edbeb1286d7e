using System.Threading.Channels;
using AgroConnect.Data;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace AgroConnect.Chat;

/// <summary>A message to be stored; text and client id have passed <see cref="MessageRules"/>.</summary>
/// <param name="Conversation">Where it goes; whether the sender is a member is found out when it is stored.</param>
/// <param name="Sender">Who sends it.</param>
/// <param name="ClientId">What the sender's client calls it.</param>
/// <param name="Text">Trimmed.</param>
/// <param name="Images">Ids of <see cref="ChatImage"/>s of the sender that no message shows yet, each once.</param>
internal sealed record NewMessage(long Conversation, long Sender, string ClientId, string Text, IReadOnlyList<long> Images)
{
    /// <summary>The socket that it came by, which gets the acknowledgement and not the message; null for HTTP.</summary>
    public ChatSocket? From { get; init; }
}

internal enum SendOutcome
{
    /// <summary>It is stored now.</summary>
    Stored,

    /// <summary>It was stored before: the first one stands.</summary>
    Repeated,

    /// <summary>No such conversation of the sender.</summary>
    NotFound,

    /// <summary>One of the two blocks the other.</summary>
    Blocked,

    /// <summary>A picture is not the sender's, or another message shows it.</summary>
    WrongImages,

    /// <summary>The database did not take it, or not in time: it may be sent again.</summary>
    Unavailable,
}

/// <param name="Outcome">What became of it.</param>
/// <param name="Message">As stored, when it is.</param>
internal sealed record SendResult(SendOutcome Outcome, StoredMessage? Message = null);

internal enum ReadOutcome
{
    Moved,

    /// <summary>It had been read that far before.</summary>
    Unmoved,

    /// <summary>No such conversation of the reader.</summary>
    NotFound,

    Unavailable,
}

/// <summary>
/// Writes messages and read marks, and tells the members what it wrote. What many sockets and requests want written waits for
/// the transaction before it, and then is written by one: throughput is not a commit for each message. One writer for each
/// process; nodes take conversations in the order of their ids, so that they never wait for each other in a circle.
/// </summary>
internal sealed partial class MessageStore : IAsyncDisposable
{
    /// <summary>More than this waiting is more than can be written in good time.</summary>
    private const int MostWaiting = 20_000;
    private const int LargestGroup = 500;
    private const int MostTries = 2;

    /// <summary>Who has waited for this long is told to try again, rather than stored when nobody expects it any more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Channel<Submission> _waiting =
        Channel.CreateBounded<Submission>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    private readonly Channel<Submission[]> _written =
        Channel.CreateUnbounded<Submission[]>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private readonly MessageLog _log;
    private readonly ChatHub _hub;
    private readonly ChatMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger<MessageStore> _logger;
    private readonly Task _running;

    public MessageStore(IServiceScopeFactory scopes, IServiceProvider services, ChatHub hub, ChatMetrics metrics, TimeProvider clock, ILogger<MessageStore> logger)
    {
        _log = services.GetService<NpgsqlDataSource>() is { } postgres ? new PostgresMessageLog(postgres) : new SqliteMessageLog(scopes);
        (_hub, _metrics, _clock, _logger) = (hub, metrics, clock, logger);
        _running = Task.WhenAll(Task.Run(WriteAsync), Task.Run(TellAsync));
    }

    /// <summary>Stores a message. Returns after the commit; both members' sockets have then been told of it or are about to be.</summary>
    public Task<SendResult> SendAsync(NewMessage message)
    {
        var sent = new TaskCompletionSource<SendResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        Send(message, sent.SetResult);
        return sent.Task;
    }

    /// <summary>As <see cref="SendAsync"/>; what became of it is said in the order in which one caller's messages came.</summary>
    public void Send(NewMessage message, Action<SendResult> answer) => Submit(new Sending(message, answer, _clock.GetTimestamp()));

    /// <summary>Moves a read mark on, never back and not beyond the last message, and tells both members when it moved.</summary>
    public Task<ReadOutcome> MarkReadAsync(long conversation, long user, long upTo)
    {
        var read = new TaskCompletionSource<ReadOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        Submit(new Reading(conversation, user, upTo, read.SetResult, _clock.GetTimestamp()));
        return read.Task;
    }

    /// <summary>Writes what waits; nothing new is taken.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _running;
        await _log.DisposeAsync();
    }

    private void Submit(Submission submission)
    {
        if (!_waiting.Writer.TryWrite(submission))
        {
            submission.Refuse();
            submission.Answer();
            _hub.Tell([submission]);
        }
    }

    private async Task WriteAsync()
    {
        var group = new List<Submission>(LargestGroup);
        while (await _waiting.Reader.WaitToReadAsync())
        {
            group.Clear();
            while (group.Count < LargestGroup && _waiting.Reader.TryRead(out var submission))
            {
                group.Add(submission);
            }

            Submission[] all = [.. group];
            await WriteAsync([.. all.Where(IsInTime)]);
            _written.Writer.TryWrite(all);
        }

        _written.Writer.Complete();
    }

    private bool IsInTime(Submission submission)
    {
        submission.Refuse();
        return _clock.GetElapsedTime(submission.At) < Patience;
    }

    private async Task WriteAsync(IReadOnlyList<Submission> group)
    {
        using var trace = Telemetry.StartShared("chat commit", group.Select(submission => submission.Caller));
        for (var attempt = 1; group.Count > 0; attempt++)
        {
            try
            {
                await _log.WriteAsync(new WriteGroup(group, _clock.GetUtcNow()));
                return;
            }
            catch (Exception error)
            {
                foreach (var submission in group)
                {
                    submission.Refuse();
                }

                // What was refused for itself, and not since the database is away, must not take its neighbours with it.
                if (error is PostgresException { IsTransient: false } or Microsoft.Data.Sqlite.SqliteException { SqliteErrorCode: 19 } && group.Count > 1)
                {
                    foreach (var submission in group)
                    {
                        await WriteAsync([submission]);
                    }

                    return;
                }

                if (attempt == MostTries)
                {
                    LogFailed(group.Count, error);
                    return;
                }

                LogTriedAgain(group.Count, error);
            }
        }
    }

    private async Task TellAsync()
    {
        await foreach (var group in _written.Reader.ReadAllAsync())
        {
            try
            {
                foreach (var submission in group)
                {
                    _metrics.Count(submission);
                    submission.Answer();
                }

                _hub.Tell(group);
            }
            catch (Exception error)
            {
                LogUntold(error);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "{Count} messages or read marks were not stored; their senders were told to try again.")]
    private partial void LogFailed(int count, Exception error);

    [LoggerMessage(LogLevel.Warning, "{Count} messages or read marks were not stored at the first try.")]
    private partial void LogTriedAgain(int count, Exception error);

    [LoggerMessage(LogLevel.Error, "Stored messages were not told.")]
    private partial void LogUntold(Exception error);
}
