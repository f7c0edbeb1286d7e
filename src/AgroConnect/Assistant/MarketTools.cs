using System.ComponentModel;
using AgroConnect.Assistant.Knowledge;
using AgroConnect.Data;
using AgroConnect.Orders;
using AgroConnect.Products.Search;
using AgroConnect.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.AI;

namespace AgroConnect.Assistant;

/// <summary>
/// What the model may look up: listings that everybody sees, and the orders of the one who asks. Nothing here writes, no
/// argument says for whom, and results hold no address, phone number or free text of others.
/// </summary>
internal sealed class MarketTools(AppDbContext db, MarketListings listings, CropListings crops, OrderViews orders)
{
    public const int MostListings = 6;
    private const int MostOrders = 5;
    private const int MostCrops = 2;
    private const int LongestText = 100;

    /// <summary>Listings for the model to read.</summary>
    public sealed record Goods(IReadOnlyList<Goods.Listing> Listings)
    {
        public sealed record Listing(long Id, string Name, string Price, string Currency, string Unit, decimal Stock, bool Organic, string Seller, string? Place)
        {
            public ProductHit Hit => new(Id, Name, Price, Unit);
        }
    }

    /// <summary>Orders for the model to read, newest first.</summary>
    public sealed record PlacedOrders(IReadOnlyList<PlacedOrders.Placed> Orders)
    {
        public sealed record Placed(
            string Number, string Status, string Total, string Currency, string PaymentStatus, DateOnly PlacedOn, IReadOnlyList<Line> Items);

        public sealed record Line(string Product, decimal Quantity, string Unit, string Status);
    }

    /// <summary>The functions of one answer, and what they found.</summary>
    /// <param name="me">Who asks; strangers have no orders.</param>
    /// <param name="baseUrl">For addresses of pictures.</param>
    /// <param name="found">Takes the listings that the model has looked up.</param>
    /// <param name="seen">Takes the text of results: figures in a reply may come from it.</param>
    public IList<AITool> For(CurrentUser me, string baseUrl, List<Goods.Listing> found, List<string> seen)
    {
        var options = AssistantJson.Wire.Options;
        var tools = new List<AITool>
        {
            AIFunctionFactory.Create(SearchAsync, new AIFunctionFactoryOptions
            {
                Name = "search_products",
                Description = "Looks up what is for sale on this market now, best match first.",
                SerializerOptions = options,
                ExcludeResultSchema = true,
            }),
        };
        if (me.IsSignedIn)
        {
            tools.Add(AIFunctionFactory.Create(OrdersAsync, new AIFunctionFactoryOptions
            {
                Name = "my_orders",
                Description = "The latest orders that the user who asks has placed.",
                SerializerOptions = options,
                ExcludeResultSchema = true,
            }));
        }

        return tools;

        async Task<Goods> SearchAsync(
            [Description("Words such as the name of a crop, in any language.")] string query,
            [Description("Highest price of one unit.")] double? max_price = null,
            CancellationToken ct = default)
        {
            var hits = await listings.FindAsync(Short(query), max_price is { } most and >= 0 and < 1e9 ? (decimal)most : null, MostListings, ct);
            found.AddRange(hits.Where(listing => !found.Exists(known => known.Id == listing.Id)));
            seen.AddRange(hits.Select(Text));
            return new Goods(hits);
        }

        async Task<PlacedOrders> OrdersAsync(CancellationToken ct = default)
        {
            var mine = await orders.ReadAsync(db.Orders.Where(order => order.BuyerId == me.Id).OrderByDescending(order => order.Id).Take(MostOrders), me, baseUrl, ct);
            var placed = mine.Select(order => new PlacedOrders.Placed(
                order.Number, order.Status, order.Total, order.Currency, order.Payment.Status, DateOnly.FromDateTime(order.CreatedAt.UtcDateTime),
                [.. order.Items.Take(10).Select(item => new PlacedOrders.Line(
                    Short(item.ProductName), item.Quantity.ToDecimal(), item.Unit, order.Fulfilments.Single(fulfilment => fulfilment.Id == item.Fulfilment).Status))])).ToList();
            seen.AddRange(placed.SelectMany(order => order.Items.Select(item => FormattableString.Invariant($"{item.Product} {item.Quantity} {item.Unit}")).Append(order.Total)));
            return new PlacedOrders(placed);
        }
    }

    /// <summary>What the market has of the crops that a text names, in any language.</summary>
    public async ValueTask<IReadOnlyList<Goods.Listing>> OfCropsInAsync(WrittenText text)
    {
        var named = CropNames.Find(text.Words).Select(match => match.Crop).Distinct().Take(MostCrops).ToList();
        var hits = new List<Goods.Listing>();
        foreach (var crop in named)
        {
            hits.AddRange((await crops.OfAsync(CropNames.Names(crop).First())).Take(MostListings / named.Count).Where(listing => !hits.Exists(known => known.Id == listing.Id)));
        }

        return hits;
    }

    /// <summary>What the figures of a reply may come from.</summary>
    public static string Text(Goods.Listing listing) => FormattableString.Invariant($"{listing.Name}: {listing.Price} {listing.Currency} / {listing.Unit}, {listing.Stock} {listing.Unit}");

    /// <summary>Text of others, on one line and short.</summary>
    public static string Short(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= LongestText ? line : string.Concat(line.AsSpan(0, char.IsHighSurrogate(line[LongestText - 1]) ? LongestText - 1 : LongestText), "…");
    }
}
