using AgroConnect.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace AgroConnect.Tests.Email;

public sealed class Settings : IAsyncLifetime
{
    private readonly TestDatabase _database = TestDatabase.Create();
    private readonly FakeSmtp _smtp = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _smtp.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Theory]
    [InlineData("Email:Provider", "pigeon", "Email:Provider is 'pigeon': accepted are 'file', 'smtp'.")]
    [InlineData("Email:Security", "maybe", "Email:Security is 'maybe': accepted are 'none', 'starttls', 'tls'.")]
    [InlineData("Email:Port", "0", "Email:Port is '0': accepted is 1 to 65535.")]
    [InlineData("Email:Timeout", "00:00:00", "Email:Timeout is '00:00:00': accepted is 00:00:01 to 00:30:00.")]
    [InlineData("Email:From", "nobody", "Email:From is 'nobody': accepted is an address, such as 'AgroConnect <no-reply@example.org>'.")]
    [InlineData("Email:Password", "a-secret-word", "Email:Username and Email:Password belong together: one of them is empty.")]
    public async Task A_wrong_setting_stops_the_start_with_one_line_that_names_it(string setting, string value, string line)
    {
        await using var wrong = await StartUnchecked(setting, value);

        var error = Assert.Throws<OptionsValidationException>(() => wrong.Services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Equal(line, Assert.Single(error.Failures));
    }

    [Fact]
    public async Task A_mail_server_that_fails_degrades_the_health_and_one_that_answers_does_not()
    {
        await using var node = await MailNode.StartAsync(_database, _smtp);
        Assert.Equal(HealthStatus.Healthy, (await Check(node)).Status);

        _smtp.GoesWrong(SmtpStage.Banner, SmtpMishap.Say(554));
        node.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HealthStatus.Degraded, (await Check(node)).Status);
        Assert.Empty(_smtp.Accepted);
    }

    [Fact]
    public async Task A_mail_server_that_hangs_does_not_hang_the_health()
    {
        await using var node = await MailNode.StartAsync(_database, _smtp);
        _smtp.GoesWrong(SmtpStage.Hello, SmtpMishap.Hang);

        var check = Check(node);
        await _smtp.Reached(SmtpStage.Hello).WaitAsync(TestContext.Current.CancellationToken);
        node.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(HealthStatus.Degraded, (await check).Status);
    }

    [Fact]
    public async Task Mails_are_counted()
    {
        await using var node = await MailNode.StartAsync(_database, _smtp);
        var counted = new Dictionary<string, long>();
        using var listener = new System.Diagnostics.Metrics.MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name.StartsWith("agroconnect.mails.", StringComparison.Ordinal)
                    && ReferenceEquals(instrument.Meter.Scope, node.Services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>()))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
        {
            lock (counted)
            {
                counted[instrument.Name] = counted.GetValueOrDefault(instrument.Name) + value;
            }
        });
        _ = node.Sender;
        listener.Start();

        await node.AddMail();
        await node.SendDue();
        _smtp.GoesWrong(SmtpStage.Recipient, SmtpMishap.Say(550));
        await node.AddMail();
        await node.SendDue();
        _smtp.GoesWrong(SmtpStage.Recipient, SmtpMishap.Say(451));
        await node.AddMail();
        await node.SendDue();

        Assert.Equal([("agroconnect.mails.dead", 1), ("agroconnect.mails.failed", 1), ("agroconnect.mails.sent", 1)],
            counted.OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => (count.Key, count.Value)));
    }

    private Task<MailNode> StartUnchecked(string setting, string value) =>
        MailNode.StartAsync(_database, smtp: null, settings: new Dictionary<string, string?> { [setting] = value });

    private static async Task<HealthReportEntry> Check(MailNode node) =>
        (await node.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken)).Entries["email"];
}
