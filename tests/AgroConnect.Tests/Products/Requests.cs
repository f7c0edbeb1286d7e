using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace AgroConnect.Tests.Products;

/// <summary>Requests in one word each.</summary>
internal static class Requests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static Task<HttpResponseMessage> Get(this HttpClient client, string address, string? etag = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (etag is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", etag);
        }

        return client.SendAsync(request, Stop);
    }

    public static Task<HttpResponseMessage> Post(this HttpClient client, string address, object body) => client.PostAsJsonAsync(address, body, Stop);

    public static Task<HttpResponseMessage> Put(this HttpClient client, string address, object body) => client.PutAsJsonAsync(address, body, Stop);

    public static Task<HttpResponseMessage> Patch(this HttpClient client, string address, object body) => client.PatchAsJsonAsync(address, body, Stop);

    public static Task<HttpResponseMessage> Delete(this HttpClient client, string address) => client.DeleteAsync(address, Stop);

    /// <summary>A body as it is: what no serializer of ours would write.</summary>
    public static Task<HttpResponseMessage> Send(this HttpClient client, HttpMethod method, string address, string json) =>
        client.SendAsync(new HttpRequestMessage(method, address) { Content = new StringContent(json, Encoding.UTF8, "application/json") }, Stop);

    public static Task<HttpResponseMessage> Send(this HttpClient client, HttpMethod method, string address, HttpContent content) =>
        client.SendAsync(new HttpRequestMessage(method, address) { Content = content }, Stop);

    public static long Id(this JsonElement thing) => thing.GetProperty("id").GetInt64();

    public static string Text(this JsonElement thing, string name) => thing.GetProperty(name).GetString()!;

    public static long[] Ids(this JsonElement page) => [.. page.GetProperty("results").EnumerateArray().Select(Id)];

    public static string[] Fields(this JsonElement thing) => [.. thing.EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal)];

    /// <summary>The ids of all pages, read by following the links.</summary>
    public static async Task<List<long>> AllPages(this HttpClient client, string address)
    {
        var ids = new List<long>();
        for (string? next = address; next is not null;)
        {
            var page = await client.GetJson(next);
            ids.AddRange(page.Ids());
            next = page.GetProperty("next").GetString();
        }

        return ids;
    }
}
