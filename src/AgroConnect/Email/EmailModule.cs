using AgroConnect.Email.Development;
using AgroConnect.Web;
using Microsoft.Extensions.Options;
using MimeKit;

namespace AgroConnect.Email;

/// <summary>Mails: an outbox in the database, templates, and a sender to files or to a mail server.</summary>
internal static class EmailModule
{
    public static void AddEmail(this WebApplicationBuilder builder)
    {
        builder.AddValidatedOptions<EmailOptions>(EmailOptions.Section)
            .Validate(
                email => MailboxAddress.TryParse(email.From, out var from) && from.Domain.Length > 0,
                $"Email:From is '{builder.Configuration["Email:From"]}': accepted is an address, such as 'AgroConnect <no-reply@example.org>'.")
            .Validate(
                email => (email.Username.Length > 0) == (email.Password.Length > 0),
                "Email:Username and Email:Password belong together: one of them is empty.");
        builder.Services.AddSingleton<Outbox>();
        builder.Services.AddSingleton<OutboxClaims>();
        builder.Services.AddSingleton<MailTemplates>();
        builder.Services.AddSingleton<MailMetrics>();
        builder.Services.AddSingleton<IMailTransport>(services => services.GetRequiredService<IOptions<EmailOptions>>().Value.IsSmtp
            ? ActivatorUtilities.CreateInstance<SmtpMailTransport>(services)
            : ActivatorUtilities.CreateInstance<FileMailTransport>(services));
        builder.Services.AddSingleton<MailSender>();
        builder.Services.AddHostedService(services => services.GetRequiredService<MailSender>());
        if (builder.Configuration["Email:Provider"] == "smtp")
        {
            builder.Services.AddSingleton<SmtpHealth>();
            builder.Services.AddHealthChecks().AddCheck<SmtpHealth>("email");
        }
    }

    public static void MapEmail(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment())
        {
            return;
        }

        StartPage.Map(app);
        if (app.Configuration["Email:Provider"] != "smtp")
        {
            Mailbox.Map(app);
        }
    }
}
