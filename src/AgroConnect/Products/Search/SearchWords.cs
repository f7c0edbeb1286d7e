using AgroConnect.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;

namespace AgroConnect.Products.Search;

/// <summary>The words that the catalogue uses, and what a word that it does not use was probably meant to be.</summary>
internal sealed class SearchWords : IDisposable
{
    private const int MostCorrections = 3;
    private readonly MemoryCache _kept = new(new MemoryCacheOptions { SizeLimit = 20_000 });

    /// <summary>Whether any product has this word or its stem.</summary>
    public ValueTask<bool> IsWordAsync(AppDbContext db, string word, long version, CancellationToken ct) =>
        HasAnyAsync(db, (version, word, "word"), [[new SearchTerm(word)], [new SearchTerm(SearchText.Stem(word))]], ct);

    /// <summary>Whether any product has a word that begins so.</summary>
    public ValueTask<bool> IsBeginningAsync(AppDbContext db, string word, long version, CancellationToken ct) =>
        HasAnyAsync(db, (version, word, "beginning"), [[new SearchTerm(word, IsPrefix: true)], [new SearchTerm(SearchText.Stem(word))]], ct);

    /// <summary>The nearest words, all at the same smallest distance.</summary>
    public async ValueTask<IReadOnlyList<string>> CorrectAsync(AppDbContext db, string word, long version, CancellationToken ct)
    {
        if (_kept.TryGetValue((version, word, "corrected"), out IReadOnlyList<string>? corrections))
        {
            return corrections!;
        }

        var furthest = FurthestEdit(word);
        corrections = furthest == 0
            ? []
            : [.. (await CandidatesAsync(db, word, furthest, ct)).Concat(CropWords.Value)
                .Distinct()
                .Select(candidate => (Word: candidate, Distance: EditDistance.Between(word, candidate, furthest)))
                .Where(candidate => candidate.Distance <= furthest)
                .GroupBy(candidate => candidate.Distance)
                .OrderBy(group => group.Key)
                .Take(1)
                .SelectMany(group => group)
                .OrderByDescending(candidate => candidate.Word[0] == word[0])
                .ThenBy(candidate => Math.Abs(candidate.Word.Length - word.Length))
                .ThenBy(candidate => candidate.Word, StringComparer.Ordinal)
                .Take(MostCorrections)
                .Select(candidate => candidate.Word)];
        return Keep((version, word, "corrected"), corrections);
    }

    public void Dispose() => _kept.Dispose();

    /// <summary>Single words of crop names in all languages, so that a misspelt name from another language is understood too.</summary>
    private static readonly Lazy<IReadOnlyList<string>> CropWords = new(() =>
        [.. CropNames.All.SelectMany(CropNames.Names).Select(SearchText.Words).Where(words => words.Count == 1).Select(words => words[0]).Where(word => word.Length > 2).Distinct()]);

    private static int FurthestEdit(string word) => word.Length switch
    {
        < 4 => 0,
        < 6 => 1,
        _ => 2,
    };

    private static async Task<List<string>> CandidatesAsync(AppDbContext db, string word, int furthest, CancellationToken ct)
    {
        var (shortest, longest) = (word.Length - furthest, word.Length + furthest);
        return db.Database.IsNpgsql()
            ? await db.Database.SqlQuery<string>(
                $"""
                SELECT word AS "Value" FROM search_words
                WHERE word % {word} AND length(word) BETWEEN {shortest} AND {longest}
                ORDER BY similarity(word, {word}) DESC LIMIT 200
                """).ToListAsync(ct)
            : await db.Database.SqlQuery<string>(
                $"SELECT word AS \"Value\" FROM search_words WHERE length(word) BETWEEN {shortest} AND {longest} LIMIT 100000").ToListAsync(ct);
    }

    private async ValueTask<bool> HasAnyAsync(AppDbContext db, object key, IReadOnlyList<IReadOnlyList<SearchTerm>> terms, CancellationToken ct) =>
        _kept.TryGetValue(key, out bool known)
            ? known
            : Keep(key, await ProductSearch.HasAnyAsync(db, new SearchQuery([new SearchPart(terms, [], [])]), ct));

    private T Keep<T>(object key, T value)
    {
        using var entry = _kept.CreateEntry(key);
        entry.Value = value;
        entry.Size = 1;
        entry.AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(5);
        return value;
    }
}
