using System.Security.Cryptography;
using System.Text.RegularExpressions;
using AgroConnect.Web;

namespace AgroConnect.Images;

/// <summary>
/// Pictures as files: <c>images/ab/ab….webp</c> in the data directory, thumbnails beside them as <c>.t.webp</c>; private ones
/// as <c>images/private/ab/ab….webp</c>.
/// </summary>
internal sealed partial class LocalImages(DataDirectory data) : IImageBackend
{
    public const string StoreName = "local";
    private const string Page = ".webp";
    private const string Thumbnail = ".t.webp";
    private const string Unfinished = ".part";

    public string Name => StoreName;

    public string NewKey(bool isPrivate) =>
        (isPrivate ? StoredImage.PrivateFolder : "") + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public async Task<long> WriteAsync(string key, EncodedImage image, CancellationToken ct)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(key, Page))!);
            await WriteAsync(PathOf(key, Page), image.Page, ct);
            await WriteAsync(PathOf(key, Thumbnail), image.Thumbnail, ct);
            return 0;
        }
        catch
        {
            // At once, not by the sweeper: a full disk may not even take the note that something is to be deleted.
            await DeleteAsync(key, CancellationToken.None);
            throw;
        }
    }

    public Task DeleteAsync(string key, CancellationToken ct)
    {
        if (Directory.Exists(Path.GetDirectoryName(PathOf(key, Page))))
        {
            foreach (var file in (ReadOnlySpan<string>)[PathOf(key, Page), PathOf(key, Thumbnail)])
            {
                File.Delete(file);
                File.Delete(file + Unfinished);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>The file of a name as it stands in an address, or null. Only names that <see cref="NewKey"/> makes lead to a path.</summary>
    /// <param name="name">With its extension, without a folder.</param>
    /// <param name="isPrivate">Whether it is one of the private pictures; the public address of such a one leads nowhere.</param>
    public FileInfo? Find(string name, bool isPrivate = false)
    {
        if (FileName().Match(name) is not { Success: true } match)
        {
            return null;
        }

        var file = new FileInfo(PathOf((isPrivate ? StoredImage.PrivateFolder : "") + match.Groups["key"].Value, match.Groups["variant"].Value));
        return file.Exists ? file : null;
    }

    private static async Task WriteAsync(string path, byte[] bytes, CancellationToken ct)
    {
        // Under its true name a file is complete, also after a loss of power: it can be cached for ever.
        await using (var file = new FileStream(path + Unfinished, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true))
        {
            await file.WriteAsync(bytes, ct);
            file.Flush(flushToDisk: true);
        }

        File.Move(path + Unfinished, path, overwrite: true);
    }

    /// <summary>The files of a picture, within the folder of all pictures.</summary>
    public static IEnumerable<string> FilesOf(string key) => [Within(key, Page), Within(key, Thumbnail)];

    private string PathOf(string key, string variant) => data.PathOf("images", Within(key, variant));

    private static string Within(string key, string variant) => key.StartsWith(StoredImage.PrivateFolder, StringComparison.Ordinal)
        ? Path.Combine("private", key.Substring(StoredImage.PrivateFolder.Length, 2), key[StoredImage.PrivateFolder.Length..] + variant)
        : Path.Combine(key[..2], key + variant);

    [GeneratedRegex(@"\A(?<key>[0-9a-f]{32})(?<variant>(\.t)?\.webp)\z", RegexOptions.ExplicitCapture)]
    private static partial Regex FileName();
}
