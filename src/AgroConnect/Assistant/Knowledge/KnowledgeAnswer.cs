namespace AgroConnect.Assistant.Knowledge;

/// <summary>Answers from the articles alone, guardrails included.</summary>
internal sealed class KnowledgeAnswer(Retrieval retrieval)
{
    public KnowledgeReply Answer(Question question)
    {
        var passages = retrieval.Search(question, 3);
        return new KnowledgeReply(passages is [var best, ..] ? best.Section.Text : "", question.Language, passages.Count > 0, passages.Count == 0, null, passages);
    }
}
