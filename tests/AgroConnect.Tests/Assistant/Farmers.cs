using AgroConnect.Assistant.Knowledge;

namespace AgroConnect.Tests.Assistant;

/// <summary>Asks the knowledge base without a server or a model.</summary>
internal static class Farmers
{
    public static KnowledgeBase Knowledge => KnowledgeBase.BuiltIn;

    public static Retrieval Retrieval => Retrieval.BuiltIn;

    public static KnowledgeReply Ask(string text, params string[] earlier) => new KnowledgeAnswer(Knowledge, Retrieval).Answer(Question(text, earlier));

    public static IReadOnlyList<string> Find(string text, params string[] earlier) =>
        [.. Retrieval.Search(Question(text, earlier), 6).Select(passage => passage.Article.Id).Distinct()];

    public static Verdict Judge(string text) => Guardrails.Judge(Question(text, []));

    private static Question Question(string text, string[] earlier) => new(text, Retrieval.LanguageOf(text, null), earlier);
}
