using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgroConnect.Data;
using AgroConnect.Images;
using AgroConnect.Products;
using AgroConnect.Products.Search;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Commands;

/// <summary>The hand-made market of <c>Commands/Demo</c>: farms, categories, listings and our own drawings.</summary>
internal sealed class DemoMarket(
    AppDbContext db, ImageStore images, IPasswordHasher<User> passwords, DemoOrders orders, DemoChats chats, Site site, TimeProvider clock)
{
    public const string Password = "Harvest-2026!";
    private const string AdminEmail = "admin@example.com";
    private const string BuyerEmail = "buyer@example.com";

    /// <summary>One account for each role.</summary>
    public static readonly IReadOnlyList<string> LogIns = [AdminEmail, Load(DemoJson.Default.ListDemoFarm, "farms.json")[0].Email, BuyerEmail];

    /// <summary>Who has bought and said what they think of it.</summary>
    private static readonly IReadOnlyList<string> Shoppers =
        [BuyerEmail, "asha.mohamed@example.com", "brian.ochieng@example.com", "fatima.khan@example.com", "rahul.verma@example.com", "lucia.mendez@example.com"];

    /// <summary>Seeds a database in which nobody has sold anything yet.</summary>
    public async Task SeedIfEmptyAsync(CancellationToken ct)
    {
        if (!await db.Products.AnyAsync(ct))
        {
            await SeedAsync(ct);
        }
    }

    public Task<bool> IsThereAsync(CancellationToken ct) => db.Users.AnyAsync(user => user.NormalizedEmail == EmailAddress.Normalised(AdminEmail), ct);

    /// <summary>Adds what is missing of the market; what is there stays as people have changed it.</summary>
    public async Task SeedAsync(CancellationToken ct)
    {
        var listings = Load(DemoJson.Default.ListDemoListing, "listings.json");
        var farms = await SeedUsersAsync(Load(DemoJson.Default.ListDemoFarm, "farms.json"), ct);
        var known = (await db.Products.Where(product => farms.Values.Select(farm => farm.Id).Contains(product.SellerId)).Select(product => product.Slug).ToListAsync(ct)).ToHashSet();
        var missing = listings.Where(listing => !known.Contains(Slugs.Of(listing.Name, "product"))).ToList();
        if (missing.Count > 0)
        {
            var wanted = Load(DemoJson.Default.ListDemoCategory, "categories.json");
            var drawings = await DrawAsync(missing.SelectMany(listing => listing.Images).Select(image => image.Drawing).Concat(wanted.Select(category => category.Drawing ?? "")), ct);
            var categories = await SeedCategoriesAsync(wanted, drawings, ct);
            await AddListingsAsync(missing, farms, categories, drawings, ct);
        }

        await orders.SeedAsync([.. farms.Values.Select(farm => farm.Id)], Shoppers, ct);
        await chats.SeedAsync([.. farms.Values.Select(farm => farm.Id)], Shoppers, ct);
    }

    private async Task AddListingsAsync(
        List<DemoListing> listings, Dictionary<string, User> farms, Dictionary<string, Category> categories,
        Dictionary<string, StoredImage> drawings, CancellationToken ct)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var products = listings.Select((listing, number) =>
        {
            // The first of the list is the newest, as if one listing had been added every three hours.
            var at = now.AddHours(-3 * (number + 1));
            var product = new Product { SellerId = farms[listing.Farm].Id, CreatedAt = at, UpdatedAt = at };
            product.CategoryId = categories[listing.Category].Id;
            (product.Name, product.Slug, product.Description) = (listing.Name, Slugs.Of(listing.Name, "product"), listing.Description);
            product.Price = site.Currency.FromDecimal(decimal.Parse(listing.Price, CultureInfo.InvariantCulture));
            (product.Unit, product.Organic) = (listing.Unit, listing.Organic);
            product.QuantityStep = Quantity.FromDecimal(listing.QuantityStep);
            product.MinOrderQuantity = Quantity.FromDecimal(listing.MinOrderQuantity);
            product.Stock = Quantity.FromDecimal(listing.Stock);
            product.HarvestedOn = listing.HarvestedDaysAgo is { } ago ? today.AddDays(-ago) : null;
            product.AvailableFrom = listing.AvailableFromDays is { } from ? today.AddDays(from) : null;
            product.AvailableUntil = listing.AvailableUntilDays is { } until ? today.AddDays(until) : null;
            product.Images = [.. listing.Images.Where(image => drawings.ContainsKey(image.Drawing)).Select(image => new GalleryImage(drawings[image.Drawing], image.Alt))];
            product.Locate(null, farms[listing.Farm].Location);
            return product;
        }).Reverse().ToList();
        db.Products.AddRange(products);
        await db.SaveChangesAsync(ct);
        await ProductIndex.WriteAsync(db, products, ct);
        await images.KeepAsync(db, products.SelectMany(product => product.Images).Select(image => image.Image), ct);
        await transaction.CommitAsync(ct);
        Console.WriteLine($"Seeded the demo market: {farms.Count} farms, {products.Count} listings, {drawings.Count} drawings.");
    }

    private async Task<Dictionary<string, User>> SeedUsersAsync(List<DemoFarm> farms, CancellationToken ct)
    {
        // One hash for all: hashing is slow on purpose, and these passwords are public.
        var hash = passwords.HashPassword(new User(), Password);
        var people = farms.Select(farm => NewUser(farm, Role.Farmer, hash))
            .Append(NewUser(new DemoFarm(AdminEmail, "Market", "Administrator", "", "", "", null), Role.Staff, hash))
            .Append(NewUser(new DemoFarm(BuyerEmail, "Wanjiru", "Buyer", "", "", "", null), Role.Buyer, hash))
            .Concat(Shoppers.Skip(1).Select(email => NewUser(Shopper(email), Role.Buyer, hash)))
            .ToList();
        var emails = people.Select(user => user.NormalizedEmail!).ToList();
        var known = await db.Users.Where(user => emails.Contains(user.NormalizedEmail!)).ToDictionaryAsync(user => user.NormalizedEmail!, ct);
        db.Users.AddRange(people.Where(user => !known.ContainsKey(user.NormalizedEmail!)));
        await db.SaveChangesAsync(ct);
        return people.Take(farms.Count).ToDictionary(user => user.Email!, user => known.GetValueOrDefault(user.NormalizedEmail!) ?? user);
    }

    private static DemoFarm Shopper(string email)
    {
        var names = CultureInfo.InvariantCulture.TextInfo.ToTitleCase(email.Split('@')[0].Replace('.', ' ')).Split(' ');
        return new DemoFarm(email, names[0], names[1], "", "", "", null);
    }

    private User NewUser(DemoFarm person, Role role, string hash)
    {
        var user = new User
        {
            EmailConfirmed = true,
            IsActive = true,
            Role = role,
            Bio = person.Bio,
            PhoneNumber = person.Phone,
            PasswordHash = hash,
            SecurityStamp = Guid.NewGuid().ToString("N"),
            LockoutEnabled = true,
            DateJoined = clock.GetUtcNow().AddDays(-200),
            Location = person.Location,
        };
        user.SetEmail(person.Email);
        user.Rename(person.FirstName, person.LastName, person.FarmName);
        return user;
    }

    private async Task<Dictionary<string, Category>> SeedCategoriesAsync(
        List<DemoCategory> wanted, Dictionary<string, StoredImage> drawings, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var bySlug = await db.Categories.ToDictionaryAsync(category => category.Slug, ct);
        foreach (var category in wanted.Where(category => !bySlug.ContainsKey(category.Slug)))
        {
            var added = new Category
            {
                Name = category.Name,
                Slug = category.Slug,
                Description = category.Description,
                ParentId = category.Parent is { } parent ? bySlug[parent].Id : null,
                Image = drawings.GetValueOrDefault(category.Drawing ?? ""),
            };
            db.Categories.Add(added);
            await db.SaveChangesAsync(ct);
            bySlug.Add(added.Slug, added);
            if (added.Image is { } image)
            {
                await images.KeepAsync(db, [image], ct);
            }
        }

        await transaction.CommitAsync(ct);
        return bySlug;
    }

    /// <summary>Each drawing once, however many listings show it.</summary>
    private async Task<Dictionary<string, StoredImage>> DrawAsync(IEnumerable<string> names, CancellationToken ct)
    {
        var wanted = names.Distinct().Where(name => Resource($"drawings/{name}.svg") is not null).ToList();
        var drawn = new ConcurrentDictionary<string, StoredImage>();
        await Terminal.WithProgressAsync("Drawing pictures", wanted.Count, report => Parallel.ForEachAsync(wanted, ct, async (name, token) =>
        {
            await using var svg = Resource($"drawings/{name}.svg")!;
            using var bytes = new MemoryStream();
            await svg.CopyToAsync(bytes, token);
            drawn[name] = await images.SaveDrawingAsync(bytes.ToArray(), token);
            report(drawn.Count);
        }));
        return drawn.ToDictionary();
    }

    private static Stream? Resource(string name) =>
        Assembly.GetExecutingAssembly().GetManifestResourceStream("AgroConnect.Commands.Demo." + name);

    private static List<T> Load<T>(System.Text.Json.Serialization.Metadata.JsonTypeInfo<List<T>> type, string name)
    {
        using var stream = Resource(name) ?? throw new InvalidOperationException($"The demo market has no {name}.");
        return JsonSerializer.Deserialize(stream, type)!;
    }
}

internal sealed record DemoFarm(string Email, string FirstName, string LastName, string FarmName, string Bio, string Phone, Location? Location);

internal sealed record DemoCategory(string Slug, string Name, string Description, string? Parent, string? Drawing);

internal sealed record DemoListing(
    string Farm, string Category, string Name, string Description, string Price, string Unit, decimal QuantityStep,
    decimal MinOrderQuantity, decimal Stock, bool Organic, int? HarvestedDaysAgo, int? AvailableFromDays, int? AvailableUntilDays,
    IReadOnlyList<DemoImage> Images);

internal sealed record DemoImage(string Drawing, string Alt);

[JsonSerializable(typeof(List<DemoFarm>))]
[JsonSerializable(typeof(List<DemoCategory>))]
[JsonSerializable(typeof(List<DemoListing>))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class DemoJson : JsonSerializerContext;
