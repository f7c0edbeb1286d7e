namespace AgroConnect.Assistant.Knowledge;

/// <summary>What a user asks.</summary>
/// <param name="Text">The message.</param>
/// <param name="Language">Of <see cref="Languages.All"/>: in which to answer; see <see cref="Retrieval.LanguageOf"/>.</param>
/// <param name="Earlier">The user's own earlier messages of the conversation, oldest first; never the assistant's.</param>
/// <param name="Region">One of the articles' regions, when known.</param>
/// <param name="Today">For seasons, when known.</param>
internal sealed record Question(string Text, string Language, IReadOnlyList<string> Earlier, string? Region = null, DateOnly? Today = null);

/// <summary>A section that may answer a question.</summary>
/// <param name="Score">Comparable within one search; best first.</param>
internal sealed record Passage(Article Article, Section Section, double Score);

/// <summary>An answer composed of articles alone.</summary>
/// <param name="Text">What to show, in <paramref name="Language"/> as far as the articles have it; Markdown.</param>
/// <param name="Language">Of <see cref="Languages.All"/>.</param>
/// <param name="Grounded">Whether the text stands in <paramref name="Passages"/>.</param>
/// <param name="Declined">Whether the question was refused or is not known.</param>
/// <param name="SafetyNotice">A caution that must be shown with the answer, in the same language.</param>
/// <param name="Passages">What the text was made of.</param>
internal sealed record KnowledgeReply(string Text, string Language, bool Grounded, bool Declined, string? SafetyNotice, IReadOnlyList<Passage> Passages);
