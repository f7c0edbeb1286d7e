using System.Globalization;
using System.Text.Json;
using AgroConnect.Orders.Payments;
using AgroConnect.Tests.Fakes;
using AgroConnect.Tests.Products;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;

namespace AgroConnect.Tests.Orders;

/// <summary>What holds of a card payment whatever people, the provider and the network do.</summary>
public sealed class CardsAddUp(CardApp app) : IClassFixture<CardApp>
{
    private static readonly int Orders = int.Parse(Environment.GetEnvironmentVariable("AGROCONNECT_TEST_CARD_ORDERS") ?? "12", CultureInfo.InvariantCulture);

    /// <summary>A step: what is done, by or to which farm, and how the calls to the provider end meanwhile.</summary>
    private static readonly Gen<(int Kind, int Which, int Fate)> AnyStep = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 1], Gen.Int[0, 9]);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public Task What_was_taken_less_what_was_given_back_is_what_the_live_fulfilments_come_to() =>
        Gen.Select(Gen.Int[50, 2_000], Gen.Int[1, 4], AnyStep.Array[4, 14], Gen.Bool).SampleAsync(
            async (cents, quantity, steps, countsReleased) =>
            {
                app.Stripe.CountsReleasedAsRefunded = countsReleased;
                var (farms, buyer) = (new[] { await app.Farmer(), await app.Farmer() }, await app.Buyer());
                var order = await app.OrderedByCard(
                    buyer, (await app.Product(farms[0], new { price = cents / 100m }), quantity), (await app.Product(farms[0], new { price = "1.35" }), 2), (await app.Product(farms[1], new { price = "2.05" }), 3));
                app.Stripe.Happened.Clear();
                using var staff = await app.Staff();
                foreach (var (kind, which, fate) in steps)
                {
                    app.Stripe.Fate = _ => (StripeLookAlike.Mishap?)(fate switch { 0 => StripeLookAlike.Mishap.Fails, 1 => StripeLookAlike.Mishap.KeyInUse, 2 => StripeLookAlike.Mishap.AnswerIsLost, _ => null });
                    await Take(kind, order, farms[which], buyer, staff);
                }

                app.Stripe.Fate = null;

                // Twice: the node's own worker may have been in the middle of a call that failed.
                for (var times = 0; times < 2; times++)
                {
                    app.Clock.Advance(TimeSpan.FromMinutes(16));
                    await app.Settle();
                }

                await Check(order);
            },
            iter: Orders, threads: 1);

    private async Task Take(int kind, JsonElement order, Person farm, Person buyer, Person staff)
    {
        var answer = kind switch
        {
            0 or 1 when Status(order) is "requires_payment_method" => Pay(order),
            2 when Status(order) is "requires_payment_method" => Decline(order),
            0 or 1 or 3 or 4 => await Next(order, farm, staff),
            5 => await staff.Move(order, order.FulfilmentOf(farm), "cancelled"),
            6 or 7 => await CancelOne(order, farm, staff),
            8 when order.Id() % 4 == 0 => await buyer.Cancel(order),
            _ => null,
        };
        Assert.True(answer is null || (int)answer.StatusCode < 500, answer?.ToString());
        await Deliver();
        await app.Services.GetRequiredService<PaymentWorker>().SettleDueAsync(Stop);
        app.Clock.Advance(TimeSpan.FromSeconds(10));
    }

    private HttpResponseMessage? Pay(JsonElement order)
    {
        app.Stripe.Pay(order.Id());
        return null;
    }

    private HttpResponseMessage? Decline(JsonElement order)
    {
        app.Stripe.Decline(order.Id());
        return null;
    }

    private static async Task<HttpResponseMessage> Next(JsonElement order, Person farm, Person staff)
    {
        var stands = (await staff.SeeOrder(order)).FulfilmentOf(farm);
        return await staff.Move(order, stands, stands.Text("status") switch { "pending" => "confirmed", "confirmed" => "shipped", _ => "delivered" });
    }

    private static async Task<HttpResponseMessage> CancelOne(JsonElement order, Person farm, Person staff)
    {
        var line = order.GetProperty("items").EnumerateArray().First(item => item.GetProperty("seller").GetInt64() == farm.Id);
        return await staff.Cancel(order, new { items = new[] { new { item = line.Id(), quantity = 1 } } });
    }

    /// <summary>What happened is told in any order, some of it twice at once, some never.</summary>
    private async Task Deliver()
    {
        var events = app.Stripe.Happened.ToArray();
        app.Stripe.Happened.Clear();
        Random.Shared.Shuffle(events);
        await Task.WhenAll(events.SelectMany((happened, number) => Enumerable.Range(0, number % 3).Select(_ => app.Told(happened.Intent, happened.Type))));
    }

    private async Task Check(JsonElement order)
    {
        using var staff = await app.Staff();
        var seen = await staff.SeeOrder(order);
        var due = (long)(decimal.Parse(seen.GetProperty("payment").Text("amount_due"), CultureInfo.InvariantCulture) * 100);
        var live = seen.GetProperty("fulfilments").EnumerateArray().Where(part => part.Text("status") != "cancelled").ToList();
        var gone = live.Count > 0 && live.TrueForAll(part => part.Text("status") is "shipped" or "delivered");
        switch (Status(order))
        {
            case "succeeded":
                Assert.Equal(due, app.Stripe.IntentOf(order.Id())["amount_received"]!.GetValue<long>() - app.Stripe.GivenBack(order.Id()));
                Assert.All(live, part => Assert.Equal("paid", part.Text("payment_status")));
                break;
            case "requires_capture":
                Assert.True(live.Count > 0 && !gone);
                Assert.All(live, part => Assert.Equal("authorised", part.Text("payment_status")));
                break;
            case "canceled":
                Assert.Empty(live);
                break;
            default:
                Assert.All(live, part => Assert.True(part.Text("payment_status") is "unpaid" or "failed"));
                Assert.All(live, part => Assert.Equal("pending", part.Text("status")));
                Assert.NotEmpty(live);
                break;
        }

        Assert.True(app.Stripe.Effects.Count(path => path.EndsWith($"{app.Stripe.IntentOf(order.Id())["id"]}/capture", StringComparison.Ordinal)) <= 1);
    }

    private string Status(JsonElement order) => app.Stripe.IntentOf(order.Id())["status"]!.GetValue<string>();
}
