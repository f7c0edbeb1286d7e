using MemoryPack;
using static AgroConnect.Assistant.Knowledge.KnowledgeIndex;

namespace AgroConnect.Assistant.Knowledge;

/// <summary>
/// The articles and their index as the build leaves them beside the program (<c>knowledge.bin</c>): to read the Markdown files takes
/// seconds, to read this a few hundredths of one.
/// </summary>
/// <param name="Program">The build of the program that wrote it; another reads the articles anew.</param>
/// <param name="Articles">All of them, in order.</param>
/// <param name="Index">Of the articles.</param>
[MemoryPackable]
internal sealed partial record SavedKnowledge(Guid Program, Article[] Articles, SavedIndex Index)
{
    private static readonly Guid ThisProgram = typeof(SavedKnowledge).Module.ModuleVersionId;

    private static string File => Path.Combine(AppContext.BaseDirectory, "knowledge.bin");

    /// <summary>Reads the articles and writes what this class is; what is wrong with them goes to standard error as compilers say it.</summary>
    /// <returns>The exit code: 1 when an article breaks the rules.</returns>
    public static int Write(string path)
    {
        var (articles, problems) = KnowledgeBase.Read(KnowledgeBase.Files());
        foreach (var problem in problems)
        {
            Console.Error.WriteLine(problem.Replace("): ", "): error KB0001: ", StringComparison.Ordinal));
        }

        if (problems.Count > 0)
        {
            return 1;
        }

        System.IO.File.WriteAllBytes(path, MemoryPackSerializer.Serialize(new SavedKnowledge(ThisProgram, [.. articles], new KnowledgeIndex(articles).Save())));
        return 0;
    }

    /// <returns>Null when the file is not there or of another build.</returns>
    public static SavedKnowledge? Read() =>
        System.IO.File.Exists(File) && MemoryPackSerializer.Deserialize<SavedKnowledge>(System.IO.File.ReadAllBytes(File)) is { } saved && saved.Program == ThisProgram ? saved : null;
}

/// <summary>A <see cref="KnowledgeIndex"/>; terms and entries in the order of their numbers.</summary>
[MemoryPackable]
internal sealed partial record SavedIndex(SavedTerm[] Terms, SavedWord[] Words, Entry[] Entries, SavedArticle[] Articles);

[MemoryPackable]
internal readonly partial record struct SavedTerm(string Text, double Rarity, ArticleScore[] Scores, int[] Entries);

[MemoryPackable]
internal readonly partial record struct SavedWord(string Text, int Uses, int Groups);

[MemoryPackable]
internal readonly partial record struct SavedArticle(int[] Strong, int[] Titles, SavedSection[] Sections);

/// <param name="Terms">Numbers of the terms in its text and heading.</param>
/// <param name="Counts">How often each stands there.</param>
/// <param name="Length">Of its text, in terms.</param>
[MemoryPackable]
internal readonly partial record struct SavedSection(int[] Terms, SectionTerm[] Counts, int Length)
{
    public static SavedSection Of(Dictionary<int, SectionTerm> terms, int length) => new([.. terms.Keys], [.. terms.Values], length);

    public Dictionary<int, SectionTerm> ToDictionary()
    {
        var terms = new Dictionary<int, SectionTerm>(Terms.Length);
        for (var i = 0; i < Terms.Length; i++)
        {
            terms.Add(Terms[i], Counts[i]);
        }

        return terms;
    }
}
