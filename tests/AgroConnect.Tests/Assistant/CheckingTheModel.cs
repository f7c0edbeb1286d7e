using AgroConnect.Tests.Commands;
using AgroConnect.Tests.Fakes;

namespace AgroConnect.Tests.Assistant;

/// <summary>What an operator is told of the model.</summary>
public sealed class CheckingTheModel
{
    [Theory]
    [InlineData(GeminiLookAlike.Key, GeminiLookAlike.Model, "healthy", "Gemini answers.")]
    [InlineData("AIzaSy-of-somebody-else", GeminiLookAlike.Model, "degraded", "refuses the key")]
    [InlineData(GeminiLookAlike.Key, "gemini-2.0-flash", "degraded", "does not have the model")]
    public async Task Check_says_whether_it_takes_the_key_and_has_the_model_and_never_shows_the_key(string key, string model, string state, string why)
    {
        await using var gemini = await GeminiLookAlike.StartAsync();
        await using var database = TestDatabase.Create();
        (await TheProgram.Run(database, "migrate")).Well();
        var settings = new Dictionary<string, string?>(TheProgram.On(database))
        {
            ["Assistant__Provider"] = "gemini",
            ["Assistant__Gemini__ApiKey"] = key,
            ["Assistant__Gemini__Model"] = model,
            ["Assistant__Gemini__BaseUrl"] = gemini.Address,
            ["Logging__LogLevel__Default"] = "Trace",
        };

        var ended = await TheProgram.Run(settings, null, "check");

        Assert.Matches($"(?m)^gemini +{state} .*{why}", ended.Out);
        Assert.DoesNotContain("AIzaSy", ended.Out + ended.Error, StringComparison.Ordinal);
    }
}
