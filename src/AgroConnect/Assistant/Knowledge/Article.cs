using MemoryPack;

namespace AgroConnect.Assistant.Knowledge;

/// <summary>An article of the knowledge base: one Markdown file with front matter, or a fact sheet made from <c>crop-facts.csv</c>.</summary>
/// <param name="Id">Stable; the file's name, the citation's and the URL's.</param>
/// <param name="Title">The common name of its subject.</param>
/// <param name="Summary">One or two sentences that answer the commonest question.</param>
/// <param name="Crops">Keys of <c>crop-names.csv</c>, or <c>all</c>.</param>
/// <param name="Animals">Keys of <c>crop-names.csv</c>, <c>silkworm</c>, or <c>all-animals</c>.</param>
/// <param name="Topics">Of <see cref="KnowledgeBase.Topics"/>.</param>
/// <param name="Regions">Where its figures hold, <c>global</c> for everywhere.</param>
/// <param name="Season">Stages of the crop or the year, or <c>any</c>.</param>
/// <param name="Symptoms">What a farmer sees, in English.</param>
/// <param name="Synonyms">Other names by language (<see cref="Languages.All"/>).</param>
/// <param name="Questions">As farmers ask, in English or romanised.</param>
/// <param name="Safety">Of <see cref="KnowledgeBase.SafetyClasses"/>.</param>
/// <param name="Sources">Where the figures are from; at least one with a year.</param>
/// <param name="LastReviewed">The day on which somebody last checked it.</param>
/// <param name="Sections">In order; each can be quoted alone.</param>
/// <param name="SeeAlso">Ids of related articles.</param>
/// <param name="Translations">By language, without English.</param>
/// <param name="IsFactSheet">Whether it was made from the table of crops.</param>
[MemoryPackable]
internal sealed partial record Article(
    string Id,
    string Title,
    string Summary,
    IReadOnlyList<string> Crops,
    IReadOnlyList<string> Animals,
    IReadOnlyList<string> Topics,
    IReadOnlyList<string> Regions,
    IReadOnlyList<string> Season,
    IReadOnlyList<string> Symptoms,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Synonyms,
    IReadOnlyList<string> Questions,
    string Safety,
    IReadOnlyList<Source> Sources,
    DateOnly LastReviewed,
    IReadOnlyList<Section> Sections,
    IReadOnlyList<string> SeeAlso,
    IReadOnlyDictionary<string, Translation> Translations,
    bool IsFactSheet = false)
{
    /// <summary>The title in a language, in English when it was not translated.</summary>
    public string TitleIn(string language) => Translations.TryGetValue(language, out var translation) ? translation.Title : Title;
}

/// <param name="Heading">Plain text.</param>
/// <param name="Text">Markdown: paragraphs and bullets, nothing else.</param>
[MemoryPackable]
internal sealed partial record Section(string Heading, string Text);

/// <summary>What of an article exists in another language.</summary>
[MemoryPackable]
internal sealed partial record Translation(string Title, string Summary, IReadOnlyList<string> Symptoms, IReadOnlyList<string> Questions);

/// <param name="Name">Who published it.</param>
/// <param name="Title">Of the publication.</param>
/// <param name="Year">When, if the publication says so.</param>
[MemoryPackable]
public sealed partial record Source(string Name, string Title, int? Year);
