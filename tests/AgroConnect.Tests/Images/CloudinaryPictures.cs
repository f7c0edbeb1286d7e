using System.Net;
using AgroConnect.Images;
using AgroConnect.Images.Cloudinary;
using AgroConnect.Tests.Fakes;
using NetVips;

namespace AgroConnect.Tests.Images;

[WithoutDatabase]
public sealed class CloudinaryPictures : IAsyncLifetime
{
    private FakeCloudinary _cloudinary = null!;
    private ImageHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _cloudinary = await FakeCloudinary.StartAsync();
        _host = await ImageHost.StartAsync(_cloudinary);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _cloudinary.DisposeAsync();
    }

    [Fact]
    public async Task Are_uploaded_in_our_own_encoding()
    {
        var image = await _host.KeepOneAsync();

        var (id, asset) = Assert.Single(_cloudinary.Assets);
        Assert.Equal(("cloudinary", id, asset.Version), (image.Store, image.Key, image.Version));
        using var stored = Image.WebploadBuffer(asset.Bytes);
        Assert.Equal((320, 240), (stored.Width, stored.Height));
        Assert.Empty(_host.Files);
    }

    [Fact]
    public async Task Have_signed_addresses_with_one_of_two_fixed_sizes()
    {
        var image = await _host.KeepOneAsync();

        Assert.Matches(
            $"^https://res\\.cloudinary\\.com/test-cloud/image/upload/s--[A-Za-z0-9_-]{{8}}--/c_limit,h_1600,w_1600/f_auto,q_auto/v{image.Version}/{image.Key}$",
            _host.Urls.Page(image, "http://ours"));
        Assert.Contains("/c_limit,h_400,w_400/f_auto,q_auto/", _host.Urls.Thumbnail(image, "http://ours"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(420)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Are_tried_again_when_that_may_help(int status)
    {
        _cloudinary.Mishaps.Enqueue(new(status));
        _cloudinary.Mishaps.Enqueue(new(status));

        await _host.KeepOneAsync();

        Assert.Single(_cloudinary.Assets);
        Assert.Equal(3, _cloudinary.Calls.Count);
    }

    [Fact]
    public async Task Are_there_once_when_an_answer_was_lost()
    {
        _cloudinary.Mishaps.Enqueue(new(BreakAfterwards: true));

        var image = await _host.KeepOneAsync();

        Assert.Equal(2, _cloudinary.Calls.Count);
        Assert.Equal(image.Version, Assert.Single(_cloudinary.Assets).Value.Version);
    }

    [Fact]
    public async Task Are_signed_anew_for_each_try()
    {
        _cloudinary.Mishaps.Enqueue(new(Delay: TimeSpan.FromSeconds(1.1), BreakAfterwards: true));

        await _host.KeepOneAsync();

        var calls = _cloudinary.Calls.ToList();
        Assert.NotEqual(calls[0].Fields["timestamp"], calls[1].Fields["timestamp"]);
        Assert.NotEqual(calls[0].Fields["signature"], calls[1].Fields["signature"]);
        Assert.Equal(calls[0].Fields["public_id"], calls[1].Fields["public_id"]);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    public async Task Are_not_tried_again_when_that_cannot_help(int status)
    {
        _cloudinary.Mishaps.Enqueue(new(status, "Invalid Signature 123. String to sign - 'public_id=secret'"));

        var response = await _host.PostAsync(Pictures.Jpeg());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(
            "{\"detail\":\"The image service does not answer. Try again later.\",\"code\":\"images_unavailable\"}",
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Single(_cloudinary.Calls, call => call.Action == "upload");
    }

    [Fact]
    public async Task Leave_nothing_behind_when_an_upload_fails_midway()
    {
        _cloudinary.Mishaps.Enqueue(new(Delay: TimeSpan.Zero));
        _cloudinary.Mishaps.Enqueue(new(400));

        var response = await _host.PostAsync(Pictures.Jpeg(), Pictures.Png());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        await ImageHost.UntilAsync(async () => (await _host.RowsAsync()).Count == 0);
        Assert.Empty(_cloudinary.Assets);
    }

    [Fact]
    public async Task Are_deleted_by_one_of_many_sweepers()
    {
        var images = new List<StoredImage>();
        for (var i = 0; i < 5; i++)
        {
            images.Add(await _host.KeepOneAsync());
            await _host.DoomAsync(images[i]);
        }

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _host.Sweeper.SweepAsync(TestContext.Current.CancellationToken)));

        Assert.Empty(_cloudinary.Assets);
        Assert.Empty(await _host.RowsAsync());
        Assert.Equal(5, _cloudinary.Calls.Count(call => call.Action == "destroy"));
        Assert.All(_cloudinary.Calls.Where(call => call.Action == "destroy"), call => Assert.Equal("true", call.Fields["invalidate"]));
    }

    [Fact]
    public async Task Are_deleted_later_when_Cloudinary_is_away()
    {
        await _host.DoomAsync(await _host.KeepOneAsync());
        _cloudinary.Always = new(401);
        await _host.Sweeper.SweepAsync(TestContext.Current.CancellationToken);
        Assert.Equal((ImageState.Doomed, 1), (await _host.RowsAsync()) is [var row] ? (row.State, row.Attempts) : default);

        _cloudinary.Always = null;
        await _host.Sweeper.SweepAsync(TestContext.Current.CancellationToken);
        Assert.Single(_cloudinary.Assets);

        _host.Clock.Advance(TimeSpan.FromMinutes(2));
        await _host.Sweeper.SweepAsync(TestContext.Current.CancellationToken);
        Assert.Empty(_cloudinary.Assets);
        Assert.Empty(await _host.RowsAsync());
    }

    [Fact]
    public async Task That_are_gone_already_count_as_deleted()
    {
        var image = await _host.KeepOneAsync();
        await _host.DoomAsync(image);
        _cloudinary.Assets.Clear();

        await _host.Sweeper.SweepAsync(TestContext.Current.CancellationToken);

        Assert.Empty(await _host.RowsAsync());
    }

    [Fact]
    public async Task Can_be_checked_for()
    {
        var client = _host.Get<CloudinaryClient>();
        await client.PingAsync(TestContext.Current.CancellationToken);

        _cloudinary.Always = new(401, "Unknown API key");
        var error = await Assert.ThrowsAsync<CloudinaryException>(() => client.PingAsync(TestContext.Current.CancellationToken));
        Assert.Contains("Unknown API key", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(FakeCloudinary.Secret, error.ToString(), StringComparison.Ordinal);
    }
}
