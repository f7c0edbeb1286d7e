using System.Collections.Frozen;
using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace AgroConnect.Assistant.Knowledge;

/// <summary>What the assistant says in its own words, in every language (<c>phrases.yaml</c>).</summary>
internal static class Phrases
{
    private static readonly FrozenDictionary<string, FrozenDictionary<string, string>> Texts = Load();

    /// <summary>The names of all phrases.</summary>
    public static IEnumerable<string> Names => Texts.Keys;

    /// <param name="name">A key of <c>phrases.yaml</c>.</param>
    /// <param name="language">Of <see cref="Languages.All"/>.</param>
    /// <param name="filling">What stands in the place of <c>{0}</c>.</param>
    public static string Say(string name, string language, string filling = "") => string.Format(CultureInfo.InvariantCulture, Texts[name][language], filling);

    private static FrozenDictionary<string, FrozenDictionary<string, string>> Load()
    {
        using var stream = typeof(Phrases).Assembly.GetManifestResourceStream("AgroConnect.Assistant.Knowledge.phrases.yaml")!;
        var yaml = new YamlStream();
        yaml.Load(new StreamReader(stream));
        return ((YamlMappingNode)yaml.Documents[0].RootNode).Children.ToFrozenDictionary(
            phrase => ((YamlScalarNode)phrase.Key).Value!,
            phrase => ((YamlMappingNode)phrase.Value).Children.ToFrozenDictionary(text => ((YamlScalarNode)text.Key).Value!, text => ((YamlScalarNode)text.Value).Value!));
    }
}
