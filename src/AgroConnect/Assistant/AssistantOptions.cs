namespace AgroConnect.Assistant;

/// <summary>Settings under <c>Assistant:</c>.</summary>
public sealed class AssistantOptions
{
    public const string Section = "Assistant";
    public const string Knowledge = "knowledge";
    public const string Gemini = "gemini";

    /// <summary><c>knowledge</c>: answers composed of the articles alone; <c>gemini</c>: a model converses, with the articles at hand.</summary>
    [System.ComponentModel.DataAnnotations.AllowedValues(Knowledge, Gemini)]
    public string Provider { get; set; } = Knowledge;

    /// <summary>How long a conversation is kept after its last answer.</summary>
    [System.ComponentModel.DataAnnotations.Range(1, 3650)]
    public int KeepDays { get; set; } = 365;
}
