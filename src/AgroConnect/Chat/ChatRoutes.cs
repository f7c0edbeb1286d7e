using System.Text.Json.Serialization;
using AgroConnect.Users;
using AgroConnect.Web;
using AgroConnect.Web.OpenApi;

namespace AgroConnect.Chat;

/// <summary><c>/api/chat/</c> and <c>/api/admin/reports/</c> (chat.md, REST).</summary>
internal static class ChatRoutes
{
    public static void MapChatRoutes(this WebApplication app)
    {
        var chat = app.MapGroup("/api/chat").WithTags("Chat").RequireAuthorization();
        MapConversations(chat.MapGroup("/conversations"));
        chat.MapPost("/images/", UploadChatImage.HandleAsync).WithFiles("image").Produces<ChatImageView>(StatusCodes.Status201Created)
            .Produces<ErrorBody>(StatusCodes.Status413PayloadTooLarge).WithSummary("Upload a picture for a message")
            .WithDescription("Only its uploader may attach it; only members of the conversation are told its address, which is signed and expires.");
        chat.MapGet("/presence/", ReadPresence.HandleAsync).Produces<IReadOnlyList<PresenceView>>().WithQuery(ReadPresence.Users).WithSummary("Who is online");
        chat.MapPost("/messages/{id:long}/report/", ReportMessages.ReportAsync).WithBody<ReportMessages.Request>().Produces<ReportView>()
            .Produces<ReportView>(StatusCodes.Status201Created).Produces<ErrorBody>(StatusCodes.Status404NotFound).WithSummary("Show a message to staff");

        chat.MapGet("/blocks/", BlockPeople.ListAsync).Produces<IReadOnlyList<BlockView>>().WithSummary("Whom one blocks");
        chat.MapPost("/blocks/", BlockPeople.BlockAsync).WithBody<BlockPeople.Request>().Produces<BlockView>().Produces<BlockView>(StatusCodes.Status201Created)
            .WithSummary("Block somebody").WithDescription("Neither of the two can write to the other then; what was said stays readable.");
        chat.MapDelete("/blocks/{user:long}/", BlockPeople.UnblockAsync).Produces(StatusCodes.Status204NoContent).Produces<ErrorBody>(StatusCodes.Status404NotFound)
            .WithSummary("Take a block away");

        var admin = app.MapGroup("/api/admin/reports").RequireAuthorization(Roles.Staff).WithTags("Administration");
        admin.MapGet("/", ReportMessages.ListAsync).Produces<Page<ManagedReportView>>().WithPages().WithQuery(ReportMessages.Status).WithSummary("Reported chat messages");
        admin.MapPost("/{id:long}/resolve/", ReportMessages.ResolveAsync).WithBody<ReportMessages.ResolveRequest>().Produces<ManagedReportView>()
            .Produces<ErrorBody>(StatusCodes.Status404NotFound).WithSummary("Say that a report was dealt with");
    }

    private static void MapConversations(RouteGroupBuilder conversations)
    {
        conversations.MapGet("/", ReadConversations.ListAsync).Produces<Page<ConversationView>>().WithPages().WithSummary("Own conversations, newest activity first");
        conversations.MapPost("/", OpenConversation.HandleAsync).WithBody<OpenConversation.Request>().Produces<ConversationView>()
            .Produces<ConversationView>(StatusCodes.Status201Created).WithSummary("Talk to somebody");
        conversations.MapGet("/{id:long}/", ReadConversations.GetAsync).Produces<ConversationView>().Produces<ErrorBody>(StatusCodes.Status404NotFound)
            .WithSummary("A conversation");
        conversations.MapGet("/{id:long}/messages/", ReadConversations.MessagesAsync).Produces<MessagesView>().Produces<ErrorBody>(StatusCodes.Status404NotFound)
            .WithQuery(ReadConversations.Bounds).WithSummary("Messages of a conversation").WithDescription("Ascending by `seq`; without a bound, the newest.");
        conversations.MapPost("/{id:long}/messages/", PostMessage.SendAsync).WithBody<PostMessage.Request>().Produces<MessageView>()
            .Produces<MessageView>(StatusCodes.Status201Created).Produces<ErrorBody>(StatusCodes.Status403Forbidden).Produces<ErrorBody>(StatusCodes.Status404NotFound)
            .WithSummary("Send a message").WithDescription("The same `client_id` again answers the message that is stored.");
        conversations.MapPost("/{id:long}/read/", PostMessage.ReadAsync).WithBody<PostMessage.ReadRequest>().Produces(StatusCodes.Status204NoContent)
            .Produces<ErrorBody>(StatusCodes.Status404NotFound).WithSummary("Mark messages as read");
    }
}

[JsonSerializable(typeof(MessagesView))]
[JsonSerializable(typeof(BlockView))]
[JsonSerializable(typeof(IReadOnlyList<BlockView>))]
[JsonSerializable(typeof(ReportView))]
[JsonSerializable(typeof(ManagedReportView))]
[JsonSerializable(typeof(Page<ManagedReportView>))]
internal sealed partial class ChatRoutesJson : JsonSerializerContext
{
    /// <summary>As the API writes it; the generated default knows none of our settings.</summary>
    public static readonly ChatRoutesJson Wire = new(JsonSettings.Create());
}
