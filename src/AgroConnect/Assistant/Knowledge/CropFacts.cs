namespace AgroConnect.Assistant.Knowledge;

internal static class CropFacts
{
    public static IEnumerable<Article> Articles(IReadOnlyList<Article> written) => [];
}
