using AgroConnect.Products.Search;

namespace AgroConnect.Assistant.Knowledge;

/// <summary>A word or name of a question, and the terms of the index that it may stand for.</summary>
/// <param name="Word">As the user wrote it, folded.</param>
/// <param name="Terms">What it may stand for.</param>
/// <param name="Kind">What it can tell.</param>
/// <param name="Weight">1 in the question itself, less when it comes from an earlier message.</param>
/// <param name="Rarity">Of its rarest term; 0 when it has none.</param>
internal sealed record QuestionUnit(string Word, QuestionTerm[] Terms, UnitKind Kind, double Weight, double Rarity)
{
    public static QuestionUnit Of(string word, IReadOnlyList<(string Term, double Sureness)> terms, UnitKind kind, double weight, KnowledgeIndex index)
    {
        var (found, rarity) = (new QuestionTerm[terms.Count], 0.0);
        for (var i = 0; i < found.Length; i++)
        {
            var number = index.NumberOf(terms[i].Term);
            found[i] = new QuestionTerm(terms[i].Term, number, terms[i].Sureness);
            rarity = Math.Max(rarity, index.Rarity(number));
        }

        return new QuestionUnit(word, found, kind, weight, rarity);
    }

    /// <summary>Whether one of its terms is among these, and meant so surely.</summary>
    public bool IsIn(HashSet<int> terms, double sureness = 0)
    {
        foreach (var term in Terms)
        {
            if (term.Sureness >= sureness && terms.Contains(term.Number))
            {
                return true;
            }
        }

        return false;
    }
}

/// <param name="Term">A stem, or the token of a crop or a farming word.</param>
/// <param name="Number">Its number in the index.</param>
/// <param name="Sureness">How surely it is meant: 0 to 1.</param>
internal readonly record struct QuestionTerm(string Term, int Number, double Sureness);

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
    private const int LongestQuestion = 300;
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
        var own = Read(question.Written, question.Language, index, weight: 1);
        if (question.Earlier.Count == 0 || !NeedsContext(question.Written.Words, own))
        {
            return own;
        }

        var units = own.Units.ToList();
        var subjects = own.Subjects.ToList();
        var asked = own.Units.Any(unit => unit.Kind == UnitKind.Word);
        foreach (var message in question.Earlier.Reverse().Take(TurnsBack))
        {
            var earlier = Read(new WrittenText(message), question.Language, index, EarlierWeight);
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

    private static bool NeedsContext(IReadOnlyList<string> words, QuestionTerms own)
    {
        var telling = own.Units.Count(unit => unit.Kind == UnitKind.Word);
        return own.Subjects.Count == 0
            ? telling <= ShortQuestion
            : telling == 0 || words.Count <= ShortQuestion && words.Take(2).Any(Pointers.Contains) || telling == 1 && words.Any(Pointers.Contains);
    }

    private static QuestionTerms Read(WrittenText text, string language, KnowledgeIndex index, double weight)
    {
        // The language of the text, which may not be the one to answer in.
        language = text.Guess ?? language;
        var count = Math.Min(text.Words.Count, LongestQuestion);
        var (words, stems) = (new string[count], new string[count]);
        for (var i = 0; i < count; i++)
        {
            words[i] = Corrected(text.Words[i], text.Stems[i], language, index);
            stems[i] = ReferenceEquals(words[i], text.Words[i]) ? text.Stems[i] : SearchText.Stem(words[i]);
        }

        var found = Lexicon.Find(stems, language);
        var meant = Lexicon.Meant(found).Where(match => (match.Value.Signals & Signals.NotFarming) == 0).ToList();
        var covered = new bool[count];
        var units = new List<QuestionUnit>(count);
        foreach (var phrase in meant.GroupBy(match => (match.Start, match.Length, match.Value.IsSubject)))
        {
            var (start, length, isSubject) = phrase.Key;
            if (covered.AsSpan(start, length).Contains(true))
            {
                continue;
            }

            covered.AsSpan(start, length).Fill(true);
            var terms = phrase.Select(term => (term.Value.Token, isSubject || length > 1 ? 1 : 0.8)).ToList();
            for (var i = start; i < start + length; i++)
            {
                if (length > 1 || !QuestionText.IsStopWord(words[i]))
                {
                    terms.AddRange(QuestionText.Stems(words[i], language, stems[i]).Select(stem => (stem, isSubject ? 0.5 : length > 1 ? 0.6 : 1)));
                }
            }

            units.Add(QuestionUnit.Of(
                string.Join(' ', words, start, length), terms,
                isSubject ? UnitKind.Subject : phrase.All(term => term.Value.Signals.HasFlag(Signals.Generic)) ? UnitKind.Generic : UnitKind.Word,
                weight, index));
        }

        foreach (var phrase in found)
        {
            if ((phrase.Value.Signals & Passing) != 0)
            {
                covered.AsSpan(phrase.Start, phrase.Length).Fill(true);
            }
        }

        for (var i = 0; i < count; i++)
        {
            if (!covered[i] && !QuestionText.IsStopWord(words[i]))
            {
                units.Add(Word(words, stems, i, language, index, weight));
            }
        }

        if (units.Count == 0)
        {
            // Stop words alone still ask something: "how many".
            units.AddRange(Enumerable.Range(0, count).Select(i => Word(words, stems, i, language, index, weight)));
        }

        return new QuestionTerms(units, [.. meant.Where(match => match.Value.IsSubject).Select(match => match.Value.Key).Distinct()], Lexicon.SignalsOf(found), IsFollowUp: false);
    }

    private static QuestionUnit Word(string[] words, string[] stems, int i, string language, KnowledgeIndex index, double weight)
    {
        var word = words[i];
        var terms = new List<(string, double)>();
        foreach (var stem in QuestionText.Stems(word, language, stems[i]))
        {
            if (index.HasTerm(stem))
            {
                terms.Add((stem, 1));
            }
        }

        // "boll worm" and "bollworm", "cut worms" and "cutworms".
        if (i > 0)
        {
            AddJoined(words[i - 1] + word);
        }

        if (i + 1 < words.Length)
        {
            AddJoined(word + words[i + 1]);
        }

        if (terms.Count == 0 && word.Length > 7)
        {
            for (var cut = 3; cut <= word.Length - 3; cut++)
            {
                if (index.HasWord(word[..cut]) && index.HasWord(word[cut..]))
                {
                    terms.Add((QuestionText.Stem(word[..cut], language), 0.6));
                    terms.Add((QuestionText.Stem(word[cut..], language), 0.6));
                }
            }
        }

        return QuestionUnit.Of(word, terms, terms.Count == 0 ? UnitKind.Unknown : UnitKind.Word, weight, index);

        void AddJoined(string joined)
        {
            if (joined.Length > 5 && QuestionText.Stem(joined, language) is var stem && index.HasTerm(stem))
            {
                terms.Add((stem, 0.9));
            }
        }
    }

    private static string Corrected(string word, string englishStem, string language, KnowledgeIndex index)
    {
        if (index.HasWord(word) || QuestionText.IsStopWord(word) || Lexicon.Knows(englishStem, language) || word.Any(char.IsDigit))
        {
            return word;
        }

        foreach (var stem in QuestionText.Stems(word, language, englishStem))
        {
            if (index.HasTerm(stem))
            {
                return word;
            }
        }

        return index.Correct(word, language) ?? word;
    }
}
