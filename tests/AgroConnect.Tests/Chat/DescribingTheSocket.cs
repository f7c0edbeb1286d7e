using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgroConnect.Tests.Orders;
using AgroConnect.Tests.Products;
using Json.Schema;

namespace AgroConnect.Tests.Chat;

public sealed class DescribingTheSocket(App app) : IClassFixture<App>
{
    private static readonly string[] FromServer =
        ["ready", "message.ack", "message.new", "message.batch", "typing", "read", "presence", "auth.ok", "pong", "order.updated", "error"];

    [Fact]
    public async Task The_document_is_AsyncAPI_and_names_this_server()
    {
        var document = await Document();
        var structure = JsonSchema.FromText(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Chat", "asyncapi-3.0.0.json"), TestContext.Current.CancellationToken));

        Valid(structure, document, "the document");
        Assert.Equal(app.Stranger().BaseAddress!.Authority, (string)document["servers"]!["here"]!["host"]!);

        // Every reference leads somewhere, and the examples are what they are examples of.
        foreach (var reference in References(document))
        {
            Assert.NotNull(reference.Split('/').Skip(1).Aggregate<string, JsonNode?>(document, (node, part) => node?[part.Replace("~1", "/", StringComparison.Ordinal)]));
        }

        foreach (var (name, message) in document["components"]!["messages"]!.AsObject())
        {
            Valid(Frames(document, ((string)message!["payload"]!["$ref"]!).Split('/')[^1]), message["examples"]![0]!["payload"], name);
        }
    }

    [Fact]
    public async Task Every_frame_of_a_real_socket_is_as_described()
    {
        var document = await Document();
        var (one, other, conversation) = await app.TwoWhoTalk();
        var image = (await (await one.UploadPicture()).Json(201)).Id();
        var id = conversation.Id();
        await other.Said(conversation, "Before");
        await using var mine = await app.Connect(one);
        await using var theirs = await app.Connect(other);

        async Task Sends(RawLine line, string schema, object frame)
        {
            Valid(Frames(document, schema), JsonSerializer.SerializeToNode(frame), schema);
            await line.Send(frame);
        }

        await Sends(mine, "MessageSend", new { type = "message.send", conversation = id, client_id = "a", text = "Look", images = new[] { image } });
        await mine.Next("message.ack");
        await theirs.Next("message.new");
        await Sends(theirs, "Sync", new { type = "sync", conversation = id, after = 0 });
        await theirs.Next("message.batch");
        await Sends(mine, "TypingSend", new { type = "typing", conversation = id, active = true });
        await theirs.Next("typing");
        await Sends(theirs, "ReadSend", new { type = "read", conversation = id, up_to = 2 });
        await mine.Next("read");
        await Sends(mine, "PresenceWatch", new { type = "presence.watch", users = new[] { other.Id } });
        await mine.Next("presence");
        await Sends(mine, "Auth", new { type = "auth", token = Conversing.TokenOf(one) });
        await mine.Next("auth.ok");
        await Sends(mine, "Ping", new { type = "ping" });
        await mine.Next("pong");
        await Sends(mine, "MessageSend", new { type = "message.send", conversation = 999_999, client_id = "b", text = "Nobody" });
        await mine.Next("error");
        await mine.Send(new { type = "nonsense" });
        await mine.Next("error");
        await one.Order((await app.Product(other), 1));
        await mine.Next("order.updated");

        var frames = mine.Frames.Concat(theirs.Frames).ToList();
        Assert.Equal(FromServer.Order(StringComparer.Ordinal), frames.Select(frame => frame.Text("type")).Distinct().Order(StringComparer.Ordinal));
        foreach (var frame in frames)
        {
            var type = frame.Text("type");
            var schema = string.Concat(type.Split('.').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
            Valid(Frames(document, schema), JsonNode.Parse(frame.GetRawText()), type);
        }
    }

    private async Task<JsonNode> Document() =>
        (await app.Stranger().GetFromJsonAsync<JsonNode>("/asyncapi/v1.json", TestContext.Current.CancellationToken))!;

    /// <summary>The schema of a frame, in which nothing may stand that is not described.</summary>
    private static JsonSchema Frames(JsonNode document, string schema)
    {
        var schemas = JsonNode.Parse(document["components"]!["schemas"]!.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal))!;
        Close(schemas);
        return JsonSchema.FromText(new JsonObject { ["$ref"] = "#/$defs/" + schema, ["$defs"] = schemas }.ToJsonString());
    }

    private static void Close(JsonNode? node)
    {
        if (node is JsonObject schema)
        {
            if (schema["properties"] is JsonObject && schema["additionalProperties"] is null)
            {
                schema["additionalProperties"] = false;
            }

            foreach (var (_, inner) in schema.ToList())
            {
                Close(inner);
            }
        }
    }

    private static void Valid(JsonSchema schema, JsonNode? instance, string name)
    {
        var result = schema.Evaluate(JsonSerializer.SerializeToElement(instance), new EvaluationOptions { OutputFormat = OutputFormat.List, RequireFormatValidation = true });
        Assert.True(result.IsValid, $"{name}: {instance?.ToJsonString()}\n{string.Join('\n', (result.Details ?? []).Where(detail => detail.Errors?.Count > 0).Select(detail => $"{detail.InstanceLocation}: {string.Join(" ", detail.Errors!.Values)}"))}");
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(entry => entry.Key == "$ref" ? [(string)entry.Value!] : References(entry.Value)),
        JsonArray list => list.SelectMany(References),
        _ => [],
    };
}
