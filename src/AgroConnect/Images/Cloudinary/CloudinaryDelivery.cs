using System.Net;

namespace AgroConnect.Images.Cloudinary;

/// <summary>Fetches private pictures from Cloudinary, to pass them on.</summary>
internal sealed class CloudinaryDelivery(HttpClient http, CloudinaryAccount account, Microsoft.Extensions.Options.IOptions<ImagesOptions> options)
{
    private const string Page = ".webp";
    private const string Thumbnail = ".t.webp";

    private readonly CloudinaryUrls _urls = new(account, options.Value.Cloudinary.DeliveryUrl);

    public static void Add(WebApplicationBuilder builder) => builder.Services
        .AddHttpClient<CloudinaryDelivery>(http => http.Timeout = TimeSpan.FromSeconds(20))
        .RemoveAllLoggers();

    /// <param name="name">As <see cref="ImageUrls"/> makes it.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The picture's answer, of which the body is still on its way; null when there is no such picture.</returns>
    public async Task<HttpResponseMessage?> OpenAsync(string name, CancellationToken ct)
    {
        var isThumbnail = name.EndsWith(Thumbnail, StringComparison.Ordinal);
        var key = name[..^(isThumbnail ? Thumbnail : Page).Length];
        try
        {
            var answer = await http.GetAsync(_urls.Private(CloudinaryImages.PrivateKey(key), isThumbnail), HttpCompletionOption.ResponseHeadersRead, ct);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                return answer;
            }

            answer.Dispose();
            return answer.StatusCode == HttpStatusCode.NotFound ? null : throw new CloudinaryException($"Cloudinary answered {(int)answer.StatusCode} to the delivery of a private picture.");
        }
        catch (Exception broken) when (broken is HttpRequestException || (broken is TaskCanceledException && !ct.IsCancellationRequested))
        {
            throw new CloudinaryException("Cloudinary does not deliver.", broken);
        }
    }
}
