using System.Data.Common;
using System.Text.RegularExpressions;
using AgroConnect.Commands.Moving;
using AgroConnect.Data;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AgroConnect.Commands;

/// <summary>One line for what the operator can mend: a setting, a database that is away, a file that may not be written.</summary>
internal static partial class OperatorError
{
    /// <returns>Null for a bug, which keeps its stack trace.</returns>
    public static string? LineOf(Exception error) => error switch
    {
        OptionsValidationException wrong => string.Join(" ", wrong.Failures),
        AggregateException several when several.InnerExceptions.All(inner => LineOf(inner) is not null) =>
            string.Join(" ", several.InnerExceptions.Select(LineOf)),
        InvalidOperationException { InnerException: FormatException or ArgumentException or OverflowException } wrong
            when UnreadableSetting().Match(wrong.Message) is { Success: true } setting => Unreadable(setting),
        PostgresException refused => IsOperators(refused) ? $"PostgreSQL refuses: {refused.MessageText}. Database:ConnectionString names it." : null,
        NpgsqlException away => $"PostgreSQL cannot be reached: {OneLine(away)} Database:ConnectionString names it.",
        SqliteException { SqliteErrorCode: CannotOpen or NotADatabase or ReadOnly or Full } broken => $"The SQLite database cannot be used: {OneLine(broken)}",
        UnauthorizedAccessException or IOException => OneLine(error),
        MarketFileException or UnfinishedImportException => error.Message,
        InvalidOperationException { InnerException: DbException inner } => LineOf(inner),
        _ => null,
    };

    private const int CannotOpen = 14;
    private const int NotADatabase = 26;
    private const int ReadOnly = 8;
    private const int Full = 13;

    /// <summary>Wrong log-in, no such database, no right to make one, no more connections, starting up or shutting down.</summary>
    private static bool IsOperators(PostgresException refused) =>
        refused.SqlState is "3D000" or "42501" || refused.SqlState[..2] is "28" or "53" or "57";

    private static string Unreadable(Match setting) =>
        $"{setting.Groups["name"]} is '{setting.Groups["found"]}': accepted is " + setting.Groups["type"].Value switch
        {
            "System.TimeSpan" => "a time span, such as '00:30:00' or '1.00:00:00'.",
            "System.Boolean" => "'true' or 'false'.",
            "System.Int32" or "System.Int64" => "a whole number.",
            var other => other + ".",
        };

    private static string OneLine(Exception error) => error.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ') + ".";

    /// <summary>The words of the configuration binder.</summary>
    [GeneratedRegex("configuration value '(?<found>.*)' at '(?<name>.*)' to type '(?<type>.*)'", RegexOptions.Singleline)]
    private static partial Regex UnreadableSetting();
}
