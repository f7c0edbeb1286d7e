using System.Globalization;
using AgroConnect.Users;
using AgroConnect.Web;
using AgroConnect.Web.OpenApi;

namespace AgroConnect.Chat;

/// <summary><c>GET /api/chat/presence/?users=3,4</c>: who is online, of those one talks to.</summary>
internal static class ReadPresence
{
    private const int MostUsers = 100;

    public static readonly QueryParameter Users = new("users", $"Ids with commas between them, at most {MostUsers}. People one shares no conversation with are left out.");

    public static async Task<IResult> HandleAsync(HttpRequest request, CurrentUser me, Presence presence, CancellationToken ct)
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

        var known = await presence.AcquaintedAsync(me.Id, users);
        var states = await presence.OfAsync(known, ct);
        return TypedResults.Ok<IReadOnlyList<PresenceView>>([.. users.Distinct().Where(known.Contains)
            .Select(user => (User: user, State: states.GetValueOrDefault(user) ?? new PresenceState(Online: false, LastSeen: null)))
            .Select(person => new PresenceView(person.User, person.State.Online, person.State.LastSeen))]);
    }
}
