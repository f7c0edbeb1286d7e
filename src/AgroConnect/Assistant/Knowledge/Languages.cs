namespace AgroConnect.Assistant.Knowledge;

/// <summary>The languages that the assistant knows, as ISO 639-1 writes them.</summary>
internal static class Languages
{
    public const string English = "en";

    public static IReadOnlyList<string> All { get; } = [English, "ur", "hi", "sw", "es", "fr"];

    /// <summary>All but English, in which every article is written.</summary>
    public static IReadOnlyList<string> Translated { get; } = [.. All.Skip(1)];
}
