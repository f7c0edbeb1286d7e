using Microsoft.Extensions.Options;

namespace AgroConnect.Web;

internal static class OptionsExtensions
{
    /// <summary>Options bound to a section and checked when the process starts, with the setting's full name in every error.</summary>
    public static OptionsBuilder<T> AddValidatedOptions<T>(this WebApplicationBuilder builder, string section)
        where T : class
    {
        builder.Services.AddSingleton<IValidateOptions<T>>(new SettingsValidator<T>(section));
        return builder.Services.AddOptions<T>().BindConfiguration(section).ValidateOnStart();
    }
}

/// <summary>Data annotations, reported the way an operator needs them: which setting, what was found, what is accepted.</summary>
internal sealed class SettingsValidator<T>(string section) : IValidateOptions<T>
    where T : class
{
    public ValidateOptionsResult Validate(string? name, T options)
    {
        var failures = new List<string>();
        foreach (var property in typeof(T).GetProperties())
        {
            foreach (var rule in property.GetCustomAttributes(inherit: true).OfType<System.ComponentModel.DataAnnotations.ValidationAttribute>())
            {
                var value = property.GetValue(options);
                if (!rule.IsValid(value))
                {
                    failures.Add($"{section}:{property.Name} is '{value}': {Accepted(rule)}.");
                }
            }
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static string Accepted(System.ComponentModel.DataAnnotations.ValidationAttribute rule) => rule switch
    {
        System.ComponentModel.DataAnnotations.AllowedValuesAttribute allowed =>
            "accepted are " + string.Join(", ", allowed.Values.Select(value => $"'{value}'")),
        System.ComponentModel.DataAnnotations.RangeAttribute range => $"accepted is {range.Minimum} to {range.Maximum}",
        System.ComponentModel.DataAnnotations.RequiredAttribute => "it must not be empty",
        _ => rule.FormatErrorMessage("it").TrimEnd('.'),
    };
}
