using System.Net;
using AgroConnect.Images;
using AgroConnect.Tests.Fakes;
using NetVips;

namespace AgroConnect.Tests.Images;

[WithoutDatabase]
public sealed class PrivatePictures
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Are_seen_at_a_signed_address_and_nowhere_else()
    {
        await using var host = await ImageHost.StartAsync();
        var image = await host.KeepPrivateAsync();

        await IsSeenOnlyWhenSigned(host, image);

        var name = image.Name + ".webp";
        Assert.Contains(name, host.Files);
        foreach (var guess in new[] { name, "private/" + name, "private%2F" + name, $"..%2Fprivate%2F{name}" })
        {
            Assert.Contains((await host.Client.GetAsync("/media/" + guess, Ct)).StatusCode, new[] { HttpStatusCode.NotFound, HttpStatusCode.Forbidden });
        }
    }

    [Fact]
    public async Task Are_passed_on_from_Cloudinary_whose_own_address_nobody_learns()
    {
        await using var cloudinary = await FakeCloudinary.StartAsync();
        await using var host = await ImageHost.StartWithDeliveryAsync(cloudinary);
        var image = await host.KeepPrivateAsync();

        await IsSeenOnlyWhenSigned(host, image);

        Assert.All(cloudinary.Assets.Values, asset => Assert.Equal("authenticated", asset.Type));
        Assert.DoesNotContain(cloudinary.Address, host.Urls.Page(image, Base(host)), StringComparison.Ordinal);
        Assert.Contains(cloudinary.Deliveries, path => path.StartsWith("c_limit,h_400,w_400/f_webp,q_auto/", StringComparison.Ordinal));

        cloudinary.Always = new(503);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.Client.GetAsync(host.Urls.Page(image, Base(host)), Ct)).StatusCode);
        cloudinary.Always = null;
        await host.DoomAsync(image);
        host.Store.Sweep();
        await ImageHost.UntilAsync(() => Task.FromResult(!cloudinary.Assets.ContainsKey(image.Key)));
        Assert.Equal(HttpStatusCode.NotFound, (await host.Client.GetAsync(host.Urls.Page(image, Base(host)), Ct)).StatusCode);
    }

    [Fact]
    public async Task Have_addresses_that_last_an_hour_at_least_and_end()
    {
        await using var host = await ImageHost.StartAsync();
        var image = await host.KeepPrivateAsync();
        var address = host.Urls.Page(image, Base(host));

        host.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(HttpStatusCode.OK, (await host.Client.GetAsync(address, Ct)).StatusCode);
        host.Clock.Advance(TimeSpan.FromMinutes(62));
        Assert.Equal(HttpStatusCode.Forbidden, (await host.Client.GetAsync(address, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.Client.GetAsync(host.Urls.Page(image, Base(host)), Ct)).StatusCode);
    }

    [Fact]
    public async Task Go_with_both_their_files()
    {
        await using var host = await ImageHost.StartAsync();
        var image = await host.KeepPrivateAsync();
        Assert.Equal(2, host.Files.Count);

        await host.DoomAsync(image);
        host.Store.Sweep();

        await ImageHost.UntilAsync(() => Task.FromResult(host.Files.Count == 0));
        Assert.Equal(HttpStatusCode.NotFound, (await host.Client.GetAsync(host.Urls.Page(image, Base(host)), Ct)).StatusCode);
    }

    private static async Task IsSeenOnlyWhenSigned(ImageHost host, StoredImage image)
    {
        var other = await host.KeepPrivateAsync();
        foreach (var address in new[] { host.Urls.Page(image, Base(host)), host.Urls.Thumbnail(image, Base(host)) })
        {
            var answer = await host.Client.GetAsync(address, Ct);
            Assert.Equal((HttpStatusCode.OK, "image/webp"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
            Assert.True(answer.Headers.CacheControl!.Private);
            using var picture = Image.WebploadBuffer(await answer.Content.ReadAsByteArrayAsync(Ct));
            Assert.Equal((320, 240), (picture.Width, picture.Height));

            var path = address[..address.IndexOf('?', StringComparison.Ordinal)];
            foreach (var forged in new[]
            {
                path,
                address[..^1] + (address[^1] == '0' ? '1' : '0'),
                address + "0",
                address.ToUpperInvariant().Replace(path.ToUpperInvariant(), path, StringComparison.Ordinal).Replace("EXPIRES", "expires", StringComparison.Ordinal).Replace("SIGNATURE", "signature", StringComparison.Ordinal),
                address.Replace("expires=1", "expires=2", StringComparison.Ordinal),
                address.Replace(image.Name, other.Name, StringComparison.Ordinal),
                address.Replace(path, path.Contains(".t.", StringComparison.Ordinal) ? path.Replace(".t.", ".", StringComparison.Ordinal) : path.Replace(".webp", ".t.webp", StringComparison.Ordinal), StringComparison.Ordinal),
            })
            {
                Assert.True((await host.Client.GetAsync(forged, Ct)).StatusCode == HttpStatusCode.Forbidden, forged);
            }
        }
    }

    private static string Base(ImageHost host) => host.Client.BaseAddress!.ToString().TrimEnd('/');
}
