using System.Text.Json;
using AgroConnect.Data;
using AgroConnect.Users;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Assistant;

/// <summary>
/// Reads what was said in a conversation, and keeps what is said now. Answers that come to their end at the same moment share a
/// transaction; each is acknowledged after its commit.
/// </summary>
internal sealed class ConversationLog : IAsyncDisposable
{
    /// <summary>Messages that are looked at; how many of them the model gets is a matter of their length.</summary>
    private const int LooksBack = 20;

    private static readonly Func<AppDbContext, long[], IAsyncEnumerable<PlaceRow>> PlacesOf = EF.CompileAsyncQuery((AppDbContext db, long[] users) =>
        db.Set<User>().Where(user => users.Contains(user.Id) && user.LocationName != null)
            .Select(user => new PlaceRow(user.Id, new Location(user.LocationName!, user.Latitude ?? 0, user.Longitude ?? 0))));

    private static readonly Func<AppDbContext, long, long, IAsyncEnumerable<Row>> Latest = EF.CompileAsyncQuery((AppDbContext db, long conversation, long user) =>
        db.Set<AssistantMessage>().Where(message => message.ConversationId == conversation && message.Conversation.UserId == user)
            .OrderByDescending(message => message.Id).Take(LooksBack)
            .Join(db.Set<User>(), message => message.Conversation.UserId, asker => asker.Id, (message, asker) => new Row(
                message.Id, message.IsAnswer, message.Text, asker.LocationName, asker.Latitude, asker.Longitude)));

    private readonly GroupCommit<Exchange, Kept?> _exchanges;
    private readonly Gathered<long, Location> _places;
    private long _begun;

    public ConversationLog(IServiceScopeFactory scopes, TimeProvider clock)
    {
        _exchanges = new GroupCommit<Exchange, Kept?>(
            scopes, exchange => exchange.Owner, (services, group) => WriteAsync(services.GetRequiredService<AppDbContext>(), group, clock.GetUtcNow()));
        _places = new Gathered<long, Location>(async users =>
        {
            await using var scope = scopes.CreateAsyncScope();
            return await PlacesOf(scope.ServiceProvider.GetRequiredService<AppDbContext>(), [.. users]).ToDictionaryAsync(row => row.UserId, row => row.Place);
        });
    }

    /// <param name="Before">The latest messages, oldest first.</param>
    /// <param name="Place">Of the one who asks.</param>
    public sealed record Memory(IReadOnlyList<Said> Before, Location? Place);

    /// <param name="ConversationId">In which it is.</param>
    /// <param name="MessageId">Of the answer.</param>
    public sealed record Kept(long ConversationId, long MessageId);

    /// <summary>What is known before a question is answered: one statement, shared by those who begin at the same time; none for strangers.</summary>
    /// <returns>Null when there is no such conversation of this user.</returns>
    public async Task<Memory?> ReadAsync(AppDbContext db, CurrentUser me, long? conversation)
    {
        if (!me.IsSignedIn)
        {
            return conversation is null ? new Memory([], null) : null;
        }

        if (conversation is not { } id)
        {
            return new Memory([], await _places.ReadAsync(me.Id));
        }

        // None is without messages: it begins with two, in one transaction.
        var rows = await Latest(db, id, me.Id).ToListAsync();
        rows.Sort((one, other) => one.Id.CompareTo(other.Id));
        return rows is [var row, ..]
            ? new Memory([.. rows.Select(said => new Said(said.IsAnswer, said.Text))], row.Place is { } place ? new Location(place, row.Latitude ?? 0, row.Longitude ?? 0) : null)
            : null;
    }

    /// <summary>Keeps question and answer of a signed-in user.</summary>
    /// <returns>Null when their conversation or account went meanwhile.</returns>
    public Task<Kept?> KeepAsync(Turn turn, AnswerView view) =>
        _exchanges.WriteAsync(new Exchange(turn, view, turn.ConversationId ?? -Interlocked.Increment(ref _begun)));

    public ValueTask DisposeAsync() => _exchanges.DisposeAsync();

    private static async Task<LastTrip<Exchange, Kept?>> WriteAsync(AppDbContext db, IReadOnlyList<Exchange> group, DateTimeOffset now)
    {
        var there = await LockUsersAsync(db, [.. group.Where(exchange => exchange.ConversationId is null).Select(exchange => exchange.UserId).Distinct().Order()]);
        var open = await LockConversationsAsync(db, [.. group.Select(exchange => exchange.ConversationId ?? 0).Where(id => id > 0).Order()]);
        var written = new List<(Exchange Exchange, AssistantConversation Conversation, AssistantMessage Answer)>();
        foreach (var exchange in group)
        {
            if (Conversation(exchange) is { } conversation)
            {
                conversation.Add(exchange.Question(now), exchange.Answer(now));
                written.Add((exchange, conversation, conversation.Messages[^1]));
            }
        }

        await db.SaveChangesAsync();
        var answers = group.ToDictionary(exchange => exchange, _ => (Kept?)null);
        foreach (var (exchange, conversation, answer) in written)
        {
            answers[exchange] = new Kept(conversation.Id, answer.Id);
        }

        return new LastTrip<Exchange, Kept?>(new RoundTrip(db), () => answers);

        AssistantConversation? Conversation(Exchange exchange)
        {
            if (exchange.ConversationId is { } id)
            {
                return open.GetValueOrDefault(id) is { } known && known.UserId == exchange.UserId ? known : null;
            }

            return there.Contains(exchange.UserId) ? db.Add(exchange.Begin(now)).Entity : null;
        }
    }

    /// <summary>Also on PostgreSQL: an account is not deleted between this and the commit. Those who begin conversations don't wait for each other.</summary>
    private static async Task<IReadOnlySet<long>> LockUsersAsync(AppDbContext db, long[] ids)
    {
        if (ids.Length == 0)
        {
            return new HashSet<long>();
        }

        var users = db is PostgresDbContext
            ? db.Users.FromSql($"SELECT * FROM users WHERE id = ANY ({ids}) ORDER BY id FOR SHARE")
            : db.Users.Where(user => ids.Contains(user.Id));
        return (await users.AsNoTracking().ToListAsync()).Where(user => user.DeletedAt is null).Select(user => user.Id).ToHashSet();
    }

    private static async Task<IReadOnlyDictionary<long, AssistantConversation>> LockConversationsAsync(AppDbContext db, long[] ids)
    {
        if (ids.Length == 0)
        {
            return new Dictionary<long, AssistantConversation>();
        }

        var conversations = db is PostgresDbContext
            ? db.AssistantConversations.FromSql($"SELECT * FROM assistant_conversations WHERE id = ANY ({ids}) ORDER BY id FOR NO KEY UPDATE")
            : db.AssistantConversations.Where(conversation => ids.Contains(conversation.Id));
        return await conversations.ToDictionaryAsync(conversation => conversation.Id);
    }

    private sealed record PlaceRow(long UserId, Location Place);

    private sealed record Row(long Id, bool IsAnswer, string Text, string? Place, double? Latitude, double? Longitude);

    /// <summary>A question and its answer. Of one conversation, the later is written after the earlier.</summary>
    private sealed class Exchange(Turn turn, AnswerView view, long owner)
    {
        public long Owner => owner;

        public long UserId => turn.Me.Id;

        public long? ConversationId => turn.ConversationId;

        public AssistantConversation Begin(DateTimeOffset now) => new()
        {
            UserId = turn.Me.Id,
            Title = TitleOf(turn.Question.Text),
            Language = view.Language,
            CreatedAt = now,
            UpdatedAt = now,
        };

        public AssistantMessage Question(DateTimeOffset now) => new()
        {
            IsAnswer = false,
            Text = turn.Question.Text,
            Language = view.Language,
            HadImage = turn.Image is not null,
            CreatedAt = now,
        };

        public AssistantMessage Answer(DateTimeOffset now) => new()
        {
            IsAnswer = true,
            Text = view.Reply,
            Language = view.Language,
            Grounded = view.Grounded,
            Declined = view.Declined,
            SafetyNotice = view.SafetyNotice,
            Citations = JsonSerializer.Serialize(view.Citations, AssistantJson.Wire.IReadOnlyListCitationView),
            Products = JsonSerializer.Serialize(view.Products, AssistantJson.Wire.IReadOnlyListProductHit),
            Model = view.Model,
            Degraded = view.Degraded,
            CreatedAt = now,
        };

        private static string TitleOf(string message)
        {
            var line = string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            var runes = line.EnumerateRunes().Take(AssistantConversation.LongestTitle + 1).ToList();
            return runes.Count <= AssistantConversation.LongestTitle ? line : string.Concat(runes.Take(AssistantConversation.LongestTitle - 1)) + "…";
        }
    }
}
