using AgroConnect.Products.Search;

namespace AgroConnect.Assistant.Knowledge;

/// <summary>A word or name of a question, and the terms of the index that it may stand for.</summary>
/// <param name="Word">As the user wrote it, folded.</param>
/// <param name="Terms">Each with how surely it is meant: 0 to 1.</param>
/// <param name="Kind">What it can tell.</param>
/// <param name="Weight">1 in the question itself, less when it comes from an earlier message.</param>
internal sealed record QuestionUnit(string Word, IReadOnlyList<(string Term, double Sureness)> Terms, UnitKind Kind, double Weight);

internal enum UnitKind
{
    /// <summary>A word that articles use.</summary>
    Word,

    /// <summary>A crop or animal.</summary>
    Subject,

    /// <summary>Of farming, but of every article: disease, control, leaf.</summary>
    Generic,

    /// <summary>A word that no article uses, nor a near one.</summary>
    Unknown,
}

/// <summary>A question as the index understands it, with what an unfinished one takes from the conversation.</summary>
/// <param name="Units">Its words.</param>
/// <param name="Subjects">Crops and animals that it is about.</param>
/// <param name="Signals">All that its phrases tell.</param>
/// <param name="IsFollowUp">Whether earlier messages were needed.</param>
internal sealed record QuestionTerms(IReadOnlyList<QuestionUnit> Units, IReadOnlyList<string> Subjects, Signals Signals, bool IsFollowUp)
{
    // Says when or to whom, not what.
    private const Signals Passing = Signals.Now | Signals.Greeting | Signals.Injection | Signals.Person;

    private const int ShortQuestion = 5;
    private const int TurnsBack = 2;
    private const double EarlierWeight = 0.5;

    private static readonly HashSet<string> Pointers =
    [
        "it", "its", "they", "them", "that", "this", "these", "those", "then", "also", "and", "more", "else", "other", "same", "ones", "he", "she",
        "iska", "uska", "isme", "usme", "isko", "usko", "ise", "use", "aur", "inhe", "اس", "اسے", "ان", "اور", "इस", "इसे", "इसका", "इसकी", "इसके", "इसमें", "उस", "उसे", "और",
        "hiyo", "hii", "hizo", "pia", "eso", "esto", "ello", "tambien", "lo", "cela", "ca", "aussi", "en",
    ];

    public static QuestionTerms Of(Question question, KnowledgeIndex index)
    {
        var own = Read(question.Text, question.Language, index, weight: 1);
        if (question.Earlier.Count == 0 || !NeedsContext(question.Text, own))
        {
            return own;
        }

        var units = own.Units.ToList();
        var subjects = own.Subjects.ToList();
        var asked = own.Units.Any(unit => unit.Kind == UnitKind.Word);
        foreach (var message in question.Earlier.Reverse().Take(TurnsBack))
        {
            var earlier = Read(message, question.Language, index, EarlierWeight);
            var takesSubject = subjects.Count == 0;
            if (takesSubject)
            {
                subjects.AddRange(earlier.Subjects);
            }

            units.AddRange(earlier.Units
                .Where(unit => unit.Kind != UnitKind.Unknown && (unit.Kind != UnitKind.Subject || takesSubject))
                .Where(unit => units.All(known => known.Word != unit.Word))
                .Select(unit => unit.Kind == UnitKind.Subject ? unit with { Weight = 1 } : asked ? unit with { Weight = EarlierWeight / 2 } : unit with { Weight = 1 }));
            if (subjects.Count > 0 && (asked || units.Any(unit => unit.Kind == UnitKind.Word)))
            {
                break;
            }
        }

        return new QuestionTerms(units, subjects, own.Signals, IsFollowUp: true);
    }

    private static bool NeedsContext(string text, QuestionTerms own)
    {
        var words = SearchText.Words(text);
        var telling = own.Units.Count(unit => unit.Kind == UnitKind.Word);
        return own.Subjects.Count == 0
            ? telling <= ShortQuestion
            : telling == 0 || words.Count <= ShortQuestion && words.Take(2).Any(Pointers.Contains) || telling == 1 && words.Any(Pointers.Contains);
    }

    private static QuestionTerms Read(string text, string language, KnowledgeIndex index, double weight)
    {
        // The language of the text, which may not be the one to answer in.
        language = LanguageGuess.Of(text) ?? language;
        var words = SearchText.Words(text).Take(300).Select(word => Corrected(word, language, index)).ToList();
        var found = Lexicon.Find([.. words.Select(SearchText.Stem)], language);
        var meant = Lexicon.Meant(found).Where(match => (match.Value.Signals & Signals.NotFarming) == 0).ToList();
        var covered = new bool[words.Count];
        var units = new List<QuestionUnit>();
        foreach (var phrase in meant.GroupBy(match => (match.Start, match.Length, match.Value.IsSubject)))
        {
            var (start, length, isSubject) = phrase.Key;
            if (covered.AsSpan(start, length).Contains(true))
            {
                continue;
            }

            covered.AsSpan(start, length).Fill(true);
            var own = words.Skip(start).Take(length).Where(word => length > 1 || !QuestionText.IsStopWord(word)).SelectMany(word => QuestionText.Stems(word, language));
            units.Add(new QuestionUnit(
                string.Join(' ', words.Skip(start).Take(length)),
                [.. phrase.Select(term => (term.Value.Token, isSubject || length > 1 ? 1 : 0.8)), .. own.Select(stem => (stem, isSubject ? 0.5 : length > 1 ? 0.6 : 1))],
                isSubject ? UnitKind.Subject : phrase.All(term => term.Value.Signals.HasFlag(Signals.Generic)) ? UnitKind.Generic : UnitKind.Word,
                weight));
        }

        foreach (var phrase in found.Where(match => (match.Value.Signals & Passing) != 0))
        {
            covered.AsSpan(phrase.Start, phrase.Length).Fill(true);
        }

        for (var i = 0; i < words.Count; i++)
        {
            if (!covered[i] && !QuestionText.IsStopWord(words[i]))
            {
                units.Add(Word(words, i, language, index, weight));
            }
        }

        if (units.Count == 0)
        {
            // Stop words alone still ask something: "how many".
            units.AddRange(Enumerable.Range(0, words.Count).Select(i => Word(words, i, language, index, weight)));
        }

        return new QuestionTerms(units, [.. meant.Where(match => match.Value.IsSubject).Select(match => match.Value.Key).Distinct()], found.Aggregate(Signals.None, (all, phrase) => all | phrase.Value.Signals), IsFollowUp: false);
    }

    private static QuestionUnit Word(List<string> words, int i, string language, KnowledgeIndex index, double weight)
    {
        var terms = QuestionText.Stems(words[i], language).Where(index.HasTerm).Select(stem => (Term: stem, Sureness: 1.0)).ToList();

        // "boll worm" and "bollworm", "cut worms" and "cutworms".
        foreach (var joined in new[] { i > 0 ? words[i - 1] + words[i] : "", i + 1 < words.Count ? words[i] + words[i + 1] : "" })
        {
            if (joined.Length > 5 && QuestionText.Stem(joined, language) is var stem && index.HasTerm(stem))
            {
                terms.Add((stem, 0.9));
            }
        }

        if (terms.Count == 0 && words[i].Length > 7)
        {
            for (var cut = 3; cut <= words[i].Length - 3; cut++)
            {
                if (index.HasWord(words[i][..cut]) && index.HasWord(words[i][cut..]))
                {
                    terms.AddRange(new[] { words[i][..cut], words[i][cut..] }.Select(part => (QuestionText.Stem(part, language), 0.6)));
                }
            }
        }

        return new QuestionUnit(words[i], terms, terms.Count == 0 ? UnitKind.Unknown : UnitKind.Word, weight);
    }

    private static string Corrected(string word, string language, KnowledgeIndex index) =>
        index.HasWord(word) || QuestionText.Stems(word, language).Any(index.HasTerm) || QuestionText.IsStopWord(word) || Lexicon.Knows(word, language)
            || word.Any(char.IsDigit)
            ? word
            : index.Correct(word, language) ?? word;
}
