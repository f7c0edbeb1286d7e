using System.Globalization;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text;
using AgroConnect.Tests.Images;
using AgroConnect.Tests.Orders;
using AgroConnect.Tests.Products;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AgroConnect.Tests.Web;

/// <summary>
/// Who may call what: every route, by everybody who is nothing to what it names, as <c>docs/authorisation.md</c> has it. A route that is
/// new or answers otherwise fails here; with <c>AGROCONNECT_WRITE_AUTHORISATION=1</c> the page is written anew, for its diff to be read.
/// </summary>
public sealed class AuthorisingCalls(App app) : IClassFixture<App>
{
    private const string Head = """
        # Who may call what

        Made and held by a test, which calls every route as somebody to whom what the route names does not belong: a stranger, and a
        buyer, a farmer and staff who are signed in. **yes** is anything but a refusal, also a 400 for the empty body that is sent.
        Owners may more: what is their own, they see and change.

        | route | stranger | other buyer | other farmer | staff |
        |---|---|---|---|---|

        """;

    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everybody_may_what_the_page_says_and_nothing_else()
    {
        var ids = await OthersThings();
        using var buyer = await app.Buyer();
        using var farmer = await app.Farmer();
        using var staff = await app.Staff();
        using var stranger = app.Stranger();

        // Deleting comes last, and what is within something before it.
        var calls = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText!.TrimStart('/').StartsWith("api/", StringComparison.Ordinal))
            .SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Select(method => (Method: method, Route: "/" + route.RoutePattern.RawText!.TrimStart('/'))) ?? [])
            .Distinct()
            .OrderBy(call => Array.IndexOf(Methods, call.Method)).ThenByDescending(call => call.Route.Length).ThenBy(call => call.Route, StringComparer.Ordinal)
            .ToList();
        var answers = calls.ToDictionary(call => call, _ => new List<string>());
        foreach (var client in new[] { stranger, buyer.Client, farmer.Client, staff.Client })
        {
            foreach (var call in calls)
            {
                answers[call].Add(await Ask(client, call.Method, Named(call.Route, ids)));
            }
        }

        var page = new StringBuilder(Head.ReplaceLineEndings("\n"));
        foreach (var call in calls.OrderBy(call => call.Route, StringComparer.Ordinal).ThenBy(call => Array.IndexOf(Methods, call.Method)))
        {
            page.Append(CultureInfo.InvariantCulture, $"| `{call.Method} {call.Route}` | {string.Join(" | ", answers[call])} |\n");
        }

        if (Environment.GetEnvironmentVariable("AGROCONNECT_WRITE_AUTHORISATION") == "1")
        {
            await File.WriteAllTextAsync(Page(), page.ToString(), Ct);
        }

        Assert.Equal((await File.ReadAllTextAsync(Page(), Ct)).ReplaceLineEndings("\n").Split('\n'), page.ToString().Split('\n'));
    }

    private static string Page([CallerFilePath] string here = "") => Path.GetFullPath("../../../docs/authorisation.md", Path.GetDirectoryName(here)!);

    private static async Task<string> Ask(HttpClient client, string method, string address)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        if (method != "GET")
        {
            request.Content = JsonContent.Create(new { });
        }

        using var answer = await client.SendAsync(request, Ct);
        Assert.True((int)answer.StatusCode < 500, $"{method} {address}: {(int)answer.StatusCode}");
        return (int)answer.StatusCode is 401 or 403 or 404 or 405 ? ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture) : "yes";
    }

    /// <summary>The address with ids of things that are there.</summary>
    private static string Named(string route, IReadOnlyDictionary<string, string> ids)
    {
        foreach (var (part, id) in ids.Where(known => route.Contains(known.Key, StringComparison.Ordinal)))
        {
            var parameter = part[part.IndexOf('{', StringComparison.Ordinal)..];
            var at = route.IndexOf(part, StringComparison.Ordinal) + part.Length - parameter.Length;
            route = route[..at] + id + route[(route.IndexOf('}', at) + 1)..];
        }

        Assert.False(route.Contains('{', StringComparison.Ordinal), $"{route}: the test has nothing for it yet.");
        return route;
    }

    /// <summary>Something of everything, by the part of a route that names it; all of it belongs to people whom the test does not play.</summary>
    private async Task<IReadOnlyDictionary<string, string>> OthersThings()
    {
        var farm = await app.Farmer();
        var buyer = await app.Buyer();
        var category = await app.Category();
        var product = await app.Product(farm, new { category });
        using var picture = new MultipartFormDataContent { { new ByteArrayContent(Pictures.Png()), "image", "tomato.png" } };
        var image = (await (await farm.Client.PostAsync($"/api/products/{product.Id()}/images/", picture, Ct)).Json(201)).EnumerateArray().First();
        var order = await buyer.Order((product, 2));
        await farm.Deliver(order);
        var open = await buyer.Order((product, 1));
        var review = await (await buyer.Client.Post($"/api/products/{product.Id()}/reviews/", new { rating = 5, text = "Sweet." })).Json(201);
        var cart = await (await buyer.AddToCart(product, 1)).Json(201);
        var conversation = await (await buyer.Client.Post("/api/chat/conversations/", new { user = farm.Id })).Json(201);
        var message = await (await buyer.Client.Post($"/api/chat/conversations/{conversation.Id()}/messages/", new { text = "Good day", client_id = "one" })).Json(201);
        var report = await (await farm.Client.Post($"/api/chat/messages/{message.Id()}/report/", new { reason = "spam" })).Json(201);
        var application = await (await buyer.Client.Post("/api/sales/apply/", new { farm_name = "Hill Farm", message = "Please." })).Json(201);
        var asked = await (await buyer.Client.Post("/api/chatbot/", new { message = "How do I control rust of wheat?" })).Json();

        return new Dictionary<string, string>
        {
            ["/products/{id"] = Id(product.Id()),
            ["/images/{image"] = Id(image.Id()),
            ["/reviews/{review"] = Id(review.Id()),
            ["/orders/{id"] = Id(open.Id()),
            ["/fulfilments/{fulfilment"] = Id(open.FulfilmentOf(farm).Id()),
            ["/orders/cart/items/{id"] = Id(cart.GetProperty("items")[0].Id()),
            ["/items/{item"] = Id(open.GetProperty("items")[0].Id()),
            ["/chat/conversations/{id"] = Id(conversation.Id()),
            ["/chat/messages/{id"] = Id(message.Id()),
            ["/blocks/{user"] = Id(farm.Id),
            ["/reports/{id"] = Id(report.Id()),
            ["/users/{id"] = Id(buyer.Id),
            ["/farmer-applications/{id"] = Id(application.Id()),
            ["/chatbot/conversations/{id"] = Id(asked.GetProperty("conversation_id").GetInt64()),
            ["/chatbot/messages/{id"] = Id(asked.GetProperty("message_id").GetInt64()),
            ["/categories/{category"] = Id(category),
            ["/o/{provider"] = "google",
            ["/knowledge/{id"] = "wheat-guide",
        };

        static string Id(long id) => id.ToString(CultureInfo.InvariantCulture);
    }
}
