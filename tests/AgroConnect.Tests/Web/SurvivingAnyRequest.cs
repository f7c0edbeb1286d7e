using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using AgroConnect.Tests.Images;
using AgroConnect.Tests.Products;

namespace AgroConnect.Tests.Web;

/// <summary>
/// Whatever is sent to whatever the API document describes, nothing breaks: wrong types, sizes and encodings, as a stranger and signed in.
/// <c>AGROCONNECT_TEST_FUZZ_REQUESTS</c> says how many requests are made up; every run sends the same.
/// </summary>
public sealed class SurvivingAnyRequest(App app, ITestOutputHelper output) : IClassFixture<App>
{
    private const int Callers = 8;

    private static readonly int Requests = int.Parse(Environment.GetEnvironmentVariable("AGROCONNECT_TEST_FUZZ_REQUESTS") ?? "3000", CultureInfo.InvariantCulture);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_route_answers_and_none_breaks()
    {
        using var farmer = await app.Farmer();
        using var buyer = await app.Buyer();
        using var staff = await app.Staff();
        await app.Product(farmer);
        var document = JsonNode.Parse((await app.Stranger().GetJson("/openapi/v1.json")).GetRawText())!.AsObject();
        var nonsense = new Nonsense(document, [.. new[] { farmer, buyer, staff }.Select(person => person.Client.DefaultRequestHeaders.Authorization!.ToString())]);
        var broken = new ConcurrentBag<string>();
        var times = new ConcurrentBag<(double Milliseconds, string Call)>();
        using var client = app.Stranger();
        client.Timeout = TimeSpan.FromMinutes(1);

        await Parallel.ForEachAsync(Enumerable.Range(0, Requests), new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = Ct }, async (number, ct) =>
        {
            using var request = nonsense.Request(number);
            var call = $"#{number} {request.Method} {request.RequestUri}";
            var started = Stopwatch.GetTimestamp();
            try
            {
                using var answer = await client.SendAsync(request, ct);
                await answer.Content.ReadAsByteArrayAsync(ct);
                if ((int)answer.StatusCode >= 500)
                {
                    broken.Add($"{call}: {(int)answer.StatusCode}");
                }
            }
            catch (TaskCanceledException hang) when (!ct.IsCancellationRequested)
            {
                broken.Add($"{call}: {hang.Message}");
            }

            times.Add((Stopwatch.GetElapsedTime(started).TotalMilliseconds, call));
        });

        var ordered = times.OrderBy(time => time.Milliseconds).ToList();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Requests} requests to {nonsense.Operations} operations: p50 {ordered[Requests / 2].Milliseconds:0} ms, p99 {ordered[Requests * 99 / 100].Milliseconds:0} ms, slowest:\n")
            + string.Join('\n', ordered.TakeLast(5).Select(time => string.Create(CultureInfo.InvariantCulture, $"{time.Milliseconds:0} ms {time.Call[..Math.Min(time.Call.Length, 200)]}"))));
        Assert.Empty(broken);
        Assert.Equal(200, (int)(await client.GetAsync("/health/ready", Ct)).StatusCode);
    }

    /// <summary>Requests that nobody should send, each from its number alone.</summary>
    private sealed class Nonsense(JsonObject document, IReadOnlyList<string> tokens)
    {
        private static readonly string[] Texts =
        [
            "", " ", "0", "1", "2", "-1", "1.5", "1e9", "NaN", "Infinity", "9223372036854775807", "9223372036854775808", "99999999999999999999999999", "true", "null", "[]", "{}",
            "abc", "ÄÖÜß", "ٹماٹر", "टमाटर", "🍅🌽", "\u202Eright", "a\u0000b", "\uD800", "' OR 1=1 --", "\"; DROP TABLE users", "../../etc/passwd", "%s%n", "<script>alert(1)</script>",
            "2026-02-30", "2026-11-26", "2026-11-26T25:61:00Z", "-1.03,37.07", "91,181", "someone@example.com", "name,-price", new('x', 300), new('9', 400), new('é', 5_000),
        ];

        private static readonly string[] Bodies =
        [
            "", "{", "}", "[", "[]", "null", "true", "0", "\"text\"", "{\"a\":}", "{\"a\":1,}", "{\"a\":1 \"b\":2}", "{\"a\":NaN}", "{'a':1}", "\uFEFF{}", "{}{}", "{\"\\uD800\":\"\\uDFFF\"}",
            "{\"a\":1e999999}", new string('[', 5_000), string.Concat(Enumerable.Repeat("{\"a\":", 3_000)),
        ];

        private static readonly string[] Types =
        [
            "application/json", "application/json; charset=utf-16", "application/json; charset=nowhere", "application/json; charset=latin1", "text/plain", "text/html", "application/xml",
            "application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=xxx", "multipart/form-data; boundary=" + new string('x', 300), "image/png", "*/*", "nothing",
        ];

        private static readonly string[] Headers = ["Idempotency-Key", "If-None-Match", "Accept-Language", "Accept", "X-Forwarded-For", "Stripe-Signature", "Range"];

        private readonly List<(string Method, string Path, JsonObject Operation)> _operations =
        [
            .. document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()
                .Where(operation => operation.Key is "get" or "put" or "post" or "patch" or "delete" or "options" or "head")
                .Select(operation => (operation.Key.ToUpperInvariant(), path.Key, operation.Value!.AsObject()))),
        ];

        public int Operations => _operations.Count;

        public HttpRequestMessage Request(int number)
        {
            var random = new Random(number);
            var (method, path, operation) = _operations[number % _operations.Count];
            var query = new List<string>();
            foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
            {
                var (name, place) = (parameter!["name"]!.GetValue<string>(), parameter["in"]!.GetValue<string>());
                var value = Uri.EscapeDataString(Sendable(Text(random)));
                if (place == "path")
                {
                    path = path.Replace("{" + name + "}", random.Next(2) == 0 ? random.Next(1, 12).ToString(CultureInfo.InvariantCulture) : value.Length == 0 ? "-" : value, StringComparison.Ordinal);
                }
                else if (place == "query" && random.Next(2) == 0)
                {
                    query.Add($"{name}={value}");
                }
            }

            if (random.Next(10) == 0)
            {
                query.Add(Uri.EscapeDataString(Sendable(Text(random))) + "=%ff%fe%zz");
            }

            var request = new HttpRequestMessage(new HttpMethod(method), path + (query.Count == 0 ? "" : "?" + string.Join('&', query)));
            var who = random.Next(tokens.Count + 2);
            request.Headers.TryAddWithoutValidation("Authorization", who < tokens.Count ? tokens[who] : who == tokens.Count ? null : "Bearer " + Ascii(Text(random)));
            foreach (var header in Headers.Where(_ => random.Next(8) == 0))
            {
                request.Headers.TryAddWithoutValidation(header, Ascii(Text(random)));
            }

            if (method is not ("GET" or "HEAD"))
            {
                request.Content = Content(random, operation);
            }

            return request;
        }

        private HttpContent Content(Random random, JsonObject operation)
        {
            var schema = operation["requestBody"]?["content"]?["application/json"]?["schema"];
            var kind = random.Next(10);
            if (kind < 6 && schema is not null)
            {
                return Typed(Encoding.UTF8.GetBytes(Value(random, schema, 0, wrong: kind >= 3)?.ToJsonString() ?? "null"), "application/json");
            }

            if (kind == 6)
            {
                return File(random);
            }

            var bytes = new byte[random.Next(2_000)];
            random.NextBytes(bytes);
            return Typed(random.Next(2) == 0 ? bytes : Encoding.UTF8.GetBytes(Bodies[random.Next(Bodies.Length)]), Types[random.Next(Types.Length)], random.Next(6) == 0 ? "gzip" : null);
        }

        /// <summary>A form with a file that may be a picture, half of one, or none.</summary>
        private static MultipartFormDataContent File(Random random)
        {
            var picture = Pictures.Png(64, 48);
            var file = random.Next(3) switch
            {
                0 => picture,
                1 => picture[..random.Next(picture.Length)],
                _ => Encoding.UTF8.GetBytes(Text(random)),
            };
            return new MultipartFormDataContent { { Typed(file, "image/png"), random.Next(2) == 0 ? "image" : "picture", "x.png" }, { new StringContent(Sendable(Text(random))), "alt" } };
        }

        private static ByteArrayContent Typed(byte[] bytes, string type, string? encoding = null)
        {
            var content = new ByteArrayContent(bytes);
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            if (encoding is not null)
            {
                content.Headers.ContentEncoding.Add(encoding);
            }

            return content;
        }

        /// <summary>What a schema describes, or, when it is to be wrong, now and then something else.</summary>
        private JsonNode? Value(Random random, JsonNode schema, int depth, bool wrong)
        {
            if (schema["$ref"]?.GetValue<string>() is { } reference)
            {
                schema = document["components"]!["schemas"]![reference.Split('/')[^1]]!;
            }

            if (depth > 4 || (wrong && random.Next(4) == 0))
            {
                return random.Next(6) switch
                {
                    0 => null,
                    1 => JsonValue.Create(random.NextInt64(long.MinValue, long.MaxValue)),
                    2 => JsonValue.Create(random.NextDouble() * 1e30),
                    3 => new JsonArray(JsonValue.Create(Sendable(Text(random))), null, new JsonObject()),
                    4 => new JsonObject { [Sendable(Text(random))] = 1 },
                    _ => JsonValue.Create(Sendable(Text(random))),
                };
            }

            var type = schema["type"] switch
            {
                JsonArray types => types[0]!.GetValue<string>(),
                { } one => one.GetValue<string>(),
                null => schema["properties"] is not null ? "object" : "string",
            };
            return type switch
            {
                "object" => new JsonObject((schema["properties"]?.AsObject() ?? []).Where(_ => random.Next(8) > 0)
                    .Select(property => KeyValuePair.Create(property.Key, Value(random, property.Value!, depth + 1, wrong)))),
                "array" => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, schema["items"] ?? new JsonObject(), depth + 1, wrong))]),
                "integer" => JsonValue.Create(random.Next(-2, 20)),
                "number" => JsonValue.Create(Math.Round((random.NextDouble() * 30) - 2, 3)),
                "boolean" => JsonValue.Create(random.Next(2) == 0),
                _ when schema["enum"] is JsonArray { Count: > 0 } choices => choices[random.Next(choices.Count)]?.DeepClone(),
                _ => JsonValue.Create(Sendable(Text(random))),
            };
        }

        private static string Text(Random random) => Texts[random.Next(Texts.Length)];

        /// <summary>Half a surrogate pair can be thought of, but not be written in UTF-8.</summary>
        private static string Sendable(string text) => text.Replace("\uD800", "\uFFFD", StringComparison.Ordinal);

        private static string Ascii(string text) => new([.. text.Where(letter => letter is > ' ' and < '\u007f')]);
    }
}
