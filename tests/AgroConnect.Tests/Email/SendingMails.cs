using System.Collections.Concurrent;
using System.Diagnostics;
using AgroConnect.Email;
using AgroConnect.Tests.Fakes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgroConnect.Tests.Email;

public sealed class SendingMails : IAsyncLifetime
{
    private static readonly TimeSpan Moment = TimeSpan.FromMinutes(2);

    private readonly TestDatabase _database = TestDatabase.Create();
    private readonly FakeSmtp _smtp = new();
    private MailNode _node = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _node = await MailNode.StartAsync(_database, _smtp);

    public async ValueTask DisposeAsync()
    {
        await _smtp.DisposeAsync();
        await _node.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_mail_arrives_once_and_leaves_no_body_behind()
    {
        var id = await _node.AddMail("ann@example.com");

        await _node.SendDue();
        await _node.SendDue();

        var message = Assert.Single(_smtp.Accepted);
        Assert.Equal(("no-reply@market.example", "ann@example.com"), (message.Sender, message.Recipient));
        var mail = await _node.Mail(id);
        Assert.Equal((MailState.Sent, "", 1), (mail.State, mail.Draft, mail.Attempts));
        Assert.Contains(MailNode.Body, message.Raw, StringComparison.Ordinal);
        Assert.Equal(_node.Clock.GetUtcNow(), mail.SentAt);
        Assert.Equal($"<{mail.MessageId}>", message.MessageId);
    }

    [Fact]
    public async Task What_is_rolled_back_sends_nothing()
    {
        await _node.InDatabase(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(Ct);
            _node.Services.GetRequiredService<Outbox>().Add(db, new Recipient("ann@example.com"), MailNode.Draft("Hello", "text"));
            return await db.SaveChangesAsync(Ct);
        });

        await _node.SendDue();

        Assert.Empty(_smtp.Accepted);
        Assert.Empty(await _node.Mails());
    }

    [Fact]
    public async Task Many_mails_share_a_connection()
    {
        await using var node = await MailNode.StartAsync(_database, _smtp, settings: new Dictionary<string, string?> { ["Email:Parallel"] = "1" });
        for (var i = 0; i < 20; i++)
        {
            await node.AddMail();
        }

        await node.SendDue();

        Assert.Equal((20, 1), (_smtp.Accepted.Count, _smtp.Connections));
    }

    [Fact]
    public async Task No_more_go_in_a_second_than_the_provider_allows_and_urgent_ones_go_first()
    {
        var settings = new Dictionary<string, string?> { ["Email:Parallel"] = "1", ["Email:PerSecond"] = "2" };
        await using var node = await MailNode.StartAsync(_database, _smtp, settings: settings);
        var reached = new ConcurrentQueue<long>();
        _smtp.Script = (stage, _) =>
        {
            if (stage == SmtpStage.Mail)
            {
                reached.Enqueue(Stopwatch.GetTimestamp());
            }

            return null;
        };
        for (var i = 0; i < 5; i++)
        {
            await node.AddMail($"reads-later{i}@example.com");
        }

        await node.AddMail("sits-and-waits@example.com", urgent: true);

        await node.SendDue();

        Assert.Equal(6, _smtp.Accepted.Count);
        Assert.Equal("sits-and-waits@example.com", _smtp.Accepted.First().Recipient);

        // Two at once, after some part of a second two more, and the next ones a second after those.
        Assert.True(Stopwatch.GetElapsedTime(reached.ElementAt(0), reached.ElementAt(4)) > TimeSpan.FromSeconds(0.5), "The fifth mail went at once.");
    }

    [Theory]
    [InlineData(SmtpStage.Banner)]
    [InlineData(SmtpStage.Hello)]
    [InlineData(SmtpStage.Mail)]
    [InlineData(SmtpStage.Recipient)]
    [InlineData(SmtpStage.Data)]
    [InlineData(SmtpStage.EndOfData)]
    public async Task A_refusal_for_now_is_tried_again_whenever_it_came(SmtpStage stage)
    {
        _smtp.GoesWrong(stage, SmtpMishap.Say(451));
        var id = await _node.AddMail();

        await _node.SendDue();

        var mail = await _node.Mail(id);
        Assert.Equal((MailState.Queued, 1, MailNode.Draft("Hello", MailNode.Body).ToJson()), (mail.State, mail.Attempts, mail.Draft));
        Assert.InRange(mail.DueAt - _node.Clock.GetUtcNow(), TimeSpan.FromSeconds(48), TimeSpan.FromSeconds(72));
        await AssertArrivesOnceAfterAll(id);
    }

    [Theory]
    [InlineData(SmtpStage.Recipient)]
    [InlineData(SmtpStage.Data)]
    [InlineData(SmtpStage.EndOfData)]
    public async Task A_mail_refused_for_good_is_dead_at_once_and_reported_without_secrets(SmtpStage stage)
    {
        _smtp.GoesWrong(stage, SmtpMishap.Say(550));
        var id = await _node.AddMail();

        await _node.SendDue();

        var mail = await _node.Mail(id);
        Assert.Equal((MailState.Dead, ""), (mail.State, mail.Draft));
        Assert.Contains("550", mail.LastError, StringComparison.Ordinal);
        Assert.DoesNotContain("ann@example.com", mail.LastError, StringComparison.Ordinal);
        var report = Assert.Single(_node.Log.Errors);
        Assert.Contains($"Mail {id} to a***@example.com", report, StringComparison.Ordinal);
        Assert.DoesNotContain("ann@", _node.Log.All, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-token", _node.Log.All, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SmtpStage.Banner)]
    [InlineData(SmtpStage.Hello)]
    [InlineData(SmtpStage.Mail)]
    public async Task A_server_that_refuses_us_is_no_fault_of_the_mail(SmtpStage stage)
    {
        _smtp.GoesWrong(stage, SmtpMishap.Say(554));
        var id = await _node.AddMail();

        await _node.SendDue();

        Assert.Equal(MailState.Queued, (await _node.Mail(id)).State);
        await AssertArrivesOnceAfterAll(id);
    }

    [Theory]
    [InlineData(SmtpStage.Banner)]
    [InlineData(SmtpStage.Hello)]
    [InlineData(SmtpStage.Mail)]
    [InlineData(SmtpStage.Recipient)]
    [InlineData(SmtpStage.Data)]
    [InlineData(SmtpStage.EndOfData)]
    public async Task A_lost_connection_is_tried_again(SmtpStage stage)
    {
        _smtp.GoesWrong(stage, SmtpMishap.Drop);
        var id = await _node.AddMail();

        await _node.SendDue();

        await AssertArrivesOnceAfterAll(id);
    }

    [Fact]
    public async Task A_connection_lost_within_the_message_is_tried_again()
    {
        _smtp.GoesWrong(SmtpStage.Data, SmtpMishap.DropInMessage);
        var id = await _node.AddMail(body: new string('x', 500_000));

        await _node.SendDue();

        await AssertArrivesOnceAfterAll(id);
    }

    [Fact]
    public async Task A_lost_reply_makes_a_second_copy_with_the_same_message_id()
    {
        _smtp.GoesWrong(SmtpStage.EndOfData, SmtpMishap.DropAfterKeeping);
        var id = await _node.AddMail();

        await _node.SendDue();

        await AssertArrivesOnceAfterAll(id);
        Assert.Equal(Assert.Single(_smtp.KeptInSilence).MessageId, Assert.Single(_smtp.Accepted).MessageId);
    }

    [Theory]
    [InlineData(SmtpStage.Banner)]
    [InlineData(SmtpStage.Hello)]
    [InlineData(SmtpStage.Mail)]
    [InlineData(SmtpStage.Recipient)]
    [InlineData(SmtpStage.Data)]
    [InlineData(SmtpStage.EndOfData)]
    public async Task A_server_that_hangs_is_left(SmtpStage stage)
    {
        _smtp.GoesWrong(stage, SmtpMishap.Hang);
        var id = await _node.AddMail();

        var sending = _node.SendDue();
        await _smtp.Reached(stage).WaitAsync(Ct);
        _node.Clock.Advance(_node.Options.Timeout);
        await sending.WaitAsync(Ct);

        Assert.Equal(MailState.Queued, (await _node.Mail(id)).State);
        await AssertArrivesOnceAfterAll(id);
    }

    [Fact]
    public async Task Without_a_server_mails_wait_and_are_given_up_after_two_days_with_a_report()
    {
        await _smtp.StopAsync();
        var id = await _node.AddMail();
        var attempts = 0;
        for (var hour = 0; hour < 60; hour++)
        {
            await _node.SendDue();
            attempts = (await _node.Mail(id)).Attempts;
            _node.Clock.Advance(TimeSpan.FromHours(1));
        }

        var mail = await _node.Mail(id);
        Assert.Equal((MailState.Dead, ""), (mail.State, mail.Draft));
        Assert.InRange(attempts, 10, 25);
        Assert.Single(_node.Log.Errors);
    }

    [Fact]
    public async Task An_address_that_is_none_is_reported_dead()
    {
        var id = await _node.AddMail("nobody at nowhere");
        var other = await _node.AddMail();

        await _node.SendDue();

        Assert.Equal(MailState.Dead, (await _node.Mail(id)).State);
        Assert.Equal(MailState.Sent, (await _node.Mail(other)).State);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_goes_wrong_each_mail_arrives_or_is_reported_dead_and_none_twice(int seed)
    {
        var luck = new Random(seed);
        _smtp.Script = (stage, _) =>
        {
            lock (luck)
            {
                return luck.Next(10) > 0 ? null : luck.Next(5) switch
                {
                    0 => SmtpMishap.Say(451),
                    1 => SmtpMishap.Say(421),
                    2 => SmtpMishap.Say(550),
                    3 when stage == SmtpStage.Data => SmtpMishap.DropInMessage,
                    _ => SmtpMishap.Drop,
                };
            }
        };
        for (var i = 0; i < 40; i++)
        {
            await _node.AddMail($"person{i}@example.com");
        }

        for (var round = 0; round < 15; round++)
        {
            await _node.SendDue();
            _node.Clock.Advance(TimeSpan.FromHours(5));
        }

        var mails = await _node.Mails();
        Assert.Equal(40, mails.Count);
        Assert.All(mails, mail => Assert.True(mail.State is MailState.Sent or MailState.Dead, $"{mail.State}: {mail.LastError}"));
        Assert.Equal(
            mails.Where(mail => mail.State == MailState.Sent).Select(mail => mail.To).Order(),
            _smtp.Accepted.Select(message => message.Recipient).Order());
        Assert.Equal(mails.Count(mail => mail.State == MailState.Dead), _node.Log.Errors.Count());
    }

    [Fact]
    public async Task Two_nodes_share_two_hundred_mails_without_a_double()
    {
        await using var other = await MailNode.StartAsync(_database, _smtp, _node.Clock);
        await _node.InDatabase(async db =>
        {
            var outbox = _node.Services.GetRequiredService<Outbox>();
            for (var i = 0; i < 200; i++)
            {
                outbox.Add(db, new Recipient($"person{i}@example.com"), MailNode.Draft("Hello", "text"));
            }

            return await db.SaveChangesAsync(Ct);
        });

        await Task.WhenAll(_node.SendDue(), other.SendDue());

        Assert.Equal(200, _smtp.Accepted.Count);
        Assert.Equal(200, _smtp.Accepted.Select(message => message.Recipient).Distinct().Count());
        Assert.All(await _node.Mails(), mail => Assert.Equal((MailState.Sent, 1), (mail.State, mail.Attempts)));
    }

    [Fact]
    public async Task The_claims_of_a_killed_node_are_sent_by_another_when_they_lapse()
    {
        var id = await _node.AddMail();
        var lost = Assert.Single(await _node.Claims.TakeAsync(most: 1, _node.Options.Lease));
        Assert.Equal(id, lost.Id);

        await _node.SendDue();
        Assert.Empty(_smtp.Accepted);

        _node.Clock.Advance(_node.Options.Lease + Moment);
        await _node.SendDue();
        Assert.Single(_smtp.Accepted);

        // The dead node was only slow: what it says now counts no more.
        await _node.Claims.RetryAsync(lost, _node.Clock.GetUtcNow(), "late");
        await _node.Claims.ReleaseAsync(lost);
        await _node.SendDue();
        Assert.Single(_smtp.Accepted);
        Assert.Equal((MailState.Sent, 2), ((await _node.Mail(id)).State, (await _node.Mail(id)).Attempts));
    }

    [Fact]
    public async Task A_draft_that_cannot_be_rendered_here_waits_for_a_node_that_can_and_holds_up_no_other()
    {
        var id = await _node.AddMail();
        await _node.InDatabase(db => db.Database.ExecuteSqlAsync($"UPDATE outbox_mail SET draft = replace(draft, 'review-written', 'of-the-next-version')", Ct));
        await _node.AddMail("bob@example.com");

        await _node.SendDue();

        Assert.Equal("bob@example.com", Assert.Single(_smtp.Accepted).Recipient);
        var mail = await _node.Mail(id);
        Assert.Equal((MailState.Queued, 1), (mail.State, mail.Attempts));
        Assert.Contains("of-the-next-version", mail.LastError, StringComparison.Ordinal);
        Assert.True(mail.DueAt > _node.Clock.GetUtcNow());
    }

    /// <summary>During an upgrade, node by node (deploy/README.md), and for what waited before it.</summary>
    [Theory]
    [InlineData(MailState.Waiting, 0)]
    [InlineData(MailState.Sending, 1)]
    public async Task What_a_version_before_drafts_has_written_in_full_is_sent_as_it_is_and_leaves_no_body_behind(MailState state, int attempts)
    {
        var (sent, dead) = (await WrittenBefore("ann@example.com", state, attempts), await WrittenBefore("nobody at nowhere", state, attempts));

        await _node.SendDue();

        using var message = Assert.Single(_smtp.Accepted).Parse();
        Assert.Equal(("Hello", "In full", "<p>In full</p>"), (message.Subject, message.TextBody!.Trim(), message.HtmlBody!.Trim()));
        var (one, other) = (await _node.Mail(sent), await _node.Mail(dead));
        Assert.Equal((MailState.Sent, attempts + 1, "", ""), (one.State, one.Attempts, one.Text, one.Html));
        Assert.Equal((MailState.Dead, attempts + 1, "", ""), (other.State, other.Attempts, other.Text, other.Html));
    }

    private async Task<long> WrittenBefore(string to, MailState state, int attempts)
    {
        var lapsed = _node.Clock.GetUtcNow() - Moment;
        var mail = MailNode.InFull(to, new MailContent("Hello", "In full", "<p>In full</p>"), lapsed);
        await _node.InDatabase(async db =>
        {
            db.Add(mail);
            await db.SaveChangesAsync(Ct);
            return await db.Set<OutboxMail>().Where(row => row.Id == mail.Id).ExecuteUpdateAsync(
                set => set
                    .SetProperty(row => row.State, state)
                    .SetProperty(row => row.Attempts, attempts)
                    .SetProperty(row => row.ClaimedUntil, state == MailState.Sending ? lapsed : null),
                Ct);
        });
        return mail.Id;
    }

    [Fact]
    public async Task A_version_before_drafts_leaves_them_alone_due_or_claimed_or_lapsed()
    {
        await _node.AddMail();
        Assert.Equal(0, await ClaimableBefore());
        await _node.Claims.TakeAsync(most: 1, _node.Options.Lease);
        Assert.Equal(0, await ClaimableBefore());

        // What such a version asks for, an hour after every lease.
        Task<int> ClaimableBefore()
        {
            var later = _node.Clock.GetUtcNow() + _node.Options.Lease + TimeSpan.FromHours(1);
            return _node.InDatabase(db => db.Set<OutboxMail>().CountAsync(
                mail => (mail.State == MailState.Sending && mail.ClaimedUntil < later) || (mail.State == MailState.Waiting && mail.DueAt <= later), Ct));
        }
    }

    [Fact]
    public async Task A_running_node_sends_when_it_is_woken_and_else_within_seconds()
    {
        await _node.Sender.StartAsync(Ct);

        await _node.AddMail("ann@example.com");
        _node.Services.GetRequiredService<Outbox>().Wake();
        await Until(() => Task.FromResult(_smtp.Accepted.Count == 1));

        await _node.AddMail("bob@example.com");
        await Until(() =>
        {
            _node.Clock.Advance(TimeSpan.FromSeconds(5));
            return Task.FromResult(_smtp.Accepted.Count == 2);
        });

        await _node.Sender.StopAsync(Ct);
    }

    [Fact]
    public async Task A_node_that_stops_lets_mails_in_flight_end()
    {
        var kept = new TaskCompletionSource();
        _smtp.GoesWrong(SmtpStage.EndOfData, SmtpMishap.Wait(kept.Task));
        var id = await _node.AddMail();
        await _node.Sender.StartAsync(Ct);
        await _smtp.Reached(SmtpStage.EndOfData).WaitAsync(Ct);

        var stopping = _node.Sender.StopAsync(Ct);
        kept.SetResult();
        await stopping;

        Assert.Single(_smtp.Accepted);
        Assert.Equal(MailState.Sent, (await _node.Mail(id)).State);
    }

    [Fact]
    public async Task A_node_that_stops_gives_back_what_hangs()
    {
        _smtp.GoesWrong(SmtpStage.Recipient, SmtpMishap.Hang);
        var id = await _node.AddMail();
        await _node.Sender.StartAsync(Ct);
        await _smtp.Reached(SmtpStage.Recipient).WaitAsync(Ct);

        var stopping = _node.Sender.StopAsync(Ct);
        await Until(() =>
        {
            _node.Clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(stopping.IsCompleted);
        });

        var mail = await _node.Mail(id);
        Assert.Equal((MailState.Queued, 0, null), (mail.State, mail.Attempts, mail.ClaimedBy));
    }

    [Fact]
    public async Task Sent_and_dead_mails_are_forgotten_in_time_and_waiting_ones_never()
    {
        await _node.AddMail();
        await _node.SendDue();
        _smtp.GoesWrong(SmtpStage.Recipient, SmtpMishap.Say(550));
        await _node.AddMail();
        await _node.SendDue();
        var waiting = await _node.AddMail();

        _node.Clock.Advance(TimeSpan.FromDays(_node.Options.KeepDays - 1));
        await _node.Sender.SweepAsync(Ct);
        Assert.Equal(3, (await _node.Mails()).Count);

        _node.Clock.Advance(TimeSpan.FromDays(2));
        await _node.Sender.SweepAsync(Ct);
        Assert.Equal(waiting, Assert.Single(await _node.Mails()).Id);
    }

    [Fact]
    public async Task The_log_in_is_sent_to_the_server_and_to_nobody_else()
    {
        await using var node = await MailNode.StartAsync(_database, _smtp, settings: new Dictionary<string, string?>
        {
            ["Email:Username"] = "market",
            ["Email:Password"] = "a-secret-word",
        });
        _smtp.GoesWrong(SmtpStage.LogIn, SmtpMishap.Say(535));
        var id = await node.AddMail();
        await node.SendDue();
        Assert.Equal(MailState.Queued, (await node.Mail(id)).State);

        _smtp.GoesRight();
        node.Clock.Advance(Moment);
        await node.SendDue();

        Assert.Single(_smtp.Accepted);
        Assert.Equal("\0market\0a-secret-word", Assert.Single(_smtp.LogIns));
        Assert.DoesNotContain("a-secret-word", node.Log.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_TLS_is_demanded_and_missing_nothing_is_sent()
    {
        await using var node = await MailNode.StartAsync(_database, _smtp, settings: new Dictionary<string, string?>
        {
            ["Email:Security"] = "starttls",
            ["Email:Username"] = "market",
            ["Email:Password"] = "a-secret-word",
        });
        var id = await node.AddMail();

        await node.SendDue();

        Assert.Equal(MailState.Queued, (await node.Mail(id)).State);
        Assert.Empty(_smtp.LogIns);
        Assert.Empty(_smtp.Accepted);
    }

    private static async Task Until(Func<Task<bool>> done)
    {
        while (!await done())
        {
            await Task.Delay(10, Ct);
        }
    }

    private async Task AssertArrivesOnceAfterAll(long id)
    {
        Assert.Empty(_smtp.Accepted);
        _smtp.GoesRight();
        _node.Clock.Advance(Moment);
        await _node.SendDue();
        await _node.SendDue();

        Assert.Single(_smtp.Accepted);
        Assert.Equal(MailState.Sent, (await _node.Mail(id)).State);
    }
}
