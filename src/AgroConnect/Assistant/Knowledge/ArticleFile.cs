using System.Globalization;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AgroConnect.Assistant.Knowledge;

/// <summary>Reads an article's Markdown file; what is wrong with it is reported as <c>file(line): what</c>, all of it at once.</summary>
internal sealed partial class ArticleFile
{
    private const int LongestSection = 120;

    private static readonly string[] Keys =
    [
        "id", "title", "summary", "crops", "animals", "topics", "regions", "season", "symptoms", "synonyms", "questions", "translations", "safety",
        "sources", "last_reviewed", "reviewer",
    ];

    private readonly string _name;
    private readonly List<string> _problems;
    private YamlMappingNode _front = [];
    private int _frontLines;

    private ArticleFile(string name, List<string> problems)
    {
        _name = name;
        _problems = problems;
    }

    /// <param name="name">The file's name, for messages; without <c>.md</c> it must be the id.</param>
    /// <param name="text">Its whole content.</param>
    /// <param name="problems">Takes what is wrong; the article is only good when nothing was added.</param>
    public static Article? Read(string name, string text, List<string> problems) => new ArticleFile(name, problems).Read(text.ReplaceLineEndings("\n"));

    private Article? Read(string text)
    {
        if (!text.StartsWith("---\n", StringComparison.Ordinal) || text.IndexOf("\n---\n", StringComparison.Ordinal) is not (>= 0 and var end))
        {
            Problem(1, "front matter between two lines of --- is missing");
            return null;
        }

        var front = text[4..(end + 1)];
        _frontLines = front.Count(letter => letter == '\n') + 2;
        if (!TryParse(front))
        {
            return null;
        }

        foreach (var key in _front.Children.Keys.OfType<YamlScalarNode>().Where(key => !Keys.Contains(key.Value)))
        {
            Problem(key, $"unknown key '{key.Value}'");
        }

        var (sections, seeAlso) = Sections(text[(end + 5)..]);
        var article = new Article(
            Text("id"),
            Text("title"),
            Text("summary"),
            List("crops"),
            List("animals"),
            Chosen("topics", KnowledgeBase.Topics),
            List("regions"),
            List("season"),
            List("symptoms"),
            Synonyms(),
            List("questions"),
            Text("safety"),
            Sources(),
            Reviewed(),
            sections,
            seeAlso,
            Translations());
        Check(article);
        return article;
    }

    private bool TryParse(string front)
    {
        try
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(front));
            if (yaml.Documents is [{ RootNode: YamlMappingNode root }])
            {
                _front = root;
                return true;
            }

            Problem(2, "the front matter is no mapping");
        }
        catch (YamlException broken)
        {
            Problem((int)broken.Start.Line + 1, $"broken front matter: {broken.Message}");
        }
        catch (InvalidOperationException broken)
        {
            // A list that does not end.
            Problem(_frontLines, $"broken front matter: {broken.Message}");
        }

        return false;
    }

    private void Check(Article article)
    {
        if (article.Id != Path.GetFileNameWithoutExtension(_name))
        {
            Problem(LineOf("id"), $"the id '{article.Id}' is not the file's name");
        }

        if (!KnowledgeBase.SafetyClasses.Contains(article.Safety))
        {
            Problem(LineOf("safety"), $"unknown safety class '{article.Safety}'");
        }

        foreach (var (key, values) in new[] { ("crops", article.Crops), ("animals", article.Animals) })
        {
            foreach (var unknown in values.Where(value => !KnowledgeBase.IsSubject(value)))
            {
                Problem(LineOf(key), $"unknown {key[..^1]} '{unknown}'");
            }
        }

        if (article.Crops.Count + article.Animals.Count == 0)
        {
            Problem(LineOf("crops"), "neither crops nor animals");
        }

        foreach (var (key, values) in new[] { ("topics", article.Topics), ("regions", article.Regions), ("questions", article.Questions), ("season", article.Season) })
        {
            if (values.Count == 0)
            {
                Problem(LineOf(key), $"{key} is empty");
            }
        }

        if (!article.Sources.Any(source => source.Year is not null))
        {
            Problem(LineOf("sources"), "no source with a year");
        }
    }

    private (IReadOnlyList<Section> Sections, IReadOnlyList<string> SeeAlso) Sections(string body)
    {
        var sections = new List<Section>();
        var seeAlso = new List<string>();
        var text = new List<string>();
        string? heading = null;
        var (number, headingLine) = (_frontLines, 0);
        foreach (var line in body.Split('\n'))
        {
            number++;
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                Close();
                (heading, headingLine) = (line[3..].Trim(), number);
            }
            else if (line.StartsWith("See also:", StringComparison.Ordinal))
            {
                seeAlso.AddRange(Reference().Matches(line).Select(match => match.Groups[1].Value));
            }
            else if (line.StartsWith('#') || (heading is null && line.Length > 0))
            {
                Problem(number, "text stands in sections under '## ' headings");
            }
            else
            {
                text.Add(line.TrimEnd());
            }

            if (Dose().Match(line) is { Success: true } dose)
            {
                Problem(number, $"'{dose.Value}' reads like the dose of a pesticide or medicine");
            }
        }

        Close();
        if (sections.Count == 0)
        {
            Problem(number, "no sections");
        }

        return (sections, seeAlso);

        void Close()
        {
            var content = string.Join('\n', text).Trim();
            text.Clear();
            if (heading is null)
            {
                return;
            }

            var words = content.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Count(word => word.Any(char.IsLetterOrDigit));
            if (words is 0 or > LongestSection)
            {
                Problem(headingLine, words == 0 ? $"section '{heading}' is empty" : $"section '{heading}' has {words} words; {LongestSection} can be quoted alone");
            }

            if (sections.Any(section => section.Heading == heading))
            {
                Problem(headingLine, $"two sections are called '{heading}'");
            }

            sections.Add(new Section(heading, content));
        }
    }

    private Dictionary<string, IReadOnlyList<string>> Synonyms() =>
        Mapping("synonyms").ToDictionary(entry => Language(entry.Key), entry => Items(entry.Value, "synonyms"));

    private Dictionary<string, Translation> Translations()
    {
        var translations = new Dictionary<string, Translation>();
        foreach (var (key, value) in Mapping("translations"))
        {
            if (value is not YamlMappingNode fields)
            {
                Problem(value, "a translation has title, summary, symptoms and questions");
                continue;
            }

            translations[Language(key)] = new Translation(
                Scalar(fields, "title"), Scalar(fields, "summary"), Items(Find(fields, "symptoms"), "symptoms"), Items(Find(fields, "questions"), "questions"));
        }

        foreach (var language in Languages.Translated.Where(language => !translations.ContainsKey(language)))
        {
            Problem(LineOf("translations"), $"no translation into '{language}'");
        }

        return translations;
    }

    private IReadOnlyList<Source> Sources()
    {
        if (Find(_front, "sources") is not YamlSequenceNode { Children.Count: > 0 } sources)
        {
            Problem(LineOf("sources"), "sources are missing");
            return [];
        }

        return [.. sources.Children.OfType<YamlMappingNode>().Select(source => new Source(Scalar(source, "name"), Scalar(source, "title"), Year(source)))];
    }

    private int? Year(YamlMappingNode source)
    {
        if (Find(source, "year") is not YamlScalarNode year)
        {
            return null;
        }

        if (int.TryParse(year.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value is > 1900 and < 2100)
        {
            return value;
        }

        Problem(year, $"'{year.Value}' is no year");
        return null;
    }

    private DateOnly Reviewed()
    {
        if (DateOnly.TryParseExact(Text("last_reviewed"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return day;
        }

        Problem(LineOf("last_reviewed"), "last_reviewed is no date (yyyy-MM-dd)");
        return default;
    }

    private string Language(YamlNode key)
    {
        var language = (key as YamlScalarNode)?.Value ?? "";
        if (!Languages.All.Contains(language))
        {
            Problem(key, $"unknown language '{language}'");
        }

        return language;
    }

    private IReadOnlyList<string> Chosen(string key, IReadOnlyCollection<string> choices)
    {
        var values = List(key);
        foreach (var unknown in values.Where(value => !choices.Contains(value)))
        {
            Problem(LineOf(key), $"unknown tag '{unknown}' in {key}");
        }

        return values;
    }

    private string Text(string key) => Scalar(_front, key);

    private IReadOnlyList<string> List(string key) => Items(Find(_front, key), key);

    private string Scalar(YamlMappingNode fields, string key)
    {
        if (Find(fields, key) is YamlScalarNode { Value.Length: > 0 } scalar)
        {
            return scalar.Value.Trim();
        }

        Problem(fields, $"{key} is missing");
        return "";
    }

    private IReadOnlyList<string> Items(YamlNode? node, string key)
    {
        if (node is YamlSequenceNode list && list.Children.All(item => item is YamlScalarNode { Value.Length: > 0 }))
        {
            return [.. list.Children.Select(item => ((YamlScalarNode)item).Value!)];
        }

        Problem(node ?? _front, $"{key} is no list of texts");
        return [];
    }

    private IEnumerable<KeyValuePair<YamlNode, YamlNode>> Mapping(string key)
    {
        if (Find(_front, key) is YamlMappingNode mapping)
        {
            return mapping.Children;
        }

        Problem(LineOf(key), $"{key} is no mapping by language");
        return [];
    }

    private static YamlNode? Find(YamlMappingNode fields, string key) => fields.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;

    private int LineOf(string key) => Find(_front, key) is { } node ? (int)node.Start.Line + 1 : 1;

    private void Problem(YamlNode node, string what) => Problem((int)node.Start.Line + 1, what);

    private void Problem(int line, string what) => _problems.Add($"{_name}({line}): {what}");

    [GeneratedRegex("`([a-z0-9-]+)`")]
    private static partial Regex Reference();

    // Rates per area or per bag of fertiliser, seed and water are wanted; per litre of spray or per kilogram of animal they are not.
    [GeneratedRegex(@"\b\d+(?:\.\d+)?\s*(?:ml|cc)\s*(?:/|per)\s*(?:l|lit(?:re|er)|pump|tank|acre|ha)\b|\b\d+(?:\.\d+)?\s*mg\s*(?:/|per)\s*kg\s*(?:body|live|of body)", RegexOptions.IgnoreCase)]
    private static partial Regex Dose();
}
