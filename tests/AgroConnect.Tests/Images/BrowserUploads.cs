using System.Globalization;
using System.Net;
using System.Text.Json;
using AgroConnect.Images;
using AgroConnect.Images.Cloudinary;
using AgroConnect.Tests.Fakes;

namespace AgroConnect.Tests.Images;

[WithoutDatabase]
public sealed class BrowserUploads : IAsyncLifetime
{
    private const long Seller = 7;
    private const string Purpose = "products/3";

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
    public async Task Succeed_with_exactly_what_was_signed()
    {
        var fields = await Sign();
        var reply = await Upload(fields, Pictures.Jpeg());
        var confirmed = await Confirm(reply);

        var image = Assert.Single(confirmed.Images);
        Assert.Equal(fields["public_id"], image.Key);
        Assert.Equal((800, 600), (image.Width, image.Height));
        Assert.True(await _host.KeepAsync(image));
        Assert.Contains(image.Key, _host.Urls.Page(image, "http://ours"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("public_id", "someone/elses")]
    [InlineData("overwrite", "true")]
    [InlineData("allowed_formats", "jpg,svg")]
    [InlineData("transformation", "w_9000")]
    [InlineData("tags", "added")]
    public async Task Fail_with_anything_else(string field, string value)
    {
        var fields = await Sign();
        fields[field] = value;

        Assert.Equal(HttpStatusCode.Unauthorized, (await Post(fields, Pictures.Jpeg())).StatusCode);
    }

    [Fact]
    public async Task Take_pictures_alone_and_only_the_first()
    {
        var fields = await Sign();
        Assert.Equal(HttpStatusCode.BadRequest, (await Post(fields, Pictures.Svg())).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await Post(fields, Pictures.Gif())).StatusCode);

        var first = await Upload(fields, Pictures.Jpeg());
        var second = await Upload(fields, Pictures.Png());

        Assert.Equal(first.GetProperty("version").GetInt64(), second.GetProperty("version").GetInt64());
    }

    [Fact]
    public async Task Are_confirmed_for_their_owner_and_purpose_alone()
    {
        var reply = await Upload(await Sign(), Pictures.Jpeg());

        Assert.NotNull((await Confirm(reply, owner: Seller + 1)).Problem);
        Assert.NotNull((await Confirm(reply, purpose: "products/4")).Problem);
        Assert.Null((await Confirm(reply)).Problem);
    }

    [Fact]
    public async Task Are_confirmed_with_Cloudinarys_signature_alone()
    {
        var publicId = (await Sign())["public_id"];
        var forged = new BrowserReport(publicId, 1, new string('0', 40), 800, 600);
        var foreign = new BrowserReport("someone/elses", 5, FakeCloudinary.SignatureOf("someone/elses", 5), 800, 600);

        Assert.NotNull((await _host.Store.ConfirmBrowserUploadAsync(forged, Seller, Purpose, TestContext.Current.CancellationToken)).Problem);
        Assert.NotNull((await _host.Store.ConfirmBrowserUploadAsync(foreign, Seller, Purpose, TestContext.Current.CancellationToken)).Problem);
    }

    [Fact]
    public async Task Are_confirmed_once()
    {
        var reply = await Upload(await Sign(), Pictures.Jpeg());
        await _host.KeepAsync([.. (await Confirm(reply)).Images]);

        Assert.NotNull((await Confirm(reply)).Problem);
    }

    [Fact]
    public async Task That_nobody_confirms_are_deleted()
    {
        await Upload(await Sign(), Pictures.Jpeg());
        _host.Clock.Advance(TimeSpan.FromHours(25));

        await _host.Sweeper.SweepAsync(TestContext.Current.CancellationToken);

        Assert.Empty(_cloudinary.Assets);
        Assert.Empty(await _host.RowsAsync());
    }

    [Fact]
    public async Task Made_again_after_the_deletion_are_deleted_too()
    {
        var fields = await Sign();
        var image = (await Confirm(await Upload(fields, Pictures.Jpeg()))).Images.Single();
        await _host.KeepAsync(image);
        await _host.DoomAsync(image);
        await _host.Sweeper.SweepAsync(TestContext.Current.CancellationToken);
        Assert.Empty(_cloudinary.Assets);

        await Upload(fields, Pictures.Jpeg());
        _host.Clock.Advance(TimeSpan.FromHours(1));
        await _host.Sweeper.SweepAsync(TestContext.Current.CancellationToken);

        Assert.Empty(_cloudinary.Assets);
        Assert.Empty(await _host.RowsAsync());
    }

    [Fact]
    public async Task Need_Cloudinary()
    {
        await using var local = await ImageHost.StartAsync();

        Assert.Null(await local.Store.SignBrowserUploadAsync(Seller, Purpose, TestContext.Current.CancellationToken));
        Assert.NotNull((await local.Store.ConfirmBrowserUploadAsync(
            new BrowserReport("x", 1, "x", 0, 0), Seller, Purpose, TestContext.Current.CancellationToken)).Problem);
    }

    /// <summary>The signed fields, by way of the JSON that a browser gets.</summary>
    private async Task<Dictionary<string, string>> Sign()
    {
        var upload = await _host.Store.SignBrowserUploadAsync(Seller, Purpose, TestContext.Current.CancellationToken);
        return JsonSerializer.SerializeToElement(upload, ImagesJson.Default.BrowserUpload)
            .EnumerateObject().ToDictionary(field => field.Name, field => field.Value.GetString()!);
    }

    private async Task<JsonElement> Upload(Dictionary<string, string> fields, byte[] file)
    {
        var response = await Post(fields, file);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.OK, body);
        return JsonDocument.Parse(body).RootElement;
    }

    private async Task<HttpResponseMessage> Post(Dictionary<string, string> fields, byte[] file)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        form.Add(new ByteArrayContent(file), "file", "photo.jpg");
        return await _host.Client.PostAsync(
            string.Create(CultureInfo.InvariantCulture, $"{_cloudinary.Address}/v1_1/{fields["cloud_name"]}/image/upload"), form, TestContext.Current.CancellationToken);
    }

    private Task<ImageUpload> Confirm(JsonElement reply, long owner = Seller, string purpose = Purpose) => _host.Store.ConfirmBrowserUploadAsync(
        new BrowserReport(
            reply.GetProperty("public_id").GetString()!, reply.GetProperty("version").GetInt64(), reply.GetProperty("signature").GetString()!,
            reply.GetProperty("width").GetInt32(), reply.GetProperty("height").GetInt32()),
        owner, purpose, TestContext.Current.CancellationToken);
}
