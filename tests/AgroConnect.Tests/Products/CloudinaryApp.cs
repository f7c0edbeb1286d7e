using AgroConnect.Tests.Fakes;

namespace AgroConnect.Tests.Products;

/// <summary>The product with its pictures at a Cloudinary look-alike.</summary>
public sealed class CloudinaryApp : App, IAsyncLifetime
{
    internal FakeCloudinary Cloudinary { get; private set; } = null!;

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["Images:Provider"] = "cloudinary",
        ["Images:Cloudinary:Url"] = FakeCloudinary.Url,
        ["Images:Cloudinary:ApiUrl"] = Cloudinary.Address,
    };

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        Cloudinary = await FakeCloudinary.StartAsync();
        await InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Cloudinary.DisposeAsync();
    }
}
