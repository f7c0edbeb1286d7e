using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using AgroConnect.Images;

namespace AgroConnect.Commands.Moving;

/// <summary>
/// The pictures of the local store beside an export or a backup, and the list of them, which <c>sha256sum -c</c> understands. A picture
/// never changes; but while a database is copied, new ones come and others go. So they are copied twice: all before, and what the copied
/// rows name after it.
/// </summary>
internal static class PictureFiles
{
    public const string Folder = "images";
    public const string ListName = "images.sha256";

    private const string Unfinished = ".part";

    /// <summary>Copies what is not there yet.</summary>
    public static async Task CopyNewAsync(DbConnection database, string from, string to, CancellationToken ct)
    {
        await foreach (var (name, _) in NamesAsync(database, ct))
        {
            if (!File.Exists(Path.Combine(to, name)))
            {
                Copy(Path.Combine(from, name), Path.Combine(to, name));
            }
        }
    }

    /// <summary>Copies what is not there, or not as it should be, and lists everything that the database names.</summary>
    /// <param name="database">The moment that is copied.</param>
    /// <param name="from">The folder of the pictures.</param>
    /// <param name="to">The folder of their copies.</param>
    /// <param name="list">Where the list is written.</param>
    /// <param name="neededAt">Marks all copies as needed then; null leaves their times alone.</param>
    /// <param name="ct">Stops between pictures.</param>
    /// <returns>The list as a file of the manifest, and how many pictures that something shows are nowhere.</returns>
    public static async Task<(ManifestFile File, int Missing)> CopyAndListAsync(
        DbConnection database, string from, string to, string list, DateTime? neededAt, CancellationToken ct)
    {
        var (listed, missing) = (0L, 0);
        await using (var writer = new StreamWriter(list, append: false, new UTF8Encoding(false)) { NewLine = "\n" })
        {
            await foreach (var (name, isShown) in NamesAsync(database, ct))
            {
                var (source, copy) = (Path.Combine(from, name), Path.Combine(to, name));
                var sum = SumOf(source);
                if (sum is not null && SumOf(copy) != sum)
                {
                    Copy(source, copy);
                }

                // Gone since: the copy of before is what the rows speak of.
                sum = SumOf(copy);
                if (sum is null)
                {
                    missing += isShown ? 1 : 0;
                    continue;
                }

                if (neededAt is { } time)
                {
                    File.SetLastWriteTimeUtc(copy, time);
                }

                await writer.WriteLineAsync($"{sum}  {Folder}/{name}");
                listed++;
            }
        }

        return (new ManifestFile(ListName, listed, SumOf(list)!), missing);
    }

    /// <summary>Copies what a list names into a picture store, which is checked on the way.</summary>
    /// <exception cref="MarketFileException">A picture is not there, or not as it was; or the list is not.</exception>
    public static void CopyListed(ManifestFile list, string directory, string pictures, string to)
    {
        foreach (var (sum, name) in Read(list, directory, pictures))
        {
            var (source, target) = (Path.Combine(pictures, name), Path.Combine(to, name));
            if (SumOf(source) != sum)
            {
                throw new MarketFileException($"{source} is " + (File.Exists(source) ? "not as it was written: its sum is another." : "not there."));
            }

            if (SumOf(target) != sum)
            {
                Copy(source, target);
            }
        }
    }

    /// <summary>The pictures of a list that a store lacks or has otherwise.</summary>
    public static IEnumerable<string> Differences(ManifestFile list, string directory, string store) =>
        Read(list, directory, store).Where(picture => SumOf(Path.Combine(store, picture.Name)) != picture.Sum).Select(picture => $"{Folder}/{picture.Name}");

    /// <returns>SHA-256 in hexadecimal; null when it is not there.</returns>
    public static string? SumOf(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1 << 16);
            return Convert.ToHexStringLower(SHA256.HashData(file));
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Under its true name a copy is complete.</summary>
    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        try
        {
            File.Copy(from, to + Unfinished, overwrite: true);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return;
        }

        File.Move(to + Unfinished, to, overwrite: true);
    }

    /// <summary>The files that the rows of pictures stand for, and whether something shows them. The rows are there before the files and until after them.</summary>
    private static async IAsyncEnumerable<(string Name, bool IsShown)> NamesAsync(
        DbConnection database, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = database.CreateCommand();
        command.CommandText = $"SELECT key, state FROM images WHERE store = '{LocalImages.StoreName}' ORDER BY key";
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            foreach (var name in LocalImages.FilesOf(rows.GetString(0)))
            {
                yield return (name, rows.GetString(1) == "kept");
            }
        }
    }

    private static IEnumerable<(string Sum, string Name)> Read(ManifestFile list, string directory, string pictures)
    {
        var path = Path.Combine(directory, list.Name);
        if (SumOf(path) != list.Sha256)
        {
            throw new MarketFileException(File.Exists(path) ? $"{path} is not as it was written, from line {FirstBadLine(path, pictures)} on." : $"{path} is not there.");
        }

        return File.ReadLines(path).Select(Parse);
    }

    private static (string Sum, string Name) Parse(string line) => (line[..64], line[(64 + 2 + Folder.Length + 1)..]);

    private static int FirstBadLine(string path, string pictures)
    {
        var good = 0;
        foreach (var line in File.ReadLines(path))
        {
            if (line.Length <= 64 + 2 + Folder.Length + 1 || SumOf(Path.Combine(pictures, Parse(line).Name)) != Parse(line).Sum)
            {
                break;
            }

            good++;
        }

        return good + 1;
    }
}
