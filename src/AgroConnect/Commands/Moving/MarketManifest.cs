using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgroConnect.Data;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Commands.Moving;

/// <summary>What is wrong with an export, or a backup; told to the operator in one line.</summary>
internal sealed class MarketFileException(string message) : Exception(message);

/// <summary>What an export, or a backup, consists of. Written last: without it, it has not ended.</summary>
/// <param name="At">The moment that it shows.</param>
/// <param name="Database"><c>sqlite</c> or <c>postgres</c>.</param>
/// <param name="Schema">The last migration, which has one name for both databases.</param>
/// <param name="Files">Each with what it holds.</param>
/// <param name="Sum">SHA-256 of all that, in this form, with this text empty.</param>
internal sealed record MarketManifest(DateTimeOffset At, string Database, string Schema, IReadOnlyList<ManifestFile> Files, string Sum = "")
{
    public const string FileName = "manifest.json";

    public ManifestFile this[string name] => Files.Single(file => file.Name == name);

    /// <exception cref="MarketFileException">It is not there, or not as it was written.</exception>
    public static MarketManifest Read(string directory)
    {
        var path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
        {
            throw new MarketFileException($"{path} is not there: either this is another folder, or what should be in it was never finished.");
        }

        try
        {
            var manifest = JsonSerializer.Deserialize(File.ReadAllBytes(path), ManifestJson.Default.MarketManifest)!;
            return manifest.Sum == manifest.OwnSum() ? manifest : throw new MarketFileException($"{path} is not as it was written: its sum is another.");
        }
        catch (JsonException error)
        {
            throw new MarketFileException($"{path} is damaged in line {error.LineNumber + 1}.");
        }
    }

    public void Write(string directory)
    {
        using var file = new FileStream(Path.Combine(directory, FileName + ".part"), FileMode.Create);
        file.Write(JsonSerializer.SerializeToUtf8Bytes(this with { Sum = OwnSum() }, ManifestJson.Default.MarketManifest));
        file.Flush(flushToDisk: true);
        File.Move(file.Name, Path.Combine(directory, FileName), overwrite: true);
    }

    /// <summary>The last migration, as both databases call it.</summary>
    public static async Task<string> SchemaOfAsync(AppDbContext db, CancellationToken ct) => (await db.Database.GetAppliedMigrationsAsync(ct)).Last().Split('_', 2)[1];

    private string OwnSum() => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this with { Sum = "" }, ManifestJson.Default.MarketManifest)));
}

/// <param name="Name">Within the folder.</param>
/// <param name="Rows">Lines of a table, or of a list.</param>
/// <param name="Sha256">Of the whole file.</param>
/// <param name="LastId">The last id that the database gave out in this table, also when its row is gone; null where it gives out none.</param>
internal sealed record ManifestFile(string Name, long Rows, string Sha256, long? LastId = null);

[JsonSerializable(typeof(MarketManifest))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, NewLine = "\n")]
internal sealed partial class ManifestJson : JsonSerializerContext;
