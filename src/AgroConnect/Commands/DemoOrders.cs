using System.Globalization;
using AgroConnect.Data;
using AgroConnect.Orders;
using AgroConnect.Orders.Reviews;
using AgroConnect.Products;
using AgroConnect.Users;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Commands;

/// <summary>
/// Orders of the demo market with their reviews, and generated ones in any number for load tests. Farms bring in as much as they sell, by
/// rows of the ledger: stock stays what it was, and the sum of its ledger.
/// </summary>
internal sealed class DemoOrders(AppDbContext db, TimeProvider clock)
{
    private const int HandMade = 60;
    private const int Batch = 1_000;
    private const int MostProducts = 500;
    private const int MostBuyers = 10_000;
    private const string GeneratedNote = "Generated order ";

    private static readonly string[] Praise =
    [
        "Fresh, and packed with care.", "Just as described. We will order again.", "Good quality for the price.", "Arrived a day late but in good shape.",
        "My children ask for more of it.", "A little smaller than I hoped, the taste is right.", "بہت تازہ اور لذیذ۔", "ताज़ा और स्वादिष्ट, बहुत अच्छा।", "",
    ];

    private static readonly int[] Stars = [5, 5, 4, 5, 3, 4, 2, 4, 5];

    /// <summary>Some dozens of orders at the demo farms, unless the shoppers have ordered already.</summary>
    public async Task SeedAsync(IReadOnlyList<long> farms, IReadOnlyList<string> shoppers, CancellationToken ct)
    {
        var names = shoppers.Select(EmailAddress.Normalised).ToList();
        var buyers = await db.Users.Where(user => names.Contains(user.NormalizedEmail!) && user.DeletedAt == null).OrderBy(user => user.Id).ToDictionaryAsync(user => user.Id, user => user.PublicName, ct);
        if (buyers.Count == 0 || await db.Orders.AnyAsync(order => buyers.Keys.Contains(order.BuyerId), ct))
        {
            return;
        }

        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await CatalogueLock.TakeAsync(db, ct);

        // A few listings that many buy, so that some have several reviews.
        var products = await db.Products.Where(product => farms.Contains(product.SellerId) && product.IsActive).OrderBy(product => product.Id).Take(40).ToListAsync(ct);
        if (products.Count == 0)
        {
            return;
        }

        var orders = Enumerable.Range(1, HandMade).Select(number => DemoOrder.Make(number, [.. buyers.Keys.Order()], products, now.AddHours(-13 * (HandMade - number)).AddMinutes(-25), now, "")).ToList();
        orders.ForEach(order => order.Delivery = order.Delivery with { Name = buyers[order.BuyerId] });
        await SaveAsync(orders, ct);
        AddReviews(orders, products.ToDictionary(product => product.Id));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }

    /// <param name="wanted">How many generated orders there shall be in the end.</param>
    /// <param name="ct">Stops between batches.</param>
    public async Task GenerateAsync(int wanted, CancellationToken ct)
    {
        var there = await db.Orders.CountAsync(order => order.Note.StartsWith(GeneratedNote), ct);
        if (there >= wanted)
        {
            return;
        }

        db.ChangeTracker.Clear();
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        var buyers = await db.Users.Where(user => user.Role == Role.Buyer && user.IsActive).OrderBy(user => user.Id).Take(MostBuyers).Select(user => user.Id).ToListAsync(ct);
        var products = await db.Products.AsNoTracking().Where(product => product.IsActive).OrderBy(product => product.Id).Take(MostProducts).ToListAsync(ct);
        var now = clock.GetUtcNow();
        await Terminal.WithProgressAsync("Orders", wanted - there, async report =>
        {
            for (var done = there; done < wanted; done += Batch)
            {
                var batch = Enumerable.Range(done + 1, Math.Min(Batch, wanted - done)).Select(number => DemoOrder.Make(
                    number, buyers, products, now.AddMinutes(-5L * (wanted - number)), now, string.Create(CultureInfo.InvariantCulture, $"{GeneratedNote}{number}"))).ToList();
                await using var transaction = await db.Database.BeginTransactionAsync(ct);
                await SaveAsync(batch, ct);
                await transaction.CommitAsync(ct);
                db.ChangeTracker.Clear();
                report(done - there);
            }
        });
        Console.WriteLine($"There are {wanted:N0} generated orders.");
    }

    private async Task SaveAsync(List<Order> orders, CancellationToken ct)
    {
        var first = orders.Min(order => order.CreatedAt);
        db.StockEntries.AddRange(orders.SelectMany(order => order.StockEntries).GroupBy(entry => entry.ProductId)
            .Select(product => (Id: product.Key, Sold: new Quantity(-product.Sum(entry => entry.Change.Thousandths))))
            .Where(product => product.Sold != Quantity.Zero).OrderBy(product => product.Id)
            .Select(product => new StockEntry { ProductId = product.Id, Change = product.Sold, Cause = StockCause.Corrected, At = first }));
        await db.SaveChangesAsync(ct);
        db.Orders.AddRange(orders);
        await db.SaveChangesAsync(ct);
    }

    /// <summary>Most of those who received something say what they think of it.</summary>
    private void AddReviews(List<Order> orders, Dictionary<long, Product> products)
    {
        var received = orders.SelectMany(order => order.Fulfilments.Where(part => part.Status == FulfilmentStatus.Delivered)
            .SelectMany(part => part.Items.Select(item => (order.BuyerId, item.ProductId, At: part.UpdatedAt.AddHours(3))))).DistinctBy(line => (line.BuyerId, line.ProductId));
        foreach (var ((buyer, id, at), number) in received.Select((line, number) => (line, number)).Where(line => line.number % 4 != 3))
        {
            var review = new Review { ProductId = id, AuthorId = buyer, CreatedAt = at, UpdatedAt = at, Rating = Stars[number % Stars.Length], Text = Praise[number % Praise.Length] };
            if (number % 5 == 0)
            {
                review.Answer("Thank you! We will pass it on to everybody at the farm.", at.AddHours(9));
            }

            products[id].Rate(null, review.Rating);
            db.Reviews.Add(review);
        }
    }
}
