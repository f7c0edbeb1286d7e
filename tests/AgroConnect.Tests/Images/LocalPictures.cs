using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AgroConnect.Images;
using NetVips;

namespace AgroConnect.Tests.Images;

[WithoutDatabase]
public sealed class LocalPictures : IAsyncLifetime
{
    private ImageHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ImageHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Are_served_in_two_sizes_to_be_kept_for_ever()
    {
        var response = await _host.PostAsync(Pictures.Noise(2400, 1600));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var row = Assert.Single(await _host.RowsAsync());
        Assert.Equal(ImageState.Kept, row.State);
        Assert.Equal([$"{row.Key}.t.webp", $"{row.Key}.webp"], _host.Files);

        foreach (var (address, width) in new[] { ($"/media/{row.Key}.webp", 1600), ($"/media/{row.Key}.t.webp", 400) })
        {
            var served = await Get(address);
            Assert.Equal(HttpStatusCode.OK, served.StatusCode);
            Assert.Equal("image/webp", served.Content.Headers.ContentType?.ToString());
            Assert.Equal("public, max-age=31536000, immutable", served.Headers.GetValues("Cache-Control").Single());
            Assert.Equal("nosniff", served.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("default-src 'none'; frame-ancestors 'none'", served.Headers.GetValues("Content-Security-Policy").Single());
            Assert.NotNull(served.Content.Headers.LastModified);
            using var image = Image.WebploadBuffer(await served.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
            Assert.Equal(width, image.Width);
        }
    }

    [Fact]
    public async Task Answer_conditions_ranges_and_HEAD()
    {
        var image = await _host.KeepOneAsync();
        var address = _host.Urls.Page(image, _host.Client.BaseAddress!.ToString().TrimEnd('/'));
        var whole = await Get(address);

        var same = await Get(address, request => request.Headers.IfNoneMatch.Add(whole.Headers.ETag!));
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);

        var part = await Get(address, request => request.Headers.Range = new RangeHeaderValue(0, 3));
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal("RIFF", await part.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        var head = await Get(address, request => request.Method = HttpMethod.Head);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(whole.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
    }

    [Theory]
    [InlineData("/media/00000000000000000000000000000000.webp")]
    [InlineData("/media/..%2Fagroconnect.db")]
    [InlineData("/media/%2e%2e%2f%2e%2e%2fetc%2fpasswd")]
    [InlineData("/media/..%5Cagroconnect.db")]
    [InlineData("/media/agroconnect.db")]
    [InlineData("/media/a.webp")]
    [InlineData("/media/00000000000000000000000000000000.webp%0A")]
    [InlineData("/media/00000000000000000000000000000000.webp.part")]
    public async Task Are_all_that_the_route_serves(string address)
    {
        var response = await Get(address);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("{\"detail\":\"Not found.\"}", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Go_once_nothing_shows_them()
    {
        var image = await _host.KeepOneAsync();
        await _host.DoomAsync(image, commit: false);
        await _host.Sweeper.SweepAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, _host.Files.Count);

        await _host.DoomAsync(image);
        _host.Store.Sweep();

        await ImageHost.UntilAsync(async () => (await _host.RowsAsync()).Count == 0);
        Assert.Empty(_host.Files);
        Assert.Equal(HttpStatusCode.NotFound, (await Get($"/media/{image.Key}.webp")).StatusCode);
    }

    [Fact]
    public async Task Stay_while_another_row_shows_them()
    {
        var drawing = await _host.Store.SaveDrawingAsync(Pictures.Svg(), TestContext.Current.CancellationToken);
        Assert.True(await _host.KeepAsync(drawing, drawing));

        await _host.DoomAsync(drawing);
        await _host.Sweeper.SweepAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, _host.Files.Count);

        await _host.DoomAsync(drawing);
        await _host.Sweeper.SweepAsync(TestContext.Current.CancellationToken);
        Assert.Empty(_host.Files);
    }

    [Fact]
    public async Task Go_after_a_day_when_nothing_came_to_show_them()
    {
        var drawing = await _host.Store.SaveDrawingAsync(Pictures.Svg(), TestContext.Current.CancellationToken);
        _host.Clock.Advance(TimeSpan.FromHours(23));
        await _host.Sweeper.SweepAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, _host.Files.Count);

        _host.Clock.Advance(TimeSpan.FromHours(2));
        await _host.Sweeper.SweepAsync(TestContext.Current.CancellationToken);

        Assert.Empty(_host.Files);
        Assert.Empty(await _host.RowsAsync());
        Assert.False(await _host.KeepAsync(drawing));
    }

    [Fact]
    public async Task Go_at_once_when_they_are_discarded()
    {
        var drawing = await _host.Store.SaveDrawingAsync(Pictures.Svg(), TestContext.Current.CancellationToken);

        await _host.Store.DiscardAsync([drawing]);

        await ImageHost.UntilAsync(async () => (await _host.RowsAsync()).Count == 0);
        Assert.Empty(_host.Files);
    }

    [Fact]
    public async Task Leave_nothing_when_they_cannot_be_written()
    {
        await File.WriteAllTextAsync(Path.Combine(_host.Directory.FullName, "images"), "in the way", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.InternalServerError, (await _host.PostAsync(Pictures.Jpeg())).StatusCode);

        await ImageHost.UntilAsync(async () => (await _host.RowsAsync()).Count == 0);
    }

    [Fact]
    public async Task Come_all_or_none()
    {
        await Refused(await _host.PostAsync(Pictures.Jpeg(), Pictures.Svg()), ImagePipeline.NotAPicture);

        Assert.Empty(_host.Files);
        Assert.Empty(await _host.RowsAsync());
    }

    [Fact]
    public async Task Come_up_to_ten_at_a_time_and_larger_than_other_requests()
    {
        var large = Pictures.Noise(1500, 1500);
        Assert.True(large.Length > 1024 * 1024);
        var ten = await _host.PostAsync([large, .. Enumerable.Repeat(Pictures.Jpeg(), 9)]);
        Assert.Equal(HttpStatusCode.OK, ten.StatusCode);
        Assert.Equal(20, _host.Files.Count);

        await Refused(await _host.PostAsync([.. Enumerable.Repeat(Pictures.Jpeg(), 11)]), "Ensure this field has no more than 10 elements.");
    }

    [Fact]
    public async Task Are_refused_with_the_words_of_Django_REST_Framework()
    {
        await Refused(await _host.PostAsync([[]]), "The submitted file is empty.");
        await Refused(await _host.PostAsync("other", Pictures.Jpeg()), "No file was submitted.");
        await Refused(await Post(new FormUrlEncodedContent([new("image", "photo.jpg")])), "The submitted data was not a file. Check the encoding type on the form.");
        await Refused(await Post(new StringContent("{\"image\":\"photo.jpg\"}", Encoding.UTF8, "application/json")), "The submitted data was not a file. Check the encoding type on the form.");
        await Refused(await Post(new StringContent("{}", Encoding.UTF8, "application/json")), "No file was submitted.");
        await Refused(await _host.PostAsync("not a picture"u8.ToArray()), ImagePipeline.NotAPicture);

        var broken = new StringContent("--x\r\nContent-Disposition: form-data; name=image; filename=a.jpg\r\n\r\nabc");
        broken.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");
        Assert.Equal(HttpStatusCode.BadRequest, (await Post(broken)).StatusCode);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await Post(new StringContent("abc", Encoding.UTF8, "image/jpeg"))).StatusCode);
    }

    [Fact]
    public async Task May_not_be_larger_than_the_setting()
    {
        await using var small = await ImageHost.StartAsync(("Images:MaxBytes", "20000"));

        var one = await small.PostAsync(Pictures.Noise(200, 200));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, one.StatusCode);
        Assert.Equal("{\"detail\":\"An image file may have at most 20000 bytes.\"}", await one.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        var all = await small.PostAsync([.. Enumerable.Repeat(Pictures.Noise(250, 250), 8)]);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, all.StatusCode);
        Assert.Empty(await small.RowsAsync());
    }

    private static async Task Refused(HttpResponseMessage response, string message)
    {
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(message, JsonDocument.Parse(body).RootElement.GetProperty("image")[0].GetString());
    }

    private Task<HttpResponseMessage> Post(HttpContent content) => _host.Client.PostAsync("/upload/", content, TestContext.Current.CancellationToken);

    private async Task<HttpResponseMessage> Get(string address, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        change?.Invoke(request);
        return await _host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
