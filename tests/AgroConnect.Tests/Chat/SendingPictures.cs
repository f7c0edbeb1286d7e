using System.Net;
using System.Text.Json;
using AgroConnect.Data;
using AgroConnect.Images;
using AgroConnect.Tests.Fakes;
using AgroConnect.Tests.Images;
using AgroConnect.Tests.Products;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgroConnect.Tests.Chat;

/// <summary>Pictures on the local disk, with a clock that can be put forward.</summary>
public sealed class LaterApp : App
{
    internal MovableClock Clock { get; } = new();

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.ConfigureTestServices(services => services.AddSingleton<TimeProvider>(Clock));
    }
}

/// <summary>Pictures at a Cloudinary look-alike, which delivers them too.</summary>
public sealed class CloudinaryChatApp : App, IAsyncLifetime
{
    private FakeCloudinary _cloudinary = null!;

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["Images:Provider"] = "cloudinary",
        ["Images:Cloudinary:Url"] = FakeCloudinary.Url,
        ["Images:Cloudinary:ApiUrl"] = _cloudinary.Address,
        ["Images:Cloudinary:DeliveryUrl"] = _cloudinary.Address,
    };

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        _cloudinary = await FakeCloudinary.StartAsync();
        await InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _cloudinary.DisposeAsync();
    }
}

public sealed class SendingPictures(App app) : IClassFixture<App>
{
    [Fact]
    public Task Members_see_them_at_addresses_that_are_signed() => Holds(app);

    [Fact]
    public async Task The_same_with_pictures_at_Cloudinary()
    {
        await using var remote = new CloudinaryChatApp();
        await ((IAsyncLifetime)remote).InitializeAsync();
        await Holds(remote);
    }

    [Fact]
    public async Task Only_ones_own_that_no_message_shows_yet()
    {
        var (one, other, conversation) = await app.TwoWhoTalk();
        var mine = (await (await one.UploadPicture()).Json(201)).Id();
        var others = (await (await other.UploadPicture()).Json(201)).Id();

        foreach (var images in new long[][] { [others], [mine, others], [mine, 999_999] })
        {
            Assert.NotEmpty((await (await one.Say(conversation, "Look", images: images)).Json(400)).Messages("images"));
        }

        var message = await one.Said(conversation, "", "first", [mine, mine]);
        Assert.Equal(("", mine), (message.Text("text"), Assert.Single(message.GetProperty("images").EnumerateArray()).Id()));
        Assert.Equal(message.Id(), (await (await one.Say(conversation, "", "first", [mine])).Json(200)).Id());
        Assert.NotEmpty((await (await one.Say(conversation, "Again", images: [mine])).Json(400)).Messages("images"));
        Assert.Equal([1], (await one.Client.GetJson(conversation.Messages())).Seqs());

        // Twenty messages want the same picture: one has it.
        var wanted = (await (await one.UploadPicture()).Json(201)).Id();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => one.Say(conversation, "Mine", images: [wanted])));
        Assert.Equal((1, 19), (answers.Count(answer => answer.StatusCode == HttpStatusCode.Created), answers.Count(answer => answer.StatusCode == HttpStatusCode.BadRequest)));
        Assert.Equal([1, 2], (await one.Client.GetJson(conversation.Messages())).Seqs());
    }

    [Fact]
    public async Task Ten_keep_their_order()
    {
        var (one, other, conversation) = await app.TwoWhoTalk();
        var images = new List<long>();
        foreach (var _ in Enumerable.Range(0, 10))
        {
            images.Add((await (await one.UploadPicture()).Json(201)).Id());
        }

        images.Reverse();
        await one.Said(conversation, "Ten", images: [.. images]);

        Assert.Equal(images, (await other.See(conversation)).GetProperty("last_message").GetProperty("images").EnumerateArray().Select(image => image.Id()));
    }

    [Fact]
    public async Task What_is_no_picture_is_refused()
    {
        var one = await app.Buyer();

        Assert.NotEmpty((await (await one.UploadPicture(Pictures.Gif())).Json(400)).Messages("image"));
        Assert.NotEmpty((await (await one.UploadPicture(Pictures.Jpeg()[..500])).Json(400)).Messages("image"));
        Assert.NotEmpty((await (await one.UploadPicture(field: "picture")).Json(400)).Messages("image"));
        Assert.NotEmpty((await (await one.Client.Post("/api/chat/images/", new { image = "x" })).Json(400)).Messages("image"));
        await (await one.UploadPicture(new byte[(10 * 1024 * 1024) + 1])).Json(413);
    }

    [Fact]
    public async Task Those_that_are_never_sent_are_given_up()
    {
        await using var later = new LaterApp();
        await later.InitializeAsync();
        var (one, _, conversation) = await later.TwoWhoTalk();
        var (forgotten, sent) = (await (await one.UploadPicture()).Json(201), await (await one.UploadPicture()).Json(201));
        await one.Said(conversation, "Look", images: [sent.Id()]);

        later.Clock.Advance(TimeSpan.FromHours(26));
        var fresh = await (await (await later.Buyer()).UploadPicture()).Json(201);
        await later.Services.GetRequiredService<ImageSweeper>().SweepAsync(TestContext.Current.CancellationToken);

        await using var scope = later.Services.CreateAsyncScope();
        var left = await scope.ServiceProvider.GetRequiredService<AppDbContext>().Set<AgroConnect.Chat.ChatImage>().Select(image => image.Id).Order().ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal([sent.Id(), fresh.Id()], left);
        Assert.NotEqual(forgotten.Id(), sent.Id());
        await ImageHost.UntilAsync(() => Task.FromResult(Directory.GetFiles(Path.Combine(later.Database.Directory, "images"), "*.webp", SearchOption.AllDirectories).Length == 4));
    }

    private static async Task Holds(App app)
    {
        var (one, other, conversation) = await app.TwoWhoTalk();
        var uploaded = await (await one.UploadPicture(Pictures.Jpeg(2000, 1000))).Json(201);

        Assert.Equal(["height", "id", "image_url", "thumbnail_url", "width"], uploaded.Fields());
        Assert.Equal((1600, 800), (uploaded.GetProperty("width").GetInt32(), uploaded.GetProperty("height").GetInt32()));
        await one.Said(conversation, "Look", images: [uploaded.Id()]);
        var read = (await other.Client.GetJson(conversation.Messages())).GetProperty("results")[0].GetProperty("images")[0];
        foreach (var address in new[] { uploaded.Text("image_url"), read.Text("image_url"), read.Text("thumbnail_url") })
        {
            Assert.StartsWith(app.Stranger().BaseAddress!.ToString(), address, StringComparison.Ordinal);
            var served = await app.Stranger().Get(address);
            Assert.Equal((HttpStatusCode.OK, "image/webp"), (served.StatusCode, served.Content.Headers.ContentType!.MediaType));
            foreach (var forged in new[] { address[..^1] + (address[^1] == '0' ? '1' : '0'), address.Split('?')[0], address.Split("&signature")[0] })
            {
                Assert.Equal(HttpStatusCode.Forbidden, (await app.Stranger().Get(forged)).StatusCode);
            }
        }
    }
}
