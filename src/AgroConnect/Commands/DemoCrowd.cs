using System.Globalization;
using AgroConnect.Data;
using AgroConnect.Products;
using AgroConnect.Products.Search;
using AgroConnect.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Commands;

/// <summary>Generated users and listings in any number, for load tests; the same numbers give the same data.</summary>
internal sealed class DemoCrowd(AppDbContext db, IPasswordHasher<User> passwords, TimeProvider clock)
{
    private const int Batch = 1_000;

    private static readonly string[] Qualities =
        ["Organic", "Premium", "Certified", "Heirloom", "Hybrid", "Fresh", "Sun-dried", "Hand-picked", "Early", "Late", "Selected", "Washed"];

    private static readonly (string Crop, string Category, string Unit)[] Crops =
    [
        ("wheat", "grains-and-flour", "kg"), ("barley", "grains-and-flour", "kg"), ("maize", "grains-and-flour", "kg"), ("rice", "grains-and-flour", "kg"),
        ("oats", "grains-and-flour", "kg"), ("tomatoes", "vegetables", "kg"), ("potatoes", "vegetables", "kg"), ("onions", "vegetables", "kg"),
        ("carrots", "vegetables", "kg"), ("cabbage", "vegetables", "piece"), ("peppers", "vegetables", "kg"), ("cucumbers", "vegetables", "kg"),
        ("pumpkins", "vegetables", "piece"), ("garlic", "vegetables", "kg"), ("spinach", "vegetables", "bunch"), ("lettuce", "vegetables", "piece"),
        ("apples", "fruit", "kg"), ("pears", "fruit", "kg"), ("grapes", "fruit", "box"), ("lemons", "fruit", "kg"), ("melons", "fruit", "piece"),
        ("olives", "fruit", "kg"), ("soybeans", "pulses", "kg"), ("lentils", "pulses", "kg"), ("chickpeas", "pulses", "kg"), ("beans", "pulses", "kg"),
    ];

    private static readonly string[] Forms = ["seeds", "seedlings", "from the valley", "for storage", "in crates", "for processing", "second grade", "for seed"];

    private static readonly string[] Traits =
        ["drought tolerant", "disease resistant", "fast growing", "easy to store", "low maintenance", "high yielding", "tested by growers", "harvested this season"];

    /// <param name="users">How many buyers there shall be in the end.</param>
    /// <param name="products">How many generated listings there shall be in the end.</param>
    /// <param name="ct">Stops between batches.</param>
    public async Task SeedAsync(int users, int products, CancellationToken ct)
    {
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        await AddUsersAsync(users, ct);
        await AddProductsAsync(products, ct);
    }

    private async Task AddUsersAsync(int wanted, CancellationToken ct)
    {
        var there = await db.Users.CountAsync(user => user.Email!.StartsWith("user") && user.Email!.EndsWith("@example.com"), ct);
        if (there >= wanted)
        {
            return;
        }

        // One hash for all: hashing is slow on purpose, and these passwords are public.
        var hash = passwords.HashPassword(new User(), DemoMarket.Password);
        await Terminal.WithProgressAsync("Users", wanted - there, async report =>
        {
            for (var done = there; done < wanted; done += Batch)
            {
                db.Users.AddRange(Enumerable.Range(done + 1, Math.Min(Batch, wanted - done)).Select(number => NewUser(number, hash)));
                await db.SaveChangesAsync(ct);
                db.ChangeTracker.Clear();
                report(done - there);
            }
        });
    }

    private async Task AddProductsAsync(int wanted, CancellationToken ct)
    {
        var there = await db.Products.CountAsync(product => product.Slug.StartsWith("lot-"), ct);
        if (there >= wanted)
        {
            return;
        }

        var sellers = await db.Users.Where(user => user.Role == Role.Farmer).OrderBy(user => user.Id).ToListAsync(ct);
        var categories = await db.Categories.ToDictionaryAsync(category => category.Slug, category => category.Id, ct);
        var now = clock.GetUtcNow();
        await Terminal.WithProgressAsync("Listings", wanted - there, async report =>
        {
            for (var done = there; done < wanted; done += Batch)
            {
                var batch = Enumerable.Range(done + 1, Math.Min(Batch, wanted - done)).Select(number => NewProduct(number, sellers, categories, now)).ToList();
                await using var transaction = await db.Database.BeginTransactionAsync(ct);
                db.Products.AddRange(batch);
                await db.SaveChangesAsync(ct);
                await ProductIndex.WriteAsync(db, batch, ct);
                await transaction.CommitAsync(ct);
                db.ChangeTracker.Clear();
                report(done - there);
            }
        });
        Console.WriteLine($"There are {wanted:N0} generated listings.");
    }

    private static Product NewProduct(int number, List<User> sellers, Dictionary<string, long> categories, DateTimeOffset now)
    {
        // Seeded by its own number, so that a listing is the same whether ten or a million are made.
        var random = new Random(number);
        var (crop, category, unit) = Crops[random.Next(Crops.Length)];
        var quality = Qualities[random.Next(Qualities.Length)];
        var seller = sellers[random.Next(sellers.Count)];
        var at = now.AddMinutes(-7L * number);
        var product = new Product { SellerId = seller.Id, CreatedAt = at, UpdatedAt = at, CategoryId = categories[category] };
        product.Name = $"{quality} {crop} {Forms[random.Next(Forms.Length)]}";
        product.Slug = string.Create(CultureInfo.InvariantCulture, $"lot-{number}");
        product.Description = string.Create(CultureInfo.InvariantCulture,
            $"{quality} {crop} from {seller.PublicName}. This lot is {Traits[random.Next(Traits.Length)]} and {Traits[random.Next(Traits.Length)]}; packed by the growers, lot number {number:D7}.");
        product.Price = new Money(random.Next(50, 20_000));
        product.Unit = unit;
        product.Organic = quality == "Organic";
        product.Stock = new Quantity(1000L * random.Next(1, 1_000));
        product.Locate(null, seller.Location);
        return product;
    }

    private User NewUser(int number, string hash)
    {
        var email = string.Create(CultureInfo.InvariantCulture, $"user{number}@example.com");
        var user = new User
        {
            EmailConfirmed = true,
            IsActive = true,
            PasswordHash = hash,
            SecurityStamp = Guid.NewGuid().ToString("N"),
            LockoutEnabled = true,
            DateJoined = clock.GetUtcNow(),
        };
        user.SetEmail(email);
        user.Rename("User", number.ToString(CultureInfo.InvariantCulture), "");
        return user;
    }
}
