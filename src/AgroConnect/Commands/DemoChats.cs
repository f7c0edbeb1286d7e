using System.Globalization;
using AgroConnect.Chat;
using AgroConnect.Data;
using AgroConnect.Products;
using AgroConnect.Users;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Commands;

/// <summary>Conversations of the demo market, and generated messages in any number for load tests.</summary>
internal sealed class DemoChats(AppDbContext db, TimeProvider clock)
{
    private const int Batch = 1_000;
    private const int MostPeople = 10_000;

    /// <summary>How many generated messages one conversation gets before the next one begins.</summary>
    private const int OfOneConversation = 100;
    private const string Generated = "generated-";

    /// <summary>The shopper begins and both take turns; <c>{0}</c> is the product.</summary>
    private static readonly string[][] Dialogues =
    [
        ["Hello! Is the {0} still fresh?", "Good morning. Picked yesterday, and we pick again on Friday.", "Then I will wait for Friday. Thank you!", "We will keep some aside for you."],
        ["Could I come by to pick up the {0}?", "Of course, any afternoon but Sunday. Ring at the green gate."],
        ["How should I store the {0}?", "Cool and dark, never in plastic. It keeps for about two weeks that way.", "Very good to know."],
        ["Is {0} sprayed with anything?", "No. We cover the rows with nets instead.", "That is what I hoped to hear. How many kilos could you bring at once?", "Up to forty with our van.", "Perfect, I will order for our kitchen."],
        ["السلام علیکم، کیا {0} کل مل سکتا ہے؟", "وعلیکم السلام، جی ہاں، صبح دس بجے کے بعد۔"],
        ["Would you sell {0} by the crate to a school?", "Gladly, at ten percent less. Tell us the days and the number of crates.", "Two crates every Monday, from next week on."],
    ];

    private static readonly string[] Phrases =
    [
        "Is it still there?", "Yes, as much as you need.", "When could you deliver?", "On Thursday before noon.", "Could you send a picture?", "The harvest was good this year.",
        "What does a whole crate cost?", "A little less than two halves.", "I will let you know tomorrow.", "Thank you!", "کیا یہ تازہ ہے؟", "क्या यह जैविक है?", "🌽 🍅 👍",
    ];

    /// <summary>A handful of conversations between shoppers and demo farms, unless the shoppers have talked already.</summary>
    public async Task SeedAsync(IReadOnlyList<long> farms, IReadOnlyList<string> shoppers, CancellationToken ct)
    {
        var names = shoppers.Select(EmailAddress.Normalised).ToList();
        var people = await db.Users.Where(user => names.Contains(user.NormalizedEmail!) && user.DeletedAt == null).OrderBy(user => user.Id).Select(user => user.Id).ToListAsync(ct);
        var products = await db.Products.AsNoTracking().Where(product => farms.Contains(product.SellerId) && product.IsActive).OrderBy(product => product.Id)
            .Select(product => new { product.Id, product.Name, product.SellerId }).ToListAsync(ct);
        if (people.Count == 0 || products.Count == 0
            || await db.Conversations.AnyAsync(conversation => people.Contains(conversation.FirstUserId) || people.Contains(conversation.SecondUserId), ct))
        {
            return;
        }

        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var begun = new List<Conversation>();
        foreach (var (number, dialogue) in Dialogues.Index())
        {
            // Farms far apart in the list, so that each talks about something else.
            var product = products[number * 7 % products.Count];
            var (shopper, at) = (people[number % people.Count], now.AddHours(-5 * (Dialogues.Length - number)));
            begun.Add(Conversation.Between(shopper, product.SellerId, product.Id, at));
            db.Conversations.Add(begun[^1]);
            await db.SaveChangesAsync(ct);
            db.Messages.AddRange(dialogue.Select((text, turn) => new Message
            {
                ConversationId = begun[^1].Id,
                Seq = turn + 1,
                SenderId = turn % 2 == 0 ? shopper : product.SellerId,
                ClientId = string.Create(CultureInfo.InvariantCulture, $"demo-{turn + 1}"),
                Text = string.Format(CultureInfo.InvariantCulture, text, product.Name),
                CreatedAt = at.AddMinutes(11 * (turn + 1)),
            }));
        }

        await db.SaveChangesAsync(ct);
        await SettleAsync([.. begun.Select(conversation => conversation.Id)], ct);

        // Somebody has something to read: whoever did not speak last in the newest two.
        foreach (var conversation in begun.TakeLast(2))
        {
            var id = conversation.Id;
            var lastIsFirst = await db.Messages.Where(message => message.ConversationId == id).OrderByDescending(message => message.Seq)
                .Select(message => message.SenderId).FirstAsync(ct) == conversation.FirstUserId;
            await db.Conversations.Where(row => row.Id == id).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.FirstReadUpTo, row => row.LastSeq - (lastIsFirst ? 0 : 1)).SetProperty(row => row.SecondReadUpTo, row => row.LastSeq - (lastIsFirst ? 1 : 0)), ct);
        }

        await transaction.CommitAsync(ct);
    }

    /// <param name="wanted">How many generated messages there shall be in the end.</param>
    /// <param name="ct">Stops between batches.</param>
    public async Task GenerateAsync(int wanted, CancellationToken ct)
    {
        var there = wanted == 0 ? 0 : await db.Messages.CountAsync(message => message.ClientId.StartsWith(Generated), ct);
        if (there >= wanted)
        {
            return;
        }

        db.ChangeTracker.Clear();
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        var buyers = await PeopleAsync(Role.Buyer, ct);
        var farmers = await PeopleAsync(Role.Farmer, ct);
        var now = clock.GetUtcNow();
        await Terminal.WithProgressAsync("Messages", wanted - there, async report =>
        {
            for (var done = there; done < wanted; done += Batch)
            {
                var (first, count, soFar) = (done, Math.Min(Batch, wanted - done), wanted);
                await using var transaction = await db.Database.BeginTransactionAsync(ct);
                await AddAsync(first, count, number => now.AddSeconds(number - soFar), buyers, farmers, ct);
                await transaction.CommitAsync(ct);
                db.ChangeTracker.Clear();
                report(done - there);
            }
        });
        Console.WriteLine($"There are {wanted:N0} generated messages.");
    }

    private async Task AddAsync(int done, int count, Func<int, DateTimeOffset> timeOf, List<long> buyers, List<long> farmers, CancellationToken ct)
    {
        var turns = Enumerable.Range(done, count).GroupBy(number => number / OfOneConversation)
            .Select(turn => (Buyer: buyers[turn.Key % buyers.Count], Farmer: farmers[turn.Key / buyers.Count % farmers.Count], Numbers: turn.ToList())).ToList();
        var people = turns.Select(turn => turn.Buyer).ToList();
        var conversations = (await db.Conversations
            .Where(row => row.ProductId == null && (people.Contains(row.FirstUserId) || people.Contains(row.SecondUserId))).ToListAsync(ct))
            .ToDictionary(row => (row.FirstUserId, row.SecondUserId));
        var missing = turns.Select(turn => Conversation.Between(turn.Buyer, turn.Farmer, null, timeOf(turn.Numbers[0])))
            .Where(row => !conversations.ContainsKey((row.FirstUserId, row.SecondUserId))).DistinctBy(row => (row.FirstUserId, row.SecondUserId)).ToList();
        db.Conversations.AddRange(missing);
        await db.SaveChangesAsync(ct);
        missing.ForEach(row => conversations.Add((row.FirstUserId, row.SecondUserId), row));

        var last = conversations.Values.ToDictionary(row => row.Id, row => row.LastSeq);
        var touched = new HashSet<long>();
        var rows = new NewRows(db);
        foreach (var (buyer, farmer, numbers) in turns)
        {
            var id = conversations[(Math.Min(buyer, farmer), Math.Max(buyer, farmer))].Id;
            touched.Add(id);
            rows.Add(numbers.Select(number => new Message
            {
                ConversationId = id,
                Seq = ++last[id],
                SenderId = number % 2 == 0 ? buyer : farmer,
                ClientId = string.Create(CultureInfo.InvariantCulture, $"{Generated}{number + 1}"),
                Text = Phrases[new Random(number).Next(Phrases.Length)],
                CreatedAt = timeOf(number),
            }));
        }

        var trip = new RoundTrip(db);
        await rows.SaveAsync(trip, ct);
        await trip.SendAsync(ct);
        await SettleAsync(touched, ct);
    }

    private Task<List<long>> PeopleAsync(Role role, CancellationToken ct) =>
        db.Users.Where(user => user.Role == role && user.IsActive).OrderBy(user => user.Id).Take(MostPeople).Select(user => user.Id).ToListAsync(ct);

    /// <summary>Brings conversations up to the messages that were put into them, all read.</summary>
    private async Task SettleAsync(IReadOnlyCollection<long> conversations, CancellationToken ct)
    {
        var messages = db.Messages;
        await db.Conversations.Where(row => conversations.Contains(row.Id)).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.LastSeq, row => messages.Where(message => message.ConversationId == row.Id).Max(message => message.Seq))
                .SetProperty(row => row.UpdatedAt, row => messages.Where(message => message.ConversationId == row.Id).OrderByDescending(message => message.Seq).Select(message => message.CreatedAt).First()), ct);
        await db.Conversations.Where(row => conversations.Contains(row.Id)).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.FirstReadUpTo, row => row.LastSeq).SetProperty(row => row.SecondReadUpTo, row => row.LastSeq), ct);
    }
}
