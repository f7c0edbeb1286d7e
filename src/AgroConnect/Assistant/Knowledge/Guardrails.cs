namespace AgroConnect.Assistant.Knowledge;

/// <summary>What kind of message it is, before anything is looked up.</summary>
internal enum Concern
{
    /// <summary>Nothing that changes the answer.</summary>
    None,

    /// <summary>A person is in danger: poisoning, snake bite, heat stroke. The notice comes first; no model is asked.</summary>
    Emergency,

    /// <summary>Somebody may harm themselves. A caring text only; no model is asked.</summary>
    SelfHarm,

    /// <summary>An animal may die: the vet first, then the answer.</summary>
    AnimalEmergency,

    /// <summary>A product that is banned or highly hazardous is named.</summary>
    BannedProduct,

    /// <summary>Asks for a dose, mixture or number of sprays of a pesticide.</summary>
    PesticideDose,

    /// <summary>Asks for a dose of an animal's medicine.</summary>
    AnimalMedicine,

    /// <summary>Asks for tomorrow's weather, today's price and the like, which nobody here knows.</summary>
    NotKnown,

    /// <summary>Nothing to do with farming, or against the rules; no model is asked.</summary>
    OutOfScope,

    /// <summary>A greeting or thanks.</summary>
    Greeting,
}

/// <param name="Notice">What must stand first in the answer, in the question's language; null when nothing must.</param>
internal sealed record Verdict(Concern Concern, string? Notice);

/// <summary>Rules that hold with and without a model.</summary>
internal static class Guardrails
{
    public static Verdict Judge(Question question) => new(Concern.None, null);

    /// <summary>The caution that goes with these passages, in a language; null when none is needed.</summary>
    public static string? SafetyNotice(IReadOnlyList<Passage> passages, string language) => null;

    /// <summary>Why a model's reply must not be shown; empty when it may.</summary>
    /// <param name="reply">The reply; citations as <c>[article-id]</c>.</param>
    /// <param name="given">The passages that the model was given.</param>
    /// <param name="other">Other text it was given that figures may come from, as catalogue rows and the user's messages.</param>
    public static IReadOnlyList<string> Faults(string reply, IReadOnlyList<Passage> given, string other = "") => [];
}
