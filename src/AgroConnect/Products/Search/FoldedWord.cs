using System.Text;

namespace AgroConnect.Products.Search;

/// <summary>A word while it is being read. What does not fit into the buffer is left out.</summary>
internal ref struct FoldedWord(Span<char> buffer)
{
    private readonly Span<char> _buffer = buffer;
    private int _length;
    private int _apostrophe = -1;

    /// <summary>The word so far, without an English possessive or a French article: <c>farmer's</c> is farmer, <c>l'ail</c> is ail.</summary>
    public readonly ReadOnlySpan<char> Letters
    {
        get
        {
            ReadOnlySpan<char> word = _buffer[.._length];
            return word switch
            {
                [.., 's'] when _apostrophe == _length - 1 => word[..^1],
                ['l' or 'd', 'a' or 'e' or 'i' or 'o' or 'u' or 'y' or 'h', ..] when _apostrophe == 1 => word[1..],
                _ => word,
            };
        }
    }

    public void Append(Rune letter)
    {
        Span<char> folded = stackalloc char[2];
        folded = folded[..LetterFolding.Fold(letter, folded)];
        if (folded.TryCopyTo(_buffer[_length..]))
        {
            _length += folded.Length;
        }
    }

    public void Apostrophe() => _apostrophe = _length;

    public void Clear() => (_length, _apostrophe) = (0, -1);
}
