using System.Text.Json.Serialization;

namespace AgroConnect.Assistant;

/// <summary>An answer on the wire (api.md, Assistant).</summary>
/// <param name="ConversationId">Null without a token: nothing is kept then.</param>
/// <param name="MessageId">Of the answer, to say whether it helped; null without a token.</param>
/// <param name="Reply">Markdown: paragraphs and bullets.</param>
/// <param name="Language">ISO 639-1.</param>
/// <param name="Grounded">Whether it stands in the articles that are cited.</param>
/// <param name="Declined">Whether the question is out of scope, or the answer not known.</param>
/// <param name="SafetyNotice">A caution to be shown with the reply.</param>
/// <param name="Citations">What the reply stands on.</param>
/// <param name="Products">What the market has of it now.</param>
/// <param name="Model">The model's name, or <c>knowledge</c> when the articles alone answered.</param>
/// <param name="Degraded">Whether the model should have answered and could not.</param>
public sealed record AnswerView(
    long? ConversationId, long? MessageId, string Reply, string Language, bool Grounded, bool Declined, string? SafetyNotice,
    IReadOnlyList<CitationView> Citations, IReadOnlyList<ProductHit> Products, string Model, bool Degraded);

/// <param name="Id">Of the article.</param>
/// <param name="Title">In the language of the answer, when it has been translated.</param>
/// <param name="Section">Heading of the section.</param>
/// <param name="Source">Who published the figures: name, title, year.</param>
/// <param name="Url">Path of the article on this server.</param>
public sealed record CitationView(string Id, string Title, string Section, string Source, string Url);

/// <summary>A listing that is for sale now.</summary>
public sealed record ProductHit(long Id, string Name, string Price, string Unit);

/// <summary>A conversation in the list.</summary>
public sealed record AssistantConversationView(long Id, string Title, string Language, int MessageCount, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>A conversation with its latest messages, oldest of them first.</summary>
/// <param name="Earlier">Absolute URL of the messages before these, or null.</param>
public sealed record ConversationWithMessages(
    long Id, string Title, string Language, int MessageCount, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt,
    IReadOnlyList<AssistantMessageView> Messages, string? Earlier);

/// <param name="Role"><c>user</c> or <c>assistant</c>.</param>
/// <param name="Image">Whether a picture came with it; it was not kept.</param>
/// <param name="Answer">What else an answer says; null for a question.</param>
/// <param name="Feedback">What the user said of an answer, or null.</param>
public sealed record AssistantMessageView(
    long Id, string Role, string Text, string Language, bool Image, MessageAnswer? Answer, FeedbackView? Feedback, DateTimeOffset CreatedAt);

/// <inheritdoc cref="AnswerView"/>
public sealed record MessageAnswer(
    bool Grounded, bool Declined, string? SafetyNotice, IReadOnlyList<CitationView> Citations, IReadOnlyList<ProductHit> Products, string Model, bool Degraded);

public sealed record FeedbackView(bool Helpful, string Comment);

/// <summary>A piece of the reply while it is written.</summary>
public sealed record DeltaView(string Text);

[JsonSerializable(typeof(AnswerView))]
[JsonSerializable(typeof(Web.Page<AssistantConversationView>))]
[JsonSerializable(typeof(ConversationWithMessages))]
[JsonSerializable(typeof(FeedbackView))]
[JsonSerializable(typeof(DeltaView))]
[JsonSerializable(typeof(MarketTools.Goods))]
[JsonSerializable(typeof(MarketTools.PlacedOrders))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(double?))]
internal sealed partial class AssistantJson : JsonSerializerContext
{
    /// <summary>As the API writes it; the generated default knows none of our settings.</summary>
    public static readonly AssistantJson Wire = new(Web.JsonSettings.Create());
}
