using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Web;
using Microsoft.Playwright;

namespace AgroConnect.Tests.Fakes;

/// <summary>
/// What a browser meets of Stripe: a look-alike of Stripe.js (<c>Fakes/StripeJs</c>), the calls that it makes, and the page of a bank.
/// What becomes of a payment is with the look-alike of Stripe's API, and told to the market by an event.
/// </summary>
/// <param name="stripe">Where the intents are.</param>
/// <param name="tell">Delivers an event about an intent.</param>
internal sealed class StripeInBrowser(StripeLookAlike stripe, Func<string, JsonObject, Task> tell)
{
    public const string PublishableKey = "pk_test_of_these_tests";
    public const string GoodCard = "4242 4242 4242 4242";
    public const string DeclinedCard = "4000 0000 0000 0002";

    /// <summary>Its bank wants to see the buyer on a page of its own.</summary>
    public const string CardOfACarefulBank = "4000 0025 0000 3155";

    public async Task ServeAsync(IBrowserContext browser)
    {
        await browser.RouteAsync("https://js.stripe.com/**", ScriptAsync);
        await browser.RouteAsync("https://api.stripe.com/**", CallAsync);
        await browser.RouteAsync("https://hooks.stripe.com/**", BankAsync);
    }

    private static Task ScriptAsync(IRoute route)
    {
        var name = Path.GetFileName(new Uri(route.Request.Url).AbsolutePath);
        return name is "stripe.js" or "card.html"
            ? route.FulfillAsync(new() { Path = Path.Combine(AppContext.BaseDirectory, "Fakes", "StripeJs", name) })
            : route.FulfillAsync(new() { Status = 404 });
    }

    private async Task CallAsync(IRoute route)
    {
        var address = new Uri(route.Request.Url);
        var form = HttpUtility.ParseQueryString(route.Request.Method == "POST" ? route.Request.PostData! : address.Query);
        var answer = address.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
        {
            _ when form["key"] != PublishableKey => (401, Error("invalid_request_error", "api_key_invalid", "Invalid API Key provided.")),
            ["v1", "payment_intents", var id, ..] when stripe.Intents[id]["client_secret"]!.GetValue<string>() != form["client_secret"] =>
                (404, Error("invalid_request_error", "resource_missing", "No such payment_intent.")),
            ["v1", "payment_intents", var id] => (200, Shown(id)),
            ["v1", "payment_intents", var id, "confirm"] => await ConfirmAsync(id, form["payment_method_data[card][number]"]!, form["return_url"]!),
            _ => (404, Error("invalid_request_error", "resource_missing", "Unrecognized request URL.")),
        };
        await route.FulfillAsync(new()
        {
            Status = answer.Item1,
            Body = answer.Item2.ToJsonString(),
            ContentType = "application/json",
            Headers = new Dictionary<string, string> { ["Access-Control-Allow-Origin"] = "*", ["Content-Type"] = "application/json" },
        });
    }

    private async Task<(int Status, JsonObject Body)> ConfirmAsync(string id, string card, string returnUrl)
    {
        switch (card)
        {
            case var good when good == Digits(GoodCard):
                await tell("payment_intent.amount_capturable_updated", stripe.Pay(OrderOf(id)));
                return (200, Shown(id));
            case var careful when careful == Digits(CardOfACarefulBank):
                stripe.Change(OrderOf(id), intent => intent["status"] = "requires_action");
                var shown = Shown(id);
                shown["next_action"] = new JsonObject
                {
                    ["type"] = "redirect_to_url",
                    ["redirect_to_url"] = new JsonObject { ["url"] = $"https://hooks.stripe.com/{id}?return_url={Uri.EscapeDataString(returnUrl)}" },
                };
                return (200, shown);
            default:
                await tell("payment_intent.payment_failed", stripe.Decline(OrderOf(id)));
                var error = Error("card_error", "card_declined", "Your card was declined.");
                error["error"]!["payment_intent"] = Shown(id);
                return (402, error);
        }
    }

    /// <summary>The bank asks, hears yes or no, and sends the buyer back.</summary>
    private async Task BankAsync(IRoute route)
    {
        var address = new Uri(route.Request.Url);
        var id = address.AbsolutePath.Trim('/');
        var query = HttpUtility.ParseQueryString(address.Query);
        if (query["answer"] is not { } answer)
        {
            await route.FulfillAsync(new()
            {
                ContentType = "text/html",
                Body = $"""<!doctype html><title>Bank</title><main><h1>Is this you?</h1><a href="{address.PathAndQuery}&answer=yes">Yes</a> <a href="{address.PathAndQuery}&answer=no">No</a></main>""",
            });
            return;
        }

        await (answer == "yes" ? tell("payment_intent.amount_capturable_updated", stripe.Pay(OrderOf(id))) : tell("payment_intent.payment_failed", stripe.Decline(OrderOf(id))));
        var back = $"{query["return_url"]}?payment_intent={id}&payment_intent_client_secret={stripe.Intents[id]["client_secret"]}&redirect_status={(answer == "yes" ? "succeeded" : "failed")}";
        await route.FulfillAsync(new() { Status = 303, Headers = new Dictionary<string, string> { ["Location"] = back } });
    }

    /// <summary>As the holder of a client secret sees it.</summary>
    private JsonObject Shown(string id)
    {
        var shown = stripe.Intents[id].DeepClone().AsObject();
        shown.Remove("metadata");
        shown.Remove("latest_charge");
        return shown;
    }

    private long OrderOf(string id) => long.Parse(stripe.Intents[id]["metadata"]!["order_id"]!.GetValue<string>(), CultureInfo.InvariantCulture);

    private static string Digits(string card) => card.Replace(" ", "", StringComparison.Ordinal);

    private static JsonObject Error(string type, string code, string message) =>
        JsonSerializer.SerializeToNode(new { error = new { type, code, message } })!.AsObject();
}
