using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AgroConnect.Tests.Fakes;

/// <summary>
/// Stripe's PaymentIntents with manual capture and its refunds, on a loopback port: form bodies, idempotency keys, states, errors and
/// signed events as its documentation has them. It shares no code with our client.
/// </summary>
internal sealed class StripeLookAlike : IAsyncDisposable
{
    public const string SecretKey = "sk_test_of_these_tests";
    public const string WebhookSecret = "whsec_of_these_tests";

    private readonly WebApplication _app;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (string Parameters, int Status, string Body)> _replies = [];
    private int _number;
    private int _hanging;

    private StripeLookAlike(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    /// <summary>By id; the objects are as they go out.</summary>
    public ConcurrentDictionary<string, JsonObject> Intents { get; } = new();

    /// <summary>Calls that had an effect: method, path.</summary>
    public ConcurrentQueue<string> Effects { get; } = new();

    /// <summary>Every call is answered with 503.</summary>
    public bool IsDown { get; set; }

    /// <summary>The call is done, and its answer never arrives.</summary>
    public bool LosesAnswers { get; set; }

    /// <summary>How a call that changes something ends, by its path; null: as it should.</summary>
    public Func<string, Mishap?>? Fate { get; set; }

    /// <summary>How many calls hang just now.</summary>
    public int Hanging => _hanging;

    /// <summary>Charges are named, and not shown.</summary>
    public bool HidesCharges { get; set; }

    /// <summary>Whether what a capture lets go counts among the refunds of its charge, as accounts have been seen to have it.</summary>
    public bool CountsReleasedAsRefunded { get; set; } = true;

    /// <summary>What happened to intents, for tests to deliver in whatever order and number.</summary>
    public ConcurrentQueue<(string Type, JsonObject Intent)> Happened { get; } = new();

    /// <summary>Settings of a market that takes cash and cards.</summary>
    /// <param name="address">Where it finds Stripe.</param>
    /// <param name="publishableKey">What its pages ask Stripe with; null for none.</param>
    public static IReadOnlyDictionary<string, string?> MarketSettings(string address, string? publishableKey = null) => new Dictionary<string, string?>
    {
        ["Payments:Provider"] = "cash,stripe",
        ["Payments:Stripe:SecretKey"] = SecretKey,
        ["Payments:Stripe:WebhookSecret"] = WebhookSecret,
        ["Payments:Stripe:PublishableKey"] = publishableKey,
        ["Payments:Stripe:ApiUrl"] = address,
    };

    public static async Task<StripeLookAlike> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var fake = new StripeLookAlike(app);
        app.MapFallback(fake.AnswerAsync);
        await app.StartAsync();
        return fake;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    public JsonObject IntentOf(long order) => Intents.Values.Single(intent => intent["metadata"]!["order_id"]!.GetValue<string>() == order.ToString(CultureInfo.InvariantCulture));

    /// <summary>The buyer's browser confirms with a good card.</summary>
    public JsonObject Pay(long order) => Change(order, intent =>
    {
        intent["status"] = "requires_capture";
        intent["amount_capturable"] = intent["amount"]!.GetValue<long>();
        intent["last_payment_error"] = null;
        intent["latest_charge"] = new JsonObject
        {
            ["id"] = "ch_" + intent["id"],
            ["object"] = "charge",
            ["amount"] = intent["amount"]!.GetValue<long>(),
            ["amount_captured"] = 0L,
            ["amount_refunded"] = 0L,
            ["payment_intent"] = intent["id"]!.GetValue<string>(),
        };
    });

    /// <summary>What the buyer got back of what was captured.</summary>
    public long GivenBack(long order)
    {
        var charge = IntentOf(order)["latest_charge"]!;
        var released = CountsReleasedAsRefunded ? charge["amount"]!.GetValue<long>() - charge["amount_captured"]!.GetValue<long>() : 0;
        return charge["amount_refunded"]!.GetValue<long>() - released;
    }

    /// <summary>The buyer's browser tries a card that is declined.</summary>
    public JsonObject Decline(long order) => Change(order, intent =>
    {
        intent["status"] = "requires_payment_method";
        intent["last_payment_error"] = new JsonObject { ["type"] = "card_error", ["code"] = "card_declined", ["message"] = "Your card was declined." };
    });

    public JsonObject Change(long order, Action<JsonObject> change)
    {
        lock (_gate)
        {
            var intent = IntentOf(order);
            change(intent);
            var type = intent["status"]!.GetValue<string>() switch
            {
                "requires_capture" => "payment_intent.amount_capturable_updated",
                "requires_action" => "payment_intent.requires_action",
                _ => "payment_intent.payment_failed",
            };
            Happened.Enqueue((type, intent.DeepClone().AsObject()));
            return intent;
        }
    }

    /// <summary>An event about an intent, as its body and its signature.</summary>
    public static HttpRequestMessage Event(string type, JsonObject intent, string? id = null, string secret = WebhookSecret, DateTimeOffset? at = null)
    {
        var body = new JsonObject
        {
            ["id"] = id ?? $"evt_{Guid.NewGuid():N}",
            ["object"] = "event",
            ["api_version"] = "2024-06-20",
            ["created"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
            ["type"] = type,
            ["data"] = new JsonObject { ["object"] = intent.DeepClone() },
        }.ToJsonString();
        var time = (at ?? DateTimeOffset.UtcNow).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{time}.{body}")));
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/payments/stripe/webhook/") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Stripe-Signature", $"t={time},v1={new string('0', 64)},v1={signature},v0=old");
        return request;
    }

    private async Task AnswerAsync(HttpContext http)
    {
        if (IsDown)
        {
            http.Response.StatusCode = 503;
            return;
        }

        if (http.Request.Headers.Authorization != $"Bearer {SecretKey}")
        {
            await Write(http, Error(401, "invalid_request_error", "api_key_invalid"));
            return;
        }

        var form = HttpMethods.IsPost(http.Request.Method) && http.Request.HasFormContentType ? (await http.Request.ReadFormAsync()).ToDictionary(field => field.Key, field => field.Value.ToString()) : [];
        var mishap = HttpMethods.IsPost(http.Request.Method) ? Fate?.Invoke(http.Request.Path) : null;
        if (mishap == Mishap.Hangs)
        {
            await HangAsync(http.RequestAborted);
        }

        var reply = mishap == Mishap.KeyInUse
            ? Error(409, "invalid_request_error", "idempotency_key_in_use")
            : Reply(http.Request.Method, http.Request.Path, http.Request.Headers["Idempotency-Key"].ToString(), form, mishap == Mishap.Fails);
        if ((LosesAnswers || mishap == Mishap.AnswerIsLost) && HttpMethods.IsPost(http.Request.Method))
        {
            http.Abort();
            return;
        }

        await Write(http, reply);
    }

    private async Task HangAsync(CancellationToken ct)
    {
        Interlocked.Increment(ref _hanging);
        try
        {
            while (Fate is not null)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), ct);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _hanging);
        }
    }

    private (int Status, string Body) Reply(string method, string path, string key, Dictionary<string, string> form, bool fails)
    {
        lock (_gate)
        {
            if (method == "GET")
            {
                return path == "/v1/balance" ? (200, """{"object":"balance","available":[],"pending":[]}""")
                    : Intents.TryGetValue(path.Split('/')[^1], out var found) ? (200, Shown(found)) : Error(404, "invalid_request_error", "resource_missing");
            }

            var parameters = path + "?" + string.Join('&', form.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => $"{field.Key}={field.Value}"));
            if (_replies.TryGetValue(key, out var before))
            {
                return before.Parameters == parameters ? (before.Status, before.Body) : Error(400, "idempotency_error", "idempotency_key_mismatch");
            }

            var reply = fails ? Error(500, "api_error", "internal") : Act(path, form);
            _replies[key] = (parameters, reply.Status, reply.Body);
            if (reply.Status == 200)
            {
                Effects.Enqueue(path);
            }

            return reply;
        }
    }

    private string Shown(JsonObject intent)
    {
        var shown = intent.DeepClone().AsObject();
        shown["latest_charge"] = HidesCharges ? shown["latest_charge"]?["id"]?.GetValue<string>() : shown["latest_charge"]?.DeepClone();
        return shown.ToJsonString();
    }

    private (int Status, string Body) Act(string path, Dictionary<string, string> form)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        switch (parts)
        {
            case ["v1", "payment_intents"]:
                var id = $"pi_{++_number}";
                if (long.Parse(form["amount"], CultureInfo.InvariantCulture) < 50)
                {
                    return Error(400, "invalid_request_error", "amount_too_small");
                }

                Intents[id] = new JsonObject
                {
                    ["id"] = id,
                    ["object"] = "payment_intent",
                    ["amount"] = long.Parse(form["amount"], CultureInfo.InvariantCulture),
                    ["amount_capturable"] = 0L,
                    ["amount_received"] = 0L,
                    ["currency"] = form["currency"],
                    ["capture_method"] = form["capture_method"],
                    ["status"] = "requires_payment_method",
                    ["client_secret"] = id + "_secret_x",
                    ["livemode"] = false,
                    ["metadata"] = new JsonObject { ["order_id"] = form["metadata[order_id]"] },
                    ["last_payment_error"] = null,
                    ["latest_charge"] = null,
                };
                return (200, Intents[id].ToJsonString());
            case ["v1", "payment_intents", var intentId, "capture"]:
                var intent = Intents[intentId];
                var amount = form.TryGetValue("amount_to_capture", out var wanted) ? long.Parse(wanted, CultureInfo.InvariantCulture) : intent["amount_capturable"]!.GetValue<long>();
                if (intent["status"]!.GetValue<string>() != "requires_capture" || amount > intent["amount_capturable"]!.GetValue<long>())
                {
                    return Error(400, "invalid_request_error", "payment_intent_unexpected_state");
                }

                (intent["status"], intent["amount_received"], intent["amount_capturable"]) = ("succeeded", amount, 0L);
                var held = intent["latest_charge"]!;
                (held["amount_captured"], held["amount_refunded"]) = (amount, CountsReleasedAsRefunded ? held["amount"]!.GetValue<long>() - amount : 0L);
                Happened.Enqueue(("payment_intent.succeeded", intent.DeepClone().AsObject()));
                return (200, intent.ToJsonString());
            case ["v1", "payment_intents", var intentId, "cancel"]:
                if (Intents[intentId]["status"]!.GetValue<string>() is "succeeded" or "canceled" or "processing")
                {
                    return Error(400, "invalid_request_error", "payment_intent_unexpected_state");
                }

                (Intents[intentId]["status"], Intents[intentId]["amount_capturable"]) = ("canceled", 0L);
                Happened.Enqueue(("payment_intent.canceled", Intents[intentId].DeepClone().AsObject()));
                return (200, Intents[intentId].ToJsonString());
            case ["v1", "refunds"]:
                var charge = Intents[form["payment_intent"]]["latest_charge"]!.AsObject();
                var refunded = charge["amount_refunded"]!.GetValue<long>() + long.Parse(form["amount"], CultureInfo.InvariantCulture);
                if (refunded > charge[CountsReleasedAsRefunded ? "amount" : "amount_captured"]!.GetValue<long>())
                {
                    return Error(400, "invalid_request_error", "charge_already_refunded");
                }

                charge["amount_refunded"] = refunded;
                return (200, """{"id":"re_1","object":"refund","status":"succeeded"}""");
            default:
                return Error(404, "invalid_request_error", "resource_missing");
        }
    }

    private static (int Status, string Body) Error(int status, string type, string code) =>
        (status, JsonSerializer.Serialize(new { error = new { type, code, message = $"It is {code}." } }));

    private static Task Write(HttpContext http, (int Status, string Body) reply)
    {
        (http.Response.StatusCode, http.Response.ContentType) = (reply.Status, "application/json");
        return http.Response.WriteAsync(reply.Body);
    }

    /// <summary>How a call ends otherwise than it should.</summary>
    public enum Mishap
    {
        /// <summary>A 500, which is the answer to its key from then on; nothing was done.</summary>
        Fails,

        /// <summary>A 409: somebody else asks with the same key just now.</summary>
        KeyInUse,

        /// <summary>It was done, and nobody heard.</summary>
        AnswerIsLost,

        /// <summary>It hangs for as long as there is a fate.</summary>
        Hangs,
    }
}
