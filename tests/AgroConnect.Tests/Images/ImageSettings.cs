using Microsoft.Extensions.Options;

namespace AgroConnect.Tests.Images;

[WithoutDatabase]
public sealed class ImageSettings
{
    private const string Secret = "s3cr3t-s3cr3t";

    [Theory]
    [InlineData("Images:Provider", "s3", "Images:Provider is 's3': accepted are 'local', 'cloudinary'.")]
    [InlineData("Images:Provider", "cloudinary", "Images:Cloudinary:Url is empty: with Images:Provider=cloudinary it names the account, as 'cloudinary://KEY:SECRET@CLOUD'.")]
    [InlineData("Images:MaxBytes", "0", "Images:MaxBytes is '0': accepted is 1 to 1073741824.")]
    [InlineData("Images:PendingLifetime", "00:00:01", "Images:PendingLifetime is '00:00:01': accepted is one hour or more, such as '1.00:00:00'.")]
    [InlineData("Images:Cloudinary:ApiUrl", "ftp://x", "Images:Cloudinary:ApiUrl is 'ftp://x': accepted is an absolute address, such as 'https://api.cloudinary.com'.")]
    [InlineData("Images:Cloudinary:Url", "cloudinary://key:" + Secret, "Images:Cloudinary:Url holds something else (not shown, it may be secret): accepted is 'cloudinary://KEY:SECRET@CLOUD'.")]
    public async Task That_are_wrong_stop_the_start_with_one_line(string name, string value, string line)
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(async () => await ImageHost.StartAsync((name, value)));

        Assert.Equal(line, Assert.Single(error.Failures));
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
    }
}
