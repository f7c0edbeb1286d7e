using System.Globalization;
using AgroConnect.Web;
using MimeKit;

namespace AgroConnect.Email;

/// <summary>One <c>.eml</c> a message under <c>mail</c> in the data directory, which every mail program opens.</summary>
internal sealed class FileMailTransport(DataDirectory data) : IMailTransport
{
    private const int LongestLine = 998;

    private static readonly FormatOptions Format = new() { NewLineFormat = NewLineFormat.Dos };

    /// <summary>Names begin with the time, so that their order is the order of the mails.</summary>
    public static string DirectoryIn(DataDirectory data) => data.PathOf("mail");

    public async Task<Delivery> SendAsync(MimeMessage message, CancellationToken ct)
    {
        var directory = DirectoryIn(data);
        Directory.CreateDirectory(directory);
        var name = string.Create(
            CultureInfo.InvariantCulture, $"{message.Date.UtcDateTime:yyyyMMdd'T'HHmmssfff'Z'}-{message.MessageId!.Split('@')[0]}");

        // Renamed when it is whole: whoever watches the folder never reads half a mail. A repeat takes the place of the first.
        var unfinished = Path.Combine(directory, name + ".tmp");
        message.Prepare(EncodingConstraint.SevenBit, LongestLine);
        await using (var file = File.Create(unfinished))
        {
            await message.WriteToAsync(Format, file, ct);
        }

        File.Move(unfinished, Path.Combine(directory, name + ".eml"), overwrite: true);
        return Delivery.Accepted;
    }

    public Task RestAsync() => Task.CompletedTask;
}
