using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace AgroConnect.Tests.Fakes;

/// <summary>A span as it came over the wire.</summary>
internal sealed record SeenSpan(string TraceId, string Name, string Scope, string Attributes, IReadOnlyList<string> LinkedTraces);

/// <summary>An OpenTelemetry collector on a loopback port (OTLP over gRPC, without TLS) that keeps the spans it is sent.</summary>
internal sealed class OtlpLookAlike : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<SeenSpan> _spans = [];

    private OtlpLookAlike(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    public static async Task<OtlpLookAlike> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var fake = new OtlpLookAlike(app);
        app.Run(fake.TakeAsync);
        await app.StartAsync();
        return fake;
    }

    /// <summary>Waits for a span; they come in batches.</summary>
    public async Task<SeenSpan> Wait(string what, Func<SeenSpan, bool> which)
    {
        for (var waited = 0; waited < 600; waited++)
        {
            if (_spans.FirstOrDefault(which) is { } span)
            {
                return span;
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"No span came of {what}, but: {string.Join("; ", _spans.Select(span => $"{span.TraceId} {span.Name} ({span.Scope})"))}");
        return null!;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        if (http.Request.Path == "/opentelemetry.proto.collector.trace.v1.TraceService/Export")
        {
            // One byte says whether it is compressed, four how long it is.
            var message = body.ToArray().AsMemory(5);
            foreach (var scoped in Fields(message).Where(field => field.Number == 1).SelectMany(resource => Fields(resource.Value)).Where(field => field.Number == 2))
            {
                Keep(scoped.Value);
            }
        }

        http.Response.ContentType = "application/grpc";
        http.Response.DeclareTrailer("grpc-status");
        await http.Response.Body.WriteAsync(new byte[5]);
        http.Response.AppendTrailer("grpc-status", "0");
    }

    private void Keep(ReadOnlyMemory<byte> scoped)
    {
        var scope = Fields(scoped).Where(field => field.Number == 1).SelectMany(field => Fields(field.Value)).Where(field => field.Number == 1).Select(field => Text(field.Value)).FirstOrDefault("");
        foreach (var span in Fields(scoped).Where(field => field.Number == 2).Select(field => Fields(field.Value).ToList()))
        {
            _spans.Enqueue(new SeenSpan(
                Convert.ToHexStringLower(span.Single(field => field.Number == 1).Value.Span),
                Text(span.Single(field => field.Number == 5).Value),
                scope,
                string.Join(' ', span.Where(field => field.Number == 9).Select(field => Text(field.Value))),
                [.. span.Where(field => field.Number == 13).Select(link => Convert.ToHexStringLower(Fields(link.Value).Single(field => field.Number == 1).Value.Span))]));
        }
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    /// <summary>The fields of a protobuf message; of numbers only that they are there.</summary>
    private static IEnumerable<(int Number, ReadOnlyMemory<byte> Value)> Fields(ReadOnlyMemory<byte> message)
    {
        while (message.Length > 0)
        {
            var tag = (int)Varint(ref message);
            var length = (tag & 7) switch
            {
                0 => Skip(ref message),
                1 => 8,
                5 => 4,
                _ => (int)Varint(ref message),
            };
            yield return (tag >> 3, message[..length]);
            message = message[length..];
        }

        static int Skip(ref ReadOnlyMemory<byte> message)
        {
            Varint(ref message);
            return 0;
        }
    }

    private static ulong Varint(ref ReadOnlyMemory<byte> message)
    {
        var (value, shift) = (0UL, 0);
        while (true)
        {
            var next = message.Span[0];
            message = message[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }

            shift += 7;
        }
    }
}
