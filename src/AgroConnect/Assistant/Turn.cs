using AgroConnect.Assistant.Knowledge;
using AgroConnect.Users;

namespace AgroConnect.Assistant;

/// <summary>A message of the conversation so far.</summary>
internal sealed record Said(bool IsAnswer, string Text);

/// <summary>A question with all that is known around it.</summary>
/// <param name="Me">Who asks.</param>
/// <param name="ConversationId">In which it is asked; null for a new one.</param>
/// <param name="Question">The message, its language, and what was asked before.</param>
/// <param name="Before">The latest messages, oldest first.</param>
/// <param name="Image">A picture in our own encoding (WebP).</param>
/// <param name="Growing">Where and when they grow.</param>
/// <param name="Concern">What kind of message it is.</param>
/// <param name="Knowledge">What the articles alone answer.</param>
/// <param name="Hits">What the market has of what the question names.</param>
/// <param name="BaseUrl">Scheme and host of the request.</param>
internal sealed record Turn(
    CurrentUser Me, long? ConversationId, Question Question, IReadOnlyList<Said> Before, byte[]? Image, Growing Growing, Concern Concern, KnowledgeReply Knowledge,
    IReadOnlyList<MarketTools.Goods.Listing> Hits, string BaseUrl)
{
    /// <summary>Emergencies and what is out of scope have an answer of their own, whoever else could be asked.</summary>
    public bool IsForModel => Concern is not (Concern.Emergency or Concern.SelfHarm or Concern.OutOfScope);
}
