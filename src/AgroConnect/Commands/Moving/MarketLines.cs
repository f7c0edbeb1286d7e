using System.Buffers;
using System.Data.Common;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AgroConnect.Commands.Moving;

/// <summary>
/// Rows as lines of JSON. Each ends with <c>line_sum</c>, a checksum over itself and all lines before it: what is changed,
/// lost or out of place is known at its line.
/// </summary>
internal sealed class MarketLines(MarketTable table) : IDisposable
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private static readonly JsonEncodedText SumWord = JsonEncodedText.Encode("line_sum");
    private static readonly int EndLength = End(0).Length;

    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly Utf8JsonWriter _json = new(Stream.Null, Readable);
    private ulong _sum;

    /// <summary>The next row, with its line break; good until the next call.</summary>
    public ReadOnlySpan<byte> Next(DbDataReader row)
    {
        _line.ResetWrittenCount();
        _json.Reset(_line);
        _json.WriteStartObject();
        for (var column = 0; column < table.Columns.Count; column++)
        {
            table.Columns[column].Write(_json, row, column);
        }

        _json.Flush();
        _sum = XxHash64.HashToUInt64(_line.WrittenSpan, (long)_sum);
        _line.Write(End(_sum));
        _line.Write("\n"u8);
        return _line.WrittenSpan;
    }

    /// <summary>Whether a line is the one that was written at this place.</summary>
    public bool IsGenuine(ReadOnlySpan<byte> line)
    {
        if (line.Length < EndLength)
        {
            return false;
        }

        _sum = XxHash64.HashToUInt64(line[..^EndLength], (long)_sum);
        return line[^EndLength..].SequenceEqual(End(_sum));
    }

    public void Dispose() => _json.Dispose();

    private static byte[] End(ulong sum) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $",\"{SumWord}\":\"{sum:x16}\"}}"));
}

/// <summary>A file line by line, with the place where each begins.</summary>
internal sealed class LineReader(FileStream file)
{
    private byte[] _buffer = new byte[1 << 20];
    private int _from;
    private int _to;

    /// <summary>Of the line that was read last, the first being 1.</summary>
    public long Number { get; private set; }

    /// <summary>Where the next line begins.</summary>
    public long Position { get; private set; }

    /// <summary>Goes on behind some lines, as <see cref="Number"/> and <see cref="Position"/> were there.</summary>
    public void Skip(long lines, long position)
    {
        file.Position = position;
        (Number, Position) = (lines, position);
    }

    /// <summary>The next line without its break; good until the next call.</summary>
    /// <returns>False at the end of the file.</returns>
    /// <exception cref="MarketFileException">The last line has no end.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        int length;
        while ((length = _buffer.AsSpan(_from, _to - _from).IndexOf((byte)'\n')) < 0)
        {
            if (!Fill())
            {
                line = default;
                return _from == _to ? false : throw new MarketFileException($"{file.Name} is cut off in line {Number + 1}.");
            }
        }

        line = _buffer.AsSpan(_from, length);
        _from += length + 1;
        Position += length + 1;
        Number++;
        return true;
    }

    private bool Fill()
    {
        _buffer.AsSpan(_from, _to - _from).CopyTo(_buffer);
        (_from, _to) = (0, _to - _from);
        if (_to == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = file.Read(_buffer, _to, _buffer.Length - _to);
        _to += read;
        return read > 0;
    }
}
