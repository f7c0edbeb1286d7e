using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using AgroConnect.Chat;
using AgroConnect.Images;
using AgroConnect.Orders;
using AgroConnect.Products;
using AgroConnect.Tests.Chat;
using AgroConnect.Tests.Images;
using AgroConnect.Tests.Orders;
using AgroConnect.Tests.Products;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Tests.Commands;

public sealed class BackingUp(App app) : IClassFixture<App>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>SQLite's own copy or pg_dump, whichever database is under test, while people order, write and send pictures.</summary>
    [Fact]
    public async Task A_backup_of_a_busy_market_restores_to_one_moment_of_it()
    {
        var farm = await app.Farmer();
        var product = await app.Product(farm, new { stock = 100_000 });
        var photo = new ByteArrayContent(Pictures.Jpeg()) { Headers = { ContentType = new("image/jpeg") } };
        await (await farm.Client.PostAsync(string.Create(CultureInfo.InvariantCulture, $"/api/products/{product.Id()}/images/"), new MultipartFormDataContent { { photo, "image", "photo.jpg" } }, Ct)).Json(201);
        var buyers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => app.Buyer()));
        var talks = await Task.WhenAll(buyers.Select(async buyer => await (await buyer.TalkTo(farm)).Json(201)));
        var quiet = await (await (await app.Buyer()).TalkTo(farm)).Json(201);
        await farm.Said(quiet, "With a picture", images: [(await (await farm.UploadPicture()).Json(201)).Id()]);
        var (orders, messages) = (new ConcurrentQueue<long>(), new ConcurrentQueue<long>());
        using var stop = new CancellationTokenSource();
        var load = buyers.Zip(talks).Select(pair => LiveUntil(pair.First, pair.Second, product, orders, messages, stop.Token)).ToList();
        while (orders.Count < 5)
        {
            await Task.Delay(10, Ct);
        }

        await using var scratch = TestDatabase.Create();
        var backups = Path.Combine(scratch.Directory, "backups");
        var (ordersBefore, messagesBefore) = (orders.ToList(), messages.ToList());
        (await TheProgram.Run(app.Database, "backup", backups)).Well();
        await stop.CancelAsync();
        await Task.WhenAll(load);

        await using var restored = TestDatabase.Create();
        (await TheProgram.Run(restored, "restore", Assert.Single(Folders(backups)))).Well();
        var again = await TheProgram.Run(restored, "restore", Folders(backups)[0]);

        Assert.Equal(1, again.ExitCode);
        Assert.Contains("There is a database already", again.OnlyErrorLine, StringComparison.Ordinal);
        await using var server = await TheProgram.Serve(TheProgram.On(restored));
        using var owner = new HttpClient { BaseAddress = server.Client.BaseAddress, DefaultRequestHeaders = { Authorization = farm.Client.DefaultRequestHeaders.Authorization } };

        // What nobody touched meanwhile is answered as before, pictures included.
        foreach (var question in (string[])["/api/categories/", "/api/auth/users/me/", $"/api/products/suggest/?q={product.Text("name")[..9]}"])
        {
            Assert.Equal(Here(await farm.Client.GetJson(question), farm.Client), Here(await owner.GetJson(question), owner));
        }

        var shown = (await owner.GetJson(quiet.Messages())).GetProperty("results")[0].GetProperty("images")[0].GetProperty("image_url").GetString()!;
        var gallery = (await owner.GetJson(string.Create(CultureInfo.InvariantCulture, $"/api/products/{product.Id()}/"))).GetProperty("images")[0].GetProperty("image_url").GetString()!;
        Assert.All(
            await Task.WhenAll(new[] { shown, gallery }.Select(url => server.Client.GetAsync(new Uri(new Uri(server.Address), new Uri(new Uri(server.Address), url).PathAndQuery), Ct))),
            picture => Assert.Equal("image/webp", picture.Content.Headers.ContentType?.MediaType));

        // What was acknowledged before the backup is in it, and what is in it is whole.
        await using var db = restored.Open();
        var stored = await db.Orders.Include(order => order.Fulfilments).ThenInclude(fulfilment => fulfilment.Items).Include(order => order.StockEntries).AsNoTracking().ToListAsync(Ct);
        var said = await db.Messages.AsNoTracking().ToListAsync(Ct);
        Assert.Empty(ordersBefore.Except(stored.Select(order => order.Id)));
        Assert.Empty(messagesBefore.Except(said.Select(message => message.Id)));
        Assert.All(stored, order => Assert.Equal((1, 1), (order.Fulfilments.Sum(fulfilment => fulfilment.Items.Count), order.StockEntries.Count)));
        Assert.All(said.GroupBy(message => message.ConversationId), talk => Assert.Equal(Enumerable.Range(1, talk.Count()).Select(seq => (long)seq), talk.Select(message => message.Seq).Order()));
        var ledger = (await db.StockEntries.Where(entry => entry.ProductId == product.Id()).Select(entry => entry.Change).ToListAsync(Ct)).Sum(change => change.ToDecimal());
        Assert.Equal(100_000 - stored.Count, ledger);
        Assert.Equal(ledger, (await db.Products.SingleAsync(row => row.Id == product.Id(), Ct)).Stock.ToDecimal());
        var kept = await db.Images.Where(row => row.State == ImageState.Kept).Select(row => row.Key).ToListAsync(Ct);
        Assert.All(kept.SelectMany(LocalImages.FilesOf), file => Assert.True(File.Exists(Path.Combine(restored.Directory, "images", file)), file));
    }

    [Fact]
    public async Task Old_backups_go_with_the_pictures_that_only_they_had()
    {
        var (one, _, talk) = await app.TwoWhoTalk();
        await one.Said(talk, "Look", images: [(await (await one.UploadPicture()).Json(201)).Id()]);
        await using var scratch = TestDatabase.Create();
        var backups = Path.Combine(scratch.Directory, "backups");
        (await TheProgram.Run(app.Database, "backup", backups)).Well();
        Directory.Move(Folders(backups)[0], Path.Combine(backups, "2020-01-01T000000Z"));
        var old = Path.Combine(backups, "images", "00", "only-in-the-old-one.webp");
        Directory.CreateDirectory(Path.GetDirectoryName(old)!);
        await File.WriteAllTextAsync(old, "picture", Ct);
        File.SetLastWriteTimeUtc(old, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        (await TheProgram.Run(app.Database, "backup", backups, "--keep-days", "7")).Well();

        var left = Assert.Single(Folders(backups));
        Assert.DoesNotContain("2020", Path.GetFileName(left), StringComparison.Ordinal);
        Assert.False(File.Exists(old));
        await using var restored = TestDatabase.Create();
        (await TheProgram.Run(restored, "restore", left)).Well();
    }

    [Fact]
    public async Task A_backup_that_is_damaged_is_refused_and_leaves_no_database()
    {
        var farm = await app.Farmer();
        await (await farm.UploadPicture()).Json(201);
        await using var scratch = TestDatabase.Create();
        var backups = Path.Combine(scratch.Directory, "backups");
        (await TheProgram.Run(app.Database, "backup", backups)).Well();
        var folder = Folders(backups)[0];
        var picture = Directory.GetFiles(Path.Combine(backups, "images"), "*.webp", SearchOption.AllDirectories)[0];
        await using var restored = TestDatabase.Create();
        foreach (var path in new[] { Directory.GetFiles(folder, "agroconnect.*")[0], picture })
        {
            var good = await File.ReadAllBytesAsync(path, Ct);
            await File.WriteAllBytesAsync(path, [.. good.Select((value, at) => at == good.Length / 2 ? (byte)(value ^ 1) : value)], Ct);

            var ended = await TheProgram.Run(restored, "restore", folder);

            Assert.Equal(1, ended.ExitCode);
            Assert.Contains($"{path} is not as it was written", ended.OnlyErrorLine, StringComparison.Ordinal);
            await File.WriteAllBytesAsync(path, good, Ct);
        }

        (await TheProgram.Run(restored, "restore", folder)).Well();
    }

    private static string[] Folders(string backups) => [.. Directory.GetDirectories(backups).Where(folder => Path.GetFileName(folder) != "images")];

    private static string Here(JsonElement answer, HttpClient client) => answer.ToString().Replace(client.BaseAddress!.ToString().TrimEnd('/'), "", StringComparison.Ordinal);

    private static async Task LiveUntil(Person buyer, JsonElement talk, JsonElement product, ConcurrentQueue<long> orders, ConcurrentQueue<long> messages, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            orders.Enqueue((await buyer.Order((product, 1))).Id());
            messages.Enqueue((await buyer.Said(talk, "Another one")).Id());
            messages.Enqueue((await buyer.Said(talk, "", images: [(await (await buyer.UploadPicture()).Json(201)).Id()])).Id());
        }
    }
}
