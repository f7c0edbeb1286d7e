using System.Buffers;

namespace AgroConnect.Products.Search;

/// <summary>The English Snowball stemmer ("Porter2"), in its 2025 form: https://snowballstem.org/algorithms/english/stemmer.html</summary>
internal ref struct EnglishStemmer
{
    private static readonly SearchValues<char> Vowels = SearchValues.Create("aeiouy");

    private static readonly string[] FixedFirstRegions = ["gener", "commun", "arsen", "past", "univers", "later", "emerg", "organ", "inter"];

    // In each table the longest ending comes first: the first that fits decides, even when its own condition then fails.
    private static readonly (string Ending, string Becomes)[] LongEndings =
    [
        ("ational", "ate"), ("ization", "ize"), ("fulness", "ful"), ("ousness", "ous"), ("iveness", "ive"), ("tional", "tion"),
        ("biliti", "ble"), ("lessli", "less"), ("entli", "ent"), ("ation", "ate"), ("alism", "al"), ("aliti", "al"),
        ("ousli", "ous"), ("iviti", "ive"), ("fulli", "ful"), ("ogist", "og"), ("enci", "ence"), ("anci", "ance"),
        ("abli", "able"), ("izer", "ize"), ("ator", "ate"), ("alli", "al"), ("bli", "ble"), ("ogi", "og"), ("li", ""),
    ];

    private static readonly (string Ending, string Becomes)[] AdjectiveEndings =
    [
        ("ational", "ate"), ("tional", "tion"), ("alize", "al"), ("icate", "ic"), ("iciti", "ic"), ("ative", ""), ("ical", "ic"), ("ness", ""), ("ful", ""),
    ];

    private static readonly string[] ShortEndings =
    [
        "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize", "ion", "al", "er", "ic",
    ];

    private readonly Span<char> _letters;
    private readonly int _firstRegion;
    private readonly int _secondRegion;
    private int _length;

    private EnglishStemmer(Span<char> letters)
    {
        _letters = letters;
        _length = letters.Length;
        MarkConsonantYs();
        _firstRegion = FindFirstRegion();
        _secondRegion = AfterVowelAndConsonant(_firstRegion);
    }

    /// <param name="word">Lower-case letters a to z only.</param>
    /// <returns>The stem, or <paramref name="word"/> itself when there is nothing to take off.</returns>
    public static string Stem(string word)
    {
        if (word.Length <= 2)
        {
            return word;
        }

        if (Exception(word) is { } exception)
        {
            return exception;
        }

        Span<char> letters = word.Length <= 128 ? stackalloc char[word.Length] : new char[word.Length];
        word.CopyTo(letters);

        var stemmer = new EnglishStemmer(letters);
        stemmer.RemovePlural();
        stemmer.RemoveVerbEnding();
        stemmer.ReplaceFinalY();
        stemmer.ReplaceLongEnding();
        stemmer.ReplaceAdjectiveEnding();
        stemmer.RemoveShortEnding();
        stemmer.RemoveFinalEOrL();

        var stem = letters[..stemmer._length];
        stem.Replace('Y', 'y');
        return stem.SequenceEqual(word) ? word : stem.ToString();
    }

    private static string? Exception(string word) => word switch
    {
        "skis" => "ski",
        "skies" => "sky",
        "idly" => "idl",
        "gently" => "gentl",
        "ugly" => "ugli",
        "early" => "earli",
        "only" => "onli",
        "singly" => "singl",
        "sky" or "news" or "howe" or "atlas" or "cosmos" or "bias" or "andes" => word,
        _ => null,
    };

    // A y that stands for a consonant is kept apart as Y, and is no vowel below.
    private readonly void MarkConsonantYs()
    {
        for (var i = 0; i < _length; i++)
        {
            if (_letters[i] == 'y' && (i == 0 || IsVowel(_letters[i - 1])))
            {
                _letters[i] = 'Y';
            }
        }
    }

    private readonly int FindFirstRegion()
    {
        foreach (var prefix in FixedFirstRegions)
        {
            if (_letters.StartsWith(prefix))
            {
                return prefix.Length;
            }
        }

        return AfterVowelAndConsonant(0);
    }

    private readonly int AfterVowelAndConsonant(int start)
    {
        for (var i = start + 1; i < _length; i++)
        {
            if (!IsVowel(_letters[i]) && IsVowel(_letters[i - 1]))
            {
                return i + 1;
            }
        }

        return _length;
    }

    private void RemovePlural()
    {
        if (EndsWith("sses"))
        {
            _length -= 2;
        }
        else if (EndsWith("ied") || EndsWith("ies"))
        {
            _length -= _length > 4 ? 2 : 1;
        }
        else if (EndsWith("s") && !EndsWith("us") && !EndsWith("ss") && HasVowelBefore(_length - 2))
        {
            _length--;
        }
    }

    private void RemoveVerbEnding()
    {
        if (Ending("eedly", "eed") is var eed and > 0)
        {
            if (InFirstRegion(eed) && Word(eed) is not ("proc" or "exc" or "succ"))
            {
                _length -= eed - 2;
            }

            return;
        }

        var ending = Ending("ingly", "edly", "ing", "ed");
        if (ending == 0 || !HasVowelBefore(_length - ending) && !IsDying(ending))
        {
            return;
        }

        if (IsDying(ending))
        {
            _letters[1] = 'i';
            _letters[2] = 'e';
            _length = 3;
            return;
        }

        if (EndsWith("ing") && Word(ending) is "inn" or "out" or "cann" or "herr" or "earr" or "even")
        {
            return;
        }

        _length -= ending;
        if (EndsWith("at") || EndsWith("bl") || EndsWith("iz"))
        {
            _letters[_length++] = 'e';
        }
        else if (EndsInDouble())
        {
            // "egging" keeps what "hopping" loses.
            _length -= _length == 3 && _letters[0] is 'a' or 'e' or 'o' ? 0 : 1;
        }
        else if (_length == _firstRegion && EndsInShortSyllable(_length))
        {
            _letters[_length++] = 'e';
        }
    }

    private readonly void ReplaceFinalY()
    {
        if (_length > 2 && _letters[_length - 1] is 'y' or 'Y' && !IsVowel(_letters[_length - 2]))
        {
            _letters[_length - 1] = 'i';
        }
    }

    private void ReplaceLongEnding()
    {
        foreach (var (ending, becomes) in LongEndings)
        {
            if (EndsWith(ending))
            {
                var before = _length > ending.Length ? _letters[_length - ending.Length - 1] : default;
                var fits = ending switch
                {
                    "ogi" => before == 'l',
                    "li" => before is 'c' or 'd' or 'e' or 'g' or 'h' or 'k' or 'm' or 'n' or 'r' or 't',
                    _ => true,
                };
                Replace(ending, becomes, fits && InFirstRegion(ending.Length));
                return;
            }
        }
    }

    private void ReplaceAdjectiveEnding()
    {
        foreach (var (ending, becomes) in AdjectiveEndings)
        {
            if (EndsWith(ending))
            {
                Replace(ending, becomes, ending == "ative" ? InSecondRegion(ending.Length) : InFirstRegion(ending.Length));
                return;
            }
        }
    }

    private void RemoveShortEnding()
    {
        foreach (var ending in ShortEndings)
        {
            if (EndsWith(ending))
            {
                var fits = ending != "ion" || _length > 3 && _letters[_length - 4] is 's' or 't';
                Replace(ending, "", fits && InSecondRegion(ending.Length));
                return;
            }
        }
    }

    private void RemoveFinalEOrL()
    {
        if (EndsWith("e") && (InSecondRegion(1) || InFirstRegion(1) && !EndsInShortSyllable(_length - 1))
            || EndsWith("ll") && InSecondRegion(1))
        {
            _length--;
        }
    }

    private void Replace(string ending, string replacement, bool fits)
    {
        if (fits)
        {
            _length -= ending.Length;
            replacement.CopyTo(_letters[_length..]);
            _length += replacement.Length;
        }
    }

    private readonly bool EndsWith(string ending) => _letters[.._length].EndsWith(ending);

    /// <returns>The length of the first of the endings that fits, or 0.</returns>
    private readonly int Ending(params ReadOnlySpan<string> endings)
    {
        foreach (var ending in endings)
        {
            if (EndsWith(ending))
            {
                return ending.Length;
            }
        }

        return 0;
    }

    private readonly ReadOnlySpan<char> Word(int withoutLast) => _letters[..(_length - withoutLast)];

    private readonly bool InFirstRegion(int ending) => _length - ending >= _firstRegion;

    private readonly bool InSecondRegion(int ending) => _length - ending >= _secondRegion;

    private readonly bool HasVowelBefore(int end) => end > 0 && _letters[..end].ContainsAny(Vowels);

    // dying, lying, tying, vying
    private readonly bool IsDying(int ending) => _length == 5 && ending == 3 && EndsWith("ying") && !IsVowel(_letters[0]);

    private readonly bool EndsInDouble() =>
        _length > 1 && _letters[_length - 1] == _letters[_length - 2] && _letters[_length - 1] is 'b' or 'd' or 'f' or 'g' or 'm' or 'n' or 'p' or 'r' or 't';

    private readonly bool EndsInShortSyllable(int end)
    {
        var letters = _letters[..end];
        return letters switch
        {
            [.., var a, var b, var c] when !IsVowel(a) && IsVowel(b) && !IsVowel(c) && c is not ('w' or 'x' or 'Y') => true,
            [var a, var b] => IsVowel(a) && !IsVowel(b),
            _ => letters.EndsWith("past"),
        };
    }

    private static bool IsVowel(char letter) => letter is 'a' or 'e' or 'i' or 'o' or 'u' or 'y';
}
