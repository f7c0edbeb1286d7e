using AgroConnect.Products.Search;

namespace AgroConnect.Assistant.Knowledge;

/// <summary>What a user asks.</summary>
/// <param name="text">The message.</param>
/// <param name="language">Of <see cref="Languages.All"/>: in which to answer; see <see cref="Retrieval.LanguageOf"/>.</param>
/// <param name="earlier">The user's own earlier messages of the conversation, oldest first; never the assistant's.</param>
/// <param name="region">One of the articles' regions, when known.</param>
/// <param name="today">For seasons, when known.</param>
internal sealed class Question(WrittenText text, string language, IReadOnlyList<string> earlier, string? region = null, DateOnly? today = null)
{
    public Question(string text, string language, IReadOnlyList<string> earlier, string? region = null, DateOnly? today = null)
        : this(new WrittenText(text), language, earlier, region, today)
    {
    }

    public string Text => text.Text;

    /// <summary>The message taken apart.</summary>
    public WrittenText Written => text;

    public string Language => language;

    public IReadOnlyList<string> Earlier => earlier;

    public string? Region => region;

    public DateOnly? Today => today;

    /// <summary>What <see cref="Retrieval.Understand"/> has found, for all who ask.</summary>
    public Understanding? Understanding { get; set; }

    /// <summary>The same of another text.</summary>
    public Question With(string otherText) => new(otherText, language, earlier, region, today);
}

/// <summary>A text taken apart once, for all who look at it: its words, their stems, its language.</summary>
internal sealed class WrittenText(string text)
{
    private bool _isGuessed;

    public string Text => text;

    /// <summary>By <see cref="SearchText.Words"/>.</summary>
    public IReadOnlyList<string> Words => field ??= SearchText.Words(text);

    /// <summary>Of each word, by <see cref="SearchText.Stem"/>.</summary>
    public IReadOnlyList<string> Stems => field ??= QuestionText.EnglishStems(Words);

    /// <summary>By <see cref="LanguageGuess"/>; null when it gives no hint.</summary>
    public string? Guess
    {
        get
        {
            if (!_isGuessed)
            {
                (field, _isGuessed) = (LanguageGuess.Of(this), true);
            }

            return field;
        }
    }
}

/// <param name="Terms">The question as the index reads it.</param>
/// <param name="Articles">Those that share words with it, best first.</param>
internal sealed record Understanding(QuestionTerms Terms, IReadOnlyList<RankedArticle> Articles);

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
