using System.ComponentModel.DataAnnotations;

namespace AgroConnect.Assistant.Gemini;

/// <summary>Settings under <c>Assistant:Gemini:</c>.</summary>
public sealed class GeminiOptions
{
    public const string Section = "Assistant:Gemini";

    /// <summary>Of Google AI Studio. Sent as a header alone: an address would carry it into access logs.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary>Google's own; for tests and proxies another.</summary>
    public string BaseUrl { get; set; } = "https://generativelanguage.googleapis.com";

    public string Model { get; set; } = "gemini-3.8-flash";

    /// <summary>How long Gemini 3 and later think; empty leaves it to the model. Older models know no such setting.</summary>
    [AllowedValues("", "MINIMAL", "LOW", "MEDIUM", "HIGH")]
    public string ThinkingLevel { get; set; } = "LOW";

    /// <summary>Tokens of one reply, with what the model thinks.</summary>
    [Range(128, 65_536)]
    public int MaxOutputTokens { get; set; } = 2_048;

    /// <summary>What the model has for an answer, all its tries and function calls together; then the knowledge base answers. An answer has to be there in 20 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:18")]
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Until the first piece of a stream.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:18")]
    public TimeSpan FirstByteTimeout { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>Between two pieces of a stream.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:18")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>A pause that Google asks for is kept before another try; when it is longer than this, nobody is made to wait for it.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Answers of the model an hour for one signed-in user; then the knowledge base answers.</summary>
    [Range(1, 1_000_000)]
    public int AnswersPerUser { get; set; } = 120;

    /// <summary>Answers of the model an hour for one network address without a user.</summary>
    [Range(1, 1_000_000)]
    public int AnswersPerAddress { get; set; } = 60;
}
