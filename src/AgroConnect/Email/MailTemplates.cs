using System.Collections.Frozen;
using System.Text.Encodings.Web;
using AgroConnect.Web;
using Fluid;

namespace AgroConnect.Email;

/// <summary>
/// What mails say: <c>Templates/{language}/{name}.{subject,text,html}.liquid</c>, embedded in the program and parsed once.
/// <c>layout</c> surrounds each text and each HTML. All of them know <c>site.name</c>, <c>site.public_url</c>,
/// <c>site.frontend_url</c>.
/// </summary>
internal sealed class MailTemplates(Site site)
{
    public const string Activation = "activation";
    public const string PasswordReset = "password-reset";
    public const string EmailReset = "email-reset";
    public const string Confirmation = "confirmation";
    public const string PasswordChanged = "password-changed";
    public const string EmailChanged = "email-changed";

    private const string Prefix = "AgroConnect.Email.Templates/";
    private const string Extension = ".liquid";
    private const string Fallback = "en";
    private const string Layout = "layout";

    private static readonly FrozenDictionary<string, IFluidTemplate> Templates = ParseAll();

    // Strict: a link forgotten by the caller fails in a test rather than arrives as a mail without one.
    private static readonly TemplateOptions Options = new() { StrictVariables = true, StrictFilters = true, TimeZone = TimeZoneInfo.Utc };

    /// <summary>The subject alone: one line.</summary>
    /// <inheritdoc cref="Render"/>
    public string Subject(MailDraft draft) =>
        MailTexts.OneLine(Fill(Choose(draft.Template, draft.Language), draft.Template, "subject", draft.Model, NullEncoder.Default));

    /// <summary>Fills in a template.</summary>
    /// <exception cref="InvalidOperationException">There is no such template.</exception>
    /// <exception cref="FluidException">A key is missing.</exception>
    public MailContent Render(MailDraft draft)
    {
        var (culture, subject) = (Choose(draft.Template, draft.Language), Subject(draft));
        return new MailContent(
            subject,
            Fill(culture, Layout, "text", WithContent("text", NullEncoder.Default), NullEncoder.Default),
            Fill(culture, Layout, "html", WithContent("html", HtmlEncoder.Default), HtmlEncoder.Default));

        Dictionary<string, object> WithContent(string part, TextEncoder encoder) =>
            new() { ["subject"] = subject, ["content"] = Fill(culture, draft.Template, part, draft.Model, encoder).Trim() };
    }

    private static string Choose(string name, string language)
    {
        string[] candidates = [language, language.Split('-', '_')[0], Fallback];
        return Array.Find(candidates, candidate => Templates.ContainsKey(Key(candidate, name, "html")))
            ?? throw new InvalidOperationException($"There is no mail template '{name}'.");
    }

    private string Fill(string language, string name, string part, IReadOnlyDictionary<string, object> model, TextEncoder encoder)
    {
        var template = Templates.GetValueOrDefault(Key(language, name, part)) ?? Templates[Key(Fallback, name, part)];
        var context = new TemplateContext(Options);
        context.SetValue("site", new Dictionary<string, object>
        {
            ["name"] = site.Name,
            ["public_url"] = site.PublicUrl,
            ["frontend_url"] = site.FrontendUrl,
        });
        foreach (var (key, value) in model)
        {
            context.SetValue(key, value);
        }

        return template.Render(context, encoder);
    }

    private static string Key(string language, string name, string part) => $"{language}/{name}.{part}";

    private static FrozenDictionary<string, IFluidTemplate> ParseAll()
    {
        var parser = new FluidParser();
        var assembly = typeof(MailTemplates).Assembly;
        var templates = new Dictionary<string, IFluidTemplate>(StringComparer.OrdinalIgnoreCase);
        foreach (var resource in assembly.GetManifestResourceNames().Where(resource => resource.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var text = new StreamReader(assembly.GetManifestResourceStream(resource)!);

            // Built on Windows, the name has that system's separators.
            templates[resource[Prefix.Length..^Extension.Length].Replace('\\', '/')] = parser.Parse(text.ReadToEnd());
        }

        return templates.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }
}
