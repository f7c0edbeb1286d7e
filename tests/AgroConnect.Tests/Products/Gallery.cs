using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using AgroConnect.Tests.Images;

namespace AgroConnect.Tests.Products;

public sealed class Gallery(App app) : IClassFixture<App>
{
    private static readonly byte[] Picture = Pictures.Jpeg(2000, 1000);

    [Fact]
    public async Task Pictures_are_added_served_for_ever_and_shown_with_the_product()
    {
        using var farmer = await app.Farmer();
        var id = IdOf(await app.Product(farmer));

        var added = await Upload(farmer, id, Picture, Pictures.Png()).ContinueWithJson(201);

        Assert.Equal(2, added.GetArrayLength());
        Assert.Equal((1600, 800), (added[0].GetProperty("width").GetInt32(), added[0].GetProperty("height").GetInt32()));
        Assert.Equal([0, 1], added.EnumerateArray().Select(image => image.GetProperty("position").GetInt32()));
        var shown = (await app.Stranger().GetJson($"/api/products/{id}/")).GetProperty("images");
        Assert.Equal(added.GetRawText(), shown.GetRawText());
        foreach (var address in new[] { added[0].GetProperty("image_url").GetString(), added[0].GetProperty("thumbnail_url").GetString() })
        {
            var served = await app.Stranger().GetAsync(address, Token);
            Assert.Equal(HttpStatusCode.OK, served.StatusCode);
            Assert.Equal("image/webp", served.Content.Headers.ContentType!.MediaType);
            Assert.Contains("immutable", served.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_part_of_a_picture_can_be_asked_for()
    {
        using var farmer = await app.Farmer();
        var id = IdOf(await app.Product(farmer));
        var added = await Upload(farmer, id, Picture).ContinueWithJson(201);
        using var request = new HttpRequestMessage(HttpMethod.Get, added[0].GetProperty("image_url").GetString());
        request.Headers.Range = new RangeHeaderValue(0, 99);

        var answer = await app.Stranger().SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(100, (await answer.Content.ReadAsByteArrayAsync(Token)).Length);
    }

    [Fact]
    public async Task Removing_a_picture_or_its_product_deletes_the_files()
    {
        using var farmer = await app.Farmer();
        var id = IdOf(await app.Product(farmer));
        var added = await Upload(farmer, id, Picture, Picture).ContinueWithJson(201);
        var addresses = added.EnumerateArray().Select(image => image.GetProperty("image_url").GetString()!).ToList();

        Assert.Equal(HttpStatusCode.NoContent, (await farmer.Client.DeleteAsync($"/api/products/{id}/images/{IdOf(added[0])}/", Token)).StatusCode);
        await IsGone(addresses[0]);
        Assert.Equal(HttpStatusCode.OK, (await app.Stranger().GetAsync(addresses[1], Token)).StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await farmer.Client.DeleteAsync($"/api/products/{id}/", Token)).StatusCode);
        await IsGone(addresses[1]);
    }

    [Fact]
    public async Task A_picture_moves_and_says_what_it_shows()
    {
        using var farmer = await app.Farmer();
        var id = IdOf(await app.Product(farmer));
        var added = await Upload(farmer, id, Picture, Picture, Picture).ContinueWithJson(201);

        var moved = await (await farmer.Client.PatchAsJsonAsync(
            $"/api/products/{id}/images/{IdOf(added[2])}/", new { position = 0, alt = "A crate of tomatoes" }, Token)).Json();

        Assert.Equal((0, "A crate of tomatoes"), (moved.GetProperty("position").GetInt32(), moved.GetProperty("alt").GetString()));
        var shown = (await app.Stranger().GetJson($"/api/products/{id}/")).GetProperty("images");
        Assert.Equal([IdOf(added[2]), IdOf(added[0]), IdOf(added[1])], shown.EnumerateArray().Select(IdOf));
        var wrong = await (await farmer.Client.PatchAsJsonAsync($"/api/products/{id}/images/{IdOf(added[2])}/", new { position = 3, alt = 5.5 }, Token)).Json(400);
        Assert.Equal(["Ensure this value is less than or equal to 2."], wrong.Messages("position"));
    }

    [Fact]
    public async Task Ten_pictures_are_enough_also_when_they_come_at_once()
    {
        using var farmer = await app.Farmer();
        var id = IdOf(await app.Product(farmer));
        await Upload(farmer, id, Picture, Picture, Picture, Picture, Picture, Picture).ContinueWithJson(201);

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Upload(farmer, id, Picture)));

        Assert.Equal(4, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        var refused = await answers.First(answer => answer.StatusCode != HttpStatusCode.Created).Json(400);
        Assert.Equal(["A product has at most 10 images."], refused.Messages("image"));
        var shown = (await app.Stranger().GetJson($"/api/products/{id}/")).GetProperty("images");
        Assert.Equal(10, shown.EnumerateArray().Select(IdOf).Distinct().Count());
    }

    [Fact]
    public async Task What_is_no_picture_is_refused_and_leaves_nothing()
    {
        using var farmer = await app.Farmer();
        var id = IdOf(await app.Product(farmer));

        foreach (var file in new[] { Pictures.Svg(), Pictures.Gif(), Picture[..(Picture.Length / 2)], "no picture"u8.ToArray() })
        {
            var errors = await Upload(farmer, id, file).ContinueWithJson(400);
            Assert.Equal(["Upload a valid image. The file you uploaded was either not an image or a corrupted image."], errors.Messages("image"));
        }

        // One bad file of two: none is kept.
        Assert.NotEmpty((await Upload(farmer, id, Picture, Pictures.Gif()).ContinueWithJson(400)).Messages("image"));
        var nothing = await (await farmer.Client.PostAsJsonAsync($"/api/products/{id}/images/", new { }, Token)).Json(400);
        Assert.Equal(["No file was submitted."], nothing.Messages("image"));
        Assert.Equal(0, (await app.Stranger().GetJson($"/api/products/{id}/")).GetProperty("images").GetArrayLength());
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await Upload(farmer, id, new byte[11 * 1024 * 1024])).StatusCode);
    }

    [Fact]
    public async Task Only_the_seller_and_staff_touch_a_gallery_and_only_its_own_pictures()
    {
        using var farmer = await app.Farmer();
        using var other = await app.Farmer();
        using var staff = await app.Staff();
        var (mine, theirs) = (IdOf(await app.Product(farmer)), IdOf(await app.Product(other)));
        var picture = IdOf((await Upload(farmer, mine, Picture).ContinueWithJson(201))[0]);

        Assert.Equal(HttpStatusCode.Unauthorized, (await Upload(app.Stranger(), mine, Picture)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Upload(app.Stranger(), 999_999, Picture)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await Upload(other, mine, Picture)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await other.Client.DeleteAsync($"/api/products/{mine}/images/{picture}/", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await other.Client.DeleteAsync($"/api/products/{theirs}/images/{picture}/", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Upload(farmer, 999_999, Picture)).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await Upload(staff, mine, Picture)).StatusCode);
    }

    [Fact]
    public async Task Local_pictures_know_no_browser_upload()
    {
        using var farmer = await app.Farmer();
        var id = IdOf(await app.Product(farmer));

        var refused = await (await farmer.Client.PostAsync($"/api/products/{id}/images/signature/", null, Token)).Json(409);

        Assert.Equal("not_supported", refused.GetProperty("code").GetString());
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static long IdOf(JsonElement row) => row.GetProperty("id").GetInt64();

    private static Task<HttpResponseMessage> Upload(Person person, long product, params byte[][] files) => Upload(person.Client, product, files);

    private static async Task<HttpResponseMessage> Upload(HttpClient client, long product, params byte[][] files)
    {
        using var form = new MultipartFormDataContent();
        foreach (var file in files)
        {
            form.Add(new ByteArrayContent(file), "image", "picture.jpg");
        }

        return await client.PostAsync($"/api/products/{product}/images/", form, Token);
    }

    /// <summary>Files go after the answer; nobody waits for them but this test.</summary>
    private async Task IsGone(string address)
    {
        for (var tries = 0; tries < 200; tries++)
        {
            if ((await app.Stranger().GetAsync(address, Token)).StatusCode == HttpStatusCode.NotFound)
            {
                return;
            }

            await Task.Delay(50, Token);
        }

        Assert.Fail($"{address} is still there.");
    }
}

/// <summary>The gallery when pictures live at Cloudinary, and browsers upload to it by themselves.</summary>
public sealed class GalleryAtCloudinary(CloudinaryApp app) : IClassFixture<CloudinaryApp>
{
    [Fact]
    public async Task Uploads_go_to_cloudinary_and_their_removal_too()
    {
        using var farmer = await app.Farmer();
        var id = (await app.Product(farmer)).GetProperty("id").GetInt64();
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Pictures.Jpeg()), "image", "picture.jpg" } };

        var added = await (await farmer.Client.PostAsync($"/api/products/{id}/images/", form, Token)).Json(201);

        Assert.StartsWith("https://res.cloudinary.com/", added[0].GetProperty("image_url").GetString(), StringComparison.Ordinal);
        Assert.Single(app.Cloudinary.Assets);
        Assert.Equal(HttpStatusCode.NoContent, (await farmer.Client.DeleteAsync($"/api/products/{id}/images/{added[0].GetProperty("id").GetInt64()}/", Token)).StatusCode);
        for (var tries = 0; tries < 200 && !app.Cloudinary.Assets.IsEmpty; tries++)
        {
            await Task.Delay(50, Token);
        }

        Assert.Empty(app.Cloudinary.Assets);
    }

    [Fact]
    public async Task A_browser_gets_a_signature_for_its_own_product_alone()
    {
        using var farmer = await app.Farmer();
        using var other = await app.Farmer();
        var id = (await app.Product(farmer)).GetProperty("id").GetInt64();

        var signed = await (await farmer.Client.PostAsync($"/api/products/{id}/images/signature/", null, Token)).Json();

        Assert.Equal("jpg,png,webp,avif", signed.GetProperty("allowed_formats").GetString());
        Assert.Equal(HttpStatusCode.Forbidden, (await other.Client.PostAsync($"/api/products/{id}/images/signature/", null, Token)).StatusCode);
        var forged = await (await farmer.Client.PostAsJsonAsync(
            $"/api/products/{id}/images/",
            new { public_id = signed.GetProperty("public_id").GetString(), version = 1, signature = new string('0', 40) }, Token)).Json(400);
        Assert.NotEmpty(forged.Messages("public_id"));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
