using System.Globalization;
using AgroConnect.Data;
using AgroConnect.Users;
using AgroConnect.Web;
using AgroConnect.Web.OpenApi;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Chat;

/// <summary><c>GET /api/chat/presence/?users=3,4</c>: who is online, of those one talks to.</summary>
internal static class ReadPresence
{
    private const int MostUsers = 100;

    public static readonly QueryParameter Users = new("users", $"Ids with commas between them, at most {MostUsers}. People one shares no conversation with are left out.");

    public static async Task<IResult> HandleAsync(HttpRequest request, CurrentUser me, AppDbContext db, Presence presence, CancellationToken ct)
    {
        var texts = request.Query["users"].SelectMany(list => (list ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToList();
        var users = new List<long>();
        foreach (var text in texts)
        {
            if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var user))
            {
                return FieldErrors.Of("users", $"\"{text}\" is no id.");
            }

            users.Add(user);
        }

        if (users.Count > MostUsers)
        {
            return FieldErrors.Of("users", $"Ensure this field has no more than {MostUsers} elements.");
        }

        var known = await db.Conversations.WhomAsync(me.Id, users, ct);
        var states = await presence.OfAsync(known, ct);
        return TypedResults.Ok<IReadOnlyList<PresenceView>>([.. users.Distinct().Where(known.Contains)
            .Select(user => (User: user, State: states.GetValueOrDefault(user) ?? new PresenceState(Online: false, LastSeen: null)))
            .Select(person => new PresenceView(person.User, person.State.Online, person.State.LastSeen))]);
    }

    /// <summary>Which of these people somebody shares a conversation with.</summary>
    public static async Task<IReadOnlySet<long>> WhomAsync(this IQueryable<Conversation> conversations, long user, IReadOnlyCollection<long> candidates, CancellationToken ct) =>
        candidates.Count == 0 ? new HashSet<long>() : (await conversations
            .Where(conversation => (conversation.FirstUserId == user && candidates.Contains(conversation.SecondUserId))
                || (conversation.SecondUserId == user && candidates.Contains(conversation.FirstUserId)))
            .Select(conversation => conversation.FirstUserId == user ? conversation.SecondUserId : conversation.FirstUserId).Distinct().ToListAsync(ct)).ToHashSet();
}
