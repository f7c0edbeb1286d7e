using System.Globalization;
using CsvHelper;

namespace AgroConnect.Assistant.Knowledge;

/// <summary>Fact sheets: what each crop of <c>crop-facts.csv</c> needs, as an article that can be found and cited.</summary>
internal static class CropFacts
{
    private static readonly DateOnly Reviewed = new(2026, 11, 25);

    private static readonly Dictionary<string, Words> Translated = new()
    {
        ["ur"] = new("{0}: حقائق", "{0}: بہترین درجہ حرارت {1} °C، حد {2} °C؛ بارش {3} ملی میٹر؛ مٹی کی پی ایچ {4}؛ بوائی سے برداشت تک {5} دن۔", "{0} کے لیے درجہ حرارت اور پی ایچ"),
        ["hi"] = new("{0}: तथ्य पत्र", "{0}: सबसे अच्छा तापमान {1} °C, सीमा {2} °C; वर्षा {3} मिमी; मिट्टी का पीएच {4}; बुवाई से कटाई तक {5} दिन।", "{0} के लिए तापमान और पीएच"),
        ["sw"] = new("{0}: taarifa za zao", "{0}: joto bora {1} °C, kiwango {2} °C; mvua {3} mm; pH ya udongo {4}; siku {5} tangu kupanda hadi kuvuna.", "joto na pH ya {0}"),
        ["es"] = new("{0}: ficha del cultivo", "{0}: temperatura óptima {1} °C, límites {2} °C; lluvia {3} mm; pH del suelo {4}; {5} días de la siembra a la cosecha.", "temperatura y pH para {0}"),
        ["fr"] = new("{0} : fiche de culture", "{0} : température optimale {1} °C, limites {2} °C ; pluie {3} mm ; pH du sol {4} ; {5} jours du semis à la récolte.", "température et pH pour {0}"),
    };

    /// <summary>One article for each crop of the table.</summary>
    /// <param name="written">The articles that fact sheets point to: those about the crop.</param>
    public static IEnumerable<Article> Articles(IReadOnlyList<Article> written)
    {
        using var stream = typeof(CropFacts).Assembly.GetManifestResourceStream("AgroConnect.Assistant.Knowledge.crop-facts.csv")!;
        using var csv = new CsvReader(new StreamReader(stream), CultureInfo.InvariantCulture);
        csv.Read();
        csv.ReadHeader();
        var articles = new List<Article>();
        while (csv.Read())
        {
            articles.Add(FactSheet(name => csv[name]!, written));
        }

        return articles;
    }

    private static Article FactSheet(Func<string, string> cell, IReadOnlyList<Article> written)
    {
        var (id, name) = (cell("id"), cell("name_en"));
        var called = char.ToUpperInvariant(name[0]) + name[1..];
        var best = Range(cell, "t_opt_min_c", "t_opt_max_c");
        var limits = Range(cell, "t_abs_min_c", "t_abs_max_c");
        var rain = Range(cell, "rain_opt_min_mm", "rain_opt_max_mm");
        var rainLimits = Range(cell, "rain_abs_min_mm", "rain_abs_max_mm");
        var ph = Range(cell, "ph_opt_min", "ph_opt_max");
        var phLimits = Range(cell, "ph_abs_min", "ph_abs_max");
        var days = cell("growing_days_min").Length > 0 ? Range(cell, "growing_days_min", "growing_days_max") : null;
        var water = cell("season_water_need_mm");
        var synonyms = Languages.All.ToDictionary(language => language, language => (IReadOnlyList<string>)Names(cell(language == Languages.English ? "synonyms_en" : $"names_{language}")));

        return new Article(
            $"{id}-facts",
            $"{called}: fact sheet",
            $"{called} grows best at {best} °C and on soil of pH {ph}. This is a fact sheet of what the crop needs, made from a table; it is no growing guide.",
            [id],
            [],
            ["crop-guide"],
            ["global"],
            ["any"],
            [],
            synonyms,
            [$"temperature for {name}", $"soil ph for {name}", $"rainfall for {name}", $"how many days does {name} take", $"climate for {name}"],
            "none",
            [.. cell("sources").Split("; ").Select(Source)],
            Reviewed,
            [
                new Section("Climate", Lines(
                    $"What {name} ({cell("scientific_name")}) needs of the climate:",
                    $"Temperature: best at {best} °C; it stops outside {limits} °C.",
                    $"Rain in the season: best at {rain} mm; possible from {rainLimits} mm, or with irrigation.",
                    water.Length > 0 ? $"Water need of the season: {water} mm." : null,
                    cell("notes") is { Length: > 0 } notes ? $"Remark: {notes}." : null)),
                new Section("Soil and duration", Lines(
                    $"Soil and time for {name}:",
                    $"Soil pH: best at {ph}; it tolerates {phLimits}.",
                    days is null ? null : days == "365" ? "It is perennial: it grows all year." : $"From sowing to harvest: {days} days, by variety and climate.")),
            ],
            [.. written.Where(article => article.Crops.Contains(id)).Select(article => article.Id).Order(StringComparer.Ordinal)],
            Translated.Where(words => Names(cell($"names_{words.Key}")).Length > 0)
                .ToDictionary(words => words.Key, words => words.Value.Of(Names(cell($"names_{words.Key}"))[0], best, limits, rain, ph, days)),
            IsFactSheet: true);
    }

    private static string Lines(string first, params string?[] points) => string.Join('\n', points.Where(point => point is not null).Select(point => $"- {point}").Prepend(first));

    private static string Range(Func<string, string> cell, string lowest, string highest) =>
        cell(lowest) == cell(highest) ? cell(lowest) : $"{cell(lowest)}-{cell(highest)}";

    private static string[] Names(string cell) => cell.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    // "FAO Irrigation Water Management Training Manual 3 (1986)"; the crop database's year is known only roughly.
    private static Source Source(string text)
    {
        var open = text.LastIndexOf(" (", StringComparison.Ordinal);
        var title = text["FAO ".Length..];
        var year = open < 0 ? null : text[^5..^1];
        return new Source("FAO", open < 0 ? title : text["FAO ".Length..open], int.TryParse(year, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null);
    }

    private sealed record Words(string Title, string Summary, string Question)
    {
        public Translation Of(string name, string best, string limits, string rain, string ph, string? days) => new(
            string.Format(CultureInfo.InvariantCulture, Title, name),
            string.Format(CultureInfo.InvariantCulture, Summary, name, best, limits, rain, ph, days ?? "?"),
            [],
            [string.Format(CultureInfo.InvariantCulture, Question, name)]);
    }
}
