using System.Collections.Concurrent;
using System.Text.Json;
using AgroConnect.Clients;
using AgroConnect.Tests.Commands;

namespace AgroConnect.Tests.Chat;

/// <summary>The clients of docs/clients against the real program, which is killed and started again while both talk.</summary>
public sealed class ClientsComeBack(App app) : IClassFixture<App>
{
    private const int Each = 150;

    [Fact]
    public async Task Nothing_is_lost_or_doubled_when_the_server_dies_while_they_talk()
    {
        var (one, other, conversation) = await app.TwoWhoTalk();
        var id = conversation.GetProperty("id").GetInt64();
        var settings = new Dictionary<string, string?>(TheProgram.On(app.Database)) { ["urls"] = $"http://127.0.0.1:{Live.RedisServer.FreePort()}", ["RateLimits__Enabled"] = "false" };
        var node = await TheProgram.Serve(settings);
        try
        {
            var socket = Conversing.SocketOf(new Uri(node.Address));
            await using var typescript = await TypeScript.Run(socket, Conversing.TokenOf(one), id);
            var shown = new ConcurrentQueue<ChatMessage>();
            using var stop = new CancellationTokenSource();
            var csharp = new ChatClient(socket, () => Task.FromResult(Conversing.TokenOf(other)), shown.Enqueue);
            var running = csharp.RunAsync(stop.Token);
            csharp.Follow(id, after: 0);

            var talk = Task.WhenAll(
                Task.Run(async () =>
                {
                    foreach (var number in Enumerable.Range(0, Each))
                    {
                        await typescript.Send($"T{number}");
                        await Task.Delay(10, TestContext.Current.CancellationToken);
                    }
                }, TestContext.Current.CancellationToken),
                Task.Run(async () =>
                {
                    foreach (var number in Enumerable.Range(0, Each))
                    {
                        csharp.Send(id, $"C{number}");
                        await Task.Delay(10, TestContext.Current.CancellationToken);
                    }
                }, TestContext.Current.CancellationToken));
            string Shown() => $"{shown.Count} and {typescript.Messages.Count} were shown.\n{running.Exception}\n{string.Join('\n', typescript.Errors)}";
            await Until(() => shown.Count > 10 && !typescript.Messages.IsEmpty, Shown);
            await node.Kill();
            await node.DisposeAsync();
            node = await TheProgram.Serve(settings);
            await talk;
            await Until(() => shown.Count >= 2 * Each && typescript.Messages.Count >= 2 * Each, Shown);

            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
            var left = shown.Select(message => (message.Seq, message.Text)).ToList();
            var right = typescript.Messages.Select(message => (message.Seq(), message.Said())).ToList();
            Assert.Equal(Enumerable.Range(1, 2 * Each).Select(seq => (long)seq), left.Select(message => message.Item1));
            Assert.Equal(left, right);
            Assert.Equal(
                Enumerable.Range(0, Each).SelectMany(number => new[] { $"T{number}", $"C{number}" }).Order(StringComparer.Ordinal),
                left.Select(message => message.Item2).Order(StringComparer.Ordinal));
        }
        finally
        {
            await node.DisposeAsync();
        }
    }

    private static async Task Until(Func<bool> condition, Func<string> otherwise)
    {
        for (var tries = 0; !condition(); tries++)
        {
            Assert.True(tries < 1_200, "Not within a minute: " + otherwise());
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
