using AgroConnect.Tests.Fakes;

namespace AgroConnect.Tests.Assistant;

/// <summary>The product with a model, whose patience is short; the clock can be moved on.</summary>
public class GeminiApp : ClockedApp, IAsyncLifetime
{
    internal GeminiLookAlike Gemini { get; private set; } = null!;

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["Assistant:Provider"] = "gemini",
        ["Assistant:Gemini:ApiKey"] = GeminiLookAlike.Key,
        ["Assistant:Gemini:BaseUrl"] = Gemini.Address,
        ["Assistant:Gemini:Model"] = GeminiLookAlike.Model,
        ["Assistant:Gemini:TotalTimeout"] = "00:00:08",
        ["Assistant:Gemini:FirstByteTimeout"] = "00:00:05",
        ["Assistant:Gemini:IdleTimeout"] = "00:00:04",
        ["Assistant:Gemini:LongestWait"] = "00:00:02",
    };

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        Gemini = await GeminiLookAlike.StartAsync();
        await InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Gemini.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>What went wrong before is long ago.</summary>
    internal void Will(params GeminiLookAlike.Play[] plays)
    {
        Clock.Advance(TimeSpan.FromHours(1));
        Gemini.Will(plays);
    }
}
